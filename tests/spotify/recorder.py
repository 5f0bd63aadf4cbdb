"""A relay on loopback in front of the simulated Spotify that writes down every request as it was sent."""

from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Recorded:
    method: str
    path: str
    query: list[tuple[str, str]]
    content_type: str
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path} {dict(self.query)} {self.body[:200]!r}"


class Recorder:
    def __init__(self, target: str) -> None:
        self.requests: list[Recorded] = []
        self.target = urlsplit(target).netloc
        self._server = _Relay(("127.0.0.1", 0), _Handler)
        self._server.recorder = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Relay(ThreadingHTTPServer):
    daemon_threads = True
    recorder: Recorder


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Relay

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        query = parse_qsl(address.query, keep_blank_values=True)
        content_type = self.headers.get("Content-Type", "")
        self.server.recorder.requests.append(Recorded(self.command, address.path, query, content_type, body))
        passed_on = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        target = HTTPConnection(self.server.recorder.target, timeout=60)
        try:
            target.request(self.command, self.path, body or None, passed_on)
            answer = target.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name in ("Content-Type", "ETag", "Retry-After"):
                if value := answer.getheader(name):
                    self.send_header(name, value)
            if answer.status not in {204, 304}:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        finally:
            target.close()

    do_GET = do_PUT = do_POST = do_DELETE = _relay  # noqa: N815  # the base class looks for these

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Quiet: the tests say what went wrong."""
