"""A reverse proxy that needs no other program: one path leads to the app, all else to another app."""

import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import requests

# Of one connection, not of what is sent over it.
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"}
OTHER_APP = "Another app of this host."


class SmallProxy:
    """Serves `http://127.0.0.1:port`; `strips` says whether the app is asked without the path."""

    def __init__(self, port: int, path: str, *, upstream: str) -> None:
        self.path = path
        self.upstream = upstream
        self.strips = False
        self.outside: list[str] = []  # what browsers asked the other app for
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._make_handler())
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def get_address(self, path: str) -> str:
        return self.upstream + (path.removeprefix(self.path) if self.strips else path)

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if proxy.strips and path == proxy.path:  # as nginx does by itself
                    self._answer(301, [("Location", f"{proxy.path}/")], b"")
                    return
                if path == proxy.path or path.startswith(f"{proxy.path}/"):
                    self._pass_on()
                    return
                proxy.outside.append(self.path)
                # As other Django apps do: cookies of the usual names, for the whole host.
                cookies = [f"{name}=of-another-app; Path=/" for name in ("sessionid", "csrftoken")]
                self._answer(200, [("Set-Cookie", cookie) for cookie in cookies], OTHER_APP.encode())

            do_POST = do_HEAD = do_GET  # noqa: N815  # named by the standard library

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {
                    name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP
                }
                headers |= {
                    "X-Forwarded-For": "127.0.0.1",
                    "X-Forwarded-Proto": "http",
                    "Accept-Encoding": "identity",
                }
                with requests.Session() as session:
                    session.trust_env = False
                    answer = session.request(
                        self.command, proxy.get_address(self.path), headers=headers, data=body,
                        allow_redirects=False, timeout=60,
                    )  # fmt: skip
                # Several cookies are several headers, which requests would join.
                lines = [line for line in answer.raw.headers.items() if line[0].lower() not in _HOP_BY_HOP]
                self._answer(answer.status_code, lines, answer.content)

            def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":  # a browser that has gone on to the next page takes no answer
                    with suppress(ConnectionError):
                        self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: the test says what went wrong."""

        return Handler
