"""The sandbox as a server: threads, kept-alive connections, and answers that go wrong when asked to."""

import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import cast
from urllib.parse import unquote

from spotweb.sandbox.app import answer_sandbox, answer_spotify, is_sandbox_path
from spotweb.sandbox.core.messages import Reply, Request, text_reply
from spotweb.sandbox.world import storage
from spotweb.sandbox.world.player_scenes import furnish_players
from spotweb.sandbox.world.world import App, Settings, World

_MAX_BODY = 2 * 1024 * 1024
_SAVE_EVERY_S = 2.0
_LAN_PATHS = {"/authorize", "/login", "/logout", "/consent.css", "/status"}
_IP_FREEBIND = 15  # Linux: an address may be listened on before the machine has it
DEFAULTS = storage.Founding(seed=1, members=4, saved_tracks=400, long_playlist=0)


class Sandbox:
    """One simulated Spotify. `start()` serves from a thread of its own; `stop()` saves and frees the port."""

    def __init__(
        self,
        *,
        port: int = 0,
        quota_mode: str = "development",
        clients: dict[str, str] | None = None,
        redirect_uris: list[str] | None = None,
        seed: int | None = None,
        latency_ms: int = 0,
        delay_ms: int = 300,
        saved_tracks: int | None = None,
        long_playlist: int | None = None,
        members: int | None = None,
        state_file: str | Path | None = None,
        lan_hosts: Sequence[str] = (),
        lan_names: Sequence[str] = (),
    ) -> None:
        """`clients` maps client ids to secrets (empty: PKCE alone); port 0 takes any free one.

        `saved_tracks` is how many the owner has; with a `long_playlist` of so many items she has one more.
        What is not said of the world is as in the state file, or as in `DEFAULTS`.
        """
        kept = storage.read_founding(Path(state_file)) if state_file else storage.Founding()
        said = storage.Founding(seed, members, saved_tracks, long_playlist)
        made_from = {
            name: next(value for value in values if value is not None)
            for name, *values in zip(storage.Founding._fields, said, kept, DEFAULTS, strict=True)
        }
        self.world = World(
            seed=made_from["seed"],
            settings=Settings(quota_mode=quota_mode, latency_ms=latency_ms, delay_ms=delay_ms),
            apps={name: App(client_id=name, secret=secret) for name, secret in (clients or {}).items()},
            redirect_uris=redirect_uris or [],
            member_count=made_from["members"],
            saved_tracks=made_from["saved_tracks"],
            long_playlist=made_from["long_playlist"],
        )
        self._server = _Server(("127.0.0.1", port), _Handler, world=self.world)
        self.port = self._server.server_address[1]
        self.url = self.world.base_url = f"http://127.0.0.1:{self.port}"
        furnish_players(self.world)
        self._lan_servers = list(self._listen_on_lan(lan_hosts, lan_names))
        self._keeper = storage.WorldStorage(self.world, Path(state_file)) if state_file else None
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._stopping = threading.Event()
        self._saver = threading.Thread(target=self._save_regularly, daemon=True)

    def start(self) -> "Sandbox":
        self._thread.start()
        for server in self._lan_servers:
            threading.Thread(target=server.serve_forever, args=(0.5,), daemon=True).start()
        if self._keeper:
            self._saver.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self.world.faults.clear()
        if self._thread.is_alive():
            self._end_serving()
        for server in (self._server, *self._lan_servers):
            server.server_close()
            server.hang_up()
        if self._saver.is_alive():
            self._saver.join()
        if self._keeper:
            with suppress(OSError):
                self._keeper.save()

    def _listen_on_lan(self, hosts: Sequence[str], names: Sequence[str]) -> Iterator["_LanServer"]:
        places = {f"{name}:{self.port}" for name in names}
        for host in hosts:
            try:
                yield _LanServer((host, self.port), _LanHandler, world=self.world, places=places)
            except OSError as error:
                sys.stderr.write(f"Phones can't reach the simulated Spotify at {host}: {error.strerror}\n")

    def _end_serving(self) -> None:
        for server in self._lan_servers:
            server.shutdown()
        ending = threading.Thread(target=self._server.shutdown)
        ending.start()
        # A knock on the door, or the server would look up only when its patience ends.
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            ending.join()
        ending.join()
        self._thread.join()

    def _save_regularly(self) -> None:
        while self._keeper and not self._stopping.wait(_SAVE_EVERY_S):
            # A full disk passes; until then the world lives on in memory.
            with suppress(OSError):
                self._keeper.save_changes()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], *, world: World
    ) -> None:
        self.world = world
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def process_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        self._open.add(cast("socket.socket", request))  # a TCP server is only ever given sockets
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        self._open.discard(cast("socket.socket", request))
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that browsers and clients keep alive."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it was gone already
                continue

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # handed on as it came


