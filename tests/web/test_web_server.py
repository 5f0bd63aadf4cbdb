"""The web server as the Procfile starts it, with clients that are slow on purpose."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from spotweb.processes import web_server
from tests.box import Box

HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nq="
# The old server did not answer for more than 100 s; a busy machine may take some.
PATIENCE_S = 45


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    box = Box(Path(tmp_path_factory.mktemp("server")))
    box.lay_house()
    with box.serve():
        yield box


def _connect(stack: ExitStack, port: int, data: bytes) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
    connection.sendall(data)
    return connection


@pytest.mark.parametrize(
    "data",
    [HEAD, BODY, b"", b"G", HEAD + b"X: " + b"x" * 9000],
    ids=["head", "body", "nothing", "letter", "long"],
)
def test_half_sent_requests_hold_no_thread(box: Box, data: bytes):
    with ExitStack() as stack:
        for _ in range(200):
            _connect(stack, box.port, data)
        answer = requests.get(f"{box.address}/healthz", timeout=PATIENCE_S)
        assert answer.text == "ok\n"


def test_an_answer_that_nobody_reads_holds_no_thread(box: Box):
    with ExitStack() as stack:
        for _ in range(60):
            _connect(stack, box.port, b"GET /privacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 40)
        assert requests.get(f"{box.address}/healthz", timeout=PATIENCE_S).text == "ok\n"


def test_too_many_connections_close_the_oldest_and_refuse_nobody(box: Box):
    with ExitStack() as stack:
        connections = [_connect(stack, box.port, HEAD) for _ in range(web_server.MAX_CONNECTIONS + 20)]
        assert requests.get(f"{box.address}/healthz", timeout=PATIENCE_S).text == "ok\n"
        assert connections[0].recv(1) == b"", "closed"


def test_a_head_that_never_ends_is_closed(box: Box):
    with ExitStack() as stack:
        assert _connect(stack, box.port, HEAD).recv(1) == b""


def test_the_server_ends_when_it_is_told_to(tmp_path: Path):
    box = Box(tmp_path)
    box.lay_house()
    with box.serve():
        pass
    assert "Traceback" not in box.log
