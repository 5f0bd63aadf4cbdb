"""What members see and press of their jobs, on whatever page the notices of a kind stand."""

from contextlib import suppress
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from spotweb.jobs import actions
from spotweb.jobs.notices import collect_notices
from spotweb.jobs.registry import get_page_kinds
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


def _respond(request: "MemberRequest", page: str) -> HttpResponse:
    """The notices of this page, as they are now; a job that is gone is not among them."""
    if not get_page_kinds(page):
        raise Http404
    if not wants_part(request):
        return redirect(page)
    context = {"jobs": collect_notices(request, page), "page": page}
    return render_page(request, TEMPLATE, context, part="list")
