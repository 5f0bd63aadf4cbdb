"""Stands before the app in every web process and opens it only for a sound house."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections
from django.http import HttpResponse
from django.urls import reverse

from accounts.house.examination import HouseTrouble, examine_house
from spotweb.storage.folder_lock import share_folder
from spotweb.web.errors import show_bare_error
from spotweb.web.house_address import complete_path
from spotweb.web.texts.error_messages import get_message

logger = logging.getLogger(__name__)

# Short, because a web process is waited for; `make run` and `migrate` look longer.
_QUICK_CHECK_S = 2.0
_LOOK_AGAIN_S = 5.0
_COMES_AFTER_S = 60

StartResponse = Callable[..., Any]  # as PEP 3333 has it


class HouseGuard:
    """A WSGI application: the house's own, or a page with status 503 while the house has trouble."""

    def __init__(self, application: WSGIHandler) -> None:
        self._application = application
        share_folder(settings.DATA_DIR)
        self._lock = threading.Lock()
        self._trouble = self._examine()
        self._looked_at = time.monotonic()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        complete_path(environ)
        is_static = environ.get("PATH_INFO", "").startswith(settings.STATIC_URL)
        trouble = None if is_static else self._get_trouble()
        if trouble is None:
            return self._application(environ, start_response)
        response = _make_page(WSGIRequest(environ), trouble)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content]

    def _get_trouble(self) -> HouseTrouble | None:
        """The house is looked at again now and then, so that one that was put back opens by itself."""
        if self._trouble is None:
            return None
        with self._lock:
            if self._trouble and time.monotonic() - self._looked_at > _LOOK_AGAIN_S:
                self._trouble = self._examine()
                self._looked_at = time.monotonic()
        return self._trouble

    def _examine(self) -> HouseTrouble | None:
        trouble = examine_house(at_most_s=_QUICK_CHECK_S, is_prepared=True)
        connections.close_all()
        if trouble and getattr(self, "_trouble", None) != trouble:
            logger.error("The house stays closed. %s", trouble.text)
        return trouble


def _render_page(request: WSGIRequest) -> HttpResponse:
    try:
        return show_bare_error(request, "house_closed", status=503, comes_after_s=_COMES_AFTER_S)
    except ValueError:  # the static files were not collected either
        words = get_message("house_closed")
        text = "\n\n".join(str(part) for part in (words.title, *words.paragraphs))
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=503)


def _make_page(request: WSGIRequest, trouble: HouseTrouble) -> HttpResponse:
    if request.path == reverse("healthz"):
        response = HttpResponse(f"closed: {trouble.code}\n", content_type="text/plain", status=503)
    else:
        response = _render_page(request)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Retry-After"] = str(_COMES_AFTER_S)
    return response
