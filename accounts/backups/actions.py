"""Making backups, by hand, every night and before an update; listing them, and dropping old ones."""

import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.backups import databases
from accounts.backups.archive import Manifest, write_archive
from accounts.backups.errors import BackupFailed, describe_failure
from accounts.house.examination import get_database_file
from accounts.house.marker import MARKER
from accounts.models import House, Member
from spotweb.storage.file_locks import FileLocked, lock_file

logger = logging.getLogger(__name__)

# In the time of the box: when nobody listens.
NIGHT_HOUR, NIGHT_MINUTE = 3, 30
_TRY_AGAIN_S = 3600
_KEPT_UPDATES = 3
# What the app itself may need meanwhile.
_SPARE_BYTES = 20_000_000
_SETTINGS = (
    "SPOTWEB_URL", "SITE_NAME", "SPOTIFY_CLIENT_ID", "SPOTIFY_QUOTA_MODE", "SPOTIFY_API_URL",
    "SPOTIFY_ACCOUNTS_URL", "SPOTWEB_OWNER", "TZ", "TOKEN_KEY", "TOKEN_KEYS_OLD",
)  # fmt: skip


class Occasion(StrEnum):
    NIGHT = "night"
    UPDATE = "update"
    BY_HAND = "by-hand"


@dataclass(frozen=True)
class Backup:
    path: Path
    made_at: datetime
    occasion: Occasion

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size

    @property
    def is_encrypted(self) -> bool:
        return self.path.suffix == ENCRYPTED_SUFFIX


ENCRYPTED_SUFFIX: Final = ".encrypted"
_NAME = re.compile(
    r"spotweb-(?P<made_at>\d{4}-\d\d-\d\d-\d{6})-(?P<occasion>night|update|by-hand)\.zip(\.encrypted)?"
)
_NAME_TIME = "%Y-%m-%d-%H%M%S"


def get_folder() -> Path:
    return Path(settings.BACKUP_DIR)


def list_backups() -> list[Backup]:
    """Those in the folder of backups, newest first."""
    try:
        paths = [path for path in get_folder().iterdir() if path.is_file()]
    except OSError:
        return []
    found = [(path, match) for path in paths if (match := _NAME.fullmatch(path.name))]
    backups = [
        Backup(
            path,
            datetime.strptime(match["made_at"], _NAME_TIME).replace(tzinfo=UTC),
            Occasion(match["occasion"]),
        )
        for path, match in found
    ]
    return sorted(backups, key=lambda backup: backup.made_at, reverse=True)


def make_backup(
    target: Path | None = None, *, occasion: Occasion = Occasion.BY_HAND, passphrase: str | None = None
) -> Path:
    """Copy the house as it is at this moment, while it runs. Returns where the file is.

    `target` is a file or a folder, by default one in the folder of backups; `passphrase` by default that of
    the settings. Raises BackupFailed; then nothing is there that was not there before.
    """
    passphrase = settings.BACKUP_PASSPHRASE if passphrase is None else passphrase
    try:
        if target is None:
            get_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        if target is None or target.is_dir():
            suffix = ENCRYPTED_SUFFIX if passphrase else ""
            name = f"spotweb-{datetime.now(UTC):{_NAME_TIME}}-{occasion}.zip{suffix}"
            target = (target or get_folder()) / name
        _write_backup(target, passphrase)
    except (OSError, DatabaseError) as error:
        msg = f"No backup was made in {target.parent if target else get_folder()}: {describe_failure(error)}."
        raise BackupFailed(msg) from error
    return target


def make_nightly_backup() -> Path | None:
    """Make the backup of this night if it is due and drop old ones. None when it is not due.

    To be called again and again. One that was missed, since the box was off, is made up for. A failure is
    logged, and tried again an hour later.
    """
    if not settings.BACKUP_DAYS or time.monotonic() < _Failure.try_again_at or not _is_due():
        return None
    with _hold_lock() as is_ours:
        if not is_ours or not _is_due():
            return None
        try:
            made = make_backup(occasion=Occasion.NIGHT)
        except BackupFailed as error:
            _Failure.try_again_at = time.monotonic() + _TRY_AGAIN_S
            logger.warning("%s The earlier ones stay; it is tried again in an hour.", error)
            return None
        drop_old_backups()
        return made


