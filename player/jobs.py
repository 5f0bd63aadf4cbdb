"""Work that takes many requests: started from a page, done by the worker, told while it goes on.

Nothing of it is ever repeated by itself. A job that ends midway, for whatever reason, says how far it came,
and goes on from there when a member wants it to.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import F
from django.utils import timezone

from accounts.models import Member
from player.models import Job
from spotweb.spotify.errors import SpotifyError, Throttled, Unavailable

# A longer wait ends the job, which can be taken up again: nobody sits in front of it that long.
LONGEST_WAIT = timedelta(minutes=3)
MOST_AT_ONCE = 5
SHOWN_FOR = timedelta(hours=12)
KEPT_FOR = timedelta(days=7)

T = TypeVar("T")
Work = Callable[[Job], None]


class Cancelled(Exception):
    """The member does not want the rest."""


class TooManyJobs(Exception):
    """Enough is under way for this member."""


def start(
    member: Member, kind: str, wanted: object, *, started_by: Member, title: str, device_id: str
) -> Job:
    from player.tasks import run_job  # the task imports the work, which imports this

    under_way = Job.objects.filter(started_by=started_by, state__in=[Job.State.WAITING, Job.State.RUNNING])
    if under_way.filter(beat_at__gt=timezone.now() - SHOWN_FOR).count() >= MOST_AT_ONCE:
        raise TooManyJobs
    Job.objects.filter(member=member, created_at__lt=timezone.now() - KEPT_FOR).delete()
    job = Job.objects.create(
        member=member,
        started_by=started_by,
        kind=kind,
        wanted=wanted,
        title=title[:500],
        device_id=device_id,
    )
    run_job.enqueue(job.pk)
    return job


def to_show(member: Member) -> list[Job]:
    """What this member started: under way, or over and not yet put away."""
    since = timezone.now() - SHOWN_FOR
    return list(
        Job.objects.filter(started_by=member, is_dismissed=False, beat_at__gt=since).select_related("member")
    )


def cancel(member: Member, pk: int) -> None:
    """Before its next step. One that nobody has taken up, or whose worker is gone, ends right away."""
    mine = Job.objects.filter(pk=pk, started_by=member)
    mine.update(is_cancel_wanted=True)
    mine.filter(state=Job.State.WAITING).update(state=Job.State.CANCELLED)


def dismiss(member: Member, pk: int) -> None:
    Job.objects.filter(pk=pk, started_by=member).update(is_dismissed=True)


def go_on(member: Member, pk: int) -> None:
    """Take up the rest. What is in doubt is left out: twice in the queue is worse than one too few."""
    from player.tasks import run_job

    job = Job.objects.filter(pk=pk, started_by=member).first()
    if job is None or not job.can_go_on:
        return
    again = Job.objects.filter(pk=pk, state=job.state, beat_at=job.beat_at).update(
        state=Job.State.WAITING,
        steps_done=F("steps_done") + bool(job.in_doubt),
        left_out=F("left_out") + bool(job.in_doubt),
        in_doubt="",
        trouble="",
        trouble_until=None,
        is_cancel_wanted=False,
        created_at=timezone.now(),
        beat_at=timezone.now(),
    )
    if again:
        run_job.enqueue(pk)


def run(pk: int, work: Mapping[str, Work]) -> None:
    """In the worker. A job that is not waiting any more was cancelled, or somebody else does it."""
    taken = Job.objects.filter(pk=pk, state=Job.State.WAITING)
    if not taken.update(state=Job.State.RUNNING, beat_at=timezone.now()):
        return
    job = Job.objects.select_related("member", "started_by").get(pk=pk)
    try:
        work[job.kind](job)
        job.state = Job.State.DONE
    except Cancelled:
        job.state = Job.State.CANCELLED
    except SpotifyError as error:
        job.trouble = error.code
        job.trouble_until = error.until if isinstance(error, Throttled) else None
    finally:
        if job.state == Job.State.RUNNING:
            job.state = Job.State.STOPPED
        note(job)


def step(job: Job, name: str, act: Callable[[], object]) -> None:
    """One request, never repeated. While it is under way it counts as in doubt: the worker may be ended."""
    check(job)
    job.in_doubt = name[:500]
    note(job)
    try:
        patiently(job, act)
    except Unavailable as error:
        if not error.is_outcome_unknown:
            job.in_doubt = ""
        raise
    except SpotifyError:
        job.in_doubt = ""
        raise
    job.steps_done, job.last, job.in_doubt = job.steps_done + 1, job.in_doubt, ""
    note(job)


def patiently(job: Job, act: Callable[[], T]) -> T:
    """Wait out a short refusal for too many requests: nothing has been done then."""
    while True:
        try:
            return act()
        except Throttled as error:
            if error.until - timezone.now() > LONGEST_WAIT:
                raise
            wait_until(job, error.until)


def wait_until(job: Job, moment: datetime) -> None:
    job.trouble_until = moment
    while (left := (moment - timezone.now()).total_seconds()) > 0:
        check(job)
        note(job)
        time.sleep(min(left, 1.0))
    job.trouble_until = None


def check(job: Job) -> None:
    """Raises Cancelled."""
    if Job.objects.filter(pk=job.pk, is_cancel_wanted=True).exists():
        raise Cancelled


def note(job: Job) -> None:
    job.beat_at = timezone.now()
    # Not the wish to cancel, which the member's page writes.
    job.save(
        update_fields=[
            "state",
            "title",
            "steps_done",
            "steps_total",
            "left_out",
            "last",
            "in_doubt",
            "trouble",
            "trouble_until",
            "wanted",
            "beat_at",
        ]
    )
