"""What bringing back an earlier version would take, before it is done."""

from collections.abc import Sequence

from msgspec import Struct

from playlists.editing import plans
from playlists.editing import rebase as rebasing
from playlists.editing.goals import rows_of
from playlists.errors import CannotRemove, PlaylistFull
from playlists.history import timeline as history
from playlists.history.timeline import ChangedRows, Difference
from playlists.planner import Plan, Row
from playlists.revisions.contents import Contents, Entry


class Way(Struct, frozen=True):
    """`loses_dates`: how many rows will say that they were added today."""

    calls: int
    loses_dates: int


class Preview(Struct, frozen=True):
    """`missing` cannot come back, `staying` cannot go: Spotify lets no app add or remove local files.

    `fast` is null when it is no faster than `keeping`, which keeps every date that can be kept; both are null
    when it cannot be done, or there is nothing to do.
    """

    difference: Difference
    missing: ChangedRows
    staying: ChangedRows
    keeping: Way | None
    fast: Way | None


def preview(now: Contents, then: Contents) -> Preview:
    way = rebasing.towards(_told(now.entries), _told(then.entries))
    added = sum(isinstance(entry, str) for entry in way.wanted)
    keeping = _way(now, way.wanted, added, rewrite=False)
    fast = _way(now, way.wanted, added, rewrite=True)
    is_faster = keeping and fast and fast.calls < keeping.calls
    return Preview(
        difference=history.difference(now, then),
        missing=history.rows_at(then, way.missing, "missing"),
        staying=history.rows_at(now, way.staying, "staying"),
        keeping=keeping,
        fast=fast if is_faster else None,
    )


def _way(now: Contents, wanted: Sequence[int | str], added: int, *, rewrite: bool) -> Way | None:
    try:
        plan: Plan = plans.planned(now.entries, wanted, rewrite=rewrite)
    except (CannotRemove, PlaylistFull):
        return None
    return Way(calls=plan.calls, loses_dates=added + plan.loses_dates) if plan.steps else None


def _told(entries: Sequence[Entry]) -> list[tuple[Row, object]]:
    return [(row, entry.key) for row, entry in zip(rows_of(entries), entries, strict=True)]
