"""New orders of a list: by columns, reversed, at random, and with the artists apart."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from heapq import heappop, heappush
from random import Random
from typing import Any

from msgspec import Struct

from playlists.tools.facts import RowFacts


class Column(StrEnum):
    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    ADDED = "added"
    ADDED_BY = "added-by"
    LENGTH = "length"
    RELEASED = "released"


class SortKey(Struct, frozen=True):
    column: Column
    is_descending: bool = False


# Nothing where nothing is known: such rows stand at the end, however the column is sorted.
# Any: a column holds texts or numbers, and always the same.
_VALUES: Mapping[Column, Callable[[RowFacts], Any]] = {
    Column.TITLE: lambda fact: fact.title_key or None,
    Column.ARTIST: lambda fact: fact.artist_key or None,
    Column.ALBUM: lambda fact: (fact.album_key, fact.disc, fact.track) if fact.album_key[0] else None,
    Column.ADDED: lambda fact: fact.added_at,
    Column.ADDED_BY: lambda fact: fact.added_by or None,
    Column.LENGTH: lambda fact: fact.duration_ms or None,
    Column.RELEASED: lambda fact: fact.released or None,
}


def sort_rows(facts: Sequence[RowFacts], keys: Sequence[SortKey]) -> list[int]:
    """By the first column, where that is the same by the second, and so on; the rest stays as it was."""
    order = list(range(len(facts)))
    for key in reversed(keys):
        value = _VALUES[key.column]
        known = [at for at in order if value(facts[at]) is not None]
        unknown = [at for at in order if value(facts[at]) is None]
        known.sort(key=lambda at: value(facts[at]), reverse=key.is_descending)
        order = known + unknown
    return order


def reverse_rows(total: int) -> list[int]:
    return list(range(total - 1, -1, -1))


def shuffle_rows(total: int, *, seed: int) -> list[int]:
    """The same for the same seed: what the preview showed is what will be done."""
    order = list(range(total))
    Random(seed).shuffle(order)  # noqa: S311  # nothing secret
    return order


def spread_artists(facts: Sequence[RowFacts], *, seed: int | None = None) -> list[int]:
    """No artist twice in a row, where that is possible at all, and each as evenly as can be.

    The songs of an artist keep their order; with a seed it is another one.
    """
    rows = range(len(facts)) if seed is None else shuffle_rows(len(facts), seed=seed)
    by_artist: defaultdict[str, deque[int]] = defaultdict(deque)
    for at in rows:
        # Of whom nothing is known, is nobody's neighbour.
        by_artist[facts[at].artist or f"\0{at}"].append(at)
    return list(_iterate_rows(_make_artists(by_artist.values(), len(facts)), len(facts)))


def _make_artists(songs: Collection[deque[int]], total: int) -> list["_SpreadArtist"]:
    """In the order in which they first came: so do those who come once, and fill what the others leave."""
    several = [rows for rows in songs if len(rows) > 1]
    once = [rows for rows in songs if len(rows) == 1]
    return [
        _SpreadArtist(rows, first=(number + 0.5) / len(group), total=total)
        for group in (several, once)
        for number, rows in enumerate(group)
    ]


class _SpreadArtist:
    """Songs that are due at even distances; `first` says where within the first of these, from 0 to 1."""

    def __init__(self, songs: deque[int], *, first: float, total: int) -> None:
        self.songs = songs
        self._distance = total / len(songs)
        self.due = first * self._distance

    def pop_row(self) -> int:
        self.due += self._distance
        return self.songs.popleft()


class _ArtistHeap:
    """Artists by a number that changes as they are taken from; entries that are out of date are skipped."""

    def __init__(self, artists: Sequence[_SpreadArtist]) -> None:
        self._artists = artists
        self._heap: list[tuple[float, int, int]] = []

    def push_artist(self, number: int, value: float) -> None:
        heappush(self._heap, (value, number, len(self._artists[number].songs)))

    def pop_artist(self) -> int | None:
        while self._heap:
            _, number, count = heappop(self._heap)
            if count and count == len(self._artists[number].songs):
                return number
        return None


def _iterate_rows(artists: Sequence[_SpreadArtist], total: int) -> Iterator[int]:
    by_due, by_count = _ArtistHeap(artists), _ArtistHeap(artists)
    for number, artist in enumerate(artists):
        by_due.push_artist(number, artist.due)
        by_count.push_artist(number, -len(artist.songs))
    last: int | None = None
    for left in range(total, 0, -1):
        number = _choose_next(artists, by_due, by_count, last=last, left=left)
        yield artists[number].pop_row()
        by_due.push_artist(number, artists[number].due)
        by_count.push_artist(number, -len(artists[number].songs))
        last = number


def _choose_next(
    artists: Sequence[_SpreadArtist],
    by_due: _ArtistHeap,
    by_count: _ArtistHeap,
    *,
    last: int | None,
    left: int,
) -> int:
    """Who is due first and was not just heard; an artist with more than half of what is left cannot wait."""
    most = by_count.pop_artist()
    if most is not None:
        by_count.push_artist(most, -len(artists[most].songs))
        if most != last and 2 * len(artists[most].songs) > left:
            return most
    first = by_due.pop_artist()
    second = by_due.pop_artist() if first == last else None
    chosen = first if second is None else second
    if chosen is None:
        raise LookupError(left)
    if second is not None and first is not None:
        by_due.push_artist(first, artists[first].due)
    return chosen
