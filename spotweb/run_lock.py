"""One run of the app on a data folder: `run.lock`, which names its port.

The system frees the lock when the process that holds it ends, however it ends.
"""

import fcntl
import os
from pathlib import Path
from typing import NamedTuple

from django.conf import settings


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
    lock = os.open(_get_path(), os.O_RDWR | os.O_CREAT, 0o600)
    if not _acquire_lock(lock):
        return RunLock(lock, was_left=False)
    was_killed = bool(os.read(lock, 20))
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(settings.PORT).encode(), 0)
    return RunLock(lock, was_killed)


def require_no_run() -> None:
    """For what may only be done while the app is off. Raises RunsAlready."""
    try:
        lock = os.open(_get_path(), os.O_RDWR)
    except OSError:
        return
    try:
        _acquire_lock(lock)
    finally:
        os.close(lock)


def _acquire_lock(lock: int) -> bool:
    """False where there are no locks, as on some network file systems. Raises RunsAlready."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        port = os.read(lock, 20).decode(errors="replace").strip()
        raise RunsAlready(f"on port {port}" if port else "and is just starting") from None
    except OSError:
        return False
    return True


def _get_path() -> Path:
    return Path(settings.DATA_DIR, "run.lock")
