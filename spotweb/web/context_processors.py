"""What layout/base.html shows around every page."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from spotweb.web.house_address import is_unencrypted
from spotweb.web.page_urls import find_url
from spotweb.web.redirects import get_current_page_url


@dataclass(frozen=True)
class Destination:
    name: str
    url: str
    label: str | Promise
    icon: str
    is_current: bool


# URL name, label, icon; a page belongs to its own destination, else to the one of its namespace.
DESTINATIONS: tuple[tuple[str, Promise, str], ...] = (
    ("home", _("Home"), "house"),
    ("library:search", _("Search"), "search"),
    ("library:tracks", _("Library"), "library-big"),
    ("accounts:household", _("Household"), "users"),
)
NAMESPACES = {"playlists": "library:tracks", "library": "library:tracks"}


def page_frame(
    request: HttpRequest,
) -> dict[str, Any]:  # Any: Django's type for what a context processor adds
    member = getattr(request, "user", None)  # none yet when the request failed before it was known
    is_member = member is not None and member.is_authenticated
    return {
        "site_name": settings.SITE_NAME,
        "is_demo": settings.IS_DEMO,
        "is_unencrypted": is_unencrypted(request),
        "here": get_current_page_url(request),
        "member": member if is_member else None,
        # Lazy: parts, which are polled, show none of this and must not pay a query for it.
        "grant": SimpleLazyObject(lambda: getattr(member, "grant", None)) if is_member else None,
        # Of this device: the sidebar is drawn small from the start, and nothing moves.
        "sidebar_size": "small" if request.COOKIES.get("sidebar") == "small" else "",
        "queue_column": get_queue_column(request),
        "destinations": _destinations(request) if is_member else (),
    }


def get_queue_column(request: HttpRequest) -> str:
    """Whether this device shows the queue beside its pages: open, closed, or as wide as the window is."""
    choice = request.COOKIES.get("queue", "")
    return choice if choice in {"open", "closed"} else ""


def _destinations(request: HttpRequest) -> tuple[Destination, ...]:
    current = _current_destination(request.resolver_match.view_name if request.resolver_match else "")
    return tuple(
        Destination(name, find_url(name), label, icon, is_current=name == current)
        for name, label, icon in DESTINATIONS
    )


def _current_destination(view_name: str) -> str:
    names = [name for name, _label, _icon in DESTINATIONS]
    namespace = view_name.partition(":")[0]
    of_namespace = [name for name in names if name.partition(":")[0] == namespace]
    return view_name if view_name in names else NAMESPACES.get(namespace) or next(iter(of_namespace), "")
