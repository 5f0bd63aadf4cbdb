"""Brings requests to the one address of the house, and tells the host when a proxy hides it.

`HouseAddressMiddleware` is the face. After it, every request that came to the address members type has that
address in `Host` and its scheme in `X-Forwarded-Proto`, however the proxy wrote them. No redirect is one that
browsers remember, and a redirect that comes back is answered with a page: what is missing is then on the box.
Phones may come to SPOTWEB_LAN_URL as well, by plain http and by exactly that host and port.

`complete_path` gives addresses the path of SPOTWEB_URL back, before Django sees them (docs/decisions/0097).
"""

import ipaddress
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import validate_host
from django.middleware.common import CommonMiddleware

from spotweb.web.errors import show_bare_error

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

# In the address of a redirect of ours: who arrives with it and is no nearer goes round in circles.
_MARK = "_moved"
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_USUAL_PORTS = {"", "80", "443"}
_HTTPS = {"https", "wss"}
# How proxies say that the browser came by https. Only the first is in every manual.
_SCHEME_HEADERS = (
    "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Protocol", "X-Url-Scheme", "X-Scheme"
)  # fmt: skip
_FLAG_HEADERS = ("X-Forwarded-Ssl", "Front-End-Https")
_WATCHED_PATHS = frozenset({"/healthz", "/metrics"})
# In the environment of a request whose address came without the path of SPOTWEB_URL.
_IS_COMPLETED = "spotweb.is_path_completed"
# Beside https the same cookies have a second name on plain http: of two for one host, the one for https is in
# the way of the other, which browsers then refuse to set.
_HTTP_COOKIE = "_http"
# Each is said once by a process: strangers who try names are not to fill the log.
_MAX_LINES_SAID = 200
_said: set[str] = set()


class _Place(NamedTuple):
    """Where a request came in; `header` says in words what its headers were."""

    host: str
    port: str
    is_https: bool
    header: str


class HouseAddressMiddleware:
    """To stand before whatever asks for the host of a request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info.removeprefix(settings.SPOTWEB_URL.path)
        if path in _WATCHED_PATHS:  # whatever watches the box may call it by any name
            request.META["HTTP_HOST"] = settings.SPOTWEB_URL.netloc
            return self.get_response(request)
        place = _read_place(request)
        is_lan, is_house = _is_lan(place), _is_house(place)
        if is_house:
            request.META["HTTP_HOST"] = settings.SPOTWEB_URL.netloc
        elif not is_lan and (not _is_allowed(place.host) or _is_lan_host(place.host)):
            return _show_wrong_host(request, place)
        if settings.IS_HTTPS and not is_lan:
            if not place.is_https:
                return redirect_to_house(request)
            request.META["HTTP_X_FORWARDED_PROTO"] = "https"
        if (address := _find_better_address(request, place)) and (is_house or is_lan):
            return _make_redirect(request, address)
        if is_lan:
            return self._answer_lan(request)
        response = self.get_response(request)
        return _show_sandbox_over_https(response) if settings.IS_HTTPS else response

    def _answer_lan(self, request: HttpRequest) -> HttpResponse:
        request.META["HTTP_HOST"] = _get_lan_netloc()
        # It came by http, whatever it claims: no cookie may be one for https, and forms are checked as such.
        request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        if not settings.IS_HTTPS:
            return _show_lan_sandbox(self.get_response(request))
        for name in _list_cookie_names():
            request.COOKIES.pop(name, None)
            if (value := request.COOKIES.pop(name + _HTTP_COOKIE, None)) is not None:
                request.COOKIES[name] = value
        response = self.get_response(request)
        for name in {*response.cookies} & {*_list_cookie_names()}:
            cookie = response.cookies.pop(name)
            cookie.set(name + _HTTP_COOKIE, cookie.value, cookie.coded_value)
            cookie["secure"] = ""
            response.cookies[name + _HTTP_COOKIE] = cookie
        return _show_lan_sandbox(response)


def complete_path(environ: dict[str, Any]) -> None:
    """Give the address of a request the path of SPOTWEB_URL, which a proxy may have cut off.

    Before Django: what it calls the script name stays empty, whoever sets it.
    """
    house_path: str = settings.SPOTWEB_URL.path
    if not house_path:
        return
    environ["SCRIPT_NAME"] = ""
    path = environ.get("PATH_INFO", "")
    if path != house_path and not path.startswith(f"{house_path}/"):
        environ["PATH_INFO"] = f"{house_path}/{path.removeprefix('/')}"
        environ[_IS_COMPLETED] = True


def _has_no_proxy(place: _Place) -> bool:
    """Whether the browser itself named the port the app listens on, by http."""
    return not place.is_https and place.port == str(settings.PORT)


class RelativeRedirectMiddleware(CommonMiddleware):
    """Django's own, whose redirects to the address with a slash browsers would remember for ever."""

    response_redirect_class = HttpResponseRedirect


