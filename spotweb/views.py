"""Pages that belong to no app: privacy, terms, and what Django shows when a request fails."""

import re
import sys
from functools import cache
from itertools import pairwise

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe

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
    from spotweb.network.certificates import find_root  # takes long to load, and this is asked once a year

    facts = {
        "recipes": _render_recipes(),
        "root": find_root(settings.HTTPS_DIR),
        "https_url": settings.SPOTWEB_URL.geturl() if settings.IS_HTTPS else "",
    }
    return render(request, "encryption.html", facts)


@login_not_required
@require_safe
def certificate(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """The household's own root certificate: its public half, of a type that phones offer to install."""
    from spotweb.network.certificates import find_root

    root = find_root(settings.HTTPS_DIR)
    if root is None:
        raise Http404
    return HttpResponse(root.pem, content_type="application/x-x509-ca-cert")


@cache
def _render_recipes() -> SafeString:
    from markdown_it import MarkdownIt  # takes long to load, and few read this page

    path = settings.BASE_DIR / "docs" / "https.md"
    text = path.read_text() if path.exists() else ""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text.partition("\n")[2])
    for heading, title in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrs["id"] = slugify(title.content)  # what links within the document name
        if heading.type in {"heading_open", "heading_close"}:
            heading.tag = f"h{int(heading.tag[1:]) + 1}"  # below the heading of the page
    html: str = reader.renderer.render(tokens, reader.options, {})
    return mark_safe(html)  # noqa: S308  # what markdown-it made of our own text


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Bare: a request for a host that is not ours fails before there is a session.
    is_too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent)
    return show_bare_error(request, "too_much_sent" if is_too_much else "bad_request", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return show_error(request, "not_yours", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    origin, house = request.headers.get("Origin", ""), settings.SPOTWEB_URL
    if origin != settings.SPOTWEB_ORIGIN and re.match(
        rf"https?://{re.escape(house.hostname or '')}(:\d+)?$", origin
    ):
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
