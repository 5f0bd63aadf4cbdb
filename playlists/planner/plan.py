"""Plan the steps that lead from the rows of a playlist to a target."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from playlists.planner.moves import find_moves
from playlists.planner.steps import (
    MAX_ITEMS,
    MAX_URIS_PER_CALL,
    Add,
    PlannerRow,
    Remove,
    Replace,
    Step,
    can_be_added,
)

# A row that is there, by its position, or a URI to add.
TargetEntry = int | str


class ImpossibleTarget(Exception):
    """Spotify has no way to lead from the rows to the target."""


class CannotDrop(ImpossibleTarget):
    """Local files, and rows whose content has vanished: only their owner's Spotify app can remove them."""

    def __init__(self, positions: Sequence[int]) -> None:
        super().__init__(f"{len(positions)} rows cannot be removed")
        self.positions = tuple(positions)


class CannotAdd(ImpossibleTarget):
    """Local files can be added with the owner's Spotify app only."""

    def __init__(self, uris: Sequence[str]) -> None:
        super().__init__(f"{len(uris)} rows cannot be added")
        self.uris = tuple(uris)


class TooManyItems(ImpossibleTarget):
    """Spotify accepts no more than MAX_ITEMS."""

    def __init__(self, total: int) -> None:
        super().__init__(f"{total} rows are more than {MAX_ITEMS}")
        self.total = total


class Plan(Struct, frozen=True, kw_only=True):
    """`added_again`: positions of rows that stay in the list but lose when and by whom they were added."""

    steps: tuple[Step, ...]
    added_again: tuple[int, ...] = ()

    @property
    def calls(self) -> int:
        return len(self.steps)

    @property
    def readded_count(self) -> int:
        return len(self.added_again)


def plan_steps(rows: Sequence[PlannerRow], target: Sequence[TargetEntry], *, rewrite: bool = False) -> Plan:
    """The fewest calls that keep every date that can be kept; with `rewrite` the fewest calls at all.

    Where no row is named to be kept, a rewrite competes as well. Raises ImpossibleTarget.
    """
    careful, fast = plan_both_ways(rows, target)
    return fast if rewrite or not any(isinstance(entry, int) for entry in target) else careful


def plan_both_ways(rows: Sequence[PlannerRow], target: Sequence[TargetEntry]) -> tuple[Plan, Plan]:
    """With and without regard for dates; the same where that makes no difference. Raises ImpossibleTarget."""
    _check_target(rows, target)
    target = _reuse_copies(rows, target)
    careful = _plan_changes(rows, target)
    plans = (
        [careful, *_plan_rewrites(rows, target)] if careful.calls > 1 or careful.readded_count else [careful]
    )
    return careful, min(plans, key=lambda plan: (plan.calls, plan.readded_count))


def _check_target(rows: Sequence[PlannerRow], target: Sequence[TargetEntry]) -> None:
    kept = [entry for entry in target if isinstance(entry, int)]
    if len(set(kept)) < len(kept) or any(not 0 <= position < len(rows) for position in kept):
        message = "a position is named twice, or is none of the list's"
        raise ValueError(message)
    staying = frozenset(kept)
    stuck = [at for at, row in enumerate(rows) if row.is_fixed and at not in staying]
    if stuck:
        raise CannotDrop(stuck)
    local = [entry for entry in target if isinstance(entry, str) and not can_be_added(entry)]
    if local:
        raise CannotAdd(local)
    if len(target) > max(MAX_ITEMS, len(rows)):
        raise TooManyItems(len(target))


def _reuse_copies(rows: Sequence[PlannerRow], target: Sequence[TargetEntry]) -> list[TargetEntry]:
    """Keep copies that would be removed instead of adding the same items."""
    kept = {entry for entry in target if isinstance(entry, int)}
    spare: defaultdict[str, deque[int]] = defaultdict(deque)
    for at, row in enumerate(rows):
        if row.uri is not None and at not in kept:
            spare[row.uri].append(at)
    return [
        spare[entry].popleft() if isinstance(entry, str) and spare.get(entry) else entry for entry in target
    ]


