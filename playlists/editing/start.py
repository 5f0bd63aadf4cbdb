"""Turn what a member wants into a stored edit, and carry out its first steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Member
from playlists.editing.edit_plan import make_plan, pack_target, store_plan, unpack_target
from playlists.editing.goals import GoalConflict, GoalMaker, Target, carry_over_target
from playlists.editing.job import MAX_CALLS_IN_REQUEST, enqueue, run_in_request, stop_lost_edits
from playlists.errors import NothingToDo, PlaylistBusy, PlaylistChanged
from playlists.models import Edit, Playlist, Revision
from playlists.revisions.contents import Contents, get_contents
from playlists.revisions.diff import diff_keys
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from playlists.sync.job import cancel_check


def plan_edit(
    member: Member,
    playlist_id: str,
    *,
    kind: str,
    values: Mapping[str, Any],
    make_goal: GoalMaker,
    seen: int | None = None,
    rewrite: bool = False,
    waits_for: Sequence[int] = (),
    undoes: Edit | None = None,
) -> Edit:
    """Carry out what `make_goal` makes of the list as the member sees it: revision `seen`, or null for as it
    is now.

    What others have done since is kept where the goal still makes sense. Raises PlaylistChanged where it does
    not, NotEditable, NotReadable, PlaylistBeingRead, PlaylistBusy, PlaylistFull, CannotRemove, NothingToDo,
    and what Spotify refuses before anything was done; an edit that was stopped midway is returned and says
    so.
    """
    opened = access.open_for_edit(member, playlist_id)
    now = _get_contents(opened)
    base = _get_base(opened.playlist, seen) or now
    goal = make_goal(base.entries)
    target = _carry_over(base, now, goal.target)
    plan = make_plan(now.entries, target, rewrite=rewrite)
    if not plan.steps and not goal.skipped:
        raise NothingToDo
    edit = Edit(
        playlist=opened.playlist,
        member=member,
        kind=kind,
        values=dict(values),
        base_id=now.revision_id,
        packed_target=pack_target(target),
        may_rewrite=rewrite,
        skipped_count=goal.skipped,
        snapshot_id=now.snapshot_id if opened.playlist.is_id_sure else "",
        waits_for=list(waits_for),
        is_uncertain=bool(waits_for),
        undoes=undoes,
    )
    store_plan(edit, plan)
    return start_edit(edit)


def start_edit(edit: Edit) -> Edit:
    """Store it, then do it: in the request when it is short, else in the worker."""
    is_short = edit.steps_total <= MAX_CALLS_IN_REQUEST
    is_now = is_short and not edit.is_uncertain and not edit.waits_for
    edit.state = Edit.State.RUNNING if is_now else Edit.State.WAITING
    edit.beat_at = timezone.now()
    save_exclusively(edit)
    if is_now:
        return run_in_request(edit)
    if not edit.waits_for:
        enqueue(edit)
    return edit


def add_when_read(
    member: Member,
    playlist: Playlist,
    uris: Sequence[str],
    *,
    kind: str,
    values: Mapping[str, Any],
    skipped: int,
) -> Edit:
    """Add to the end of a list whose items are still being read: it goes on by itself when they are."""
    pending = playlist.edits.filter(member=member, state=Edit.State.WAITING, base=None, kind=kind).first()
    if pending and _append_to(pending, uris, values=values, skipped=skipped):
        return pending
    edit = Edit(
        playlist=playlist,
        member=member,
        kind=kind,
        values=dict(values),
        packed_target=pack_target(uris),
        skipped_count=skipped,
        is_uncertain=True,
    )
    save_exclusively(edit)
    return edit


def _append_to(pending: Edit, uris: Sequence[str], *, values: Mapping[str, Any], skipped: int) -> bool:
    """False when it has begun meanwhile."""
    before = pending.packed_target
    pending.packed_target = pack_target([*unpack_target(before), *uris])
    pending.values = {**values, "count": values["count"] + pending.values["count"]}
    pending.skipped_count += skipped
    rows = Edit.objects.filter(pk=pending.pk, state=Edit.State.WAITING, base=None, packed_target=before)
    changed = rows.update(
        packed_target=pending.packed_target, values=pending.values, skipped_count=pending.skipped_count
    )
    return changed == 1


def save_exclusively(edit: Edit) -> None:
    """Raises PlaylistBusy while another edit of the same list is under way, NothingToDo when it undoes what
    has been undone already."""
    stop_lost_edits(edit.playlist)
    try:
        with transaction.atomic():
            edit.save()
    except IntegrityError:
        under_way = edit.playlist.edits.filter(state__in=Edit.UNDER_WAY).exclude(pk=edit.pk).first()
        if under_way is None and edit.undoes_id:
            raise NothingToDo from None
        raise PlaylistBusy(under_way) from None
    # The new edit checks the list itself.
    cancel_check(edit.playlist)


def _get_contents(opened: OpenPlaylist) -> Contents:
    assert opened.contents is not None  # noqa: S101  # for mypy: what may be changed can be read
    return opened.contents


def _get_base(playlist: Playlist, seen: int | None) -> Contents | None:
    if seen is None:
        return None
    revision = Revision.objects.filter(playlist=playlist, pk=seen).first()
    if revision is None:  # pruned: a page that has been open for months
        raise PlaylistChanged
    return get_contents(revision)


def _carry_over(base: Contents, now: Contents, target: Target) -> Target:
    if base.fingerprint == now.fingerprint:
        return target
    try:
        return carry_over_target(base.entries, now.entries, target)
    except GoalConflict as error:
        raise _describe_conflict(base, now) from error


def _describe_conflict(base: Contents, now: Contents) -> PlaylistChanged:
    diff = diff_keys([entry.key for entry in base.entries], [entry.key for entry in now.entries])
    return PlaylistChanged(
        base=Revision.objects.filter(pk=base.revision_id).first(),
        now=Revision.objects.filter(pk=now.revision_id).first(),
        diff=diff,
    )
