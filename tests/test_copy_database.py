"""A whole house moves to another database: every row of every table, and it goes on there."""

import json
import lzma
import os
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "tests/upgrade/from_0_2_0.json.xz"

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="make test-engines has the server"
)


@pytest.fixture
def old_house(tmp_path: Path) -> dict[str, str]:
    """The environment of a box of 0.2.0 in the middle of all kinds of work, brought up to date."""
    document = json.loads(lzma.decompress(HOUSE.read_bytes()))
    folder = tmp_path / "demo"
    folder.mkdir()
    with sqlite3.connect(folder / "spotweb.sqlite3") as database:
        database.executescript(document["sql"])
        database.execute("UPDATE accounts_member SET display_name = 'A' || char(0) || 'da' WHERE id = 1")
    database.close()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "spotweb.settings",
        "SPOTWEB_DATA_DIR": str(tmp_path),
        "SECRET_KEY": document["secret_key"],
    }
    for name in ("DATABASE_URL", "CACHE_URL"):
        environment.pop(name, None)
    _run(environment, "migrate", "--verbosity=0")
    return environment


@pytest.fixture
def url(transactional_db: None) -> Any:
    """An empty database on the server of this test run."""
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


@on_postgresql
def test_every_row_of_a_house_moves_from_sqlite_to_postgresql(old_house, url):
    _run(old_house, "copy_database", url)
    there = old_house | {"DATABASE_URL": url}
    before, after = _dump(old_house), _dump(there)
    assert before["accounts.member", "1"].pop("display_name") == "A\x00da"
    assert after["accounts.member", "1"].pop("display_name") == "Ada"
    assert len(before) > 1000
    assert after == before
    # The guard of the house finds the one that has been in this folder, and new rows get new keys.
    _run(there, "migrate", "--verbosity=0")
    script = (
        "from accounts.models import Member; Member.objects.create(account_key='new', display_name='New')"
    )
    _run(there, "shell", "-c", script)


@on_postgresql
def test_a_house_that_is_there_is_not_written_over(old_house, url):
    _run(old_house, "copy_database", url)
    assert "a household in that database already" in _run(old_house, "copy_database", url, code=1)


def test_what_is_no_database_is_said_in_a_line(tmp_path):
    if find_spec("psycopg") is None:
        pytest.skip("make engines installs the driver")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "spotweb.settings",
        "SPOTWEB_DATA_DIR": str(tmp_path),
    }
    for name in ("DATABASE_URL", "CACHE_URL"):
        environment.pop(name, None)
    assert "has to be such as" in _run(environment, "copy_database", "nonsense://x", code=1)
    said = _run(environment, "copy_database", "postgres://nobody@127.0.0.1:9/nothing", code=1)
    assert "does not answer" in said
    assert "Traceback" not in said
