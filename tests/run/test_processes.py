"""What `manage.py run` does when a process ends, when it is ended itself, and when it is started twice."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.run.box import Box


@pytest.mark.parametrize("killed", [["worker"], ["web"], ["sandbox"], ["web", "worker"]])
def test_what_was_killed_runs_again_and_the_others_stay(box: Box, killed: list[str]) -> None:
    before = box.list_processes()
    for name in killed:
        os.kill(before[name], signal.SIGKILL)
    box.wait_for(lambda: all(box.list_processes().get(name, before[name]) != before[name] for name in killed))
    box.wait_until_healthy()
    after = box.list_processes()
    assert {name for name in before if after[name] != before[name]} == set(killed)
    for name in killed:
        assert (
            box.log.count(f"{name} has ended and is started again")
            + box.log.count(f"{name} ended soon after its start")
            == 1
        ), box.log


def test_nothing_is_left_behind_by_a_run_that_was_killed(box: Box, make_box: Callable[..., Box]) -> None:
    processes = box.list_processes()
    os.kill(box.pid, signal.SIGKILL)
    os.waitpid(box.pid, 0)
    again = make_box(box.folder)
    again.port, again.sandbox_port, again.url = box.port, box.sandbox_port, box.url
    again.start()
    again.wait_until_healthy()
    assert not [name for name, pid in processes.items() if _is_alive(pid)]


def test_a_second_start_on_one_folder_says_where_the_first_one_runs(
    box: Box, make_box: Callable[..., Box]
) -> None:
    processes = box.list_processes()
    code, said = make_box(box.folder).run_to_its_end()
    assert code == 1
    assert f"already running on port {box.port}" in said
    assert "Traceback" not in said
    assert box.list_processes() == processes


def test_a_lock_file_that_was_left_behind_stops_nobody(make_box: Callable[..., Box]) -> None:
    box = make_box()
    box.data.mkdir(parents=True)
    (box.data / "run.lock").write_text("9999")
    box.start()
    box.wait_until_healthy()


def test_a_taken_port_is_said_and_ends_the_start(make_box: Callable[..., Box]) -> None:
    box = make_box()
    with socket.socket() as other:
        other.bind(("127.0.0.1", box.port))
        other.listen()
        code, said = box.run_to_its_end()
    assert code == 1
    assert f"Port {box.port} is taken" in said
    assert "Traceback" not in said


def test_a_process_that_never_comes_up_ends_the_run(make_box: Callable[..., Box], tmp_path: Path) -> None:
    (tmp_path / "waitress.py").write_text("raise SystemExit('an installation that is broken')")
    code, said = make_box(PYTHONPATH=str(tmp_path)).run_to_its_end()
    assert code == 1
    assert "web does not start" in said
    assert "is ready" not in said


def test_an_orderly_end_leaves_no_process_and_no_traceback(box: Box) -> None:
    processes = box.list_processes()
    os.kill(box.pid, signal.SIGINT)
    _, status = os.waitpid(box.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert not [name for name, pid in processes.items() if _is_alive(pid)]
    assert "Traceback" not in box.log


def _is_alive(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True