def _show_lan_sandbox(response: HttpResponse) -> HttpResponse:
    """In the demo: a phone finds the simulated Spotify, which is on the box, at the box's address."""
    if not settings.SANDBOX_LAN_URL:
        return response
    _move_consent(response)
    _replace_in_page(response, settings.SANDBOX_URL, settings.SANDBOX_LAN_URL)
    return response


def _show_sandbox_over_https(response: HttpResponse) -> HttpResponse:
    """In the demo: its sign-in is opened where phones find it, and its pictures come from the app itself."""
    if not settings.IS_DEMO:
        return response
    if settings.SANDBOX_LAN_URL:
        _move_consent(response)
    _replace_in_page(response, f"{settings.SANDBOX_URL}/images/", f"{settings.SPOTWEB_URL.path}/demo/images/")
    return response


def _move_consent(response: HttpResponse) -> None:
    if "Location" in response.headers:
        response.headers["Location"] = _move_start(response.headers["Location"])


def _replace_in_page(response: HttpResponse, before: str, after: str) -> None:
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        response.content = response.content.replace(before.encode(), after.encode())
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(response.content))


def _move_start(address: str) -> str:
    is_there = address.startswith(f"{settings.SANDBOX_URL}/")
    return settings.SANDBOX_LAN_URL + address.removeprefix(settings.SANDBOX_URL) if is_there else address


def is_on_lan(request: HttpRequest) -> bool:
    """Whether a request came to SPOTWEB_LAN_URL."""
    return request.get_host() == _get_lan_netloc()


def is_on_network(request: HttpRequest) -> bool:
    """Whether the browser named more than the machine it runs on."""
    return _split_port(request.get_host())[0] not in _LOOPBACK


def is_unencrypted(request: HttpRequest) -> bool:
    """Whether others on the network could read along."""
    return not request.is_secure() and is_on_network(request)


def get_address_for_devices(request: HttpRequest) -> str:
    """Where another device opens the app, the way this request came if possible; empty when it can't."""
    if is_on_network(request):
        return f"{request.scheme}://{request.get_host()}"
    return settings.SPOTWEB_LAN_URL.geturl() if settings.SPOTWEB_LAN_URL else ""


def is_loopback(address: SplitResult) -> bool:
    return _split_port(address.netloc)[0] in _LOOPBACK


def redirect_to_house(request: HttpRequest) -> HttpResponse:
    """The same page at the address members type, or a page that says why that leads in circles."""
    if _MARK not in request.GET:
        return _make_redirect(request, settings.SPOTWEB_ORIGIN + _mark(_get_path(request)))
    seen = _read_place(request).header
    wanted = f"Host: {settings.SPOTWEB_URL.netloc}"
    if settings.IS_HTTPS:
        wanted += ", X-Forwarded-Proto: https"
    _say_once(
        f"Redirects lead in circles: a request came with “{seen}”, wanted is “{wanted}”. Have the proxy in "
        f"front send these headers, or correct SPOTWEB_URL, which is {settings.SPOTWEB_URL.geturl()}"
    )
    return show_bare_error(request, "redirect_loop", status=508, facts={"seen": seen, "wanted": wanted})


