"""Save the queue as a playlist of the member's own."""

from accounts.models import Member
from accounts.tokens import spotify_for
from player.playback.items import is_single
from player.playback.state import load_state
from player.queue.up_next import up_next
from spotweb.spotify import playlists
from spotweb.spotify.errors import SpotifyError, Unavailable
from spotweb.spotify.http import Client
from spotweb.spotify.models import Item, Playlist


class NothingToSave(Exception):
    """There is nothing in the queue that a playlist can hold."""


class SavedEmpty(Exception):
    """The playlist was created, but Spotify did not take the songs; `cause` says why."""

    def __init__(self, playlist: Playlist, cause: SpotifyError) -> None:
        self.playlist = playlist
        self.cause = cause
        super().__init__(str(cause))


def save_as_playlist(member: Member, *, name: str) -> int:
    """Create a private playlist of what plays and what is shown as coming. Return how many items it holds.

    Raises NothingToSave, SavedEmpty, and what Spotify refuses.
    """
    uris = [item.uri for item in _items_to_save(member) if item.uri and is_single(item.uri)]
    if not uris:
        raise NothingToSave
    client = spotify_for(member)
    playlist = _create_playlist(member, client, name)
    try:
        playlists.add_items_to_playlist(client, playlist.id or "", uris)
    except SpotifyError as error:
        if not _holds(client, playlist, len(uris), after=error):
            raise SavedEmpty(playlist, error) from error
    return len(uris)


def _create_playlist(member: Member, client: Client, name: str) -> Playlist:
    """When the answer was lost, the one that stands in the library by now."""
    try:
        return playlists.create_playlist(client, name, public=False)
    except Unavailable as error:
        made = _find_empty_playlist(member, client, name) if error.is_outcome_unknown else None
        if made is None:
            raise
        return made


def _find_empty_playlist(member: Member, client: Client, name: str) -> Playlist | None:
    newest = playlists.get_a_list_of_current_users_playlists(client, limit=10).items
    own = (one for one in newest if one.owner and one.owner.id == member.spotify_id)
    return next((one for one in own if one.name == name and one.total_items == 0), None)


def _holds(client: Client, playlist: Playlist, count: int, *, after: SpotifyError) -> bool:
    """Whether all was added although the answer was lost."""
    if not (isinstance(after, Unavailable) and after.is_outcome_unknown):
        return False
    try:
        return playlists.get_playlists_items(client, playlist.id or "", limit=1).total == count
    except SpotifyError:
        return False


def _items_to_save(member: Member) -> tuple[Item, ...]:
    state = load_state(member)
    playing = state.playback.item if state.playback else None
    coming = up_next(state.queue).items
    return (playing, *coming) if playing else coming
