"""A whole house moves to another database: every row of every table, and it goes on there."""

import json
import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.support.box import Box
from tests.support.sqlite_file import add_ada, write_to

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "tests/upgrade/from_0_2_0.json.xz"
MAKE_LABEL = (
    "from playlists.models import Label; from accounts.models import Member;"
    "label = Label.objects.create(member=Member.objects.first(), name='Newest')"
)


@pytest.fixture(scope="module")
def updated_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a box of 0.2.0 in the middle of all kinds of work, brought up to date."""
    document = json.loads(lzma.decompress(HOUSE.read_bytes()))
    data = tmp_path_factory.mktemp("updated")
    folder = data / "demo"
    folder.mkdir()
    with sqlite3.connect(folder / "spotweb.sqlite3") as database:
        database.executescript(document["sql"])
    database.close()
    _run(_make_environment(data), "migrate", "--verbosity=0", "--no-backup")
    rename = "UPDATE accounts_member SET display_name = 'A' || char(0) || 'da' WHERE id = 1"
    write_to(folder / "spotweb.sqlite3", rename)
    return data


@pytest.fixture
def old_house(updated_house: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a copy of it."""
    shutil.copytree(updated_house, tmp_path, dirs_exist_ok=True)
    return _make_environment(tmp_path)


def _make_environment(data: Path) -> dict[str, str]:
    secret_key = json.loads(lzma.decompress(HOUSE.read_bytes()))["secret_key"]
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL"}}
    own = {"SPOTWEB_DATA_DIR": str(data), "SECRET_KEY": secret_key}
    return kept | own | {"DJANGO_SETTINGS_MODULE": "spotweb.settings"}


@pytest.fixture
def url(transactional_db: None) -> Any:
    """An empty database on the server of this test run."""
    if connection.vendor != "postgresql":
        pytest.skip("make test-engines has the server")
    facts = settings.DATABASES["default"]
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS moved")
        cursor.execute("CREATE DATABASE moved")
    yield f"postgres://{facts['USER']}@{facts['HOST']}:{facts['PORT']}/moved"
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE moved WITH (FORCE)")


def _run(environment: dict[str, str], *arguments: str, code: int = 0) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def _dump(environment: dict[str, str]) -> dict[tuple[str, str], Any]:
    rows = json.loads(_run(environment, "dumpdata", "--all"))
    return {(row["model"], str(row.get("pk"))): row["fields"] for row in rows}


def _get_last_key(environment: dict[str, str]) -> int:
    """Of a new row: one that was never there, though the newest rows are deleted before."""
    return int(_run(environment, "shell", "-v0", "-c", f"{MAKE_LABEL}; print(label.pk)").split()[-1])


def _delete_newest(environment: dict[str, str]) -> int:
    """Returns the number of the deleted row."""
    script = f"{MAKE_LABEL}; print(label.pk); label.delete()"
    return int(_run(environment, "shell", "-v0", "-c", script).split()[-1])


def _is_signed_in(environment: dict[str, str], tmp_path: Path) -> bool:
    """Whether the cookie that Ada's browser has had since 0.2.0 opens a page of the running app."""
    box = Box(
        tmp_path,
        **{name: environment[name] for name in ("SECRET_KEY", "DATABASE_URL") if name in environment},
    )
    box.lay_static_files()
    session = json.loads(lzma.decompress(HOUSE.read_bytes()))["facts"]["sessions"]["ada"]
    with box.serve():
        return box.get("/household/", Cookie=f"demo_sessionid={session}").status_code == 200


def _require_same(before: dict[tuple[str, str], Any], after: dict[tuple[str, str], Any]) -> None:
    assert before["accounts.member", "1"].pop("display_name") == "A\x00da"
    assert after["accounts.member", "1"].pop("display_name") == "Ada"
    assert len(before) > 1000
    assert after == before


