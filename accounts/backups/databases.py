"""Saving a database into a file and putting it back: SQLite by its own interface, PostgreSQL by pg_dump."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from accounts.backups.errors import BackupFailed
from accounts.house.examination import get_database_file
from spotweb.storage import database_tables, sqlite_files

SQLITE_NAME, POSTGRESQL_NAME = "database.sqlite3", "database.dump"
_LOCKED_FOR_S = 30.0
_OWN_APPS = {"jobs", "accounts", "library", "player", "playlists"}


class MissingTool(BackupFailed):
    """PostgreSQL's own programs are not installed on this machine."""


def get_file_name() -> str:
    """How the database is called inside a backup; it says which engine it is of."""
    return SQLITE_NAME if get_database_file() else POSTGRESQL_NAME


def estimate_bytes() -> int:
    """About how much room the copy of the database takes."""
    if file := get_database_file():
        return sum(part.stat().st_size for part in sqlite_files.list_files(file))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def save_database(target: Path) -> None:
    """Copy the database as it is at this moment, while others go on writing. Without the cache's content.

    Raises BackupFailed for a damaged one; OSError and Django's DatabaseError for outages.
    """
    if file := get_database_file():
        with connection.wrap_database_errors:
            _save_sqlite(file, target)
    else:
        tables = [f"--exclude-table-data={table}" for table in _list_cache_tables()]
        _run_tool("pg_dump", "--format=custom", "--compress=0", "--file", str(target), *tables)


def load_database(source: Path) -> None:
    """Put a dump in the place of all tables of the PostgreSQL database."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
    connection.close()
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run_tool("pg_restore", *options, "--dbname", str(connection.settings_dict["NAME"]), str(source))


def find_damage(file: Path) -> str:
    """What is wrong with an SQLite file, in SQLite's words; empty when it is whole."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as database:
            said = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return "" if said == "ok" else said.splitlines()[0]


def list_migrations(file: Path | None = None) -> list[str]:
    """Which of our migrations a database has been through, as "app.name": this house's, or an SQLite file."""
    query = "SELECT app, name FROM django_migrations"
    if file is None:
        with connection.cursor() as cursor:
            if "django_migrations" not in connection.introspection.table_names(cursor):
                return []
            cursor.execute(query)
            rows: Sequence[Any] = cursor.fetchall()
    else:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as database:
            rows = database.execute(query).fetchall()
    return sorted(f"{app}.{name}" for app, name in rows if app in _OWN_APPS)


def list_known_migrations() -> set[str]:
    """Those that this version of the app knows."""
    return {f"{app}.{name}" for app, name in database_tables.list_migrations()}


def count_other_clients() -> int:
    """How many others use the PostgreSQL database at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def _save_sqlite(file: Path, target: Path) -> None:
    deadline = time.monotonic() + _LOCKED_FOR_S

    def give_up_in_time(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > deadline:
            msg = "database is locked"
            raise sqlite3.OperationalError(msg)

    address = f"file:{quote(str(file))}?mode=rw"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(target)) as copy:
        # In one step: readers of a WAL database hold nobody up, and nobody makes them begin anew.
        source.backup(copy, progress=give_up_in_time)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")  # zeros take no room in an archive
        for table in _list_cache_tables():
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone():
                copy.execute(f"DELETE FROM {table}")  # noqa: S608  # a name of our settings
        copy.commit()
    if damage := find_damage(target):
        msg = f"The database is damaged (SQLite says: {damage}), so that a copy of it is worth nothing."
        raise BackupFailed(msg)


def _list_cache_tables() -> list[str]:
    caches = settings.CACHES.values()
    return [str(cache["LOCATION"]) for cache in caches if cache["BACKEND"].endswith("TableCache")]


def _run_tool(program: str, *arguments: str) -> None:
    if not shutil.which(program):
        msg = f"{program} isn't installed. On Debian and Ubuntu: sudo apt-get install postgresql-client"
        raise MissingTool(msg)
    facts = connection.settings_dict
    options = facts.get("OPTIONS", {})
    place = {
        "PGHOST": facts.get("HOST"),
        "PGPORT": facts.get("PORT"),
        "PGUSER": facts.get("USER"),
        "PGPASSWORD": facts.get("PASSWORD"),
        "PGDATABASE": facts["NAME"],
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGSERVICE": options.get("service"),
    }
    environment = os.environ | {name: str(value) for name, value in place.items() if value}
    ended = subprocess.run(  # noqa: S603  # our own words
        [program, "--no-password", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        said = (ended.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        msg = f"{program} failed: {said}"
        raise BackupFailed(msg)
