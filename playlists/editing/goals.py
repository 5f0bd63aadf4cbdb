"""What a member wants a playlist to become: positions of rows that are there, and URIs to add.

Pure functions, no database and no Spotify. Where the playlist has changed since the member saw it, the target
is carried over to what is in it now.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from playlists.editing.rebase import Conflict, find_reachable_target, rebase_target
from playlists.planner.steps import PlannerRow, can_be_added
from playlists.revisions.contents import Entry

Target = list[int | str]


class Goal(Struct, frozen=True):
    """`skipped`: how many items stay as they are, since they can neither be added again nor be removed."""

    target: Target
    skipped: int


# Makes a goal from the entries that the member saw.
GoalMaker = Callable[[Sequence[Entry]], Goal]


class GoalConflict(Exception):
    """What the goal is about is gone, or has moved somewhere else."""


def to_planner_rows(entries: Iterable[Entry]) -> list[PlannerRow]:
    """What is neither a track nor an episode can only be moved, like local files."""
    return [PlannerRow(entry.uri, entry.uri is not None and not is_addable(entry)) for entry in entries]


def is_addable(entry: Entry) -> bool:
    """Whether Spotify accepts it by its URI: to add it, and to remove it."""
    uri = entry.uri
    return uri is not None and can_be_added(uri) and uri.startswith(("spotify:track:", "spotify:episode:"))


def insert_uris(total: int, uris: Iterable[str], position: int | None) -> Target:
    """In front of `position`, or at the end when it is null."""
    at = total if position is None else min(max(position, 0), total)
    return [*range(at), *uris, *range(at, total)]


def move_rows(total: int, positions: Iterable[int], before: int) -> Target:
    """The list with `positions` moved in front of index `before` (`total` = end). Their relative order is
    kept."""
    moved = set(positions)
    return [
        *(position for position in range(before) if position not in moved),
        *sorted(moved),
        *(position for position in range(before, total) if position not in moved),
    ]


def remove_rows(entries: Sequence[Entry], positions: Iterable[int]) -> Goal:
    """The list without these rows, as far as Spotify can remove them."""
    unwanted = set(positions)
    fixed = {position for position in unwanted if not is_addable(entries[position])}
    removed = unwanted - fixed
    return Goal([position for position in range(len(entries)) if position not in removed], len(fixed))


def replace_rows(entries: Sequence[Entry], uris: Iterable[str]) -> Goal:
    """These URIs; rows that are there already keep their dates, what cannot be removed comes last."""
    return find_goal(entries, [Entry(None, uri) for uri in uris])


def find_goal(entries: Sequence[Entry], target: Sequence[Entry]) -> Goal:
    """From what is there now to what was there once, or is to be there."""
    reachable = find_reachable_target(with_keys(entries), with_keys(target))
    return Goal(reachable.target, len(reachable.missing) + len(reachable.staying))


def find_goal_from(expected: Sequence[Entry], now: Sequence[Entry], target: Sequence[Entry]) -> Goal:
    """Towards `target` from `now`, where `expected` was expected: what others changed is kept.

    Raises GoalConflict.
    """
    before = align_times(expected, now)
    # Rows of the target that were expected are the same rows under the times of `now`.
    aligned: dict[object, deque[Entry]] = defaultdict(deque)
    for old, new in zip(expected, before, strict=True):
        aligned[old.key].append(new)
    goal = find_goal(
        before, [aligned[entry.key].popleft() if aligned[entry.key] else entry for entry in target]
    )
    return Goal(carry_over_target(before, now, goal.target), goal.skipped)


def carry_over_target(base: Sequence[Entry], now: Sequence[Entry], target: Target) -> Target:
    """`target`, made of `base`, in terms of `now`; what others added and moved is kept.

    Raises GoalConflict.
    """
    before = align_times(base, now)
    if have_same_rows(before, now):
        return target
    rebased = rebase_target([entry.key for entry in before], [entry.key for entry in now], target)
    if isinstance(rebased, Conflict):
        raise GoalConflict
    return list(rebased)


def align_times(expected: Sequence[Entry], now: Sequence[Entry]) -> list[Entry]:
    """`expected` with the times of `now`: for rows that were only just added they are guesses until read."""
    unmatched: dict[object, int] = defaultdict(int)
    for entry in now:
        unmatched[entry.key] += 1
    matched: list[Entry | None] = []
    for entry in expected:
        is_there = unmatched[entry.key] > 0
        unmatched[entry.key] -= is_there
        matched.append(entry if is_there else None)
    spare: dict[str | None, deque[Entry]] = defaultdict(deque)
    for entry in now:
        if unmatched[entry.key] > 0:
            unmatched[entry.key] -= 1
            spare[entry.uri].append(entry)
    return [
        match or (spare[entry.uri].popleft() if spare[entry.uri] else entry)
        for match, entry in zip(matched, expected, strict=True)
    ]


def have_same_rows(first: Sequence[Entry], second: Sequence[Entry]) -> bool:
    return len(first) == len(second) and all(a.key == b.key for a, b in zip(first, second, strict=True))


def with_keys(entries: Sequence[Entry]) -> list[tuple[PlannerRow, object]]:
    """Each row with what tells it from its copies."""
    return [(row, entry.key) for row, entry in zip(to_planner_rows(entries), entries, strict=True)]
