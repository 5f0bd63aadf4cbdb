"""What bringing back an earlier version would take, before it is done."""

from collections.abc import Sequence

from msgspec import Struct

from playlists.editing.cost import Cost, make_cost
from playlists.editing.edit_plan import make_plan
from playlists.editing.goals import with_keys
from playlists.editing.rebase import find_reachable_target
from playlists.errors import CannotRemove, PlaylistFull
from playlists.history import timeline
from playlists.history.timeline import RevisionDifference
from playlists.page.rows import ChangedRows, make_changed_rows
from playlists.planner.plan import Plan
from playlists.revisions.contents import Contents


class RestorePreview(Struct, frozen=True):
    """`missing` cannot come back, `staying` cannot go: Spotify lets no app add or remove local files.

    `fast` is null when it is no faster than `keeping`, which keeps every date that can be kept; both are null
    when it cannot be done, or there is nothing to do.
    """

    difference: RevisionDifference
    missing: ChangedRows
    staying: ChangedRows
    keeping: Cost | None
    fast: Cost | None


def make_preview(now: Contents, then: Contents) -> RestorePreview:
    reachable = find_reachable_target(with_keys(now.entries), with_keys(then.entries))
    added = sum(isinstance(entry, str) for entry in reachable.target)
    keeping = _find_cost(now, reachable.target, added, rewrite=False)
    fast = _find_cost(now, reachable.target, added, rewrite=True)
    is_faster = keeping and fast and fast.calls < keeping.calls
    return RestorePreview(
        difference=timeline.compare_revisions(now, then),
        missing=make_changed_rows(then, reachable.missing, "missing"),
        staying=make_changed_rows(now, reachable.staying, "staying"),
        keeping=keeping,
        fast=fast if is_faster else None,
    )


def _find_cost(now: Contents, target: Sequence[int | str], added: int, *, rewrite: bool) -> Cost | None:
    try:
        plan: Plan = make_plan(now.entries, target, rewrite=rewrite)
    except (CannotRemove, PlaylistFull):
        return None
    return make_cost(plan, added=added) if plan.steps else None
