"""A running box whose database is locked, whose disk is full or read-only, or which was suspended."""

import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.engines import find_cache_server, run_cache
from tests.environment import free_port
from tests.run.box import Box

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
PAGES = ("/", "/library/", "/playlists/", "/recent/", "/household/")
PAUSE = "pause-a-users-playback"
TRACK_COUNT = 12


WORKER_WAIT_S = 3
WORKER_WAITS = re.compile(r"worker +\|.* (?:Waiting|Work waits): the database is locked by another program")


@pytest.fixture(scope="module")
def house(make_box: Callable[..., Box]) -> Box:
    """A demo in which Ada listens; on a locked database requests give up after a second, the worker soon.

    It gets over everything that these tests do to it.
    """
    box = make_box(DATABASE_WAIT_S="1")
    box.environment["DATABASE_URL"] = f"sqlite:///{box.database}?timeout={WORKER_WAIT_S}"
    box.start()
    box.sign_in("ada")
    play(box)
    return box


def play(box: Box) -> None:
    """Open each page once, as a member has before a bad day, and start the music."""
    for path in PAGES:
        assert box.get(path).status_code == 200, path
    box.post("/player/play/", **PART)


@contextmanager
def locked(box: Box) -> Iterator[None]:
    """As a backup does: nobody else writes until it is through."""
    with closing(sqlite3.connect(box.data / "spotweb.sqlite3", isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_health_tells_of_a_lock_and_of_its_end(house: Box) -> None:
    house.wait_until_healthy()
    with locked(house):
        _, text = house.wait_for(lambda: (found := house.get_health())[0] == 503 and found)
        assert "the database is locked by another program (database_busy)" in text
        answer = house.get("/healthz", Accept="application/json")
        assert answer.json()["reasons"][0]["code"] == "database_busy"
    house.wait_until_healthy()


def test_pages_and_controls_work_while_the_database_is_locked(house: Box) -> None:
    house.sandbox.forget_requests()
    with locked(house):
        for path in PAGES:
            answer = house.get(path)
            assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
            assert "Spotify doesn’t answer" not in answer.text
            assert "isn’t answering" not in answer.text
        paused = house.post("/player/pause/", **PART)
        assert paused.status_code == 200, paused.text
        assert len(house.sandbox.requests(PAUSE)) == 1


def test_an_act_that_cannot_be_stored_is_not_sent_and_says_so(house: Box) -> None:
    house.sandbox.forget_requests()
    with locked(house):
        answer = house.post("/playlists/labels/", {"name": "Never"}, **PART)
        assert answer.status_code == 503, answer.text
        assert "The box is busy" in answer.text
        assert "Nothing was changed" in answer.text
        page = house.post("/playlists/labels/", {"name": "Never"})
        assert page.status_code == 503
        assert "The box is busy" in page.text
    assert not [one for one in house.sandbox.requests() if one["method"] != "GET"]


def test_the_worker_waits_for_the_database_and_goes_on(house: Box) -> None:
    before = house.list_processes()
    links = house.sandbox.list_saved_tracks("ada", TRACK_COUNT)
    house.sandbox.forget_requests()
    house.sandbox.fault("/v1/me/player/queue", "slow", method="POST", delay_ms=400)
    answer = house.post("/player/lines/", {"lines": "\n".join(links)}, **PART)
    assert answer.status_code == 200, answer.text
    house.wait_for(lambda: len(_list_added(house)) >= 2)
    said = house.log
    with locked(house):
        # Once its connection has waited for as long as it does by itself.
        house.wait_for(lambda: WORKER_WAITS.search(house.log.removeprefix(said)))
        assert house.list_processes() == before
    house.wait_for(lambda: len(_list_added(house)) == TRACK_COUNT)
    assert house.list_processes() == before
    house.wait_until_healthy()


def _list_added(box: Box) -> list[object]:
    return [one for one in box.sandbox.requests("add-to-queue") if one["method"] == "POST"]


def test_a_suspended_machine_goes_on_where_it_was(house: Box) -> None:
    before = house.list_processes()
    pids = [house.pid, *before.values()]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(5)
    for pid in reversed(pids):
        os.kill(pid, signal.SIGCONT)
    house.wait_until_healthy()
    assert house.list_processes() == before


def test_health_tells_of_a_worker_that_is_stopped_or_gone(house: Box) -> None:
    house.wait_until_healthy()
    worker = house.list_processes()["worker"]
    os.kill(worker, signal.SIGSTOP)
    house.wait_for(lambda: "(worker_silent)" in house.get_health()[1])
    os.kill(worker, signal.SIGKILL)
    house.wait_for(lambda: "(worker_away)" in house.get_health()[1])
    house.wait_until_healthy()


# --- Disks ------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own for the data."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a disk of its own can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return ballast


def test_a_bad_disk_is_said_and_nothing_stays_broken(disk: Path, make_box: Callable[..., Box]) -> None:
    ballast = fill(disk)
    house = make_box(disk, is_new=True, DATABASE_WAIT_S="1")
    code, said = house.run_to_its_end()
    assert code == 1
    assert "no room left on the disk" in said
    assert "Traceback" not in said
    ballast.unlink()
    house.lay_house().start()
    house.sign_in("ada")
    play(house)
    house.wait_until_healthy()
    _fill_and_make_room(house)
    house.stop()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    code, said = house.run_to_its_end()
    assert code == 1
    assert "can't be written" in said
    assert "Traceback" not in said


def _fill_and_make_room(house: Box) -> None:
    """While it runs, under the hands of Ada."""
    before = house.list_processes()
    ballast = fill(house.folder)
    house.wait_for(lambda: "(database_full)" in house.get_health()[1])
    for path in PAGES:
        assert house.get(path).status_code == 200, path
    answers = [house.post("/playlists/labels/", {"name": f"List {n}"}, **PART) for n in range(8)]
    for answer in answers:
        assert answer.status_code < 400 or (answer.status_code == 503 and "no room" in answer.text), (
            answer.text
        )
    time.sleep(5)
    assert house.list_processes() == before
    ballast.unlink()
    house.wait_until_healthy()
    assert house.list_processes() == before
    assert house.post("/playlists/labels/", {"name": "With room"}, **PART).status_code < 400


# --- Redis ------------------------------------------------------------------------------------------------


def test_the_house_works_without_its_cache_server_and_uses_it_again(
    make_box: Callable[..., Box], tmp_path: Path
) -> None:
    redis = pytest.importorskip("redis", reason="the driver of Redis is not installed: make engines")
    program = find_cache_server() or pytest.skip("neither Redis nor Valkey is installed")
    port = free_port()
    house = make_box(CACHE_URL=f"redis://127.0.0.1:{port}/0").start()

    def check_without() -> None:
        house.wait_for(lambda: "(cache_away)" in house.get_health()[1])
        assert house.get("/").status_code == 200
        assert house.post("/player/pause/", **PART).status_code == 200

    house.sign_in("ada")
    house.post("/player/play/", **PART)
    check_without()
    with run_cache(program, tmp_path, port):
        house.wait_until_healthy()
        server = redis.Redis(port=port)
        server.config_set("maxmemory", "1")
        check_without()
        server.config_set("maxmemory", "0")
        house.wait_until_healthy()
        pid = server.info()["process_id"]
        os.kill(pid, signal.SIGSTOP)
        check_without()
        os.kill(pid, signal.SIGCONT)
        house.wait_until_healthy()
    check_without()
    assert "Traceback" not in house.log
