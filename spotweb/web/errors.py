"""Failures in the look of the app; `templates/errors/<code>.html` holds the words for each kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils.cache import patch_vary_headers

from spotweb.spotify.errors import SpotifyError, Throttled
from spotweb.web.htmx import wants_part


def show_spotify_error(request: HttpRequest, error: SpotifyError) -> HttpResponse:
    """The page of this kind of error; only its toast where a part was asked for, so that the list stays."""
    until = error.until if isinstance(error, Throttled) else None
    response = show_error(
        request, words_for(error), status=error.status, context={"error": error, "until": until}
    )
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def show_error(
    request: HttpRequest, words: str, *, status: int, context: dict[str, object] | None = None
) -> HttpResponse:
    """`words` is a template with the partialdefs title, toast, say and actions."""
    context = {**(context or {}), "words": words}
    if wants_part(request):
        response = render(request, "_toasts.html#error", context, status=status)
        # What failed is no place to come back to.
        response.headers["HX-Push-Url"] = "false"
    else:
        response = render(request, "errors/_page.html", context, status=status)
    patch_vary_headers(response, ["HX-Request-Type"])
    return response


def show_bare_error(request: HttpRequest, words: str, *, status: int) -> HttpResponse:
    """Without session, database and context processors: one of them may be what failed."""
    template = "_toasts.html#error" if wants_part(request) else "errors/_bare.html"
    return HttpResponse(render_to_string(template, {"words": words}), status=status)


def words_for(error: SpotifyError) -> str:
    """The template of the error's own code, else that of the nearest kind above it."""
    codes = [kind.__dict__["code"] for kind in type(error).__mro__ if "code" in kind.__dict__]
    for code in codes:
        name = f"errors/{code}.html"
        try:
            get_template(name)
        except TemplateDoesNotExist:
            continue
        return name
    return "errors/spotify_error.html"
