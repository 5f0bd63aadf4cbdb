"""Which rows are the same, and which of them may go: copies, and what cannot be played."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

from library.catalogue.recordings import group_by_isrc, group_by_sound
from playlists.tools.facts import RowFacts


class Sameness(StrEnum):
    """Each takes in what the ones before it do."""

    ID = "id"
    RECORDING = "recording"  # the same ISRC
    SOUND = "sound"  # the same title and artist, and about as long


def group_rows(facts: Sequence[RowFacts], how: Sameness) -> list[int]:
    """A number for each row, the same for the same ones: the position of the first of them.

    Local files and vanished rows are the same as nothing: Spotify could not remove them.
    """
    roots = list(range(len(facts)))
    for same in _find_same(facts, how):
        for at, other in pairwise(same):
            _join_groups(roots, at, other)
    return [_find_root(roots, at) for at in range(len(facts))]


def _find_same(facts: Sequence[RowFacts], how: Sameness) -> Iterator[list[int]]:
    yield from _find_copies(facts)
    recordings = [fact.recording if fact.can_go else None for fact in facts]
    if how is not Sameness.ID:
        yield from group_by_isrc(recordings)
    if how is Sameness.SOUND:
        yield from group_by_sound(recordings)


def _find_copies(facts: Sequence[RowFacts]) -> Iterable[list[int]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for at, fact in enumerate(facts):
        if fact.can_go:
            rows[fact.uri or ""].append(at)
    return rows.values()


def _join_groups(roots: list[int], first: int, second: int) -> None:
    low, high = sorted((_find_root(roots, first), _find_root(roots, second)))
    roots[high] = low


def _find_root(roots: list[int], at: int) -> int:
    while roots[at] != at:
        roots[at] = roots[roots[at]]
        at = roots[at]
    return at


class KeptCopy(StrEnum):
    """Which of several copies stays where it is."""

    FIRST = "first"
    OLDEST = "oldest"
    NEWEST = "newest"
    PLAYABLE = "playable"  # the oldest of those that can be played


class RowRemoval(Struct, frozen=True):
    """Positions. `stuck` should go as well, but Spotify removes neither local files nor vanished rows."""

    gone: tuple[int, ...]
    stuck: tuple[int, ...] = ()

    def list_remaining(self, total: int) -> list[int]:
        gone = set(self.gone)
        return [at for at in range(total) if at not in gone]


def find_duplicates(facts: Sequence[RowFacts], *, how: Sameness, keep: KeptCopy) -> RowRemoval:
    copies: defaultdict[int, list[int]] = defaultdict(list)
    for at, group in enumerate(group_rows(facts, how)):
        copies[group].append(at)
    staying = {_choose_kept(facts, rows, keep) for rows in copies.values()}
    return RowRemoval(tuple(at for at in range(len(facts)) if at not in staying))


def find_unavailable(facts: Sequence[RowFacts]) -> RowRemoval:
    """What Spotify does not play in this country any more, or has no more at all."""
    off = [at for at, fact in enumerate(facts) if not fact.is_playable]
    return RowRemoval(
        gone=tuple(at for at in off if facts[at].can_go),
        stuck=tuple(at for at in off if not facts[at].can_go),
    )


def _choose_kept(facts: Sequence[RowFacts], rows: Sequence[int], keep: KeptCopy) -> int:
    # In very old lists nobody knows when something was added: long ago.
    if keep is KeptCopy.NEWEST:
        return max(rows, key=lambda at: (facts[at].added_at or 0, -at))
    if keep is KeptCopy.OLDEST:
        return min(rows, key=lambda at: (facts[at].added_at or 0, at))
    if keep is KeptCopy.PLAYABLE:
        return min(rows, key=lambda at: (not facts[at].is_playable, facts[at].added_at or 0, at))
    return min(rows)
