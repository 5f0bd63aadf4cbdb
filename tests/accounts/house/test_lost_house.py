"""A house that was lost or damaged stays closed: it never becomes a new one whose next visitor owns it."""

import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pytest

from tests.accounts.house.damages import DAMAGES, delete, overwrite_middle
from tests.support.box import OWN_KEYS, PATIENCE_S, ROOT, Box
from tests.support.sqlite_file import add_ada, ask, write_to


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a house where Ada lives."""
    box = Box(tmp_path_factory.mktemp("lived-in"), **OWN_KEYS).lay_house()
    add_ada(box.database)
    said = box.manage("migrate", "-v0")
    assert (said.returncode, said.stdout) == (0, "")
    return box.folder


@pytest.fixture
def house(box: Box, lived_in: Path) -> Path:
    """The database of a house where Ada lives."""
    box.environment |= OWN_KEYS
    shutil.copytree(lived_in, box.folder, dirs_exist_ok=True)
    return box.database


def test_a_lost_house_stays_closed_says_why_and_opens_when_it_is_back(lived_in: Path, tmp_path: Path):
    boxes = {damage: Box(tmp_path / damage.__name__, **OWN_KEYS) for damage in (delete, overwrite_middle)}
    with ExitStack() as running:
        for damage, box in boxes.items():
            _lay_with_backups(box, lived_in)
            damage(box.database)
            for command in ("migrate", "worker") if damage is delete else ():
                said = box.manage(command)
                assert said.returncode == 1, (command, said.stdout)
                _assert_says_the_way_out(said.stdout, damage, box)
            running.enter_context(box.serve())
            for path in ("/", "/accounts/login/", "/nowhere/"):
                answer = box.get(path)
                assert answer.status_code == 503, (damage, path)
                assert "closed for the moment" in answer.text
            assert box.get("/healthz").status_code == 503
            assert box.get("/static/css/app.css").status_code in {200, 302, 404}
            assert DAMAGES[damage] in box.log
        # Only now, since a closed house looks again every few seconds: what was put back opens by itself.
        for box in boxes.values():
            delete(box.database)
            shutil.copy(_get_backup(box), box.database)
        for box in boxes.values():
            box.wait_for(lambda: box.get("/accounts/login/").status_code == 200)  # noqa: B023  # at once
            people = ask(box.database, "SELECT display_name, is_owner FROM accounts_member")
            assert people == [("Ada", 1)], box.folder


def test_whatever_has_happened_to_it_every_door_says_so(lived_in: Path, tmp_path: Path):
    box = Box(tmp_path / "house", **OWN_KEYS)
    _lay_with_backups(box, lived_in)
    done = subprocess.run(
        [sys.executable, "-m", "tests.accounts.house.meet_damages", str(_get_backup(box))],
        cwd=ROOT,
        env=box.get_environment(DJANGO_SETTINGS_MODULE="spotweb.settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for damage in DAMAGES:
        said = found[damage.__name__]
        for command in ("migrate", "worker"):
            _assert_says_the_way_out(said[command], damage, box)
        for path, (status, text) in said["pages"].items():
            assert status.startswith("503"), (damage, path)
            assert "closed" in text if path == "/healthz" else "closed for the moment" in text, (damage, path)
        assert said["opened"], damage
        assert DAMAGES[damage] in done.stderr
    assert ask(box.database, "SELECT display_name, is_owner FROM accounts_member") == [("Ada", 1)]


def _lay_with_backups(box: Box, lived_in: Path) -> None:
    shutil.copytree(lived_in, box.folder)
    backup = _get_backup(box)
    backup.parent.mkdir()
    write_to(box.database, "VACUUM INTO ?", [str(backup)])
    shutil.copy(backup, box.database.with_name("spotweb.sqlite3.bak"))


def _get_backup(box: Box) -> Path:
    return box.folder / "backups" / "monday.sqlite3"


def _assert_says_the_way_out(text: str, damage: Callable[[Path], None], box: Box) -> None:
    for words in (
        DAMAGES[damage],
        str(_get_backup(box)),
        "spotweb.sqlite3.bak",
        "manage.py house start-anew",
    ):
        assert words in text, (damage, text)
    assert "Traceback" not in text


def test_a_new_house_is_begun_only_on_purpose_and_shares_no_cache_with_the_old_one(box: Box, house: Path):
    ask_prefix = "from django.conf import settings as s; print(s.CACHES['default']['KEY_PREFIX'])"
    overwrite_middle(house)
    size = house.stat().st_size
    before = box.ask_settings(ask_prefix).stdout
    assert before == box.ask_settings(ask_prefix).stdout
    said = box.manage("house", "start-anew")
    aside = Path(re.search(r"Put aside: (\S+)", said.stdout)[1])
    assert aside.stat().st_size == size, "nothing is deleted"
    assert box.manage("migrate", "-v0").returncode == 0
    assert ask(house, "SELECT * FROM accounts_member") == []
    after = box.ask_settings(ask_prefix)
    assert after.returncode == 0
    assert after.stdout != before


def test_no_new_house_is_begun_while_the_app_runs(box: Box, house: Path):
    """It would go on with the old one, and the next start would find neither."""
    process = _run(box)
    try:
        box.wait_for(lambda: _listens(box))
        said = box.manage("house", "start-anew")
        assert (said.returncode, house.exists()) == (1, True)
        assert f"already running on port {box.port}" in said.stdout
        assert "Stop it first" in said.stdout
        assert "Traceback" not in said.stdout
        moved = box.manage("move_database", f"sqlite:///{house.parent}/copy.sqlite3")
        assert moved.returncode == 1
        assert "The app is running. Stop it first" in moved.stdout
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
    assert (house.parent / "house.json").exists()
    assert box.manage("house", "start-anew").returncode == 0
    assert not house.exists()


def test_no_new_house_is_begun_while_another_program_has_it_open(box: Box, house: Path):
    with closing(sqlite3.connect(house)) as worker:
        worker.execute("SELECT 1 FROM accounts_member").fetchall()
        said = box.manage("house", "start-anew")
    assert (said.returncode, house.exists()) == (1, True)
    assert "Another program uses the database" in said.stdout
    assert (house.parent / "house.json").exists()


def test_another_house_in_the_place_of_this_one_is_noticed_and_can_be_accepted(box: Box, house: Path):
    write_to(house, "UPDATE accounts_house SET key = ?", [uuid4().hex])
    said = box.manage("migrate", "-v0")
    assert said.returncode == 1
    assert "holds another household than before" in said.stdout
    assert "manage.py house accept" in said.stdout
    assert box.manage("house", "accept").returncode == 0
    assert box.manage("migrate", "-v0").returncode == 0


def test_an_older_backup_of_the_same_house_is_the_same_house(box: Box, house: Path):
    copy = house.with_suffix(".copy")
    write_to(house, "VACUUM INTO ?", [str(copy)])
    write_to(house, "UPDATE accounts_member SET display_name = 'Ada L.'")
    delete(house)
    copy.replace(house)
    assert box.manage("migrate", "-v0").returncode == 0


def test_a_house_that_nobody_has_moved_into_is_no_loss(box: Box):
    box.environment |= OWN_KEYS
    box.lay_house()
    delete(box.database)
    said = box.manage("migrate", "-v0")
    assert (said.returncode, said.stdout) == (0, "")


def test_an_unprepared_database_is_said(box: Box):
    box.folder.mkdir(exist_ok=True)
    with box.serve():
        answer = box.get("/")
        assert answer.status_code == 503
        assert "The database isn't prepared" in box.log
        assert "Traceback" not in box.log
    said = box.manage("house")
    assert said.returncode == 1
    assert "Start with `make run`" in said.stdout


def test_make_run_says_it_and_serves_nothing_but_that_page(box: Box, house: Path):
    delete(house)
    process = _run(box)
    try:
        box.wait_for(lambda: _listens(box))
        assert box.get("/").status_code == 503
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert "its database spotweb.sqlite3 is not there" in said
    assert "is ready" not in said
    assert "Traceback" not in said
    assert not house.exists() or not ask(house, "SELECT 1 FROM sqlite_master")


def _run(box: Box) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env=box.get_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _listens(box: Box) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", box.port)) == 0
