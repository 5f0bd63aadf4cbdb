"""A server on loopback that answers what a test tells it to, well-formed or not."""

import json
import socket
import ssl
import struct
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Reply:
    """`cut`: send half of the body, then hang up. `reset`: no answer at all, the line drops.

    `echo`: the body repeats the request with its headers, as error pages of proxies do.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0
    cut: bool = False
    reset: bool = False
    echo: bool = False
    hangs: bool = False  # until the server's `released` is set


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    line: str  # as it went over the wire
    connection: int
    at: float  # seconds of time.monotonic()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def said(status: int, message: str, reason: str | None = None, **headers: str) -> Reply:
    error = {"status": status, "message": message, **({"reason": reason} if reason else {})}
    written = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(
        status, json.dumps({"error": error}).encode(), {"Content-Type": "application/json", **written}
    )


def found(value: object, **headers: str) -> Reply:
    return _json(200, value, headers)


def _json(status: int, value: object, headers: dict[str, str]) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})


class UnrulyServer:
    """Replies in the order given; when none is left, the last one again. Or as `decide` says.

    With a `certificate`, whose key lies beside it, it speaks TLS.
    """

    def __init__(self, *, certificate: Path | None = None) -> None:
        self.replies: deque[Reply] = deque([Reply(204)])
        self.decide: Callable[[Asked], Reply] | None = None
        self.asked: list[Asked] = []
        self.at_once = self.most_at_once = 0
        self.released = Event()
        self._counting = Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.unruly = self
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self._server.server_port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        # The default waits half a second before it notices that it shall stop.
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def answer(self, *replies: Reply) -> None:
        self.replies = deque(replies)
        self.decide = None
        self.asked.clear()
        self.most_at_once = 0
        self.released.clear()

    def answer_as(self, decide: Callable[[Asked], Reply]) -> None:
        self.answer(Reply(204))
        self.decide = decide

    def next_reply(self, asked: Asked) -> Reply:
        if self.decide:
            return self.decide(asked)
        return self.replies.popleft() if len(self.replies) > 1 else self.replies[0]

    def come_and_go(self, change: int) -> None:
        with self._counting:
            self.at_once += change
            self.most_at_once = max(self.most_at_once, self.at_once)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    unruly: UnrulyServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up waiting is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _reply(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(
            self.command,
            address.path,
            dict(parse_qsl(address.query, keep_blank_values=True)),
            dict(self.headers),
            body,
            self.requestline,
            self.client_address[1],
            time.monotonic(),
        )
        self.server.unruly.asked.append(asked)
        self.server.unruly.come_and_go(1)
        reply = self.server.unruly.next_reply(asked)
        if reply.echo:
            echoed = f"{reply.body.decode()} {self.requestline}\n{self.headers}\n".encode() + body
            reply = replace(reply, body=echoed)
        if reply.hangs:
            self.server.unruly.released.wait(60)
        time.sleep(reply.delay_s)
        self.server.unruly.come_and_go(-1)
        if reply.reset:
            self._drop()
            return
        with suppress(BrokenPipeError, ConnectionResetError):
            self._write(reply)

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
        if reply.cut:
            self.wfile.flush()
            self._drop()

    def _drop(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    do_GET = do_PUT = do_POST = do_DELETE = _reply  # noqa: N815  # the base class looks for these

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Quiet: the tests say what went wrong."""
