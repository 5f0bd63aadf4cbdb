"""How a part of a page is asked for, and how it is answered."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """Whether only a part of the page will be swapped in.

    Boosted links and Back ask with htmx too, but need the whole page. The header is read directly: an error
    may have to be shown before `request.htmx` is there.
    """
    if request.headers.get("HX-History-Restore-Request") == "true":
        return False
    return request.headers.get("HX-Request-Type") == "partial"


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    part: str,
    status: int = 200,
) -> HttpResponse:
    """The partialdef `part` of the template when htmx wants a part, else the whole page."""
    name = f"{template}#{part}" if wants_part(request) else template
    response = render(request, name, context, status=status)
    # Without it the browser's cache may answer Back with a bare part.
    patch_vary_headers(response, ["HX-Request-Type"])
    return response
