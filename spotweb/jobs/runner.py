"""Doing a job: one slice in the worker, or a short one inside a request; and each change of its state.

Every change is one UPDATE that names the state and the attempt it starts from. Who finds no such row has
been superseded and leaves everything as it is.
"""

import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from spotweb.jobs.models import Job
from spotweb.jobs.patience import wait_out
from spotweb.jobs.registry import JobKind, get_kind, get_kinds
from spotweb.jobs.run import Cancelled, Deferred, EndOfSlice, Failed, Run, Superseded
from spotweb.spotify.errors import PaceReached, SpotifyError, Throttled
from spotweb.spotify.http import work_in_background
from spotweb.storage.outages import TEXTS, find_outage

logger = logging.getLogger(__name__)

# A job that ends its worker this often in a row, without coming further, does not go on by itself any more.
MAX_TRIES_LOST = 5
# What was interrupted between two steps goes on by itself, unless that would surprise after so long.
GOES_ON_WITHIN = timedelta(minutes=10)

# How much longer ago the last slice of a member must be for work that is one less urgent.
SECONDS_PER_PRIORITY = 3.0

State = Job.State


# When each member's work last had the worker, by time.monotonic(); one worker, one memory.
_served_at: dict[int, float] = {}


# --- Doing it ---------------------------------------------------------------------------------------------


@task()
def run_job(pk: int, attempt: int) -> None:
    """The one task of all kinds. It stands here since it and `enqueue_job` need each other."""
    job = Job.objects.filter(pk=pk, attempt=attempt, state=State.QUEUED).first()
    if job is None:
        return
    chosen = _choose_job(job)
    if chosen.pk != job.pk:
        # Behind the others; the task of the chosen one will find nothing left to do.
        enqueue_job(job)
    try:
        run_slice(chosen.pk, chosen.attempt)
    finally:
        _served_at[_get_turn_holder(chosen)] = time.monotonic()


def _choose_job(job: Job) -> Job:
    """Return this job, or that of another member whose last slice is longer ago.

    A priority of -10 makes up for half a minute: less urgent work goes on slowly beside the rest.
    """
    others = Job.objects.filter(state=State.QUEUED, blocked_by=[], kind__in=get_kinds())
    due = others.filter(Q(run_after=None) | Q(run_after__lte=timezone.now())).order_by("pk")
    holder = _get_turn_holder(job)
    return min([job, *(other for other in due if _get_turn_holder(other) != holder)], key=_get_turn)


def _get_turn(job: Job) -> float:
    served_at = _served_at.get(_get_turn_holder(job), -math.inf)
    return served_at - get_kind(job.kind).priority * SECONDS_PER_PRIORITY


def _get_turn_holder(job: Job) -> int:
    return job.started_by_id or job.member_id


def run_slice(pk: int, attempt: int, *, slice_s: float | None = None) -> None:
    """Do one slice, in the worker. A job that is not queued with this attempt is somebody else's."""
    queued_at = (
        Job.objects.filter(pk=pk, attempt=attempt, state=State.QUEUED)
        .values_list("heartbeat_at", flat=True)
        .first()
    )
    if queued_at is None:
        return
    claimed = Job.objects.filter(pk=pk, attempt=attempt, state=State.QUEUED).update(
        state=State.RUNNING,
        attempt=attempt + 1,
        heartbeat_at=timezone.now(),
        error_code="",
        run_after=None,
    )
    if not claimed:
        return
    job = Job.objects.select_related("member", "started_by").get(pk=pk)
    kind = get_kind(job.kind)
    run = Run(job, queued_at=queued_at, slice_s=kind.slice_s if slice_s is None else slice_s)
    try:
        if job.blocked_by:
            _check_blockers(run)
        with work_in_background():
            kind.run(run)
    except BaseException as error:
        if outage := find_outage(error):
            logger.warning("%s: %s", job, TEXTS[outage])
            wait_out(lambda: _go_on_later(job, kind))
        elif not wait_out(partial(_record_outcome, run, kind, error)):
            raise
    else:
        wait_out(lambda: finish_job(run.job, State.DONE))


def run_queued(pk: int | None) -> None:
    """Do a slice of a queued job whatever its attempt: for tasks that an older version has queued."""
    job = Job.objects.filter(pk=pk, state=State.QUEUED).first() if pk else None
    if job:
        run_slice(job.pk, job.attempt)


