"""The web server as the Procfile starts it, with clients that are slow on purpose."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Barrier, Event, Thread, current_thread
from typing import Any

import pytest
import requests

from spotweb.processes import web_server
from tests.support.box import Box

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


@contextmanager
def _serve(answer: Callable[[str], str], *, threads: int) -> Iterator[str]:
    """The address of a server of ours whose application says this for each path."""

    def application(environ: dict[str, Any], start_response: Callable[[str, list[Any]], Any]) -> list[bytes]:
        text = answer(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [text.encode()]

    server = web_server.create_server(application, host="127.0.0.1", port=0, threads=threads)
    serving = Thread(target=server.run, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()
    server.close()
    serving.join(PATIENCE_S)


def _ask(address: str) -> str:
    return requests.get(address, timeout=PATIENCE_S).text


@pytest.mark.parametrize("path", ["/healthz", "/music/healthz", "/healthz?full"])
def test_whoever_watches_is_answered_while_all_threads_wait(path: str):
    may_go_on, has_begun = Event(), Event()

    def answer(path: str) -> str:
        if "healthz" not in path:
            has_begun.set()
            assert may_go_on.wait(PATIENCE_S)
        return "ok"

    with _serve(answer, threads=1) as address, ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(_ask, f"{address}/{number}") for number in "12"]
        assert has_begun.wait(PATIENCE_S)
        assert _ask(address + path) == "ok"
        assert not any(one.done() for one in waiting)
        may_go_on.set()
        assert [one.result() for one in waiting] == ["ok", "ok"]


@pytest.mark.parametrize(
    "data",
    [b"garbage", b"GET", b"\x00\x01", b"GET http://[::1 HTTP/1.1", b"POST / HTTP/1.1\r\nContent-Length: x"],
)
def test_what_is_no_request_is_answered(data: bytes):
    with _serve(lambda path: path, threads=1) as address, ExitStack() as stack:
        connection = _connect(stack, int(address.rpartition(":")[2]), data + b"\r\n\r\n")
        assert b" 400 Bad Request\r\n" in connection.recv(100)
        assert _ask(f"{address}/then") == "/then"


def test_few_threads_do_what_few_can_do_and_all_what_needs_all():
    """Each has a connection to the database, with its pages, as long as it is used."""
    meeting = Barrier(8)

    def answer(path: str) -> str:
        if path == "/together":
            meeting.wait(PATIENCE_S)
        return current_thread().name

    with _serve(answer, threads=8) as address, ThreadPoolExecutor(8) as pool:
        # One may still be closing its connection while the next one comes.
        assert len({_ask(address) for _ in range(30)}) <= 3
        assert len(set(pool.map(_ask, [f"{address}/together"] * 8))) == 8


def test_the_server_ends_when_it_is_told_to(tmp_path: Path):
    box = Box(tmp_path)
    box.lay_house()
    with box.serve():
        pass
    assert "Traceback" not in box.log
