"""How far a reading is, asked for by open pages while it is under way, and what a member does to it."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Member
from accounts.requests import MemberRequest
from library import sync as syncing
from library.saved_pages import context as saved_page
from library.saved_pages import query as state
from library.saved_pages.context import URLS, Seen
from library.saved_pages.views import TEMPLATE
from spotweb.web.htmx import show, wants_part


@never_cache
@require_safe
def sync_part(request: MemberRequest, kind: str) -> HttpResponse:
    """With what is counted now. The rows stay as they are: a line tells when there are others."""
    return _show(request, _known(kind))


@require_POST
def refresh(request: MemberRequest, kind: str) -> HttpResponse:
    return _act(request, kind, syncing.refresh)


@require_POST
def pause(request: MemberRequest, kind: str) -> HttpResponse:
    return _act(request, kind, syncing.pause)


@require_POST
def go_on(request: MemberRequest, kind: str) -> HttpResponse:
    return _act(request, kind, syncing.go_on)


def _act(request: MemberRequest, kind: str, act: Callable[[Member, str], object]) -> HttpResponse:
    act(request.user, _known(kind))
    return _show(request, kind)


def _show(request: MemberRequest, kind: str) -> HttpResponse:
    if not wants_part(request):
        return redirect(_way_back(request, kind))
    sent = request.POST if request.method == "POST" else request.GET
    saved = saved_page.page_of(request.user, state.read(kind, sent), seen=Seen.of(sent))
    return show(request, TEMPLATE, {"saved": saved}, part="look")


def _known(kind: str) -> str:
    if kind not in URLS:
        raise Http404
    return kind


def _way_back(request: MemberRequest, kind: str) -> str:
    where = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return where if is_ours else reverse(URLS[kind])
