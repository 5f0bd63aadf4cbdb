"""What a list becomes by the steps of an edit, by the model of Spotify's rules."""

from collections.abc import Sequence

from msgspec import convert

from accounts.models import Member
from library.catalogue import store
from library.models import Item
from playlists import planner as planning
from playlists.editing.goals import rows_of
from playlists.models import Edit
from playlists.planner import Row, Step
from playlists.revisions import contents
from playlists.revisions.contents import Entry


class Placed(Row):
    """A row that was there before, which says where."""

    place: int


def steps_of(edit: Edit) -> list[Step]:
    return convert(edit.steps, list[Step])


def step_of(edit: Edit, number: int) -> Step:
    step: Step = convert(edit.steps[number], Step)
    return step


def start_of(edit: Edit) -> tuple[Entry, ...]:
    """What its steps count from."""
    start = edit.start or edit.base
    return contents.of(start).entries if start else ()


def after(entries: Sequence[Entry], steps: Sequence[Step], *, by: Member, at: int) -> list[Entry]:
    """When new rows were added is a guess until Spotify is asked."""
    rows = _after(entries, steps)
    new = {row.uri for row in rows if not isinstance(row, Placed) and row.uri}
    pks = store.get_pks_by_uri(Item, new)
    return [
        entries[row.place]
        if isinstance(row, Placed)
        else Entry(pks.get(row.uri or ""), row.uri, at, by.spotify_id)
        for row in rows
    ]


def new_places(entries: Sequence[Entry], steps: Sequence[Step]) -> list[int]:
    rows = _after(entries, steps)
    return [place for place, row in enumerate(rows) if not isinstance(row, Placed)]


def _after(entries: Sequence[Entry], steps: Sequence[Step]) -> list[Row]:
    rows: list[Row] = []
    for place, row in enumerate(rows_of(entries)):
        placed = Placed(*row)
        placed.place = place
        rows.append(placed)
    for step in steps:
        rows = planning.apply(rows, step)
    return rows
