"""Putting a backup in the place of the house. `restore_backup` is the face."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from accounts.backups import databases
from accounts.backups.archive import Manifest, open_archive
from accounts.backups.errors import BackupFailed, describe_failure
from accounts.house.examination import describe_spotify, get_database_file
from accounts.house.marker import MARKER
from spotweb.storage import sqlite_files
from spotweb.storage.folder_lock import FolderInUse, hold_folder_alone

_BELONGINGS = ("secret_key", MARKER, "exports", "sandbox.json")
_RUNNING = "The app is running. Stop it first (Ctrl-C, or the service that keeps it running), then restore."


@dataclass(frozen=True)
class Restored:
    """`replaced` is where the house lies that was there before; None when there was none.

    `remarks` say in how far the settings of this box differ from those of the backup's.
    """

    manifest: Manifest
    replaced: Path | None
    remarks: list[str]


def restore_backup(file: Path, *, passphrase: str = "") -> Restored:
    """Put the house of this backup in the place of the one that is here, which is kept beside it.

    All is checked first. Raises BackupFailed and WrongPassphrase, and has then changed nothing.
    """
    if not file.is_file():
        msg = f"There is no file {file}."
        raise BackupFailed(msg)
    data = Path(settings.DATA_DIR)
    try:
        with hold_house_alone(_RUNNING), open_archive(file, folder=data, passphrase=passphrase) as opened:
            manifest, parts = opened
            _require_fit(manifest, parts)
            remarks = _compare_settings(manifest, parts)
            replaced = _exchange(data, parts)
    except (OSError, DatabaseError) as error:
        msg = f"The backup wasn't restored: {describe_failure(error)}."
        raise BackupFailed(msg) from error
    return Restored(manifest, replaced, remarks)


@contextmanager
def hold_house_alone(words: str) -> Iterator[None]:
    """Keep every process of the app out of the house meanwhile. Raises BackupFailed with `words`."""
    with ExitStack() as held:
        try:
            held.enter_context(hold_folder_alone(Path(settings.DATA_DIR)))
        except FolderInUse as error:
            raise BackupFailed(words) from error
        connection.close()
        file = get_database_file()
        is_in_use = (
            file.exists() and sqlite_files.is_used_by_others(file)
            if file
            else databases.count_other_clients()
        )
        if is_in_use:
            msg = f"Another program uses the database. {words}"
            raise BackupFailed(msg)
        yield


def _require_fit(manifest: Manifest, parts: Path) -> None:
    """Whether this version, with these settings, can go on with it."""
    database = parts / databases.get_file_name()
    if not database.exists():
        here, there = ("SQLite", "PostgreSQL") if get_database_file() else ("PostgreSQL", "SQLite")
        remedy = "Set DATABASE_URL" if get_database_file() else "Take DATABASE_URL out of the settings"
        msg = (
            f"This backup is of a house on {there}, and the settings name {here}. {remedy}, restore it "
            "there, and move it afterwards with: manage.py move_database"
        )
        raise BackupFailed(msg)
    if get_database_file():
        if damage := databases.find_damage(database):
            msg = f"The database in this backup is damaged (SQLite says: {damage}). Take another one."
            raise BackupFailed(msg)
        known_there = databases.list_migrations(database)
    else:
        known_there = manifest.migrations
    if set(known_there) - databases.list_known_migrations():
        msg = (
            f"This backup is of a newer version of the app ({manifest.version}) than this one "
            f"({settings.VERSION}). Update the app, then restore it."
        )
        raise BackupFailed(msg)
    is_other = manifest.spotify and manifest.spotify != settings.SPOTIFY_IDENTITY
    if is_other or manifest.is_demo != settings.IS_DEMO:
        there = describe_spotify("demo" if manifest.is_demo else manifest.spotify or "a Spotify app")
        here = describe_spotify(settings.SPOTIFY_IDENTITY)
        msg = (
            f"This backup is of {there}, but the settings name {here}. "
            "Set SPOTIFY_CLIENT_ID and SPOTIFY_API_URL as they were there, then restore it."
        )
        raise BackupFailed(msg)


def _compare_settings(manifest: Manifest, parts: Path) -> list[str]:
    remarks = []
    key = (parts / "secret_key").read_text().strip()
    if os.environ.get("SECRET_KEY") and key != settings.SECRET_KEY:
        remarks.append(
            "SECRET_KEY is set to another key than the backup's: everybody would have to sign in again and "
            f"reconnect. Take it out of the settings; the right one is now in {settings.DATA_DIR}/secret_key."
        )
    for name, value in manifest.settings.items():
        here = os.environ.get(name, "")
        if here == value:
            continue
        if name in {"TOKEN_KEY", "TOKEN_KEYS_OLD"}:
            line = f"{name} was another key there; without it everybody has to reconnect. Set: {name}={value}"
        else:
            line = f"{name} was {value} there, and here it is {here or 'not set'}."
        remarks.append(line)
    return remarks


def _exchange(data: Path, parts: Path) -> Path | None:
    """Move what is there aside and the parts in; renames only, so that it is a matter of moments."""
    aside = data / f"replaced-{datetime.now(UTC):%Y-%m-%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    file = get_database_file()
    if file is None:
        return _exchange_dump(data, parts, aside)
    names = [*sqlite_files.name_files(file), *(data / name for name in _BELONGINGS)]
    moved: list[Path] = []
    try:
        for path in names:
            if path.exists():
                shutil.move(path, aside / path.name)
                moved.append(path)
        _move_belongings(data, parts)
        shutil.move(parts / databases.SQLITE_NAME, file)
    except OSError:
        for path in [*(data / name for name in _BELONGINGS), file]:
            if path.exists():
                _delete(path)
        for path in moved:
            shutil.move(aside / path.name, path)
        aside.rmdir()
        raise
    return _drop_if_empty(aside)


def _exchange_dump(data: Path, parts: Path, aside: Path) -> Path | None:
    """The same on PostgreSQL: the old tables go into a dump, and come back from it when the new ones fail."""
    before = aside / databases.POSTGRESQL_NAME
    databases.save_database(before)
    try:
        databases.load_database(parts / databases.POSTGRESQL_NAME)
    except (BackupFailed, DatabaseError):
        databases.load_database(before)
        shutil.rmtree(aside)
        raise
    for name in _BELONGINGS:
        if (data / name).exists():
            shutil.move(data / name, aside / name)
    _move_belongings(data, parts)
    return aside


def _move_belongings(data: Path, parts: Path) -> None:
    for name in _BELONGINGS:
        if (parts / name).exists():
            shutil.move(parts / name, data / name)


def _drop_if_empty(aside: Path) -> Path | None:
    """A house that never was leaves a key behind, which the settings have made a moment ago."""
    if {path.name for path in aside.iterdir()} <= {"secret_key"}:
        shutil.rmtree(aside)
        return None
    return aside


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
