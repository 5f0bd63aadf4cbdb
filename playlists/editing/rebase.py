"""Carry a target that was made of one version of a list over to another version.

Three lists meet: `base`, which the member saw, `now`, which others have made of it, and the target, which
says what `base` is to become. Pure functions.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct

from playlists.planner.moves import find_longest_increasing
from playlists.planner.steps import PlannerRow, can_be_added
from playlists.revisions.diff import Key, match_keys

TargetEntry = int | str


class Conflict(Struct, frozen=True, kw_only=True):
    """What keeps the target from making sense. Positions are those of `base`."""

    gone: tuple[int, ...] = ()  # were to be moved, and are no longer there
    torn: tuple[
        tuple[int, int], ...
    ] = ()  # something was to go between these two, which no longer stand together


class _Run(Struct):
    """Rows that the member put between two that stayed where they were (None: an end of the list)."""

    after: int | None
    before: int | None
    entries: list[TargetEntry]


def rebase_target(
    base: Sequence[Key],
    now: Sequence[Key],
    target: Sequence[TargetEntry],
    *,
    loosely: Callable[[Key], Key] | None = None,
) -> list[TargetEntry] | Conflict:
    """The wanted list in positions of `now`: what others added or moved stays, what they removed stays away.

    Only the rows that the target moves have to be there still; to remove what is gone is no conflict.
    """
    partners = match_keys(base, now, loosely=loosely)
    kept = [entry for entry in target if isinstance(entry, int)]
    standing = frozenset(find_longest_increasing(kept))
    runs = _runs(target, standing)
    gone = [at for at in kept if at not in standing and partners[at] is None]
    if gone:
        return Conflict(gone=tuple(sorted(gone)))
    touched = {partners[at] for at in range(len(base)) if at not in standing}
    rest = [at for at in range(len(now)) if at not in touched]
    return _placed(runs, rest, partners, {at for at in standing if partners[at] is not None})


def _runs(target: Sequence[TargetEntry], standing: frozenset[int]) -> list[_Run]:
    runs = [_Run(after=None, before=None, entries=[])]
    for entry in target:
        if isinstance(entry, int) and entry in standing:
            runs[-1].before = entry
            runs.append(_Run(after=entry, before=None, entries=[]))
        else:
            runs[-1].entries.append(entry)
    return [run for run in runs if run.entries]


def _placed(
    runs: Sequence[_Run], rest: Sequence[int], partners: Sequence[int | None], alive: set[int]
) -> list[TargetEntry] | Conflict:
    """Puts each run back between its neighbours, or next to the one that is left."""
    neighbours = {partners[at] for at in alive}
    follower = _followers([at for at in rest if at in neighbours])
    ahead: dict[
        int | None, list[TargetEntry]
    ] = {}  # by the row of `now` in front of which they go; None: the end
    behind: dict[int | None, list[TargetEntry]] = {}  # by the row behind which they go; None: the start
    torn = []
    for run in runs:
        after = partners[run.after] if run.after is not None else None
        before = partners[run.before] if run.before is not None else None
        entries = [entry if isinstance(entry, str) else _partner(partners, entry) for entry in run.entries]
        if run.after is None:
            behind[None] = entries
        elif run.before is None:
            ahead[None] = entries
        elif after is not None and (before is None or follower.get(after) == before):
            behind[after] = entries
        elif after is None and before is not None:
            ahead[before] = entries
        else:
            torn.append((run.after, run.before))
    if torn:
        return Conflict(torn=tuple(torn))
    placed: list[TargetEntry] = list(behind.get(None, []))
    for at in rest:
        placed += [*ahead.get(at, []), at, *behind.get(at, [])]
    return placed + ahead.get(None, [])


def _partner(partners: Sequence[int | None], at: int) -> int:
    partner = partners[at]
    if partner is None:
        raise LookupError(at)
    return partner


def _followers(rows: Sequence[int]) -> dict[int, int]:
    return dict(pairwise(rows))


class ReachableTarget(Struct, frozen=True, kw_only=True):
    """The part of a wanted list that Spotify can make of another list, and what it cannot do of it."""

    target: list[TargetEntry]  # in positions of the list as it is
    missing: tuple[int, ...]  # positions of the wanted list that cannot come back
    staying: tuple[int, ...]  # positions of the list that cannot be removed


def find_reachable_target(
    now: Sequence[tuple[PlannerRow, Key]], wanted: Sequence[tuple[PlannerRow, Key]]
) -> ReachableTarget:
    """Each row comes with what tells it from its copies, such as when it was added.

    Rows that are there are kept, the rest is added again. Rows that can neither be removed nor are wanted
    stay behind the row they follow, else in front of the next one that stays, else at the end.
    """
    partners = match_keys(wanted, now, loosely=_row_of)
    target: list[TargetEntry] = []
    missing = []
    for position, ((row, _), partner) in enumerate(zip(wanted, partners, strict=True)):
        if partner is not None:
            target.append(partner)
        elif row.uri is not None and not row.is_fixed and can_be_added(row.uri):
            target.append(row.uri)
        else:
            missing.append(position)
    matched = set(partners)
    staying = [position for position, (row, _) in enumerate(now) if row.is_fixed and position not in matched]
    return ReachableTarget(
        target=_insert_staying(target, staying), missing=tuple(missing), staying=tuple(staying)
    )


def _row_of(key: Key) -> Key:
    return key[0] if isinstance(key, tuple) else key


def _insert_staying(target: Sequence[TargetEntry], staying: Sequence[int]) -> list[TargetEntry]:
    places = {entry: place for place, entry in enumerate(target) if isinstance(entry, int)}
    kept = sorted(places)
    first = places[kept[0]] if kept else len(target)
    ahead: dict[int, list[int]] = {}  # by the place in `target` in front of which they go
    for position in staying:
        follows = bisect_left(kept, position)
        place = places[kept[follows - 1]] + 1 if follows else first
        ahead.setdefault(place, []).append(position)
    combined: list[TargetEntry] = []
    for place, entry in enumerate(target):
        combined += [*ahead.get(place, []), entry]
    return combined + ahead.get(len(target), [])
