"""Finding the jobs that no worker does although one should, and what gone workers have left behind.

Each repair is one conditional UPDATE, so that two workers may sweep at once.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from spotweb.jobs import presence
from spotweb.jobs.models import Job
from spotweb.jobs.registry import get_kinds
from spotweb.jobs.runner import (
    get_blockers,
    release_job_of_gone_worker,
    release_lost_job,
    requeue_job,
    run_job,
)
from spotweb.storage.outages import skip_during_outage

if TYPE_CHECKING:
    from accounts.models import Member

logger = logging.getLogger(__name__)

EVERY_S = 10.0
# A worker claims the task and then the job within milliseconds.
BEGUN_WITHIN = timedelta(seconds=5)
# A slice takes 15 seconds and what it has on its way.
TASK_DEAD_AFTER = timedelta(minutes=2)
MAX_WORKERS_PER_TASK = 3
WAKES_UP_WITHIN_S = 8.0
MAX_REMEMBERED = 1_000

# Silent jobs by their last heartbeat, and when this process first saw them so.
_silent: dict[tuple[int, int, datetime], float] = {}


def sweep_member_jobs(member: "Member") -> None:
    """Repair the jobs of a member whose page is looked at, unless nothing can be written now."""
    with skip_during_outage():
        sweep_jobs(member)


def sweep_jobs(member: "Member | None" = None) -> None:
    """Repair the jobs of all members, or of one."""
    jobs = Job.objects.filter(kind__in=get_kinds())
    if member:
        jobs = jobs.filter(Q(member=member) | Q(started_by=member))
    gone = presence.get_gone_workers()
    _release_jobs_of(gone, jobs)
    for job in jobs.filter(state=Job.State.RUNNING):
        if _is_silent_for_long(job) and release_lost_job(job):
            logger.warning("%s: its worker was not heard of", job)
    queued = jobs.filter(state=Job.State.QUEUED)
    due = list(queued.filter(Q(run_after=None) | Q(run_after__lte=timezone.now())))
    known = _find_tasks(gone) if due else set()
    for job in due:
        if (job.pk, job.attempt) not in known and _requeue_once(job):
            logger.warning("%s: no task was there for it", job)
    if member is None:
        _delete_old_jobs()
        _revive_dead_tasks()
        presence.remove_sockets(gone)


def _release_jobs_of(gone: set[str], jobs: QuerySet[Job]) -> None:
    """Workers of this box that have ended are known at once, without waiting for their heartbeats."""
    if not gone:
        return
    tasks = DBTaskResult.objects.running().filter(task_path=run_job.module_path)
    left = {_key_of(task) for task in tasks if task.worker_ids and task.worker_ids[-1] in gone}
    for job in jobs.filter(state=Job.State.RUNNING):
        # The task carries the attempt that the worker claimed, and claiming counts it up.
        if (job.pk, job.attempt - 1) in left and release_job_of_gone_worker(job):
            logger.warning("%s: its worker has ended", job)


def _is_silent_for_long(job: Job) -> bool:
    """False at the first look at a silent job while workers of this box live.

    After the machine was suspended, or the database was locked, all heartbeats are old although their workers
    are about to go on: they get some seconds.
    """
    if not job.is_lost:
        return False
    if not presence.ask_workers():
        return True
    key = (job.pk, job.attempt, job.heartbeat_at)
    if len(_silent) > MAX_REMEMBERED:
        _silent.clear()
    first_look = _silent.setdefault(key, time.monotonic())
    return time.monotonic() - first_look >= WAKES_UP_WITHIN_S


def _requeue_once(job: Job) -> bool:
    """Queue it again, unless it waits for other jobs."""
    waits_for, error_code = get_blockers(job)
    if waits_for and not error_code:
        return False
    return requeue_job(job, error_code=job.error_code)


def _find_tasks(gone: set[str]) -> set[tuple[int, int]]:
    """The jobs, with their attempts, that a task waits for or has just begun in a worker that is not gone."""
    since = timezone.now() - BEGUN_WITHIN
    is_alive = Q(status=TaskResultStatus.READY) | Q(status=TaskResultStatus.RUNNING, started_at__gt=since)
    tasks = DBTaskResult.objects.filter(is_alive, task_path=run_job.module_path)
    return {_key_of(task) for task in tasks if not gone.intersection(task.worker_ids[-1:])}


def _key_of(task: DBTaskResult[Any, Any]) -> tuple[int, int]:
    pk, attempt = task.args_kwargs["args"]
    return pk, attempt


def _delete_old_jobs() -> None:
    now = timezone.now()
    for kind in get_kinds().values():
        if kind.kept_for:
            over = Job.objects.filter(kind=kind.name).exclude(state__in=Job.ACTIVE)
            over.filter(heartbeat_at__lt=now - kind.kept_for).delete()


def _revive_dead_tasks() -> None:
    """Queue tasks again that a worker began and never ended; what they start is fenced or does no harm twice.

    Should that worker only have been slow, it ends the task as usual.
    """
    cutoff = timezone.now() - TASK_DEAD_AFTER
    dead = DBTaskResult.objects.running().filter(started_at__lt=cutoff)
    for task in dead:
        # One that ends every worker is not tried for ever.
        is_hopeless = len(task.worker_ids) >= MAX_WORKERS_PER_TASK
        status = TaskResultStatus.FAILED if is_hopeless else TaskResultStatus.READY
        finished_at = timezone.now() if is_hopeless else None
        dead.filter(pk=task.pk).update(status=status, finished_at=finished_at)