@contextmanager
def inline(job: Job) -> Iterator[Run]:
    """Do a job inside a request: one that was started or restarted with `inline=True`.

    The end is written as the worker would write it. SpotifyErrors and mistakes are raised to the caller after
    that; Superseded, Cancelled, Deferred, EndOfSlice (`run.hand_over()`) and Failed are not.
    """
    run = Run(job, queued_at=job.heartbeat_at, slice_s=None)
    try:
        yield run
    except BaseException as error:
        if not _record_outcome(run, get_kind(job.kind), error) or isinstance(error, SpotifyError):
            raise
    else:
        finish_job(run.job, State.DONE)


def _record_outcome(run: Run, kind: JobKind, error: BaseException) -> bool:
    """Write down how the slice ended. False for a mistake of ours, which is to be raised again."""
    job = run.job
    match error:
        case Superseded():
            logger.info("%s: superseded", job)
        case EndOfSlice() | PaceReached():  # others came first for as long as one waits; no word about it
            requeue_job(job)
        case Deferred():
            requeue_job(job, run_after=error.until, error_code=error.error_code)
        case Cancelled():
            finish_job(job, State.CANCELLED)
        case Failed():
            finish_job(job, State.FAILED, error_code=error.error_code)
        case Exception():
            return _record_error(job, kind, error)
        case _:  # the worker is told to end at once: no job may seem to be at work
            _record_interruption(job, kind)
            return False
    return True


def _record_error(job: Job, kind: JobKind, error: Exception) -> bool:
    is_known = isinstance(error, SpotifyError)
    code = error.code if isinstance(error, SpotifyError) else kind.lost_code
    until = error.until if isinstance(error, Throttled) else None
    retry_at = kind.retry_at(job, error)
    logger.log(logging.INFO if is_known else logging.WARNING, "%s: %r", job, error)
    if retry_at is None:
        finish_job(job, State.FAILED, error_code=code, run_after=until)
        return is_known
    # A wait that Spotify asks for is no failure.
    requeue_job(job, run_after=retry_at, error_code=code, tries=job.tries + (until is None))
    return True


def _record_interruption(job: Job, kind: JobKind) -> None:
    if kind.resumes_itself:
        requeue_job(job)
    else:
        finish_job(job, State.FAILED, error_code=kind.lost_code)


def _go_on_later(job: Job, kind: JobKind) -> None:
    """Queue what an outage interrupted; what may or may not have been sent is left to the member."""
    # What the row says: a transaction that failed may have changed `job` alone.
    written = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING).first()
    if written is None:
        return
    if _can_go_on(written, kind):
        requeue_job(written, tries=written.tries + 1)
    else:
        finish_job(written, State.FAILED, error_code=kind.lost_code)


def _can_go_on(job: Job, kind: JobKind) -> bool:
    if job.tries >= MAX_TRIES_LOST:
        return False
    is_between_steps = not job.in_doubt and kind.can_resume(job)
    return kind.resumes_itself or (is_between_steps and timezone.now() - job.heartbeat_at < GOES_ON_WITHIN)


def _check_blockers(run: Run) -> None:
    """Raises EndOfSlice while the job has to wait, Failed when it waits in vain."""
    waits_for, error_code = get_blockers(run.job)
    if error_code:
        raise Failed(error_code)
    if waits_for:
        raise EndOfSlice
    run.save(blocked_by=[])


# --- Changes of state -------------------------------------------------------------------------------------


def enqueue_job(job: Job) -> None:
    """Have the worker do a queued job. One that is blocked is woken by its blockers."""
    # One that ends at this moment does so before it is looked at, or after this job can be seen and woken.
    # (Transactions of SQLite come one after the other anyway.)
    list(Job.objects.select_for_update().filter(pk__in=job.blocked_by).order_by("pk").values("pk"))
    waits_for, error_code = get_blockers(job)
    if error_code:
        finish_job(job, State.FAILED, error_code=error_code)
    if error_code or waits_for:
        return
    run_job.using(priority=get_kind(job.kind).priority, run_after=job.run_after).enqueue(job.pk, job.attempt)


