"""What features and pages do with jobs: start, cancel, pause, resume, restart, dismiss, list."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from spotweb.jobs.models import Job
from spotweb.jobs.registry import get_kind, get_page_kinds
from spotweb.jobs.runner import enqueue_job, finish_job, release_lost_job, requeue_job

if TYPE_CHECKING:
    from accounts.models import Member

State = Job.State

# A job that nobody has dismissed is shown for so long after its last sign of life.
SHOWN_FOR = timedelta(hours=12)


class LockTaken(Exception):
    """Another job holds the lock key."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(str(job))


def start(
    kind: str,
    *,
    member: "Member",
    started_by: "Member | None" = None,
    title: str = "",
    payload: Any = None,  # noqa: ANN401  # JSON holds anything
    lock_key: str = "",
    total: int | None = None,
    run_after: datetime | None = None,
    blocked_by: Sequence[int] = (),
    inline: bool = False,
) -> Job:
    """Write a job down and have the worker do it. Raises LockTaken while another active job holds `lock_key`.

    Write the feature's own row in the same transaction: the worker sees both or none. `inline`: it is running
    at once, for `runner.inline(job)` in this request. A holder of the lock that lost its worker is settled
    first: as its kind says it fails (and leaves the lock free) or is queued again (and LockTaken is raised).
    """
    if lock_key:
        _release_lost_holder(lock_key)
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                member=member,
                started_by=started_by,
                title=title[:500],
                payload={} if payload is None else payload,
                lock_key=lock_key,
                total=total,
                run_after=run_after,
                blocked_by=list(blocked_by),
                state=State.RUNNING if inline else State.QUEUED,
            )
            if not inline:
                enqueue_job(job)
    except IntegrityError:
        holder = get_lock_holder(lock_key)
        if holder is None:
            raise
        raise LockTaken(holder) from None
    return job


def get_lock_holder(lock_key: str) -> Job | None:
    """The queued or running job that holds this key."""
    return Job.objects.filter(state__in=Job.ACTIVE, lock_key=lock_key).exclude(lock_key="").first()


def restart(job: Job, *, inline: bool = False, **changes: Any) -> bool:  # noqa: ANN401  # fields of Job
    """Have a job done (again) from whatever state it is in, with these fields changed.

    False while a live worker is at it, or when another request was faster. `inline`: as for `start`.
    Raises LockTaken when another job has taken its lock key meanwhile.
    """
    if job.state == State.RUNNING and not job.is_lost:
        return False
    fresh = {
        "error_code": "",
        "run_after": None,
        "tries": 0,
        "is_cancel_requested": False,
        "is_dismissed": False,
    }
    try:
        with transaction.atomic():
            return requeue_job(job, unless_heard=True, inline=inline, **{**fresh, **changes})
    except IntegrityError:
        holder = get_lock_holder(job.lock_key)
        if holder is None:
            raise
        raise LockTaken(holder) from None


def cancel(member: "Member", pk: int) -> None:
    """End a job before its next step; at once when no worker is at it or its worker is lost."""
    mine = Job.objects.filter(pk=pk, started_by=member)
    mine.filter(state__in=Job.ACTIVE).update(is_cancel_requested=True)
    job = mine.first()
    if job and job.state in {State.QUEUED, State.PAUSED}:
        finish_job(job, State.CANCELLED)
    elif job:
        release_lost_job(job)


def stop(member: "Member", pk: int) -> None:
    """Cancel it, or pause it where that is all there is to it."""
    job = Job.objects.filter(pk=pk, started_by=member).first()
    activity = get_kind(job.kind).activity if job else None
    if job and activity and activity.is_paused_only:
        pause(job)
    else:
        cancel(member, pk)


def pause(job: Job) -> bool:
    """Take a queued or running job away from the worker until it is restarted or resumed.

    What the worker has on its way is not written any more.
    """
    return job.state in Job.ACTIVE and finish_job(job, State.PAUSED)


def resume(member: "Member", pk: int) -> bool:
    """Have the rest done of what failed, was cancelled, paused or lost. Raises LockTaken."""
    job = Job.objects.filter(pk=pk, started_by=member).first()
    if job is None or not job.can_resume:
        return False
    with transaction.atomic():
        is_restarted = restart(job, created_at=timezone.now())
        if is_restarted:
            get_kind(job.kind).on_resume(job)
    return is_restarted


def dismiss(member: "Member", pk: int) -> None:
    """Show it no longer."""
    Job.objects.filter(pk=pk, started_by=member).update(is_dismissed=True)


def pop_notice(job: Job) -> bool:
    """Show it no longer; false when another request was faster."""
    return bool(Job.objects.filter(pk=job.pk, is_dismissed=False).update(is_dismissed=True))


def get_recent(member: "Member", kinds: Sequence[str]) -> QuerySet[Job]:
    """What this member started that has given a sign of life lately, whatever has become of it."""
    since = timezone.now() - SHOWN_FOR
    return Job.objects.filter(started_by=member, kind__in=kinds, heartbeat_at__gt=since)


def get_shown(member: "Member", page: str) -> QuerySet[Job]:
    """What this member started and a page shows: under way, or over and not yet dismissed."""
    jobs = get_recent(member, get_page_kinds(page)).filter(is_dismissed=False)
    return jobs.select_related("member", "started_by")


def _release_lost_holder(lock_key: str) -> None:
    holder = get_lock_holder(lock_key)
    if holder:
        release_lost_job(holder)