class _LanServer(_Server):
    """What phones may open: it listens on the home network, and knows the names it is opened by."""

    def __init__(
        self,
        address: tuple[str, int],
        handler: type[BaseHTTPRequestHandler],
        *,
        world: World,
        places: set[str],
    ) -> None:
        self.places = places
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler, world=world)

    def server_bind(self) -> None:
        if sys.platform == "linux":
            self.socket.setsockopt(socket.SOL_IP, _IP_FREEBIND, 1)
        super().server_bind()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 300
    server: _Server

    def _serve(self) -> None:
        if not self._may_ask():
            self.close_connection = True
            self._send(text_reply("Not found", status=404), is_head=self.command == "HEAD")
            return
        if self.command in {"POST", "PUT"} and "content-length" not in self.headers:
            self._send(Reply(status=411), is_head=False)
            return
        length = int(self.headers.get("content-length") or 0)
        if length > _MAX_BODY:
            self.close_connection = True
            self._send(Reply(status=413), is_head=False)
            return
        request = self._request(self.rfile.read(length) if length else b"")
        world = self.server.world
        if is_sandbox_path(request.path):
            reply = answer_sandbox(world, request)
        else:
            if world.settings.latency_ms:
                time.sleep(world.settings.latency_ms / 1000)
            reply = answer_spotify(world, request)
        self._deliver(reply)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 - http.server's names

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Of the header Date: what the sandbox says the time is."""
        return super().date_time_string(self.server.world.clock.now() if timestamp is None else timestamp)

    def finish(self) -> None:
        """Where whoever asked has hung up, writing fails: what is read from has to be closed all the same."""
        try:
            super().finish()
        finally:
            self.rfile.close()

    def _may_ask(self) -> bool:
        return True

    def _request(self, body: bytes) -> Request:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        # A trailing slash, also before the question mark, is accepted everywhere.
        path = unquote(path).rstrip("/") or "/"
        method = "GET" if self.command == "HEAD" else self.command
        return Request(method=method, path=path, query_string=query, headers=headers, body=body)

    def _deliver(self, reply: Reply) -> None:
        if reply.hold_s and reply.pieces == 1:
            reply.released.wait(reply.hold_s)
        if reply.fate == "timeout":
            self.close_connection = True
        elif reply.fate == "reset":
            self._reset()
        else:
            with self._dripping(reply):
                self._send(reply, is_head=self.command == "HEAD")

    @contextmanager
    def _dripping(self, reply: Reply) -> Iterator[None]:
        """Let what is sent arrive piece by piece, its head too."""
        if reply.pieces == 1:
            yield
            return
        sink, self.wfile = self.wfile, BytesIO()
        yield
        data, self.wfile = self.wfile.getvalue(), sink
        step = -(-len(data) // reply.pieces)
        for begin in range(0, len(data), step):
            reply.released.wait(reply.hold_s / reply.pieces)
            sink.write(data[begin : begin + step])
            sink.flush()

    def _send(self, reply: Reply, *, is_head: bool) -> None:
        self.send_response(reply.status)
        if reply.content_type:
            self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.status not in {204, 304}:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if is_head or not reply.body:
            return
        if reply.fate == "truncate":
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(reply.body)

    def _reset(self) -> None:
        """Hang up in the middle, with a RST instead of a farewell."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def version_string(self) -> str:
        return "simulated"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: the request log is asked for through control."""


class _LanHandler(_Handler):
    """Neither control nor the Web API: the app on this machine asks for those."""

    server: _LanServer

    def _may_ask(self) -> bool:
        path = unquote(self.path.partition("?")[0]).rstrip("/")
        is_open = path in _LAN_PATHS or (path.startswith("/images/") and ".." not in path)
        return is_open and self.headers.get("Host", "").lower() in self.server.places
