"""What is sent to the player from the page of a playlist: the list itself, or the rows as they are shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from accounts.models import Member
from accounts.tokens import spotify_for
from player.playback.first_playable import is_playable, register_list
from playlists.models import Playlist
from playlists.page.filters import RowQuery, select_positions
from playlists.revisions.contents import Contents, get_contents, get_items
from playlists.revisions.diff import carry_over_positions
from playlists.sync.access import OpenPlaylist, find_in_library
from spotweb.spotify.models import SpotifyObject
from spotweb.spotify.player import MAX_URIS_PLAYED
from spotweb.spotify.playlists import get_playlists_items

_LOOKED_AT_ROWS = 50


class PlaybackStart(Struct, frozen=True):
    """A command of the player with its values. `total` rows are wanted; null: the list as Spotify has it."""

    act: str
    values: Mapping[str, Any]  # Any: what the forms of the commands hold
    total: int | None = None


def start_at_row(
    opened: OpenPlaylist, shown: Contents, query: RowQuery, position: int
) -> PlaybackStart | None:
    """Play from this row of the page on. In the list's own order Spotify plays the list, from this very copy.

    Else it plays what the page shows from there on. Null where none of it can be played.
    """
    if not shown.total:
        return None
    if query.is_whole and opened.contents is not None:
        start = _start_in_list(opened.playlist, shown, opened.contents, position)
        if start is not None:
            return start
    positions = list(select_positions(shown, query))
    return start_rows(shown, positions[positions.index(position) :] if position in positions else [position])


def start_rows(contents: Contents, positions: Sequence[int]) -> PlaybackStart | None:
    """Play these rows in this order, as many as Spotify takes at once; null where none can be played."""
    uris = list_playable_uris(contents, positions)
    if not uris:
        return None
    return PlaybackStart("play-lines", {"uris": uris[:MAX_URIS_PLAYED]}, total=len(uris))


def list_playable_uris(contents: Contents, positions: Sequence[int]) -> list[str]:
    """In the order of the positions; two copies stand twice."""
    items = get_items(contents, positions)
    return [item.uri for item in items if item is not None and item.uri and is_playable(item)]


def _start_in_list(
    playlist: Playlist, shown: Contents, newest: Contents, position: int
) -> PlaybackStart | None:
    """By the URI, which edits by others do not move, unless it stands there twice. Null: the row is gone.

    A row that cannot be played leaves it to the next one that can: Spotify may play nothing otherwise.
    """
    playable = _find_playable(shown, position)
    if playable is None:
        return None
    position = playable
    uri = shown.entries[position].uri
    places = [place for place, entry in enumerate(newest.entries) if entry.uri == uri]
    if not uri or not places:
        return None
    values: dict[str, Any] = {"context_uri": playlist.uri, "uri": uri}
    if len(places) > 1:
        carried = carry_over_positions(shown, newest, [position])
        values["position"] = carried[0] if carried else places[0]
    return PlaybackStart("play-from", values)


def _find_playable(contents: Contents, position: int) -> int | None:
    items = _iterate_items(contents, position)
    return next((at for at, item in enumerate(items, position) if item and is_playable(item)), None)


@register_list("playlist")
def _list_known_items(member: Member, playlist_id: str) -> Iterable[SpotifyObject | None]:
    """From what is stored; of a list that was not read yet its first page, where Spotify shows it."""
    entry = find_in_library(member, playlist_id)
    if entry is not None and entry.is_readable is False:
        return ()
    if entry is not None and entry.is_readable and entry.playlist.revision:
        return _iterate_items(get_contents(entry.playlist.revision))
    page = get_playlists_items(spotify_for(member), playlist_id)
    return [row.item for row in page.items]


def _iterate_items(contents: Contents, begin: int = 0) -> Iterator[SpotifyObject | None]:
    for start in range(begin, contents.total, _LOOKED_AT_ROWS):
        yield from get_items(contents, range(start, min(start + _LOOKED_AT_ROWS, contents.total)))
