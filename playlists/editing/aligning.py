"""A wish that was made of one version of a list, carried over to another. Pure."""

from collections import defaultdict, deque
from collections.abc import Sequence

from playlists.editing import rebase as rebasing
from playlists.editing.goals import Toward, Wanted, toward
from playlists.editing.rebase import Conflict
from playlists.revisions.contents import Entry


class NoLongerMakesSense(Exception):
    """What the wish is about is gone, or stands somewhere else."""


def carried_over(base: Sequence[Entry], now: Sequence[Entry], wanted: Wanted) -> Wanted:
    """`wanted`, made of `base`, in terms of `now`; what others added and moved is kept."""
    before = aligned(base, now)
    if same(before, now):
        return wanted
    found = rebasing.rebase([entry.key for entry in before], [entry.key for entry in now], wanted)
    if isinstance(found, Conflict):
        raise NoLongerMakesSense
    return list(found)


def goal_from(expected: Sequence[Entry], now: Sequence[Entry], goal: Sequence[Entry]) -> Toward:
    """The way to `goal` from `now`, where `expected` should be: what others did meanwhile is kept."""
    before = aligned(expected, now)
    way = toward(before, goal)
    return Toward(carried_over(before, now, way.wanted), way.left)


def aligned(expected: Sequence[Entry], now: Sequence[Entry]) -> list[Entry]:
    """`expected` with the times of `now`: those of rows that were only just added are guesses until read."""
    unseen: dict[object, int] = defaultdict(int)
    for entry in now:
        unseen[entry.key] += 1
    found: list[Entry | None] = []
    for entry in expected:
        is_there = unseen[entry.key] > 0
        unseen[entry.key] -= is_there
        found.append(entry if is_there else None)
    spare: dict[str | None, deque[Entry]] = defaultdict(deque)
    for entry in now:
        if unseen[entry.key] > 0:
            unseen[entry.key] -= 1
            spare[entry.uri].append(entry)
    return [
        known or (spare[entry.uri].popleft() if spare[entry.uri] else entry)
        for known, entry in zip(found, expected, strict=True)
    ]


def same(one: Sequence[Entry], other: Sequence[Entry]) -> bool:
    return len(one) == len(other) and all(a.key == b.key for a, b in zip(one, other, strict=True))
