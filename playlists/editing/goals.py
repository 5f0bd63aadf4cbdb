"""What a member wants, as the list that shall be: positions of the list as it is, and URIs to add.

Pure: no database, no Spotify.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from playlists.editing import rebase as rebasing
from playlists.planner import Row, can_be_added
from playlists.revisions.contents import Entry

Wanted = list[int | str]


class Toward(Struct, frozen=True):
    """`left`: what will not be as it was, since it can neither be added again nor be removed."""

    wanted: Wanted
    left: int


def rows_of(entries: Iterable[Entry]) -> list[Row]:
    """As the planner sees them: what is neither a track nor an episode can only be moved, as local files."""
    return [Row(entry.uri, entry.uri is not None and not is_addable(entry)) for entry in entries]


def is_addable(entry: Entry) -> bool:
    """Whether Spotify takes it by its URI: to add it, and to remove it."""
    uri = entry.uri
    return uri is not None and can_be_added(uri) and uri.startswith(("spotify:track:", "spotify:episode:"))


def adding(total: int, uris: Iterable[str], position: int | None) -> Wanted:
    at = total if position is None else min(max(position, 0), total)
    return [*range(at), *uris, *range(at, total)]


def moving(total: int, positions: Iterable[int], before: int) -> Wanted:
    """In front of the row that stands at `before`; `total` is the end. They keep their order."""
    moved = set(positions)
    return [
        *(place for place in range(before) if place not in moved),
        *sorted(moved),
        *(place for place in range(before, total) if place not in moved),
    ]


def removing(entries: Sequence[Entry], positions: Iterable[int]) -> Toward:
    """Without those rows, as far as Spotify can remove them."""
    gone = set(positions)
    stuck = {place for place in gone if not is_addable(entries[place])}
    return Toward([place for place in range(len(entries)) if place not in gone - stuck], len(stuck))


def replacing(entries: Sequence[Entry], uris: Iterable[str]) -> Toward:
    """These, of which those that are there already keep their dates; what cannot be removed comes last."""
    return toward(entries, [Entry(None, uri) for uri in uris])


def toward(now: Sequence[Entry], target: Sequence[Entry]) -> Toward:
    """From what is there now to what was there once, or shall be."""
    way = rebasing.towards(told(now), told(target))
    return Toward(way.wanted, len(way.missing) + len(way.staying))


def told(entries: Sequence[Entry]) -> list[tuple[Row, object]]:
    return [(row, entry.key) for row, entry in zip(rows_of(entries), entries, strict=True)]
