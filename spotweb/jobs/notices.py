"""What is told of jobs, the same on a page and in what the open page asks for.

What went well is a toast, once; what is under way or went wrong stays on its page.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils import timezone

from spotweb.jobs import actions
from spotweb.jobs.models import Job
from spotweb.jobs.registry import get_kind
from spotweb.storage.outages import skip_during_outage

if TYPE_CHECKING:
    from accounts.requests import MemberRequest

# Later nobody remembers having asked for it, and what was done shows itself.
ANNOUNCED_FOR = timedelta(minutes=10)


def collect_notices(request: "MemberRequest", page: str) -> list[Job]:
    """The jobs that the notices of this page tell about; successes are announced, and are not among them."""
    shown = []
    for job in actions.get_shown(request.user, page):
        text = describe_success(job)
        if not text:
            shown.append(job)
        elif pop_success(job):
            messages.success(request, text)
    return shown


def describe_success(job: Job) -> str:
    """The words of the toast; empty while a job is under way, or when something is left to be said of it."""
    activity = get_kind(job.kind).activity
    return activity.describe_success(job) if activity and job.state == Job.State.DONE else ""


def pop_success(job: Job) -> bool:
    """Whether it is to be announced now: to the first who asks, while it is new."""
    is_new, is_ours = timezone.now() - job.heartbeat_at < ANNOUNCED_FOR, False
    with skip_during_outage():  # then it is announced on the next page
        is_ours = actions.pop_notice(job)
    return is_ours and is_new
