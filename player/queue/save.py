"""What comes next, kept as a playlist of the member's own."""

from accounts.models import Member
from accounts.tokens import spotify_for
from player.playback.state import load
from player.queue.up_next import up_next
from spotweb.spotify import playlists
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.models import Item, Playlist


class NothingToKeep(Exception):
    """There is nothing in the queue that a playlist can hold."""


class KeptEmpty(Exception):
    """The playlist was made, but Spotify did not take the songs; `cause` says why."""

    def __init__(self, playlist: Playlist, cause: SpotifyError) -> None:
        self.playlist = playlist
        self.cause = cause
        super().__init__(str(cause))


def keep_queue(member: Member, *, name: str) -> int:
    """What plays and what is shown as coming, in a new private playlist. Returns how many items it holds.

    Raises NothingToKeep, KeptEmpty, and what Spotify refuses.
    """
    uris = [item.uri for item in _items(member) if item.uri and _fits(item.uri)]
    if not uris:
        raise NothingToKeep
    client = spotify_for(member)
    playlist = playlists.create_playlist(client, name, public=False)
    try:
        playlists.add_items_to_playlist(client, playlist.id or "", uris)
    except SpotifyError as error:
        raise KeptEmpty(playlist, error) from error
    return len(uris)


def _items(member: Member) -> tuple[Item, ...]:
    live = load(member)
    playing = live.playback.item if live.playback else None
    coming = up_next(live.queue).items
    return (playing, *coming) if playing else coming


def _fits(uri: str) -> bool:
    return uri.startswith(("spotify:track:", "spotify:episode:"))
