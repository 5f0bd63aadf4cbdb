"""Pages that belong to no app: privacy, terms, and what Django shows when a request fails."""

import re
import sys
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from spotweb.web.errors import show_bare_error, show_error
from spotweb.web.middleware import answer_outage


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy.html")


@login_not_required
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "terms.html")


@login_not_required
@require_safe
def encryption(request: HttpRequest) -> HttpResponse:
    """What plain http means here, and the recipes for https where the documents are at hand."""
    return render(request, "encryption.html", {"recipes": _render_recipes()})


@cache
def _render_recipes() -> SafeString:
    path = settings.BASE_DIR / "docs" / "https.md"
    text = path.read_text() if path.exists() else ""
    html: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text.partition("\n")[2])
    return mark_safe(html)  # noqa: S308  # what markdown-it made of our own text


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    # Bare: a request for a host that is not ours fails before there is a session.
    return show_bare_error(request, "bad_request", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return show_error(request, "not_yours", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    origin, house = request.headers.get("Origin", ""), settings.SPOTWEB_URL
    if origin != house.geturl() and re.match(rf"https?://{re.escape(house.hostname or '')}(:\d+)?$", origin):
        # The page opened, since a proxy may hide the port; the browser, which hides nothing, is elsewhere.
        facts = {"seen": origin, "address": house.geturl()}
        return show_bare_error(request, "wrong_origin", status=403, facts=facts)
    return show_error(request, "stale_form", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return show_error(request, "page_not_found", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # An outage outside of a view, as when the session is read.
    if answer := answer_outage(request, sys.exc_info()[1]):
        return answer
    return show_bare_error(request, "server_error", status=500)
