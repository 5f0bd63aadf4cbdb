"""What every response has in common: toasts and redirects of parts, and pages for Spotify's errors."""

import logging
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import get_messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import override
from django_htmx.middleware import HtmxDetails

from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.rate_limit.threads import watch_request
from spotweb.spotify.transport import count_writes
from spotweb.storage.database_waits import limit_wait
from spotweb.storage.outages import TEXTS, find_outage
from spotweb.web.errors import show_error, show_outage, show_spotify_error
from spotweb.web.htmx import wants_part
from spotweb.web.redirects import get_current_page_url
from spotweb.web.texts.time_format import AMERICAN

if TYPE_CHECKING:
    from django.http.request import _ImmutableQueryDict

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)

TEXT_TYPES = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
NUL, NO_SIGN = "\x00", "\ufffd"


class NoStoreMiddleware:
    """No page stays in a browser: what one member was shown must not come back once they have signed out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response


class CompressedTextMiddleware(GZipMiddleware):
    """Text goes out compressed; pictures, archives and backups are so already, and would only cost time.

    Each answer gets random bytes as padding, and the CSRF token in it is masked anew: nobody learns from
    the size of an answer what secret it holds (docs/decisions/0118).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(TEXT_TYPES):
            return response
        return super().process_response(request, response)


class CleanTextMiddleware:
    """Takes NUL signs out of what a browser sends: no member types one, and PostgreSQL takes none.

    Here and nowhere else: addresses, fields and cookies all pass. Files are read by their formats.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            # A sign that no address of ours has: it leads nowhere.
            request.path_info = request.path_info.replace(NUL, NO_SIGN)
            request.path = request.path.replace(NUL, NO_SIGN)
        request.GET = _without_nul(request.GET)
        request.COOKIES = {name: value.replace(NUL, "") for name, value in request.COOKIES.items()}
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Not before, so that a body that is refused is refused as usual."""
        with suppress(UnreadablePostError):  # the browser is gone; who reads the form says so
            request.POST = _without_nul(request.POST)


def _without_nul(fields: "_ImmutableQueryDict") -> "_ImmutableQueryDict":
    if not any(NUL in text for name, values in fields.lists() for text in (name, *values)):
        return fields
    clean = QueryDict(mutable=True, encoding=fields.encoding)
    for name, values in fields.lists():
        clean.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    clean._mutable = False  # noqa: SLF001  # as Django makes them
    return cast("_ImmutableQueryDict", clean)


class ReaderLocaleMiddleware:
    """Days and times are written as where the reader lives, which the first language of the browser tells.

    There are no words in other languages yet: what differs is 12 Mar 2024, 14:32 and Mar 12, 2024, 2:32 PM.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0]
        is_american = first.strip().lower() == AMERICAN
        with override(AMERICAN if is_american else settings.LANGUAGE_CODE):
            return self.get_response(request)


class OutageMiddleware:
    """A busy, full or unreachable database is said in words, and soon (see also `views.server_error`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.writes_before = count_writes()  # type: ignore[attr-defined]
        is_read = request.method in {"GET", "HEAD"}
        # A page writes only what it can do without, or what another can write later.
        with limit_wait(settings.DATABASE_WAIT_S / (2 if is_read else 1)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer_outage(request, error)


def answer_outage(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The page or toast for this error; null when it is a mistake of ours."""
    outage = find_outage(error) if error else ""
    if not outage:
        return None
    logger.warning("%s: %s", request.path, TEXTS[outage])
    has_sent = count_writes() > getattr(request, "writes_before", 0)
    return show_outage(request, outage, has_sent=has_sent)


class SignInMiddleware(LoginRequiredMiddleware):
    """Signing in leads back to a page, never to a POST address, which cannot be opened.

    For what is open to everybody nobody is looked up: it is there while the database is away.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        login_url, field = self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        return redirect_to_login(get_current_page_url(request), login_url, field)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Redirect to sign-in when the member was removed in another tab while this request ran."""
        is_about_rows = isinstance(error, ObjectDoesNotExist | IntegrityError)
        if not is_about_rows or not _is_removed(request):
            return None
        logger.info("%s: its member was removed meanwhile", request.path)
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


class WrongMethodMiddleware:
    """A GET of a POST address, from the history or by hand, is answered in the look of the app."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = show_error(request, "wrong_method", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def _is_removed(request: HttpRequest) -> bool:
    members = get_user_model()._default_manager  # noqa: SLF001  # what `objects` is to any user model
    return request.user.is_authenticated and not members.filter(pk=request.user.pk).exists()


class PartsMiddleware:
    """Carries redirects and messages to the page that swaps in only a part of the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if wants_part(request) and _is_for_other_member(request):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        response = self.get_response(request)
        if not wants_part(request):
            return response
        if "Location" in response.headers:
            return _redirect_page(request, response)
        if _can_carry_toasts(response):
            _append_toasts(request, response)
        return response


def _is_for_other_member(request: HttpRequest) -> bool:
    """A page of Ada's that is still open after Ben signed in in the same browser must not fill with his."""
    shown_to = request.headers.get("X-Member")
    return shown_to is not None and request.user.is_authenticated and shown_to != str(request.user.pk)


def _redirect_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """fetch would follow a redirect unseen and swap a whole page into the part."""
    where = response.headers["Location"]
    if urlsplit(where).path == resolve_url(settings.LOGIN_URL):
        where = _sign_in_url(request)
    response.status_code = 204
    response.content = b""
    del response.headers["Location"]
    response.headers["HX-Redirect"] = where
    return response


def _sign_in_url(request: HttpRequest) -> str:
    """Signing in leads back to the page the member looks at, not to what it asked for or posted to."""
    back = HtmxDetails(request).current_url_abs_path
    return resolve_url(settings.LOGIN_URL) + (f"?{urlencode({'next': back})}" if back else "")


def _can_carry_toasts(response: HttpResponse) -> bool:
    # No body may follow 204 and 304: the messages wait for the next answer.
    has_body = not response.streaming and response.status_code not in {204, 304}
    return has_body and response.headers.get("Content-Type", "").startswith("text/html")


def _append_toasts(request: HttpRequest, response: HttpResponse) -> None:
    for message in get_messages(request):
        toast = render_to_string("layout/toasts.html#part", {"message": message}, request)
        response.content += toast.encode()


class SpotifyThreadsMiddleware:
    """Lets only a share of the web server's threads wait for Spotify at once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with watch_request():
            return self.get_response(request)


class SpotifyErrorMiddleware:
    """Shows a SpotifyError in its own words: as a page, or as a toast beside the part that stays."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, SpotifyError):
            return None
        logger.warning("%s: %s", request.path, error)
        response = show_spotify_error(request, error)
        patch_vary_headers(response, ["HX-Request-Type"])
        return response
