"""Saving and removing over HTTP, wherever an item stands: from its row, from many, and back again."""

import time
from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from library.saved import actions as saving
from library.saved_pages.forms import SavedForm
from library.saved_pages.messages import said_of
from spotweb.spotify.errors import SpotifyError
from spotweb.web.htmx import show, wants_part
from spotweb.web.undo import say_with_undo


@require_POST
def set_saved(request: MemberRequest) -> HttpResponse:
    """Any kind, one or many. What came through before Spotify stopped is told, and can be undone."""
    form = SavedForm(request.POST)
    if not form.is_valid():
        return _refuse(request, form)
    uris, saved = form.cleaned_data["uris"], form.cleaned_data["saved"]
    try:
        saving.set_saved(request.user, uris, saved=saved)
    except SpotifyError as error:
        if not error.written or not error.written.done:
            raise
        _say_how_far(request, done=len(error.written.done), count=len(uris))
        uris = error.written.done
    _say(request, uris, saved=saved)
    return _answer(request, uris, saved=saved)


def _say(request: HttpRequest, uris: Sequence[str], *, saved: bool) -> None:
    # Oldest first: what comes back then stands in the order in which it was.
    opposite = {"uris": " ".join(reversed(uris)), "saved": "false" if saved else "true"}
    words = said_of(uris, saved=saved)
    say_with_undo(request, words, url=reverse("library:set-saved"), values=opposite, target="#saved-news")


def _say_how_far(request: HttpRequest, *, done: int, count: int) -> None:
    words = ngettext(
        "Spotify took %(done)s of %(count)s, then no more. Do the rest again in a while.",
        "Spotify took %(done)s of %(count)s, then no more. Do the rest again in a while.",
        done,
    )
    messages.error(request, words % {"done": done, "count": count})


def _answer(request: HttpRequest, uris: Sequence[str], *, saved: bool) -> HttpResponse:
    if not wants_part(request):
        return redirect(_way_back(request))
    news = {"uris": uris, "saved": saved, "at": time.time_ns()}
    return show(request, "library/saved.html", {"news": news}, part="part")


def _refuse(request: HttpRequest, form: SavedForm) -> HttpResponse:
    for field_errors in form.errors.values():
        for words in field_errors:
            messages.error(request, str(words))
    if not wants_part(request):
        return redirect(_way_back(request))
    return show(request, "library/saved.html", {}, part="refused", status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _way_back(request: HttpRequest) -> str:
    where = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return where if is_ours else reverse("library:tracks")
