"""What `manage.py run` does when a process ends, when it is ended itself, and when it is started twice."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.run.box import Box
from tests.support.box import PATIENCE_S, ROOT


@pytest.fixture(scope="module")
def shared_box(make_box: Callable[..., Box]) -> Box:
    return make_box()


@pytest.fixture
def box(shared_box: Box) -> Box:
    """A running demo, started again where the last test has ended it."""
    if not shared_box.is_running:
        shared_box.start()
    shared_box.wait_until_healthy()
    return shared_box


def test_what_was_killed_runs_again_and_the_others_stay(box: Box) -> None:
    for killed in (["worker"], ["web"], ["sandbox"], ["web", "worker"]):
        # What ends soon after its start is told once, until it is up.
        box.wait_for(lambda: box.log.count("ended soon after") == box.log.count("is running again"))
        before, log = box.list_processes(), box.log
        for name in killed:
            os.kill(before[name], signal.SIGKILL)
        box.wait_for(lambda: _has_all_but(killed, before, box.list_processes()))  # noqa: B023  # at once
        box.wait_until_healthy()
        after = box.list_processes()
        assert {name for name in before if after[name] != before[name]} == set(killed)
        said = box.log.removeprefix(log)
        for name in killed:
            assert (
                said.count(f"{name} has ended and is started again")
                + said.count(f"{name} ended soon after its start")
                == 1
            ), said


def _has_all_but(killed: list[str], before: dict[str, int], now: dict[str, int]) -> bool:
    """Everything runs, and what was killed is another process than before."""
    return now.keys() == before.keys() and all(now[name] != before[name] for name in killed)


def test_nothing_is_left_behind_by_a_run_that_was_killed_and_its_lock_stops_nobody(box: Box) -> None:
    processes = box.list_processes()
    box.end(signal.SIGKILL)
    assert (box.data / "run.lock").read_text() == str(box.port)
    box.start()
    box.wait_until_healthy()
    assert not [name for name, pid in processes.items() if _is_alive(pid)]


def test_a_second_start_on_one_folder_says_where_the_first_one_runs(
    box: Box, make_box: Callable[..., Box]
) -> None:
    processes = box.list_processes()
    code, said = make_box(box.folder, is_new=True).run_to_its_end()
    assert code == 1
    assert f"already running on port {box.port}" in said
    assert "Traceback" not in said
    assert box.list_processes() == processes


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
    (tmp_path / "sitecustomize.py").write_text("import os, sys\n'serve' in sys.orig_argv and os._exit(1)\n")
    code, said = make_box(PYTHONPATH=str(tmp_path)).run_to_its_end()
    assert code == 1
    assert "web doesn't start" in said
    assert "is ready" not in said


SUPERVISED = """
import sys
from spotweb.processes import process_group as processes
processes.STEADY_AFTER_S = 0  # time proves nothing
log, script = sys.argv[1:]
def has_time():
    return open(log).read().count("started") < 6
command = [sys.executable, "-c", script, log]
print(processes.run_processes({"it": command}, environment={}, directory=".", on_tick=has_time))
"""
STARTED = "import sys, time; print('started', file=open(sys.argv[1], 'a')); "


@pytest.mark.parametrize(
    ("script", "said", "starts"),
    [
        ("time.sleep(0.5); sys.exit(1)", "it doesn't start", 3),
        ("print('\\x1eup', flush=True); time.sleep(0.5)", "started again", 6),
    ],
    ids=["fails late at each start", "ends after it was up"],
)
def test_only_what_says_so_has_come_up(tmp_path: Path, script: str, said: str, starts: int) -> None:
    log = tmp_path / "log"
    log.touch()
    command = [sys.executable, "-c", SUPERVISED, str(log), STARTED + script]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert said in run.stdout
    assert log.read_text().count("started") == starts
    assert run.stdout.splitlines()[-1] == str(starts > 3)
    assert "\x1e" not in run.stdout


def test_an_orderly_end_leaves_no_process_and_no_traceback(box: Box) -> None:
    processes = box.list_processes()
    assert box.end(signal.SIGINT) == 0
    assert not [name for name, pid in processes.items() if _is_alive(pid)]
    assert "Traceback" not in box.log


def _is_alive(pid: int) -> bool:
    """Whether it stays alive: a busy machine takes its time to end what was told to end."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


def test_what_stays_of_the_start_knows_nothing_of_django() -> None:
    """It is there for weeks, and would hold 80 MB that nobody needs."""
    script = "import spotweb.processes.supervision, sys; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
