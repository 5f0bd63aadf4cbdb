"""Which rows are the same, by what the member takes for the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from playlists.tools.facts import Fact

# Two releases of one recording differ by the silence at their ends.
CLOSE_MS = 3000


class Sameness(StrEnum):
    """Each takes in what the ones before it do."""

    ID = "id"
    RECORDING = "recording"  # the same ISRC
    SOUND = "sound"  # the same title and artist, and about as long


def groups(facts: Sequence[Fact], how: Sameness) -> list[int]:
    """A number for each row, the same for the same ones: the position of the first of them.

    Local files and vanished rows are the same as nothing: Spotify could not remove them.
    """
    roots = list(range(len(facts)))
    for same in _same(facts, how):
        for at, other in pairwise(same):
            _join(roots, at, other)
    return [_root(roots, at) for at in range(len(facts))]


def _same(facts: Sequence[Fact], how: Sameness) -> Iterator[list[int]]:
    rows = [at for at, fact in enumerate(facts) if fact.can_go]
    yield from _alike((facts[at].uri or "", at) for at in rows)
    if how is not Sameness.ID:
        yield from _alike((facts[at].isrc, at) for at in rows if facts[at].isrc)
    if how is Sameness.SOUND:
        known = [at for at in rows if facts[at].title and facts[at].artist]
        for alike in _alike((f"{facts[at].title}\0{facts[at].artist}", at) for at in known):
            yield from _close(facts, alike)


def _alike(keys: Iterable[tuple[str, int]]) -> Iterator[list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for key, at in keys:
        found[key].append(at)
    yield from (rows for rows in found.values() if len(rows) > 1)


def _close(facts: Sequence[Fact], rows: Sequence[int]) -> Iterator[list[int]]:
    """Measured from the shortest of each group, else a row of steps would join what is minutes apart."""
    group: list[int] = []
    for at in sorted(rows, key=lambda at: facts[at].duration_ms):
        if group and facts[at].duration_ms - facts[group[0]].duration_ms > CLOSE_MS:
            yield group
            group = []
        group.append(at)
    yield group


def _join(roots: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(roots, one), _root(roots, other)))
    roots[high] = low


def _root(roots: list[int], at: int) -> int:
    while roots[at] != at:
        roots[at] = roots[roots[at]]
        at = roots[at]
    return at
