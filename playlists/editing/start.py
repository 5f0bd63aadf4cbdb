"""Turn what a member wants into a stored edit, and carry out its first steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from playlists.editing.edit_plan import make_plan, pack_target, store_plan, unpack_target
from playlists.editing.goals import GoalConflict, GoalMaker, Target, carry_over_target, insert_uris
from playlists.editing.job import EDIT_KIND, MAX_CALLS_IN_REQUEST, get_lock_key, run_in_request
from playlists.errors import NothingToDo, PlaylistBusy, PlaylistChanged
from playlists.models import Edit, Playlist, Revision
from playlists.revisions.contents import Contents, get_contents
from playlists.revisions.diff import diff_contents
from playlists.sync.access import OpenPlaylist
from playlists.sync.job import cancel_check
from spotweb.jobs import actions as jobs
from spotweb.jobs.actions import LockTaken
from spotweb.jobs.models import Job
from spotweb.jobs.runner import requeue_job


def plan_edit(
    playlist: OpenPlaylist,
    *,
    kind: str,
    values: Mapping[str, Any],
    make_goal: GoalMaker,
    base_revision: int | None = None,
    rewrite: bool = False,
    waits_for: Sequence[Edit] = (),
    undoes: Edit | None = None,
) -> Edit:
    """Carry out what `make_goal` makes of the list as the member sees it: `base_revision`, or null for as it
    is now. `waits_for`: edits of other lists that have to be done first.

    What others have done since is kept where the goal still makes sense. Raises PlaylistChanged where it does
    not, PlaylistBusy, PlaylistFull, CannotRemove, NothingToDo, and what Spotify refuses before anything was
    done; an edit that was stopped midway is returned and says so.
    """
    now = get_base(playlist, None)
    base = get_base(playlist, base_revision)
    goal = make_goal(base.entries)
    target = _carry_over(base, now, goal.target)
    plan = make_plan(now.entries, target, rewrite=rewrite)
    if not plan.steps and not goal.skipped:
        raise NothingToDo
    edit = Edit(
        playlist=playlist.playlist,
        member=playlist.member,
        kind=kind,
        values=dict(values),
        base_id=now.revision_id,
        packed_target=pack_target(target),
        may_rewrite=rewrite,
        skipped_count=goal.skipped,
        snapshot_id=now.snapshot_id if playlist.playlist.is_id_sure else "",
        uncertain_since=timezone.now() if waits_for else None,
        undoes=undoes,
    )
    store_plan(edit, plan)
    return start_edit(edit, blocked_by=[edit.job_id for edit in waits_for])


def get_base(playlist: OpenPlaylist, base_revision: int | None) -> Contents:
    """What the member sees. Raises PlaylistChanged when it is so old that it is no longer kept."""
    now = playlist.contents
    assert now is not None  # noqa: S101  # for mypy: what may be changed can be read
    if base_revision in {None, now.revision_id}:
        return now
    revision = Revision.objects.filter(playlist=playlist.playlist, pk=base_revision).first()
    if revision is None:  # pruned: a page that has been open for months
        raise PlaylistChanged
    return get_contents(revision)


def start_edit(edit: Edit, *, blocked_by: Sequence[int] = ()) -> Edit:
    """Store it, then do it: in the request when it is short, else in the worker.

    Raises PlaylistBusy while another edit of the same list is under way, NothingToDo when it undoes what has
    been undone already.
    """
    is_now = len(edit.steps) <= MAX_CALLS_IN_REQUEST and not edit.uncertain_since and not blocked_by
    try:
        with transaction.atomic():
            edit.job = _start_job(
                edit, lock_key=get_lock_key(edit.playlist), blocked_by=blocked_by, inline=is_now
            )
            require_not_undone(edit)
            if edit.base_id and not edit.uncertain_since and _has_changed_since(edit):
                # Another edit ended while this one was planned: the worker plans it from what is there now.
                edit.uncertain_since, is_now = timezone.now(), False
                if edit.job.state == Job.State.RUNNING:
                    requeue_job(edit.job)
            edit.save()
            # The new edit checks the list itself.
            cancel_check(edit.playlist)
    except LockTaken as taken:
        raise PlaylistBusy(Edit.objects.filter(job=taken.job).first()) from None
    return run_in_request(edit) if is_now else edit


def restart_edit(member: Member, edit: Edit) -> None:
    """Have the worker do the rest. Raises as `start_edit`."""
    try:
        with transaction.atomic():
            if jobs.resume(member, edit.job_id):
                require_not_undone(edit)
    except LockTaken as taken:
        raise PlaylistBusy(Edit.objects.filter(job=taken.job).first()) from None


def require_not_undone(edit: Edit) -> None:
    """Raises NothingToDo: undone again, what was removed would come back twice. No other undo can begin
    while this edit holds the lock of the list."""
    if edit.undoes_id:
        others = Edit.objects.filter(undoes=edit.undoes_id, job__state=Job.State.DONE)
        if others.exclude(pk=edit.pk).exists():
            raise NothingToDo


def require_idle(playlist: Playlist) -> None:
    """Raises PlaylistBusy while an edit of the list is under way."""
    holder = jobs.get_lock_holder(get_lock_key(playlist))
    if holder and holder.is_active:
        raise PlaylistBusy(Edit.objects.filter(job=holder).first())


def add_later(
    opened: OpenPlaylist,
    uris: Sequence[str],
    *,
    kind: str,
    values: Mapping[str, Any],
    skipped: int,
    position: int | None = None,
) -> Edit:
    """Add to a list that another edit has locked, or to the end of one that is still being read.

    It holds no lock and keeps nobody from changing the list; the worker does it when its turn comes.
    """
    playlist, read = opened.playlist, opened.reading
    waiting = playlist.edits.filter(member=opened.member, job__state=Job.State.QUEUED, base=None, kind=kind)
    pending = waiting.select_related("job").first() if position is None else None
    if pending and _append_to(pending, uris, values=values, skipped=skipped):
        return pending
    edit = Edit(
        playlist=playlist,
        member=opened.member,
        kind=kind,
        values=dict(values),
        packed_target=pack_target(uris),
        skipped_count=skipped,
        uncertain_since=timezone.now(),
    )
    if position is not None:
        base = get_base(opened, None)
        edit.base_id = base.revision_id
        edit.packed_target = pack_target(insert_uris(base.total, uris, position))
    with transaction.atomic():
        edit.job = _start_job(edit, blocked_by=[read.job_id] if read else [])
        edit.save()
        cancel_check(playlist)
    return edit


def _append_to(pending: Edit, uris: Sequence[str], *, values: Mapping[str, Any], skipped: int) -> bool:
    """False when it has begun meanwhile."""
    before = pending.packed_target
    pending.packed_target = pack_target([*unpack_target(before), *uris])
    pending.values = {**values, "count": values["count"] + pending.values["count"]}
    pending.skipped_count += skipped
    waiting = Job.objects.filter(pk=pending.job_id, state=Job.State.QUEUED)
    with transaction.atomic():
        # Writing the row of the job keeps a worker from claiming it meanwhile.
        if not waiting.update(heartbeat_at=timezone.now()):
            return False
        return (
            Edit.objects.filter(pk=pending.pk, base=None, packed_target=before).update(
                packed_target=pending.packed_target,
                values=pending.values,
                skipped_count=pending.skipped_count,
            )
            == 1
        )


def _start_job(
    edit: Edit, *, lock_key: str = "", blocked_by: Sequence[int] = (), inline: bool = False
) -> Job:
    return jobs.start(
        EDIT_KIND,
        member=edit.member,
        started_by=edit.member,
        title=edit.playlist.name,
        lock_key=lock_key,
        total=len(edit.steps),
        blocked_by=blocked_by,
        inline=inline,
    )


def _has_changed_since(edit: Edit) -> bool:
    """Whether the list was changed between planning and locking it."""
    return not Playlist.objects.filter(pk=edit.playlist.pk, revision=edit.base_id).exists()


def _carry_over(base: Contents, now: Contents, target: Target) -> Target:
    if base.fingerprint == now.fingerprint:
        return target
    try:
        return carry_over_target(base.entries, now.entries, target)
    except GoalConflict as error:
        raise _describe_conflict(base, now) from error


def _describe_conflict(base: Contents, now: Contents) -> PlaylistChanged:
    return PlaylistChanged(
        base=Revision.objects.filter(pk=base.revision_id).first(),
        now=Revision.objects.filter(pk=now.revision_id).first(),
        diff=diff_contents(base, now),
    )
