"""A house that was lost or damaged stays closed: it never becomes a new one whose next visitor owns it."""

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.accounts.house.conftest import ask
from tests.box import OWN_KEYS, PATIENCE_S, ROOT, Box

ADD_ADA = (
    "INSERT INTO accounts_member (password, account_key, spotify_id, display_name, is_owner, is_active,"
    " theme, shows_listening, has_open_queue, shares_library, joined_at)"
    " VALUES ('', 'real-ada', 'ada', 'Ada', 1, 1, 'system', 0, 0, 0, '2026-01-01')"
)


@pytest.fixture
def house(box: Box) -> Path:
    """The database of a house where Ada lives."""
    box.environment |= OWN_KEYS
    box.prepare()
    database = box.folder / "spotweb.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(ADD_ADA)
        connection.commit()
    assert box.prepare().stdout == ""
    return database


def _delete(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _make_empty(database: Path) -> None:
    _delete(database)
    database.touch()


def _empty_tables(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for table in ("accounts_member", "accounts_house"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names
        connection.commit()


def _lay_tables_anew(database: Path) -> None:
    _delete(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE django_migrations (id integer, app text, name text, applied text)")
        connection.commit()


def _cut_off(database: Path) -> None:
    data = database.read_bytes()
    _delete(database)
    database.write_bytes(data[: len(data) // 2])


def _overwrite_start(database: Path) -> None:
    data = database.read_bytes()
    _delete(database)
    database.write_bytes(b"\xff" * 4096 + data[4096:])


def _overwrite_middle(database: Path) -> None:
    data = bytearray(database.read_bytes())
    _delete(database)
    for page in range(8, len(data) // 4096, 2):
        data[page * 4096 : page * 4096 + 64] = b"\xee" * 64
    database.write_bytes(bytes(data))


DAMAGES = {
    _delete: "its database spotweb.sqlite3 is not there",
    _make_empty: "its database spotweb.sqlite3 is empty",
    _empty_tables: "the database spotweb.sqlite3 holds none",
    _lay_tables_anew: "the database spotweb.sqlite3 holds none",
    _cut_off: "is damaged",
    _overwrite_start: "is damaged",
    _overwrite_middle: "is damaged",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_lost_house_stays_closed_and_says_why(box: Box, house: Path, damage: Callable[[Path], None]):
    backup = house.parent / "backups" / "monday.sqlite3"
    backup.parent.mkdir()
    with closing(sqlite3.connect(house)) as connection:
        connection.execute("VACUUM INTO ?", [str(backup)])
    shutil.copy(backup, house.with_name("spotweb.sqlite3.bak"))
    damage(house)
    for command in ("migrate", "worker"):
        said = box.manage(command)
        assert said.returncode == 1, (command, said.stdout)
        assert DAMAGES[damage] in said.stdout
        assert str(backup) in said.stdout
        assert "spotweb.sqlite3.bak" in said.stdout
        assert "manage.py house start-anew" in said.stdout
        assert "Traceback" not in said.stdout
    with box.serve():
        for path in ("/", "/accounts/login/", "/nowhere/"):
            answer = box.get(path)
            assert answer.status_code == 503
            assert "closed for the moment" in answer.text
        assert box.get("/healthz").status_code == 503
        assert box.get("/static/css/app.css").status_code in {200, 302, 404}
        assert DAMAGES[damage] in box.log
        # What was put back opens by itself.
        _delete(house)
        shutil.copy(backup, house)
        assert _wait_until_open(box)
    assert ask(house, "SELECT display_name, is_owner FROM accounts_member") == [("Ada", 1)]


def _wait_until_open(box: Box) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if box.get("/accounts/login/").status_code == 200:
            return True
        time.sleep(0.5)
    return False


def test_a_new_house_is_begun_only_on_purpose(box: Box, house: Path):
    _overwrite_middle(house)
    size = house.stat().st_size
    said = box.manage("house", "start-anew")
    aside = Path(re.search(r"Put aside: (\S+)", said.stdout)[1])
    assert aside.stat().st_size == size, "nothing is deleted"
    assert box.manage("migrate", "-v0").returncode == 0
    assert ask(house, "SELECT * FROM accounts_member") == []


def test_no_new_house_is_begun_while_the_app_runs(box: Box, house: Path):
    """It would go on with the old one, and the next start would find neither."""
    process = _run(box)
    try:
        _wait_for(lambda: box.get("/accounts/login/").status_code)
        said = box.manage("house", "start-anew")
        assert (said.returncode, house.exists()) == (1, True)
        assert f"already running on port {box.port}" in said.stdout
        assert "Stop it first" in said.stdout
        assert "Traceback" not in said.stdout
        copied = box.manage("copy_database", f"sqlite:///{house.parent}/copy.sqlite3")
        assert copied.returncode == 1
        assert "would not be copied" in copied.stdout
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


def test_a_new_house_shares_no_cache_with_the_old_one(box: Box, house: Path):
    ask_prefix = "from django.conf import settings as s; print(s.CACHES['default']['KEY_PREFIX'])"
    before = box.manage("shell", "-v0", "-c", ask_prefix).stdout
    assert before == box.manage("shell", "-v0", "-c", ask_prefix).stdout
    box.manage("house", "start-anew")
    box.manage("migrate", "-v0")
    assert box.manage("shell", "-v0", "-c", ask_prefix).stdout != before


def test_another_house_in_the_place_of_this_one_is_noticed_and_can_be_accepted(
    box: Box, house: Path, tmp_path: Path
):
    other = Box(tmp_path / "other", **OWN_KEYS)
    other.prepare()
    _delete(house)
    shutil.copy(other.folder / "spotweb.sqlite3", house)
    said = box.manage("migrate", "-v0")
    assert said.returncode == 1
    assert "holds another household than before" in said.stdout
    assert "manage.py house accept" in said.stdout
    assert box.manage("house", "accept").returncode == 0
    assert box.manage("migrate", "-v0").returncode == 0


def test_an_older_backup_of_the_same_house_is_the_same_house(box: Box, house: Path):
    copy = house.with_suffix(".copy")
    with closing(sqlite3.connect(house)) as connection:
        connection.execute("VACUUM INTO ?", [str(copy)])
        connection.execute("UPDATE accounts_member SET display_name = 'Ada L.'")
        connection.commit()
    _delete(house)
    copy.replace(house)
    assert box.manage("migrate", "-v0").returncode == 0


def test_a_house_that_nobody_has_moved_into_is_no_loss(box: Box):
    box.environment |= OWN_KEYS
    box.prepare()
    _delete(box.folder / "spotweb.sqlite3")
    assert box.prepare().returncode == 0


def test_an_unprepared_database_is_said(box: Box):
    box.folder.mkdir(exist_ok=True)
    with box.serve():
        answer = box.get("/")
        assert answer.status_code == 503
        assert "The database is not prepared" in box.log
        assert "Traceback" not in box.log
    said = box.manage("house")
    assert said.returncode == 1
    assert "Start with `make run`" in said.stdout


def test_make_run_says_it_and_serves_nothing_but_that_page(box: Box, house: Path):
    _delete(house)
    process = _run(box)
    try:
        assert _wait_for(lambda: box.get("/").status_code) == 503
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


def _wait_for(look: Callable[[], int]) -> int:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            return look()
        except requests.ConnectionError:
            time.sleep(0.2)
    raise AssertionError("nothing listens")
