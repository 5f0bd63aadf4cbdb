"""What is asked in a dialog, and on a page of its own where there is no script."""

import json
from collections.abc import Mapping

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from spotweb.spotify.errors import SpotifyError
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.redirects import return_url
from spotweb.web.texts.error_messages import get_spotify_message, get_wait_end

# Parts of a page that show playlists load themselves again when they hear this.
PLAYLISTS_CHANGED = "playlists:changed"


def show_dialog(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    form: Form | None = None,
    error: SpotifyError | None = None,
) -> HttpResponse:
    """The dialog, once more with what was typed when the form is wrong or Spotify refused."""
    status = _get_status(request, form, error)
    extra = {"form": form, "next": return_url(request, ""), **_get_refusal(error)}
    # A refusal is shown where it can be put right; a dialog lets nothing else be reached.
    return render_page(request, template, {**extra, **context}, part="dialog", status=status)


def close_dialog(request: HttpRequest, *, fallback: str) -> HttpResponse:
    """The dialog goes, and what shows playlists beneath it loads itself again."""
    if not wants_part(request):
        return redirect(return_url(request, fallback))
    return announce_playlists_changed(render(request, "layout/dialog.html#close"))


def announce_playlists_changed(response: HttpResponse) -> HttpResponse:
    """The response, which makes the parts of the page that show playlists load themselves again."""
    response.headers["HX-Trigger"] = json.dumps({PLAYLISTS_CHANGED: {"target": "body"}})
    return response


def _get_status(request: HttpRequest, form: Form | None, error: SpotifyError | None) -> int:
    """Our own refusals alone are shown in a dialog (hx-status:422), never the error page of a proxy."""
    if error:
        return 422 if wants_part(request) else error.status
    return 422 if form is not None and form.errors else 200


def _get_refusal(error: SpotifyError | None) -> dict[str, object]:
    return {"refusal": get_spotify_message(error), "until": get_wait_end(error)} if error else {}
