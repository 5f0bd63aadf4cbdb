"""One run of the app on a data folder: `run.lock`, which names its port."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from spotweb.storage.file_locks import FileLocked, lock_file


class RunLock(NamedTuple):
    """`file` is open while the lock is held, -1 where there are none. `was_left`: the last run was killed."""

    file: int
    was_left: bool


class RunsAlready(Exception):
    """`where` says on which port, or that it is just starting."""

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(
            f"{settings.SITE_NAME} is already running {where}, with the data in {settings.DATA_DIR}."
        )


def hold_lock() -> RunLock:
    """Make sure that nothing else runs on this data folder, until the file is closed.

    Raises RunsAlready, and OSError when the folder takes no file.
    """
    lock = _lock()
    was_killed = bool(os.read(lock, 20))
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(settings.PORT).encode(), 0)
    return RunLock(lock, was_killed)


def require_no_run() -> None:
    """For what may only be done while the app is off. Raises RunsAlready."""
    with suppress(OSError):  # no file: nothing has ever run here
        os.close(_lock(is_made=False))


def _lock(*, is_made: bool = True) -> int:
    path = Path(settings.DATA_DIR, "run.lock")
    try:
        return lock_file(path, is_made=is_made)
    except FileLocked:
        port = path.read_text(errors="replace")[:20].strip()
        raise RunsAlready(f"on port {port}" if port else "and is just starting") from None