def _plan_rewrites(rows: Sequence[PlannerRow], target: Sequence[TargetEntry]) -> Iterator[Plan]:
    """Adding rows again is cheaper than moving many: a hundred fit in one call if they are neighbours."""
    if not any(row.is_fixed for row in rows):
        yield _plan_replacement(rows, target)
    else:
        yield _plan_changes(rows, target, again=frozenset(range(len(rows))))
    low, high = 0, len(rows)
    while low < min(high, len(target)) and target[low] == low:
        low += 1
    while low < high and len(target) - len(rows) + high > low and target[high - len(rows) - 1] == high - 1:
        high -= 1
    yield _plan_changes(rows, target, again=frozenset(range(low, high)))


def _plan_replacement(rows: Sequence[PlannerRow], target: Sequence[TargetEntry]) -> Plan:
    uris = [_get_uri(rows, entry) for entry in target]
    first, rest = uris[:MAX_URIS_PER_CALL], uris[MAX_URIS_PER_CALL:]
    steps: tuple[Step, ...] = (Replace(tuple(first)), *_split_adds(rest, len(first)))
    return Plan(steps=steps, added_again=tuple(entry for entry in target if isinstance(entry, int)))


def _plan_changes(
    rows: Sequence[PlannerRow], target: Sequence[TargetEntry], *, again: Collection[int] = frozenset()
) -> Plan:
    """Remove, then move what stays, then add: in this order no move is wasted.

    The rows of `again` are removed and added again. So are the other copies of what is removed: Spotify
    removes them all.
    """
    staying = {entry for entry in target if isinstance(entry, int) and entry not in again}
    gone = {row.uri: None for at, row in enumerate(rows) if not row.is_fixed and at not in staying}
    final = [_get_uri(rows, entry) if _is_readded(rows, entry, gone) else entry for entry in target]
    steps: tuple[Step, ...] = (
        *_build_removes([uri for uri in gone if uri is not None]),
        *find_moves(_rank_rows([entry for entry in final if isinstance(entry, int)])),
        *_build_adds(final),
    )
    added_again = (entry for entry in target if isinstance(entry, int) and _is_readded(rows, entry, gone))
    return Plan(steps=steps, added_again=tuple(added_again))


def _is_readded(rows: Sequence[PlannerRow], entry: TargetEntry, gone: Collection[str | None]) -> bool:
    return isinstance(entry, int) and not rows[entry].is_fixed and rows[entry].uri in gone


def _get_uri(rows: Sequence[PlannerRow], entry: TargetEntry) -> str:
    uri = rows[entry].uri if isinstance(entry, int) else entry
    if uri is None:
        raise CannotAdd([])
    return uri


def _rank_rows(order: Sequence[int]) -> list[int]:
    """The rank that each surviving row gets among them, in their current order."""
    places = {position: rank for rank, position in enumerate(order)}
    return [places[position] for position in sorted(order)]


def _build_removes(uris: Sequence[str]) -> Iterator[Remove]:
    for start in range(0, len(uris), MAX_URIS_PER_CALL):
        yield Remove(tuple(uris[start : start + MAX_URIS_PER_CALL]))


def _build_adds(final: Sequence[TargetEntry]) -> Iterator[Add]:
    """Each run of new rows at its position; the rows ahead of it are in place by then."""
    at = 0
    for is_new, run in groupby(final, key=lambda entry: isinstance(entry, str)):
        entries = list(run)
        if is_new:
            yield from _split_adds([entry for entry in entries if isinstance(entry, str)], at)
        at += len(entries)


def _split_adds(uris: Sequence[str], position: int) -> Iterator[Add]:
    for start in range(0, len(uris), MAX_URIS_PER_CALL):
        yield Add(tuple(uris[start : start + MAX_URIS_PER_CALL]), position + start)