def requeue_job(
    job: Job,
    *,
    unless_heard: bool = False,
    inline: bool = False,
    **changes: Any,  # noqa: ANN401  # fields of Job
) -> bool:
    """Queue a job from the state and attempt that `job` has. False when it has neither any more.

    `inline`: it is running at once, for `runner.inline(job)` in this request.
    """
    state = State.RUNNING if inline else State.QUEUED
    changes = {"run_after": None, "error_code": "", **changes, "state": state}
    with _repeatable_change(job):
        if not _change(job, changes, unless_heard=unless_heard):
            return False
        if inline:
            return True
        if Job.objects.filter(pk=job.pk, is_cancel_requested=True).exists():
            finish_job(job, State.CANCELLED)
        else:
            enqueue_job(job)
    return True


def finish_job(
    job: Job,
    state: str,
    *,
    unless_heard: bool = False,
    **changes: Any,  # noqa: ANN401  # fields of Job
) -> bool:
    """End a job from the state and attempt that `job` has. False when it has neither any more."""
    if state == State.DONE:
        changes |= {"error_code": "", "tries": 0}
    is_repeated = (
        job.is_over and job.state == state
    )  # it has ended, and an outage kept it from going on below
    with _repeatable_change(job):
        if not is_repeated:
            if not _change(job, {**changes, "state": state}, unless_heard=unless_heard):
                return False
            get_kind(job.kind).on_end(job)
    _wake_blocked(job)
    return True


@contextmanager
def _repeatable_change(job: Job) -> Iterator[None]:
    """A transaction. When it fails, `job` too is as it was: else it would no longer match its row."""
    before = {field.attname: getattr(job, field.attname) for field in Job._meta.concrete_fields}  # noqa: SLF001  # documented
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for name, value in before.items():
            setattr(job, name, value)
        raise


def release_lost_job(job: Job) -> bool:
    """Take a job away from a worker that was not heard of. False when it is not lost."""
    if job.state != State.RUNNING or not job.is_lost:
        return False
    kind = get_kind(job.kind)
    if job.is_cancel_requested:
        return finish_job(job, State.CANCELLED, unless_heard=True)
    if kind.resumes_itself and job.tries < MAX_TRIES_LOST:
        return requeue_job(job, unless_heard=True, tries=job.tries + 1)
    return finish_job(job, State.FAILED, unless_heard=True, error_code=kind.lost_code)


def release_job_of_gone_worker(job: Job) -> bool:
    """Take a job away from a worker that has ended, and have it go on where nothing is in doubt."""
    kind = get_kind(job.kind)
    if job.is_cancel_requested:
        return finish_job(job, State.CANCELLED, unless_heard=True)
    if _can_go_on(job, kind):
        return requeue_job(job, unless_heard=True, tries=job.tries + 1)
    return finish_job(job, State.FAILED, unless_heard=True, error_code=kind.lost_code)


def _wake_blocked(blocker: Job) -> None:
    """Queue the jobs that have waited for this one, or end them when they wait in vain."""
    for job in Job.objects.filter(state=State.QUEUED).exclude(blocked_by=[]):
        if blocker.pk in job.blocked_by:
            requeue_job(job)


def get_blockers(job: Job) -> tuple[list[int], str]:
    """Which jobs it still waits for, and the error code with which it ends when it waits in vain.

    A blocker that was deleted blocks nothing.
    """
    if not job.blocked_by:
        return [], ""
    kind = get_kind(job.kind)
    blockers = Job.objects.filter(pk__in=job.blocked_by).exclude(state=State.DONE)
    codes = (kind.on_blocker_failed(job, blocker) for blocker in blockers if blocker.is_over)
    return [blocker.pk for blocker in blockers], next(filter(None, codes), "")


def _change(job: Job, changes: dict[str, Any], *, unless_heard: bool) -> bool:
    """Change the row if it still has the state and the attempt of `job`, which is kept up to date.

    `unless_heard`: and if its worker was not heard of since `job` was read.
    """
    rows = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=job.state)
    if unless_heard:
        rows = rows.filter(heartbeat_at=job.heartbeat_at)
    changes |= {"attempt": job.attempt + 1, "heartbeat_at": timezone.now()}
    if not rows.update(**changes):
        return False
    for name, value in changes.items():
        setattr(job, name, value)
    return True
