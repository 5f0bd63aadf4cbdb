"""What was wished and the planner's steps, as an edit carries them."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec import json, to_builtins

from playlists import planner as planning
from playlists.editing.goals import Wanted, rows_of
from playlists.errors import CannotRemove, PlaylistFull
from playlists.models import Edit
from playlists.planner import MOST_ITEMS, CannotDrop, Plan, TooMany
from playlists.revisions.contents import Entry


def planned(entries: Sequence[Entry], wanted: Sequence[int | str], *, rewrite: bool) -> Plan:
    """Raises CannotRemove, PlaylistFull."""
    with _refusals(entries):
        return planning.plan(rows_of(entries), wanted, rewrite=rewrite)


def both(entries: Sequence[Entry], wanted: Sequence[int | str]) -> tuple[Plan, Plan]:
    """Keeping dates, and the fast way. Raises CannotRemove, PlaylistFull."""
    with _refusals(entries):
        return planning.both(rows_of(entries), wanted)


@contextmanager
def _refusals(entries: Sequence[Entry]) -> Iterator[None]:
    try:
        yield
    except CannotDrop as error:
        raise CannotRemove(error.positions) from error
    except TooMany as error:
        raise PlaylistFull(room=max(0, MOST_ITEMS - len(entries))) from error


def put(edit: Edit, plan: Plan) -> None:
    edit.steps, edit.steps_done, edit.steps_total = to_builtins(list(plan.steps)), 0, len(plan.steps)
    edit.loses_dates = plan.loses_dates


def pack(wanted: Sequence[int | str]) -> bytes:
    return zlib.compress(json.encode(list(wanted)))


def unpack(packed: bytes | memoryview) -> Wanted:
    return json.decode(zlib.decompress(bytes(packed)), type=Wanted)