def test_a_house_moves_to_another_file_and_is_put_aside(old_house, tmp_path):
    target = tmp_path / "elsewhere.sqlite3"
    deleted = _delete_newest(old_house)
    before = _dump(old_house)
    said = _run(old_house, "move_database", f"sqlite:///{target}")
    assert "each compared with the one that it was copied from" in said
    there = old_house | {"DATABASE_URL": f"sqlite:///{target}"}
    _require_same(before, _dump(there))
    assert _get_last_key(there) > deleted
    assert _is_signed_in(there, tmp_path)
    # Whoever forgets the setting does not go on with what is outdated.
    (aside,) = (tmp_path / "demo").glob("spotweb-moved-*.sqlite3")
    assert str(aside) in said
    said = _run(old_house, "migrate", "--verbosity=0", code=1)
    assert str(aside) in said
    assert "A household has been in this folder" in said


def test_a_house_that_is_there_is_not_written_over(old_house, tmp_path):
    target = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    _run(old_house | {"SPOTWEB_DATA_DIR": str(tmp_path / "other"), "DATABASE_URL": target}, "migrate", "-v0")
    add_ada(tmp_path / "elsewhere.sqlite3")
    assert "a household in that database already" in _run(old_house, "move_database", target, code=1)
    assert "in that database already" in _run(old_house, "move_database", "sqlite", code=1)
    assert len(_dump(old_house)) > 1000


def test_a_running_app_is_not_moved_away_under_its_members(old_house, tmp_path):
    box = Box(tmp_path, SECRET_KEY=old_house["SECRET_KEY"])
    with box.serve():
        said = _run(old_house, "move_database", f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}", code=1)
    assert "The app is running" in said


def test_a_house_moves_to_postgresql_and_back(url, old_house, tmp_path):
    deleted = _delete_newest(old_house)
    before = _dump(old_house)
    _run(old_house, "move_database", url)
    there = old_house | {"DATABASE_URL": url}
    after = _dump(there)
    _require_same(before, after)
    # The guard of the house finds the one that has been in this folder, and new rows get new keys.
    _run(there, "migrate", "--verbosity=0")
    assert _is_signed_in(there, tmp_path)
    after = _dump(there)
    newest = _delete_newest(there)
    assert newest > deleted
    _run(there, "move_database", "sqlite")
    back = _dump(old_house)
    assert back == after
    assert _get_last_key(old_house) > newest
    assert _is_signed_in(old_house, tmp_path)


def test_a_house_on_postgresql_is_backed_up_and_restored(url, old_house, tmp_path):
    _run(old_house, "move_database", url)
    there = old_house | {"DATABASE_URL": url}
    before = _dump(there)
    file = tmp_path / "house.zip"
    _run(there, "backup", str(file))
    script = "from accounts.models import Member; Member.objects.update(display_name='Changed since')"
    _run(there, "shell", "-v0", "-c", script)
    said = _run(there, "restore", str(file))
    assert "What was here before is now in" in said
    assert _dump(there) == before
    assert _is_signed_in(there, tmp_path)
    (kept,) = (tmp_path / "demo").glob("replaced-*/database.dump")
    assert kept.stat().st_size
    before = _dump(there)
    # A dump that cannot be read leaves the tables as they were.
    with zipfile.ZipFile(file) as archive:
        about = archive.read("manifest.json")
        key = archive.read("secret_key")
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in (("manifest.json", about), ("secret_key", key), ("database.dump", b"PGDMP")):
            archive.writestr(name, data)
    assert "pg_restore failed" in _run(there, "restore", str(file), code=1)
    assert _dump(there) == before


def test_what_is_no_database_is_said_in_a_line(tmp_path):
    if find_spec("psycopg") is None:
        pytest.skip("make engines installs the driver")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "spotweb.settings",
        "SPOTWEB_DATA_DIR": str(tmp_path),
    }
    for name in ("DATABASE_URL", "CACHE_URL"):
        environment.pop(name, None)
    assert "has to be such as" in _run(environment, "move_database", "nonsense://x", code=1)
    said = _run(environment, "move_database", "postgres://nobody@127.0.0.1:9/nothing", code=1)
    assert "doesn't answer" in said
    assert "Traceback" not in said