def _make_redirect(request: HttpRequest, address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    if request.method not in {"GET", "HEAD"}:
        response.status_code = 307  # what was sent goes along
    response.headers["Cache-Control"] = "no-store"
    return response


def _mark(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{_MARK}=1"


def _find_better_address(request: HttpRequest, place: _Place) -> str:
    """Where a page that was asked for should be opened instead; empty when it is in its place."""
    # Cookies are kept for the path, so that nobody is signed in above it.
    is_above_path = _IS_COMPLETED in request.META and _has_no_proxy(place)
    is_marked = _MARK in request.GET
    if is_above_path:
        # With the mark it has been below it, and something in between has cut the path off.
        return "" if is_marked else _mark(_get_path(request))
    # Arrived: nobody is to see the mark in an address, or to keep it.
    return _get_path(request) if is_marked and request.method in {"GET", "HEAD"} else ""


def _show_wrong_host(request: HttpRequest, place: _Place) -> HttpResponse:
    house, lan = settings.SPOTWEB_URL, settings.SPOTWEB_LAN_URL
    is_from_box = _split_port(request.META.get("REMOTE_ADDR", ""))[0] in _LOOPBACK | {"::1"}
    is_house_here = is_loopback(house)
    for_phones = f", and for phones at {lan.geturl()}" if lan else ""
    remedy = "put it into SPOTWEB_URL or ALLOWED_HOSTS, or have the proxy pass on the Host it was asked for"
    if is_house_here:
        remedy = f"put it into SPOTWEB_LAN_URL, as in http://{place.host}:{settings.PORT}"
    _say_once(
        f"Refused: a request came with “{place.header}”, but this household is at {house.geturl()}"
        f"{for_phones}. If it is your own name, {remedy}"
    )
    if is_house_here and not is_from_box and not lan:
        response = show_bare_error(request, "not_on_lan", status=400, facts={"seen": place.host})
    else:
        address = lan.geturl() if lan and is_house_here and not is_from_box else house.geturl()
        facts = {"seen": place.host, "address": address}
        response = show_bare_error(request, "wrong_host", status=400, facts=facts)
    # Django would write a second line, and one for each try.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # as its own views do
    return response


def _say_once(line: str) -> None:
    if line not in _said and len(_said) < _MAX_LINES_SAID:
        _said.add(line)
        logger.warning("%s", line)


def _get_path(request: HttpRequest) -> str:
    """Path and query without the mark."""
    path = request.get_full_path()
    if _MARK not in path:
        return path
    start, _, query = path.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != _MARK]
    return f"{start}?{urlencode(kept)}" if kept else start


def _is_house(place: _Place) -> bool:
    """Proxies leave the port out, or write the one that goes without saying, or their own behind https."""
    own_host, own_port = _split_port(settings.SPOTWEB_URL.netloc)
    if place.host != own_host:
        return False
    return place.port == own_port or place.port in _USUAL_PORTS or settings.IS_HTTPS


def _is_lan(place: _Place) -> bool:
    """Exactly: whoever else could lead a browser here by a name of their own (DNS rebinding)."""
    host, port = _split_port(_get_lan_netloc())
    return bool(host) and not place.is_https and (place.host, place.port or "80") == (host, port or "80")


def _is_allowed(host: str) -> bool:
    return validate_host(host, filter(None, settings.ALLOWED_HOSTS))


def _is_lan_host(host: str) -> bool:
    lan_host = _split_port(_get_lan_netloc())[0]
    return bool(lan_host) and host == lan_host


def _get_lan_netloc() -> str:
    return settings.SPOTWEB_LAN_URL.netloc if settings.SPOTWEB_LAN_URL else ""


def _list_cookie_names() -> tuple[str, ...]:
    return settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LAST_MEMBER_COOKIE_NAME


def _read_place(request: HttpRequest) -> _Place:
    raw = request.META.get("HTTP_HOST") or f"{request.META['SERVER_NAME']}:{request.META['SERVER_PORT']}"
    host, port = _split_port(raw)
    own_host = _split_port(settings.SPOTWEB_URL.netloc)[0]
    nearest = _get_first(request.headers.get("Forwarded", ""))
    named = re.search(r'(?:^|;)\s*host\s*=\s*"?([^";]+)', nearest)
    forwarded = _split_port(named[1] if named else _get_first(request.headers.get("X-Forwarded-Host", "")))
    if forwarded[0] == own_host and _is_written_by_proxy(host):
        host, port = forwarded
    proto = request.headers.get("X-Forwarded-Proto")
    header = f"Host: {raw}, " + ("no X-Forwarded-Proto" if proto is None else f"X-Forwarded-Proto: {proto}")
    is_https = request.META.get("wsgi.url_scheme") == "https" or any(_list_https_signs(request))
    return _Place(host, port, is_https, header.encode("ascii", "replace").decode()[:200])


def _is_written_by_proxy(host: str) -> bool:
    """Whether a proxy may have put its own name for this box into `Host`: an address, or a name of one word.

    A page of somebody else's, whose name leads to this box, can send any header, but only with that name.
    """
    if _is_allowed(host):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return bool(re.fullmatch(r"[a-z0-9_-]+", host))
    return True


def _list_https_signs(request: HttpRequest) -> Iterator[bool]:
    for name in _SCHEME_HEADERS:
        yield _get_first(request.headers.get(name, "")) in _HTTPS
    for name in _FLAG_HEADERS:
        yield _get_first(request.headers.get(name, "")) in {"on", "1", "https"}
    # Of Cloudflare's tunnel, behind which many a proxy at home writes its own "http" above.
    yield bool(re.search(r'"scheme"\s*:\s*"https"', request.headers.get("CF-Visitor", "")))
    nearest = _get_first(request.headers.get("Forwarded", ""))
    yield bool(re.search(r'(^|;)\s*proto\s*=\s*"?https"?\s*(;|$)', nearest))


def _get_first(value: str) -> str:
    """Of a list, the entry of the proxy that the browser spoke to; scheme and host are without case."""
    return value.partition(",")[0].strip().strip("\"'").strip().lower()


def _split_port(netloc: str) -> tuple[str, str]:
    """Host in lower case, an IPv6 address in its brackets, and the port, which may be empty."""
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(\d*))?", netloc.strip().lower())
    return (match[1].removesuffix("."), match[2] or "") if match else (netloc.lower(), "")
