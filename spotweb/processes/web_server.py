"""waitress as the web server: one process that reads requests whole before a thread sees them.

Who sends half a request, or reads an answer slowly, holds a connection and no thread. Whoever watches the
household is answered while all threads wait for Spotify.
"""

import logging
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from spotweb.network.lan import listen
from spotweb.web.uploads import MAX_UPLOAD_BYTES

logger = logging.getLogger(__name__)

# A system lets a process hold 1,024 files as a rule; the database and Spotify need some of them.
MAX_CONNECTIONS = 600
# Heads are sent at once; a large file over a slow line takes minutes.
MAX_HEAD_S, MAX_BODY_S = 15, 300
# Where browsers keep a connection for their next request.
MAX_IDLE_S = 60
MAX_HEAD_BYTES = 32 * 1024
# A little more than the app takes, so that it can say itself that a file is too large.
MAX_BODY_BYTES = 2 * MAX_UPLOAD_BYTES
_LOOK_EVERY_S = 2
_HEALTH_PATH = "/healthz"


def create_server(
    application: Any,  # noqa: ANN401  # WSGI
    *,
    host: str,
    port: int,
    threads: int,
    lan_hosts: Sequence[str] = (),
) -> TcpWSGIServer:
    """A server that listens already; its `run` serves until SystemExit or KeyboardInterrupt.

    It listens at `lan_hosts` too. One that cannot be had is logged: the box itself is served all the same.
    """
    listeners = [listen(host, port), *_listen_on_lan(lan_hosts, port)]
    adjustments = Adjustments(
        sockets=listeners,
        ident=None,
        # Which scheme and host a browser used is read by spotweb.web.house_address alone.
        clear_untrusted_proxy_headers=False,
        # Surplus connections are closed below; this would refuse new ones instead.
        connection_limit=10 * MAX_CONNECTIONS,
        channel_timeout=MAX_IDLE_S,
        cleanup_interval=_LOOK_EVERY_S,
        max_request_header_size=MAX_HEAD_BYTES,
        max_request_body_size=MAX_BODY_BYTES,
        asyncore_use_poll=True,
        log_socket_errors=False,
    )
    dispatcher = _Dispatcher()
    dispatcher.set_thread_count(threads)
    # One loop, one set of threads and one count of connections for all of them.
    sockets: dict[int, Any] = {}  # waitress' own, by file number
    servers = [
        _Server(
            application,
            map=sockets,
            dispatcher=dispatcher,
            adj=adjustments,
            bind_socket=False,
            sockinfo=(listener.family, socket.SOCK_STREAM, 0, listener.getsockname()),
            _sock=listener,
        )
        for listener in listeners
    ]
    for server in servers:
        server.active_channels = servers[0].active_channels
    return servers[0]


def _listen_on_lan(hosts: Sequence[str], port: int) -> Iterator[socket.socket]:
    for host in hosts:
        try:
            yield listen(host, port, is_lan=True)
        except OSError as error:
            logger.warning("phones can't reach the app at %s, port %d: %s", host, port, error.strerror)


class _LatestFirst:
    """As a condition, but wakes whoever began to wait last."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._waiting: list[threading.Condition] = []

    def wait(self) -> None:
        mine = threading.Condition(self._lock)
        self._waiting.append(mine)
        mine.wait()

    def notify(self) -> None:
        if self._waiting:
            self._waiting.pop().notify()

    def notify_all(self) -> None:
        while self._waiting:
            self.notify()


class _Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress carries no types
    """The thread that was busy last goes on: its connection to the database is open and knows its pages, and
    the others need none. One more is kept for looks at the household's health, which stand behind nobody.
    """

    def __init__(self) -> None:
        super().__init__()
        self.queue_cv = _LatestFirst(self.lock)
        self._watchers = ThreadedTaskDispatcher()

    def set_thread_count(self, count: int) -> None:
        super().set_thread_count(count)
        self._watchers.set_thread_count(min(count, 1))

    def add_task(self, channel: HTTPChannel) -> None:
        # Behind a proxy it may stand below a path of a shared host.
        is_look = channel.requests[0].path.endswith(_HEALTH_PATH)
        (self._watchers.add_task if is_look else super().add_task)(channel)

    def shutdown(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401  # waitress' own
        self._watchers.shutdown(*args, **kwargs)
        return bool(super().shutdown(*args, **kwargs))


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress carries no types
    """Made with the first byte of each request."""

    path = ""  # of a request that cannot be read

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began_at = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # an address that urllib does not understand
            raise ParsingError(str(error)) from None

    @property
    def is_late(self) -> bool:
        most_s = MAX_BODY_S if self.headers_finished else MAX_HEAD_S
        return time.monotonic() - self.began_at > most_s


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress carries no types
    parser_class = _Parser


class _Server(TcpWSGIServer):  # type: ignore[misc]  # waitress carries no types
    channel_class = _Channel

    def handle_accept(self) -> None:
        """Close what has waited longest when there are too many: never refuse who comes now."""
        super().handle_accept()
        surplus = len(self.active_channels) - MAX_CONNECTIONS
        if surplus > 0:
            waiting = sorted(self._list_waiting(), key=lambda channel: channel.last_activity)
            _close(waiting[:surplus])

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        _close(channel for channel in self._list_waiting() if channel.request and channel.request.is_late)

    def _list_waiting(self) -> list[_Channel]:
        """Those that are sent no answer either."""
        channels = self.active_channels.values()
        return [channel for channel in channels if not channel.requests and not channel.total_outbufs_len]


def _close(channels: Iterable[_Channel]) -> None:
    for channel in channels:
        channel.will_close = True
