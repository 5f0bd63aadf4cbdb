"""Sends and receives bytes through connections that this process keeps. Knows nothing of Spotify.

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
import ssl
import threading
import time
from collections.abc import Mapping
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import certifi
import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from spotweb.spotify.errors import BadResponse, Unavailable

# More threads than the web server and a parallel collection use at once, so that none has to connect again.
_MAX_CONNECTIONS = 32
_CONNECT_TIMEOUT_S = 3.0
_NO_RETRIES = urllib3.Retry(total=False)
_ACCEPT_ENCODING = urllib3.make_headers(accept_encoding=True)["accept-encoding"]
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
        address = urlsplit(url)
        query = urlencode(_format_params(params or {}))
        response = _get_pool(address.scheme, address.netloc).urlopen(
            method,
            f"{address.path}?{query}" if query else address.path,
            headers={"User-Agent": user_agent(), "Accept-Encoding": _ACCEPT_ENCODING, **headers},
            body=None if method == "GET" else content or b"",
            timeout=urllib3.Timeout(connect=min(_CONNECT_TIMEOUT_S, deadline_s), read=deadline_s),
            retries=_NO_RETRIES,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
        )
        _clock.record(response.headers.get("Date", ""))
        # At one go: in small pieces, threads that collect pages would take turns at each.
        body = response.read(MAX_ANSWER_BYTES + 1, decode_content=True)
        if len(body) <= MAX_ANSWER_BYTES:
            return HttpAnswer(response.status, response.headers, body)
        response.close()  # its connection holds the rest, which nobody wants
        response.release_conn()
    except (HTTPError, ValueError) as error:
        # A ValueError too: the library lets through what a chunk of a negative length makes.
        trouble = type(error).__name__
        was_sent = not isinstance(error, ConnectTimeoutError | NewConnectionError)
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


class _TimedReader(io.RawIOBase):
    """The bytes of one answer, until its deadline."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._connection = connection
        # Nothing is read from it: it keeps the connection open that its owner has closed.
        self._raw = connection.makefile("rb", buffering=0)
        self._deadline = _deadline.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  # whatever can be written to
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._connection.settimeout(left_s)
        return self._connection.recv_into(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """What a response reads from."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._connection))


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # its base's
        super().__init__(_TimedSocket(sock), *args, **kwargs)  # type: ignore[arg-type]  # all it asks for


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse


class _TimedSecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _TimedSecureConnection


@functools.lru_cache(maxsize=8)
def _get_pool(scheme: str, netloc: str) -> HTTPConnectionPool:
    """The connections to a host: no proxy of the environment is asked, and nobody's cookies are kept.

    A proxy would send the demo's loopback requests out of the house, and a cookie that Spotify sets for one
    member would travel with the next.
    """
    address = urlsplit(f"//{netloc}")
    host, port = address.hostname or "", address.port
    if scheme == "https":
        return _SecurePool(host, port, maxsize=_MAX_CONNECTIONS, ssl_context=_make_tls_context())
    return _Pool(host, port, maxsize=_MAX_CONNECTIONS)


def _make_tls_context() -> ssl.SSLContext:
    """One for all connections to a host: it holds some hundred certificates."""
    context = urllib3.util.ssl_.create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(certifi.where())
    return context


# Two processes on one socket would read each other's answers.
os.register_at_fork(after_in_child=_get_pool.cache_clear)
