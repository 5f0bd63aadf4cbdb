"""Sends and receives bytes through the one pooled session of this process. Knows nothing of Spotify.

An answer has one deadline for all of it. The library's read timeout counts from each piece to the next, so
that an answer in ten pieces could hold a page ten times as long; here each read gets what is left. It has a
size too, beyond which no answer of Spotify's goes.
"""

import functools
import http.client
import io
import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NamedTuple

import requests
import urllib3
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from spotweb.spotify.errors import BadResponse, Unavailable

# More threads than the web server and a parallel collection use at once, so that none has to connect again.
_MAX_CONNECTIONS = 32
_CONNECT_TIMEOUT_S = 3.0
# Unpacked. The largest that Spotify sends, an analysis of a long recording, is a few megabytes.
MAX_ANSWER_BYTES = 16 * 1024 * 1024

# Its debug lines show the whole address, with what a member searches for.
logging.getLogger("urllib3").setLevel(logging.INFO)


class _Clock:
    """What Spotify's newest answer said the time was, and when that was by this box."""

    def __init__(self) -> None:
        self._seen: tuple[str, float] | None = None

    def record(self, date: str) -> None:
        self._seen = (date, time.time()) if date else self._seen

    def get_difference_s(self) -> float | None:
        if self._seen is None:
            return None
        date, at = self._seen
        try:
            return at - parsedate_to_datetime(date).timestamp()
        except ValueError:
            return None


_clock = _Clock()


class _Sent(threading.local):
    writes = 0


_sent = _Sent()

Params = Mapping[str, str | int | bool | None]

_deadline: ContextVar[float] = ContextVar("deadline")


class HttpAnswer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004  # that is what 2xx means

    def redact(self, *secrets: str) -> "HttpAnswer":
        """An error page may echo the request; what goes into exceptions and logs must not."""
        body = self.body
        for secret in filter(None, secrets):
            body = body.replace(secret.encode(), b"[secret]")
        return self._replace(body=body)


def send_request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    deadline_s: float,
    params: Params | None = None,
    content: bytes | None = None,
) -> HttpAnswer:
    """One request, never repeated and never redirected: a redirect could carry the token to another host.

    Raises Unavailable without a whole answer within `deadline_s`, and BadResponse for one that is too long.
    The library's own exceptions are left behind on purpose: they hold the request with its headers, and their
    text repeats the query.
    """
    trouble, was_sent = "", True
    if method != "GET":
        _sent.writes += 1
    deadline = _deadline.set(time.monotonic() + deadline_s)
    try:
        response = _get_session().request(
            method,
            url,
            headers={"User-Agent": user_agent(), **headers},
            params=_format_params(params or {}),
            data=content,
            timeout=(min(_CONNECT_TIMEOUT_S, deadline_s), deadline_s),
            allow_redirects=False,
            stream=True,
        )
        _clock.record(response.headers.get("Date", ""))
        # At one go: `content` reads in small pieces, and threads that collect pages would take turns at each.
        body = response.raw.read(MAX_ANSWER_BYTES + 1, decode_content=True)
        if len(body) <= MAX_ANSWER_BYTES:
            return HttpAnswer(response.status_code, response.headers, body)
        response.close()  # its connection holds the rest, which nobody wants
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        # A ValueError too: the library lets through what a chunk of a negative length makes.
        trouble, was_sent = type(error).__name__, not _was_never_sent(error)
    finally:
        _deadline.reset(deadline)
    if not trouble:
        trouble = f"longer than {MAX_ANSWER_BYTES} bytes"
        raise BadResponse(trouble, is_outcome_unknown=True)
    raise Unavailable(trouble, is_outcome_unknown=was_sent)


def get_clock_difference_s() -> float | None:
    """By how much this box's clock is ahead of Spotify's; null while nothing was answered."""
    return _clock.get_difference_s()


def count_writes() -> int:
    """How many requests that may change something this thread has sent."""
    return _sent.writes


def user_agent() -> str:
    return f"spotweb/{getattr(settings, 'VERSION', None) or 'development'}"


def _format_params(params: Params) -> dict[str, str]:
    """As Spotify reads them: what is None is left out, and booleans are words."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in params.items()
        if value is not None
    }


def _was_never_sent(error: Exception) -> bool:
    """Whether no connection came about, so that even a POST can be sent again."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


class _TimedReader(io.RawIOBase):
    """The bytes of one answer, until its deadline."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._connection = connection
        self._raw = connection.makefile("rb", buffering=0)
        self._deadline = _deadline.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  # whatever can be written to
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._connection.settimeout(left_s)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # its base's
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock))


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse


class _TimedSecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _TimedSecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # its base's
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:  # its base's
        """Nowhere: the library would read the address, and the whole page with it, to offer it."""


@functools.cache
def _get_session() -> requests.Session:
    session = _Session()
    adapter = _Adapter(pool_maxsize=_MAX_CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # A .netrc would replace the Authorization header, and HTTP_PROXY would send the demo's loopback requests
    # out of the house: a member's token goes to the host in the settings and nowhere else.
    session.trust_env = False
    # Members share the session; a cookie that Spotify sets for one must not travel with the next.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


# Two processes on one socket would read each other's answers.
os.register_at_fork(after_in_child=_get_session.cache_clear)
