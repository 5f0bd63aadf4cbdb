"""Where a member goes back to: the page a form came from, or the page that is being looked at."""

from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def return_url(request: HttpRequest, default: str) -> str:
    """The path that the form or the address names in `next`, else `default`.

    Only a path within this site counts. An address with a host is refused even when the host is ours: behind
    a proxy that passes on any Host header, such an address could lead elsewhere.
    """
    return safe_path(request.POST.get("next") or request.GET.get("next") or "", default)


def safe_path(path: str, default: str) -> str:
    """`path` where it leads to a page of this site, else `default`."""
    start = reverse("home")  # below it, where other apps have the same host
    is_within_site = path.startswith(start) and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_within_site else default


def get_current_page_url(request: HttpRequest) -> str:
    """The page to come back to: this one, or the one whose form was sent, which no link could send again."""
    if request.resolver_match and request.resolver_match.url_name == "spotify_callback":
        return reverse("accounts:login")  # Spotify's answer counts once
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    default = reverse("home")
    if referer.netloc != request.get_host():
        return default
    return safe_path(urlunsplit(("", "", referer.path, referer.query, "")), default)
