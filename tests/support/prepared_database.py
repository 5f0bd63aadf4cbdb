"""An empty database with all tables, made once and copied: to make one takes seconds each time.

The SQLite file outlives the test run, in the cache of pytest; PostgreSQL keeps a template as long as it runs.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from spotweb.storage.database_tables import lay_tables

_TEMPLATE = "spotweb_test_template"


def lay_database(cache: Path) -> None:
    """Let the database that pytest-django is about to make begin as a copy of the prepared one."""
    if connection.vendor == "sqlite":
        shutil.copyfile(prepare_file(cache), connection.settings_dict["TEST"]["NAME"])
    else:
        with _lock(Path(os.environ["TEST_SHARED_FOLDER"])):
            _prepare_template()
        connection.settings_dict["TEST"]["TEMPLATE"] = _TEMPLATE


def prepare_file(cache: Path) -> Path:
    """The SQLite file of these migrations, which lies in this folder or is made there."""
    path = cache / f"{_name_migrations()}.sqlite3"
    with _lock(cache):
        if not path.exists():
            for old in cache.glob("*.sqlite3*"):
                old.unlink()
            draft = cache / "draft.sqlite3"
            _lay_tables(str(draft))
            draft.rename(path)
    return path


def _prepare_template() -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE])
        if cursor.fetchone():
            return
        cursor.execute(f"CREATE DATABASE {_TEMPLATE}")
    _lay_tables(_TEMPLATE)


def _lay_tables(name: str) -> None:
    """As for a new household, but tied to no folder. What migrations lead to is compared in tests/upgrade."""
    real = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        lay_tables()
        call_command("createcachetable", verbosity=0)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = real


def _name_migrations() -> str:
    """By all that the file follows from, so that none is taken for what it is not."""
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label} {path.name} ".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with (folder / "database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