def drop_old_backups() -> None:
    """Only what was made by itself, and only when there are newer ones."""
    backups = list_backups()
    nightly = [backup for backup in backups if backup.occasion == Occasion.NIGHT]
    cutoff = timezone.now() - timedelta(days=settings.BACKUP_DAYS)
    old = [backup for backup in nightly[1:] if backup.made_at < cutoff]
    before_updates = [backup for backup in backups if backup.occasion == Occasion.UPDATE]
    for backup in [*old, *before_updates[_KEPT_UPDATES:]]:
        backup.path.unlink(missing_ok=True)


class _Failure:
    """When this process may try again."""

    try_again_at = 0.0


def _is_due() -> bool:
    last = _get_last_night()
    if any(backup.made_at >= last for backup in list_backups() if backup.occasion == Occasion.NIGHT):
        return False
    # A house of today has nothing yet that one would miss.
    house = House.objects.only("founded_at").first()
    return house is not None and house.founded_at < last and Member.objects.exists()


def _get_last_night() -> datetime:
    """The newest moment that a nightly backup was meant for."""
    now = timezone.localtime()
    tonight = now.replace(hour=NIGHT_HOUR, minute=NIGHT_MINUTE, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)


@contextmanager
def _hold_lock() -> Iterator[bool]:
    """Of several workers on one folder one makes the backup."""
    try:
        get_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = lock_file(get_folder() / ".lock")
    except FileLocked:
        yield False
        return
    except OSError as error:
        _Failure.try_again_at = time.monotonic() + _TRY_AGAIN_S
        logger.warning("No backup can be made in %s: %s", get_folder(), error.strerror)
        yield False
        return
    try:
        yield True
    finally:
        os.close(lock)


def _write_backup(target: Path, passphrase: str) -> None:
    _remove_leftovers(target.parent)
    _require_room(target.parent)
    data = Path(settings.DATA_DIR)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=_ROOM_PREFIX) as name:
        room = Path(name)
        database = room / databases.get_file_name()
        databases.save_database(database)
        key = room / "secret_key"
        key.write_text(settings.SECRET_KEY)  # also where the environment holds it
        parts = {database.name: database, key.name: key}
        others = (MARKER, "exports", "sandbox.json")
        parts |= {part: data / part for part in others if (data / part).exists()}
        write_archive(target, _describe(database), parts=parts, passphrase=passphrase)


def _describe(database: Path) -> Manifest:
    migrations = databases.list_migrations(database if get_database_file() else None)
    tables = connection.introspection.table_names()
    has_house = House._meta.db_table in tables  # noqa: SLF001  # documented
    house = House.objects.only("key", "spotify").first() if has_house else None
    has_members = Member._meta.db_table in tables  # noqa: SLF001  # documented
    return Manifest(
        version=settings.VERSION,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        engine=connection.vendor,
        house=str(house.key) if house else "",
        spotify=house.spotify if house else "",
        is_demo=settings.IS_DEMO,
        members=Member.objects.count() if has_members else 0,
        migrations=migrations,
        settings={name: os.environ[name] for name in _SETTINGS if os.environ.get(name)},
    )


_ROOM_PREFIX = ".backup-"
_LEFT_OVER_S = 24 * 3600


def _remove_leftovers(folder: Path) -> None:
    """What a backup left behind that was killed."""
    for path in folder.glob(f"{_ROOM_PREFIX}*"):
        if time.time() - path.stat().st_mtime > _LEFT_OVER_S:
            shutil.rmtree(path, ignore_errors=True)


def _require_room(folder: Path) -> None:
    """The copy and, beside it, its ZIP: a backup must not be what fills the disk."""
    needed = int(databases.estimate_bytes() * 1.5) + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        msg = (
            f"No backup was made in {folder}: there is too little room on that disk "
            f"({needed / 1_000_000:.0f} MB are needed, {free / 1_000_000:.0f} MB are free)."
        )
        raise BackupFailed(msg)
