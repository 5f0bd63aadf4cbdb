"""Shows failures in the look of the app; `error_messages` holds the text for each kind."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from spotweb.spotify.errors import SpotifyError, Throttled, Unavailable
from spotweb.web.htmx import wants_part
from spotweb.web.kept_forms import collect_kept_form
from spotweb.web.texts.error_messages import (
    LASTING_OUTAGES,
    ErrorMessage,
    get_message,
    get_spotify_message,
    get_wait_end,
)

# Short, since somebody waits, and long enough that many open pages do no harm.
_COMES_AFTER_S = 5


def show_spotify_error(request: HttpRequest, error: SpotifyError) -> HttpResponse:
    """The page of this kind of error; only its toast where a part was asked for, so that the list stays."""
    is_in_doubt = isinstance(error, Unavailable) and error.is_outcome_unknown and not error.is_repeatable
    context: dict[str, object] = {
        "error": error,
        "until": get_wait_end(error),
        "kept_form": collect_kept_form(request, may_send=not is_in_doubt),
    }
    response = _show_message(request, get_spotify_message(error), status=error.status, context=context)
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def show_error(request: HttpRequest, code: str, *, status: int) -> HttpResponse:
    """The page, or the toast, of a failure that is no SpotifyError."""
    context: dict[str, object] = {"kept_form": collect_kept_form(request, may_send=True)}
    return _show_message(request, get_message(code), status=status, context=context)


def show_bare_error(
    request: HttpRequest,
    code: str,
    *,
    status: int,
    facts: Mapping[str, str] | None = None,
    comes_after_s: int | None = None,
    may_send_again: bool = False,
) -> HttpResponse:
    """Without session, database and context processors: one of them may be what failed.

    `facts` fill the placeholders of the message. After `comes_after_s` the browser asks for the page again by
    itself, without a script. `may_send_again`: the request has changed nothing.
    """
    template = "layout/toasts.html#error" if wants_part(request) else "errors/bare.html"
    context = {
        "error_message": get_message(code, facts=facts),
        "comes_after_s": comes_after_s,
        "kept_form": collect_kept_form(request, may_send=may_send_again),
    }
    response = HttpResponse(render_to_string(template, context), status=status)
    if comes_after_s:
        response.headers["Retry-After"] = str(comes_after_s)
    return response


def show_outage(request: HttpRequest, outage: str, *, has_sent: bool) -> HttpResponse:
    """What is wrong with the box, by its code of `storage.outages`, and what has become of the request.

    `has_sent`: it had already told Spotify to change something, which may have been done.
    """
    is_act = request.method not in {"GET", "HEAD", "OPTIONS"}
    code = f"{outage}_in_doubt" if has_sent else f"{outage}_not_done" if is_act else outage
    comes_by_itself = not is_act and outage not in LASTING_OUTAGES
    response = show_bare_error(
        request,
        code,
        status=503,
        comes_after_s=_COMES_AFTER_S if comes_by_itself else None,
        may_send_again=not has_sent,
    )
    response.headers["Retry-After"] = str(_COMES_AFTER_S)
    # What failed is no place to come back to.
    response.headers["HX-Push-Url"] = "false"
    patch_vary_headers(response, ["HX-Request-Type"])
    return response


def _show_message(
    request: HttpRequest, message: ErrorMessage, *, status: int, context: dict[str, object] | None = None
) -> HttpResponse:
    context = {**(context or {}), "error_message": message}
    if wants_part(request):
        response = render(request, "layout/toasts.html#error", context, status=status)
        # What failed is no place to come back to.
        response.headers["HX-Push-Url"] = "false"
    else:
        response = render(request, "errors/page.html", context, status=status)
    patch_vary_headers(response, ["HX-Request-Type"])
    return response
