"""Finding the jobs that no worker does although one should, and what gone workers have left behind.

Each repair is one conditional UPDATE, so that two workers may sweep at once.
"""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from spotweb.jobs.models import Job
from spotweb.jobs.registry import get_kinds
from spotweb.jobs.runner import get_blockers, release_lost_job, requeue_job, run_job

if TYPE_CHECKING:
    from accounts.models import Member

logger = logging.getLogger(__name__)

EVERY_S = 10.0
# A worker claims the task and then the job within milliseconds.
BEGUN_WITHIN = timedelta(seconds=5)
# A slice takes 15 seconds and what it has on its way.
TASK_DEAD_AFTER = timedelta(minutes=2)
MAX_WORKERS_PER_TASK = 3


def sweep_jobs(member: "Member | None" = None) -> None:
    """Repair the jobs of all members, or of one whose page is looked at."""
    jobs = Job.objects.filter(kind__in=get_kinds())
    if member:
        jobs = jobs.filter(Q(member=member) | Q(started_by=member))
    for job in jobs.filter(state=Job.State.RUNNING):
        if release_lost_job(job):
            logger.warning("%s: its worker was not heard of", job)
    queued = jobs.filter(state=Job.State.QUEUED)
    due = list(queued.filter(Q(run_after=None) | Q(run_after__lte=timezone.now())))
    known = _find_tasks() if due else set()
    for job in due:
        if (job.pk, job.attempt) not in known and _requeue_once(job):
            logger.warning("%s: no task was there for it", job)
    if member is None:
        _delete_old_jobs()
        _revive_dead_tasks()


def _requeue_once(job: Job) -> bool:
    """Queue it again, unless it waits for other jobs."""
    waits_for, error_code = get_blockers(job)
    if waits_for and not error_code:
        return False
    return requeue_job(job, error_code=job.error_code)


def _find_tasks() -> set[tuple[int, int]]:
    """The jobs, with their attempts, that a task waits for or has just begun."""
    since = timezone.now() - BEGUN_WITHIN
    is_alive = Q(status=TaskResultStatus.READY) | Q(status=TaskResultStatus.RUNNING, started_at__gt=since)
    tasks = DBTaskResult.objects.filter(is_alive, task_path=run_job.module_path)
    return {tuple(args_kwargs["args"]) for args_kwargs in tasks.values_list("args_kwargs", flat=True)}


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
