"""What members see and press of their jobs, on whatever page the notices of a kind stand."""

from contextlib import suppress
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from spotweb.jobs import actions
from spotweb.jobs.activity import get_activity, get_words
from spotweb.jobs.models import Job
from spotweb.jobs.notices import collect_notices
from spotweb.jobs.registry import get_page_kinds
from spotweb.jobs.sweep import sweep_member_jobs
from spotweb.web.htmx import render_page, wants_part

if TYPE_CHECKING:
    from accounts.requests import MemberRequest

TEMPLATE = "components/job_notice.html"


@require_safe
def job_notices(request: "MemberRequest", page: str) -> HttpResponse:
    """How far the jobs of a page are, asked for while one is under way."""
    return _respond(request, page)


@require_POST
def cancel_job(request: "MemberRequest", page: str, pk: int) -> HttpResponse:
    actions.cancel(request.user, pk)
    return _respond(request, page)


@require_POST
def resume_job(request: "MemberRequest", page: str, pk: int) -> HttpResponse:
    # Another job that holds its lock is what the member sees instead.
    with suppress(actions.LockTaken):
        actions.resume(request.user, pk)
    return _respond(request, page)


@require_POST
def dismiss_job(request: "MemberRequest", page: str, pk: int) -> HttpResponse:
    actions.dismiss(request.user, pk)
    return _respond(request, page)


@require_safe
def activity_page(request: "MemberRequest") -> HttpResponse:
    """All that runs: in the popover of the bar, and as a page of its own without a script."""
    sweep_member_jobs(request.user)
    return _show_activity(request)


@require_POST
def manage_job(request: "MemberRequest", pk: int) -> HttpResponse:
    act = _ACTS.get(request.POST.get("do", ""))
    if act is None:
        return HttpResponseBadRequest()
    with suppress(actions.LockTaken):
        act(request.user, pk)
    return _show_activity(request) if wants_part(request) else redirect("jobs:activity")


_ACTS = {"stop": actions.stop, "resume": actions.resume, "dismiss": actions.dismiss}


def _show_activity(request: "MemberRequest") -> HttpResponse:
    context = {"works": [_Work(job) for job in get_activity(request.user).shown]}
    return render_page(request, "jobs/activity.html", context, part="panel")


class _Work:
    """A job as the list shows it."""

    def __init__(self, job: Job) -> None:
        self.job, words = job, get_words(job)
        self.label, self.name, self.url = words.label, words.describe(job), words.find_url(job)
        self.done, self.total = words.get_progress(job)
        self.is_paused_only = words.is_paused_only


def _respond(request: "MemberRequest", page: str) -> HttpResponse:
    """The notices of this page, as they are now; a job that is gone is not among them."""
    if not get_page_kinds(page):
        raise Http404
    if not wants_part(request):
        return redirect(page)
    context = {"jobs": collect_notices(request, page), "page": page}
    return render_page(request, TEMPLATE, context, part="list")
