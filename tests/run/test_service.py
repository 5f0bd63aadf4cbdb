"""What systemd is told while `manage.py run` is its service: ready when it can be opened, then alive."""

import signal
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.box import PATIENCE_S


@pytest.fixture
def manager(tmp_path):
    """Where a service reports to."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(PATIENCE_S)
        yield channel


def _wait_until_ready(manager: socket.socket) -> None:
    while (state := manager.recv(100)) == b"WATCHDOG=1":
        pass
    assert state == b"READY=1"


def test_a_service_is_ready_when_it_can_be_opened_and_says_that_it_lives(make_box, manager):
    box = make_box(NOTIFY_SOCKET=manager.getsockname())
    box.launch()
    _wait_until_ready(manager)
    assert box.get("/accounts/login/").status_code == 200
    assert "is ready: open" in box.log
    assert manager.recv(100) == manager.recv(100) == b"WATCHDOG=1"
    for pid in box.list_processes().values():
        assert b"NOTIFY_SOCKET" not in Path(f"/proc/{pid}/environ").read_bytes(), "they don't speak for it"

    # A house that has to stay closed is no reason to be started again and again.
    box.sign_in("ada")
    box.end(signal.SIGTERM)
    _empty(manager)
    box.database.unlink()
    box.launch()
    _wait_until_ready(manager)
    assert [*box.list_processes()] == ["web"]
    assert "is ready: open" not in box.log


def _empty(manager: socket.socket) -> None:
    manager.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            manager.recv(100)
    manager.settimeout(PATIENCE_S)
