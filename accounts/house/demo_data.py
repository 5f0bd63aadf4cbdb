"""The data of the demo lies apart, in `demo/` of the data folder.

Up to version 0.2 it lay where a real house lies. The people of the simulated Spotify are known by their ids,
which no account at Spotify has, so a demo is recognised for sure and put away; it is never deleted.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import OperationalError

from accounts.house.marker import MARKER
from spotweb.sandbox.model.members import make_household
from spotweb.storage import sqlite_files

DATABASE = "spotweb.sqlite3"
SANDBOX_STATE = "sandbox.json"
# What belongs to the house whose database it is; static files are made anew at each start.
_BELONGINGS = ("secret_key", "exports", MARKER, SANDBOX_STATE)
_ALL_MEMBERS = 99
_DEFAULT_SEED = 1
# Whatever was put away: `demo`, and those that found it taken.
_FOLDERS = re.compile(r"demo(-\d{4}-\d\d-\d\d(-\d+)?)?")


class DatabaseInUse(Exception):
    """Another program has the database open; moving it would lose what that one writes."""


@dataclass(frozen=True)
class PutAway:
    """`is_copy` when real people live in the same database: theirs stays, and this is the state before."""

    folder: Path
    is_copy: bool = False


def list_invented_ids(root: Path) -> set[str]:
    """Every id and account id that the simulated Spotify gives to its people, also to those put away."""
    states = (folder / SANDBOX_STATE for folder in (root, *_list_folders(root)))
    seeds = {_DEFAULT_SEED, *map(_read_seed, states)}
    people = [member for seed in seeds for member in make_household(seed, _ALL_MEMBERS).values()]
    return {member.id for member in people} | {member.account_id for member in people}


def put_demo_away(root: Path, *, is_demo: bool) -> PutAway | None:
    """Move the demo of version 0.2 from `root` to its own folder. None when there is none.

    Where real people have joined the invented ones, `root` keeps the database and the folder gets a copy.
    Raises DatabaseInUse, and has then changed nothing. A start that ended midway can be repeated: what it
    began is gone on with, and no second copy is made.
    """
    database = root / DATABASE
    kind = _find_kind(database, invented=list_invented_ids(root))
    is_taken = _has_tables(root / "demo" / DATABASE)
    if kind is None or (is_demo and (kind == "mixed" or is_taken)):
        return None
    if kind == "mixed" and (copy := _find_copy(root)):
        _move(root / SANDBOX_STATE, copy / SANDBOX_STATE)
        return PutAway(copy, is_copy=True)
    if sqlite_files.is_used_by_others(database):
        raise DatabaseInUse
    folder = _choose_folder(root) if is_taken else root / "demo"
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in sqlite_files.name_files(folder / DATABASE)[1:]:  # of a file without tables
        path.unlink(missing_ok=True)
    # The database last: a folder without one is not finished.
    if kind == "mixed":
        for name in ("secret_key", DATABASE):
            _copy(root / name, folder / name)
        _move(root / SANDBOX_STATE, folder / SANDBOX_STATE)
        return PutAway(folder, is_copy=True)
    for name in (*_BELONGINGS, DATABASE):
        _move(root / name, folder / name)
    return PutAway(folder)


def _read_seed(path: Path) -> int:
    try:
        return int(json.loads(path.read_text())["seed"])
    except (OSError, ValueError, KeyError, TypeError):
        return _DEFAULT_SEED


def _find_kind(database: Path, *, invented: set[str]) -> str | None:
    """`demo` when nobody real is in the house, `mixed` when somebody is, None when it is no demo's."""
    if not database.exists() or not database.stat().st_size:
        return None
    try:
        with closing(sqlite3.connect(database, timeout=5)) as connection:
            people = connection.execute("SELECT account_key, spotify_id FROM accounts_member").fetchall()
            if _is_bound(connection):
                return None
    except sqlite3.Error as error:  # no house of ours, or a damaged one, which the examination is about
        if "locked" in str(error):  # to go on without a look could delete what is to be put away
            raise OperationalError(str(error)) from error
        return None
    real = [ids for ids in people if not invented & set(ids)]
    if len(real) == len(people):
        folder = database.parent
        is_left_over = not people and (folder / SANDBOX_STATE).exists() and not (folder / MARKER).exists()
        return "demo" if is_left_over else None
    return "mixed" if real else "demo"


def _has_tables(database: Path) -> bool:
    """A file is made by the mere look at a database, so that it is there says nothing."""
    if not database.exists():
        return False
    try:
        with closing(sqlite3.connect(database, timeout=5)) as connection:
            return bool(connection.execute("SELECT 1 FROM sqlite_master").fetchone())
    except sqlite3.Error:
        return True


def _is_bound(connection: sqlite3.Connection) -> bool:
    """Since version 0.3 a house says itself which Spotify it belongs to."""
    tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'accounts_house'").fetchall()
    return bool(tables and connection.execute("SELECT 1 FROM accounts_house").fetchall())


def _list_folders(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("demo*") if path.is_dir() and _FOLDERS.fullmatch(path.name))


def _find_copy(root: Path) -> Path | None:
    """Where an earlier start has put a copy of this database."""
    people = _read_people(root / DATABASE)
    return next((path for path in _list_folders(root) if people <= _read_people(path / DATABASE)), None)


def _read_people(database: Path) -> set[str]:
    """Empty when there is no such database, or none of ours."""
    if not database.exists():
        return set()
    try:
        with closing(sqlite3.connect(database, timeout=5)) as connection:
            return {key for (key,) in connection.execute("SELECT account_key FROM accounts_member")}
    except sqlite3.Error:
        return set()


def _choose_folder(root: Path) -> Path:
    """One that an earlier start has begun, or else a new one with today's date."""
    begun = (path for path in _list_folders(root) if path.name != "demo" and not (path / DATABASE).exists())
    if (folder := next(begun, None)) is not None:
        return folder
    today = f"demo-{date.today().isoformat()}"  # noqa: DTZ011  # a name for people of this house
    names: Iterable[str] = (today, *(f"{today}-{number}" for number in range(2, 1000)))
    return next(root / name for name in names if not (root / name).exists())


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all: the disk may become full."""
    if not source.exists():
        return
    draft = target.with_name(f".{target.name}.part")
    try:
        shutil.copy2(source, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    if not source.exists():
        return
    if target.is_dir():  # exports that are older than the folder
        shutil.rmtree(target)
    source.replace(target)
