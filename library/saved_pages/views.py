"""The pages of saved things, saving, following and syncing over HTTP.

The address holds all of the state of a page; browsing never asks Spotify.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Member
from accounts.requests import MemberRequest
from library.opened_things import LIKED_SONGS_URI, record_opened
from library.saved import actions as saved_actions
from library.saved_pages import context, query
from library.saved_pages.context import URLS, OpenPageState
from library.saved_pages.forms import FollowForm, SavedForm
from library.saved_pages.messages import describe_saved
from library.saved_pages.query import SavedQuery
from library.sync import actions as sync_actions
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.links import Link, parse_link
from spotweb.web import page_urls, undo
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.params import parse_number
from spotweb.web.redirects import return_url

TEMPLATE = "library/saved/page.html"


@require_safe
def tracks_page(request: MemberRequest) -> HttpResponse:
    return _show_page(request, "track")


@require_safe
def albums_page(request: MemberRequest) -> HttpResponse:
    return _show_page(request, "album")


@require_safe
def shows_page(request: MemberRequest) -> HttpResponse:
    return _show_page(request, "show")


@require_safe
def episodes_page(request: MemberRequest) -> HttpResponse:
    return _show_page(request, "episode")


@require_safe
def audiobooks_page(request: MemberRequest) -> HttpResponse:
    return _show_page(request, "audiobook")


@require_safe
def artists_page(request: MemberRequest) -> HttpResponse:
    return _show_page(request, "artist")


@require_safe
def selected_uris(request: MemberRequest, kind: str) -> HttpResponse:
    """Return all URIs that the page shows, one a line, for selecting all without scrolling to the end."""
    if kind not in URLS:
        raise Http404
    uris = query.get_selected_uris(request.user, query.parse_query(kind, request.GET))
    return HttpResponse("\n".join(uris), content_type="text/plain; charset=utf-8")


def _show_page(request: MemberRequest, kind: str) -> HttpResponse:
    indexes = None
    if not wants_part(request):
        indexes = sync_actions.visit_index(request.user, kind)
        if kind == "track":
            record_opened(request.user, "liked", LIKED_SONGS_URI)
    wanted = query.parse_query(kind, request.GET)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    saved = context.build_page(
        request.user,
        wanted,
        after=after,
        before=before,
        shown=(parse_number(request.GET.get("shown", "")) or 0),
        group=request.GET.get("group", "")[:20],
        indexes=indexes,
    )
    goes_on = request.headers.get("HX-Target", "").endswith("#rows")
    part = ("above" if before else "next") if goes_on else "part"
    response = render_page(request, TEMPLATE, {"saved": saved}, part=part)
    if wants_part(request) and not goes_on:
        _set_address(request, response, saved.here_url, wanted)
    return response


def _set_address(request: MemberRequest, response: HttpResponse, address: str, wanted: SavedQuery) -> None:
    """Set the address of what is shown; a word that is being typed is no step that Back should stop at."""
    _path, _mark, query_string = (request.htmx.current_url_abs_path or "").partition("?")
    before = query.parse_query(wanted.kind, QueryDict(query_string))
    is_typing = query.differs_in_text_only(wanted, before)
    response.headers["HX-Replace-Url" if is_typing else "HX-Push-Url"] = address


@require_POST
def set_saved(request: MemberRequest) -> HttpResponse:
    """Save or remove one or many of any kind. What Spotify did before an error is shown and can be undone."""
    return _set_saved(request, request.POST)


@undo.handles("library-set-saved", target="#saved-news")
def _set_saved(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    form = SavedForm(values)
    if not form.is_valid():
        return _respond_invalid_saved(request, form)
    uris, saved = form.cleaned_data["uris"], form.cleaned_data["saved"]
    try:
        saved_actions.set_saved(request.user, uris, saved=saved)
    except SpotifyError as error:
        if not error.written or not error.written.done:
            raise
        _announce_partial(request, done=len(error.written.done), count=len(uris))
        uris = error.written.done
    _announce_saved(request, uris, saved=saved)
    return _respond_saved(request, uris, saved=saved)


def _announce_saved(request: HttpRequest, uris: Sequence[str], *, saved: bool) -> None:
    # Oldest first: what is saved again is then in the order in which it was.
    opposite = {"uris": " ".join(reversed(uris)), "saved": "false" if saved else "true"}
    words = describe_saved(uris, saved=saved)
    undo.offer(request, words, action="library-set-saved", values=opposite)


def _announce_partial(request: HttpRequest, *, done: int, count: int) -> None:
    words = ngettext(
        "Spotify took %(done)s of %(count)s, then no more. Do the rest again in a while.",
        "Spotify took %(done)s of %(count)s, then no more. Do the rest again in a while.",
        done,
    )
    messages.error(request, words % {"done": done, "count": count})


def _respond_saved(request: HttpRequest, uris: Sequence[str], *, saved: bool) -> HttpResponse:
    if not wants_part(request):
        return redirect(return_url(request, reverse("library:tracks")))
    news = {"uris": uris, "saved": saved, "at": time.time_ns()}
    return render_page(request, "library/saved/save_response.html", {"news": news}, part="part")


def _respond_invalid_saved(request: HttpRequest, form: SavedForm) -> HttpResponse:
    for field_errors in form.errors.values():
        for words in field_errors:
            messages.error(request, str(words))
    if not wants_part(request):
        return redirect(return_url(request, reverse("library:tracks")))
    template, status = "library/saved/save_response.html", HTTPStatus.UNPROCESSABLE_ENTITY
    return render_page(request, template, {}, part="refused", status=status)


@require_POST
def set_followed(request: MemberRequest) -> HttpResponse:
    """Follow or unfollow. Answers with the button as it now is."""
    return _set_followed(request, request.POST)


@undo.handles("library-set-followed", target="#follow")
def _set_followed(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    form = FollowForm(values)
    if not form.is_valid():
        return _respond_invalid_follow(request, form)
    link, is_wanted = parse_link(form.cleaned_data["uri"]), form.cleaned_data["saved"]
    saved_actions.set_saved(request.user, [link.uri], saved=is_wanted)
    _announce_follow(request, link, is_wanted=is_wanted)
    if not wants_part(request):
        return redirect(page_urls.build_url(link.kind, link.id))
    news = {"uris": [link.uri], "saved": is_wanted, "at": time.time_ns()}
    context = {"uri": link.uri, "is_saved": is_wanted, "news": news}
    return render(request, "library/things/_follow.html", context)


def _announce_follow(request: MemberRequest, link: Link, *, is_wanted: bool) -> None:
    words = _("You follow them now.") if is_wanted else _("You no longer follow them.")
    opposite = {"uri": link.uri, "saved": "false" if is_wanted else "true"}
    undo.offer(request, words, action="library-set-followed", values=opposite)


def _respond_invalid_follow(request: MemberRequest, form: FollowForm) -> HttpResponse:
    for message in [str(message) for field_errors in form.errors.values() for message in field_errors]:
        messages.error(request, message)
    if not wants_part(request):
        return redirect("library:search")
    return render(request, "library/saved/_announcement.html", status=422)


@require_safe
def sync_part(request: MemberRequest, kind: str) -> HttpResponse:
    """Show the progress of a sync and the counts. The rows stay: a line tells when there are new ones."""
    sync_actions.revive_sync(request.user, _require_kind(kind))
    return _respond_sync(request, kind)


@require_POST
def refresh_sync(request: MemberRequest, kind: str) -> HttpResponse:
    return _run_sync_action(request, kind, sync_actions.refresh_index)


@require_POST
def pause_sync(request: MemberRequest, kind: str) -> HttpResponse:
    return _run_sync_action(request, kind, sync_actions.pause_reading)


@require_POST
def resume_sync(request: MemberRequest, kind: str) -> HttpResponse:
    return _run_sync_action(request, kind, sync_actions.resume_reading)


def _run_sync_action(request: MemberRequest, kind: str, act: Callable[[Member, str], object]) -> HttpResponse:
    act(request.user, _require_kind(kind))
    return _respond_sync(request, kind)


def _respond_sync(request: MemberRequest, kind: str) -> HttpResponse:
    if not wants_part(request):
        return redirect(return_url(request, reverse(URLS[kind])))
    data = request.POST if request.method == "POST" else request.GET
    saved = context.build_page(
        request.user, query.parse_query(kind, data), open_page=OpenPageState.parse(data)
    )
    return render_page(request, TEMPLATE, {"saved": saved}, part="look")


def _require_kind(kind: str) -> str:
    if kind not in URLS:
        raise Http404
    return kind
