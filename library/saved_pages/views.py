"""The pages of saved things over HTTP. The address holds all of their state; browsing never asks Spotify."""

from django.http import Http404, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from library import sync as syncing
from library.saved_pages import chosen
from library.saved_pages import context as saved_page
from library.saved_pages import query as state
from library.saved_pages.context import URLS
from library.saved_pages.query import State
from spotweb.web.htmx import show, wants_part

TEMPLATE = "library/saved_page.html"


@require_safe
def tracks_page(request: MemberRequest) -> HttpResponse:
    return _page(request, "track")


@require_safe
def albums_page(request: MemberRequest) -> HttpResponse:
    return _page(request, "album")


@require_safe
def shows_page(request: MemberRequest) -> HttpResponse:
    return _page(request, "show")


@require_safe
def episodes_page(request: MemberRequest) -> HttpResponse:
    return _page(request, "episode")


@require_safe
def audiobooks_page(request: MemberRequest) -> HttpResponse:
    return _page(request, "audiobook")


@require_safe
def artists_page(request: MemberRequest) -> HttpResponse:
    return _page(request, "artist")


@require_safe
def chosen_uris(request: MemberRequest, kind: str) -> HttpResponse:
    """All that the page shows, one URI a line: for choosing all of it without scrolling to its end."""
    if kind not in URLS:
        raise Http404
    uris = chosen.uris(request.user, state.read(kind, request.GET))
    return HttpResponse("\n".join(uris), content_type="text/plain; charset=utf-8")


def _page(request: MemberRequest, kind: str) -> HttpResponse:
    if not wants_part(request):
        syncing.visit(request.user, kind)
    wanted, after = state.read(kind, request.GET), request.GET.get("after", "")
    saved = saved_page.page_of(
        request.user,
        wanted,
        after=after,
        shown=_count(request.GET.get("shown", "")),
        group=request.GET.get("group", "")[:20],
    )
    goes_on = request.headers.get("HX-Target", "").endswith("#rows")
    response = show(request, TEMPLATE, {"saved": saved}, part="next" if goes_on else "part")
    if wants_part(request) and not goes_on:
        _keep_address(request, response, saved.here_url, wanted)
    return response


def _keep_address(request: MemberRequest, response: HttpResponse, address: str, wanted: State) -> None:
    """The address follows what is shown; a word that is being typed is no step that Back should stop at."""
    _path, _mark, query = (request.htmx.current_url_abs_path or "").partition("?")
    before = state.read(wanted.kind, QueryDict(query))
    is_typing = state.differs_in_words_only(wanted, before)
    response.headers["HX-Replace-Url" if is_typing else "HX-Push-Url"] = address


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < len("1000000000") else 0
