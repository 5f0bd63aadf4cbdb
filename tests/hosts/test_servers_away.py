"""PostgreSQL or the cache server is away for a while: words, and then all is well by itself."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import pytest

from tests.environment import free_port
from tests.hosts.network import Forwarder
from tests.support.box import Box

pytestmark = pytest.mark.skipif("TEST_DATABASE_URL" not in os.environ, reason="needs PostgreSQL and Redis")
if "TEST_DATABASE_URL" in os.environ:
    from tests.hosts.house import drop_database, make_database

NAME = "spotweb_away"


class Line:
    """The way to a server, which can be cut."""

    def __init__(self, variable: str) -> None:
        self._server = urlsplit(os.environ[variable])
        self.port = free_port()
        self.restore()

    def get_url(self, path: str) -> str:
        user = f"{self._server.username}@" if self._server.username else ""
        return SplitResult(self._server.scheme, f"{user}127.0.0.1:{self.port}", path, "", "").geturl()

    def restore(self) -> None:
        target = (self._server.hostname or "", self._server.port or 0)
        self._forwarder = Forwarder("127.0.0.1", self.port, [target])

    def cut(self) -> None:
        self._forwarder.close()


@pytest.fixture
def lines() -> Iterator[dict[str, Line]]:
    make_database(NAME)
    lines = {"database": Line("TEST_DATABASE_URL"), "cache": Line("TEST_CACHE_URL")}
    yield lines
    for line in lines.values():
        line.cut()
    drop_database(NAME)


def test_a_server_that_was_away_is_told_in_words_and_used_again(lines: dict[str, Line], tmp_path: Path):
    box = Box(
        tmp_path, DATABASE_URL=lines["database"].get_url(f"/{NAME}"), CACHE_URL=lines["cache"].get_url("/14")
    )
    said = box.prepare()
    assert said.returncode == 0, said.stdout
    with box.serve():
        assert box.get("/healthz?part=web").text == "ok\n"
        lines["cache"].cut()
        box.wait_for(lambda: "(cache_away)" in box.get("/healthz?part=web").text)
        assert box.get("/accounts/login/").status_code == 200, "a table takes its place"
        lines["cache"].restore()
        box.wait_for(lambda: box.get("/healthz?part=web").text == "ok\n")

        lines["database"].cut()
        box.wait_for(lambda: "(database_away)" in box.get("/healthz?part=web").text)
        # One that knows a session has to be looked up.
        page = box.get("/", Cookie="demo_sessionid=abcdefghijklmnopqrstuvwxyz012345")
        assert page.status_code == 503
        assert "The database doesn" in page.text
        assert "Traceback" not in box.log
        lines["database"].restore()
        box.wait_for(lambda: box.get("/healthz?part=web").text == "ok\n")
        assert box.get("/accounts/login/").status_code == 200
