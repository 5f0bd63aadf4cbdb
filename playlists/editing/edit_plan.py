"""The plan of an edit as its row carries it: the packed target, the steps, and what they make of the list."""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from msgspec import convert, json, to_builtins

from accounts.models import Member
from library.catalogue import store
from library.models import Item
from playlists.editing.goals import Goal, GoalConflict, Target, find_goal_from, to_planner_rows
from playlists.errors import CannotRemove, PlaylistChanged, PlaylistFull
from playlists.models import Edit
from playlists.planner.plan import CannotDrop, Plan, TooManyItems, plan_both_ways, plan_steps
from playlists.planner.steps import MAX_ITEMS, PlannerRow, Step, apply_step
from playlists.revisions.contents import Entry, get_contents
from spotweb.spotify.answers import struct_types


class PlacedRow(PlannerRow):
    """A row that was there before, with the position it had."""

    position: int


def make_plan(entries: Sequence[Entry], target: Sequence[int | str], *, rewrite: bool) -> Plan:
    """Raises CannotRemove, PlaylistFull."""
    with _translate_errors(entries):
        return plan_steps(to_planner_rows(entries), target, rewrite=rewrite)


def make_both_plans(entries: Sequence[Entry], target: Sequence[int | str]) -> tuple[Plan, Plan]:
    """Keeping dates, and the fast way. Raises CannotRemove, PlaylistFull."""
    with _translate_errors(entries):
        return plan_both_ways(to_planner_rows(entries), target)


def store_plan(edit: Edit, plan: Plan) -> None:
    edit.steps, edit.readded_count = to_builtins(list(plan.steps)), plan.readded_count


def replan_edit(edit: Edit) -> None:
    """Plan the rest of an interrupted edit from what is in the list now, not from what should be. Nothing is
    saved, and the steps of its job count from 0 again.

    Raises PlaylistChanged when others have changed the list so that the goal makes no sense any more.
    """
    revision = edit.playlist.revision
    assert revision is not None  # noqa: S101  # for mypy: it has just been read
    now = get_contents(revision)
    if edit.base is None:
        edit.base = revision
        edit.packed_target = pack_target([*range(now.total), *unpack_target(edit.packed_target)])
    goal = _remaining_goal(edit, now.entries)
    plan = make_plan(now.entries, goal.target, rewrite=edit.may_rewrite)
    edit.start, edit.snapshot_id = revision, ""  # the id of what has just been read may be an older one's
    edit.skipped_count = max(edit.skipped_count, goal.skipped)
    edit.uncertain_since = None
    store_plan(edit, plan)


def pack_target(target: Sequence[int | str]) -> bytes:
    return zlib.compress(json.encode(list(target)))


def unpack_target(packed: bytes | memoryview) -> Target:
    return struct_types.get_json_decoder(Target).decode(zlib.decompress(bytes(packed)))


def get_steps(edit: Edit) -> list[Step]:
    return convert(edit.steps, list[Step])


def get_step(edit: Edit, number: int) -> Step:
    step: Step = convert(edit.steps[number], Step)
    return step


def get_start_entries(edit: Edit) -> tuple[Entry, ...]:
    """What its steps count from."""
    start = edit.start or edit.base
    return get_contents(start).entries if start else ()


def predict_entries(
    entries: Sequence[Entry], steps: Sequence[Step], *, by: Member, added_at: int
) -> list[Entry]:
    """What the list becomes by these steps, by the planner's model of Spotify's rules.

    When new rows were added is a guess until Spotify is asked.
    """
    rows = _apply_steps(entries, steps)
    new_uris = {row.uri for row in rows if not isinstance(row, PlacedRow) and row.uri}
    pks = store.get_pks_by_uri(Item, new_uris)
    return [
        entries[row.position]
        if isinstance(row, PlacedRow)
        else Entry(pks.get(row.uri or ""), row.uri, added_at, by.spotify_id)
        for row in rows
    ]


def _remaining_goal(edit: Edit, now: Sequence[Entry]) -> Goal:
    has_begun = bool(edit.job.total) or edit.start_id is not None
    reference = edit if has_begun or edit.undoes is None else edit.undoes
    try:
        return find_goal_from(_expected_entries(reference, now), now, _target_entries(edit))
    except GoalConflict as error:
        raise PlaylistChanged from error


def _expected_entries(edit: Edit, now: Sequence[Entry]) -> Sequence[Entry]:
    """What the edit had made of the list when it stopped, with the step in doubt if that is nearer to `now`.

    Others may have changed the list too, so that it is neither: what has arrived is not to be sent again.
    """
    if edit.is_done and edit.result:
        return get_contents(edit.result).entries
    steps, start = get_steps(edit), get_start_entries(edit)
    done = edit.job.done
    counts = [done, done + 1] if edit.job.in_doubt else [done]
    outcomes = [predict_entries(start, steps[:count], by=edit.member, added_at=0) for count in counts]
    return min(outcomes, key=lambda entries: _measure_distance(entries, now))


def _measure_distance(first: Sequence[Entry], second: Sequence[Entry]) -> tuple[int, int, bool]:
    """Items that only one of them has, then neighbours that only one has, then whether they differ at all."""
    ours, theirs = ([entry.uri for entry in entries] for entries in (first, second))
    return (
        _count_unshared(ours, theirs),
        _count_unshared(pairwise(ours), pairwise(theirs)),
        ours != theirs,
    )


def _count_unshared(first: Iterable[object], second: Iterable[object]) -> int:
    ours, theirs = Counter(first), Counter(second)
    return ((ours - theirs) + (theirs - ours)).total()


def _target_entries(edit: Edit) -> list[Entry]:
    base = get_contents(edit.base).entries if edit.base else ()
    target = unpack_target(edit.packed_target)
    return [base[entry] if isinstance(entry, int) else Entry(None, entry) for entry in target]


def _apply_steps(entries: Sequence[Entry], steps: Sequence[Step]) -> list[PlannerRow]:
    rows: list[PlannerRow] = []
    for position, row in enumerate(to_planner_rows(entries)):
        placed = PlacedRow(*row)
        placed.position = position
        rows.append(placed)
    for step in steps:
        rows = apply_step(rows, step)
    return rows


@contextmanager
def _translate_errors(entries: Sequence[Entry]) -> Iterator[None]:
    try:
        yield
    except CannotDrop as error:
        raise CannotRemove(error.positions) from error
    except TooManyItems as error:
        raise PlaylistFull(room=max(0, MAX_ITEMS - len(entries))) from error
