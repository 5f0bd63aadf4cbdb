"""All that runs for a member, of every kind, in one place: the button in the bar, and the list behind it.

The bar asks for itself anyway (docs/decisions/0102), so what it says of jobs costs one query of ours. What
went well is told with its answer, on whatever page the member is by then.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.messages import get_messages
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from spotweb.jobs.actions import SHOWN_FOR
from spotweb.jobs.models import Job
from spotweb.jobs.notices import ANNOUNCED_FOR, pop_success
from spotweb.jobs.registry import JobActivity, get_kind, get_kinds

if TYPE_CHECKING:
    from accounts.models import Member
    from accounts.requests import MemberRequest

State = Job.State
# Who cancels may think better of it; later it only stands in the way.
CANCELLED_SHOWN_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Activity:
    """`shown` is what stands in the list, `finished` what went well and has not been told."""

    shown: tuple[Job, ...] = ()
    finished: tuple[Job, ...] = ()

    @property
    def running(self) -> int:
        return sum(not job.is_over and job.state != State.PAUSED for job in self.shown)

    @property
    def has_failed(self) -> bool:
        return any(job.is_over and job.state != State.CANCELLED for job in self.shown)

    @property
    def tag(self) -> str:
        """Equal as long as the button looks the same; empty without one."""
        return f"{self.running}.{len(self.shown)}.{self.has_failed:d}" if self.shown else ""


def get_activity(member: "Member") -> Activity:
    now, ended = timezone.now(), [State.FAILED, State.PAUSED]
    is_recent = Q(heartbeat_at__gt=now - SHOWN_FOR, state__in=ended)
    is_cancelled = Q(heartbeat_at__gt=now - CANCELLED_SHOWN_FOR, state=State.CANCELLED)
    is_new = Q(heartbeat_at__gt=now - ANNOUNCED_FOR, state=State.DONE)
    jobs = Job.objects.filter(
        Q(state__in=Job.ACTIVE) | is_recent | is_cancelled | is_new,
        started_by=member,
        is_dismissed=False,
        kind__in=[kind.name for kind in get_kinds().values() if kind.activity],
    ).defer("payload")
    found = list(jobs)
    _load_rows([job for job in found if job.state != State.DONE or get_words(job).announce])
    return Activity(
        shown=tuple(job for job in found if job.state != State.DONE and get_words(job).is_shown(job)),
        finished=tuple(job for job in found if job.state == State.DONE),
    )


def _load_rows(jobs: list[Job]) -> None:
    """What their features know of them: one query for each kind."""
    for kind in {job.kind for job in jobs}:
        of_kind = [job for job in jobs if job.kind == kind]
        list_rows = get_words(of_kind[0]).list_rows
        if list_rows:
            prefetch_related_objects(of_kind, list_rows())


def get_words(job: Job) -> JobActivity:
    """Of a job that is in the list."""
    words = get_kind(job.kind).activity
    assert words is not None  # noqa: S101  # for mypy: kinds without are not asked for
    return words


def announce_finished(request: "MemberRequest", finished: tuple[Job, ...]) -> bool:
    """Toasts for what went well. A page that shows it in full says nothing twice.

    Returns whether there is something to be told with this answer.
    """
    here = request.htmx.current_url_abs_path or ""
    for job in finished:
        words = get_words(job)
        if words.announce:
            words.announce(request, job)
            continue
        text = words.describe_success(job)
        if text and pop_success(job) and words.find_url(job) != here.partition("?")[0]:
            messages.success(request, text)
    return len(get_messages(request)) > 0
