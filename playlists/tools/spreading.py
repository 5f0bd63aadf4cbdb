"""Artists apart: no one twice in a row, and everyone over the whole list."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from heapq import heappop, heappush

from playlists.tools.facts import Fact
from playlists.tools.order import shuffle


def spread(facts: Sequence[Fact], *, seed: int | None = None) -> list[int]:
    """No artist twice in a row, where that is possible at all, and each as evenly as can be.

    The songs of an artist keep their order; with a seed it is another one.
    """
    rows = range(len(facts)) if seed is None else shuffle(len(facts), seed=seed)
    by_artist: defaultdict[str, deque[int]] = defaultdict(deque)
    for at in rows:
        # Of whom nothing is known, is nobody's neighbour.
        by_artist[facts[at].artist or f"\0{at}"].append(at)
    return list(_in_turn(_artists(by_artist.values(), len(facts)), len(facts)))


def _artists(songs: Collection[deque[int]], total: int) -> list["_Artist"]:
    """In the order in which they first came: so do those who come once, and fill what the others leave."""
    several = [one for one in songs if len(one) > 1]
    once = [one for one in songs if len(one) == 1]
    return [
        _Artist(one, first=(number + 0.5) / len(group), total=total)
        for group in (several, once)
        for number, one in enumerate(group)
    ]


class _Artist:
    """Songs that are due at even distances; `first` says where within the first of these, from 0 to 1."""

    def __init__(self, songs: deque[int], *, first: float, total: int) -> None:
        self.songs = songs
        self._distance = total / len(songs)
        self.due = first * self._distance

    def take(self) -> int:
        self.due += self._distance
        return self.songs.popleft()


class _Heap:
    """Artists by a number that changes as they are taken from; entries that are out of date are skipped."""

    def __init__(self, artists: Sequence[_Artist]) -> None:
        self._artists = artists
        self._heap: list[tuple[float, int, int]] = []

    def push(self, number: int, value: float) -> None:
        heappush(self._heap, (value, number, len(self._artists[number].songs)))

    def pop(self) -> int | None:
        while self._heap:
            _, number, count = heappop(self._heap)
            if count and count == len(self._artists[number].songs):
                return number
        return None


def _in_turn(artists: Sequence[_Artist], total: int) -> Iterator[int]:
    by_due, by_count = _Heap(artists), _Heap(artists)
    for number, artist in enumerate(artists):
        by_due.push(number, artist.due)
        by_count.push(number, -len(artist.songs))
    last: int | None = None
    for left in range(total, 0, -1):
        number = _next(artists, by_due, by_count, last=last, left=left)
        yield artists[number].take()
        by_due.push(number, artists[number].due)
        by_count.push(number, -len(artists[number].songs))
        last = number


def _next(artists: Sequence[_Artist], by_due: _Heap, by_count: _Heap, *, last: int | None, left: int) -> int:
    """Who is due first and was not just heard; an artist with more than half of what is left cannot wait."""
    most = by_count.pop()
    if most is not None:
        by_count.push(most, -len(artists[most].songs))
        if most != last and 2 * len(artists[most].songs) > left:
            return most
    first = by_due.pop()
    second = by_due.pop() if first == last else None
    chosen = first if second is None else second
    if chosen is None:
        raise LookupError(left)
    if second is not None and first is not None:
        by_due.push(first, artists[first].due)
    return chosen
