"""What is asked in a dialog, and on a page of its own where there is no script."""

import json
from collections.abc import Mapping

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.requests import MemberRequest
from spotweb.spotify.errors import SpotifyError, Throttled
from spotweb.web.errors import words_for
from spotweb.web.htmx import show, wants_part

# Parts of a page that show playlists ask for themselves anew when they hear this.
CHANGED = "playlists:changed"


def ask(
    request: MemberRequest,
    template: str,
    context: Mapping[str, object],
    *,
    form: Form | None = None,
    trouble: SpotifyError | None = None,
) -> HttpResponse:
    """The dialog, once more with what was typed when the form is wrong or Spotify refused."""
    status = _status(request, form, trouble)
    extra = {"form": form, "next": way_back(request, fallback=""), **_refusal(trouble)}
    # A refusal is shown where it can be put right; a dialog lets nothing else be reached.
    return show(request, template, {**extra, **context}, part="dialog", status=status)


def close(request: MemberRequest, *, fallback: str) -> HttpResponse:
    """It is done: the dialog goes, and what shows playlists beneath it is told."""
    if not wants_part(request):
        return redirect(way_back(request, fallback=fallback))
    return tell_changed(render(request, "playlists/_closed.html"))


def tell_changed(response: HttpResponse) -> HttpResponse:
    response.headers["HX-Trigger"] = json.dumps({CHANGED: {"target": "body"}})
    return response


def way_back(request: MemberRequest, *, fallback: str) -> str:
    """Without a script: the page that led to the form, if it is one of ours."""
    where = (request.POST or request.GET).get("next", "")
    is_ours = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return where if is_ours else fallback


def _status(request: MemberRequest, form: Form | None, trouble: SpotifyError | None) -> int:
    """Our own refusals alone are shown in a dialog (hx-status:422), never the error page of a proxy."""
    if trouble:
        return 422 if wants_part(request) else trouble.status
    return 422 if form is not None and form.errors else 200


def _refusal(trouble: SpotifyError | None) -> dict[str, object]:
    if trouble is None:
        return {}
    until = trouble.until if isinstance(trouble, Throttled) else None
    return {"refusal": words_for(trouble), "until": until}
