"""The page of a playlist over HTTP: what it shows, rows as they come into view, and news of it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from playlists.page import context as page
from playlists.page import filters as viewing
from playlists.page import state as moving_on
from playlists.page.forms import SeenForm
from playlists.page.responses import TEMPLATE, show_state
from playlists.positions import parse_positions
from playlists.revisions.diff import carry_over_positions
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from playlists.sync.job import resume_failed_reads
from spotweb.web.htmx import render_page, wants_part


@never_cache
@require_safe
def playlist_page(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """The whole of it, and its list alone while one types into the filter."""
    # What a script asks for names the element that asks, which is not the one it is for.
    if wants_part(request) and request.headers.get("HX-Target", "").endswith(("#list", "#look")):
        return _show_list(request, access.open_cached(request.user, playlist_id))
    opened = access.open_fresh(request.user, playlist_id)
    context = page.page_context(request.user, opened, request.GET)
    return render_page(
        request, TEMPLATE, context | moving_on.state_context(request.user, opened), part="state"
    )


def _show_list(request: MemberRequest, opened: OpenPlaylist) -> HttpResponse:
    context = {
        "opened": opened,
        "playlist": opened.playlist,
        "seen": moving_on.seen_of(opened),
        "chunk": page.CHUNK,
        **page.list_context(request.user, opened, request.GET),
    }
    response = render_page(request, TEMPLATE, context, part="list")
    # Empty fields of the form would stand in the address as well.
    address = page.address(opened.playlist) + page.query(viewing.view_of(request.GET))
    response.headers["HX-Replace-Url"] = address
    return response


@never_cache
@require_safe
def rows(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Some rows of the version that the page shows, which need not be the newest."""
    opened = access.open_cached(request.user, playlist_id)
    held = page.version_of(opened, page.number(request.GET.get("seen"), most=2**62))
    start, stop = (page.number(request.GET.get(name)) for name in ("from", "to"))
    count = min(max(stop - start, 0), page.PAGE)
    view = viewing.view_of(request.GET)
    context = {
        "opened": opened,
        "playlist": opened.playlist,
        "seen": held.revision_id,
        "view": view,
        "shown": page.shown_rows(request.user, held, view, start=start, count=count),
        "can_move": page.can_move(opened, view),
        "with_order": "order" in request.GET,
    }
    return render_page(request, TEMPLATE, context, part="rows")


@never_cache
@require_safe
def state(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """How far the work is, and whether the list has moved on: asked for by open pages."""
    resume_failed_reads(request.user)
    if "look" in request.GET:
        opened = access.open_fresh(request.user, playlist_id)
    else:
        opened = access.open_cached(request.user, playlist_id)
    if not wants_part(request):
        return redirect(page.address(opened.playlist))
    return show_state(request, opened, seen=page.number(request.GET.get("seen"), most=2**62))


@require_POST
def load(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Show the newest version, in which what was chosen stays chosen."""
    form = SeenForm(request.POST)
    opened = access.open_cached(request.user, playlist_id)
    if not wants_part(request) or not form.is_valid() or opened.contents is None:
        return redirect(page.address(opened.playlist))
    before = page.version_of(opened, form.cleaned_data["seen"])
    chosen = carry_over_positions(before, opened.contents, _chosen(request.POST.get("positions", "")))
    return show_state(request, opened, seen=opened.contents.revision_id, chosen=chosen)


@never_cache
@require_safe
def changes(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """What is different between the version of the page and the newest."""
    opened = access.open_cached(request.user, playlist_id)
    if opened.contents is None:
        return redirect(page.address(opened.playlist))
    before = page.version_of(opened, page.number(request.GET.get("seen"), most=2**62))
    context = {"playlist": opened.playlist, "changes": moving_on.changes(before, opened.contents)}
    return render_page(request, "playlists/changes.html", context, part="dialog")


def _chosen(text: str) -> tuple[int, ...]:
    try:
        return parse_positions(text)
    except ValueError:
        return ()
