"""Who works with the data folder: processes of the app share it, a restore has it alone.

The system frees these locks when their process ends, however it ends. Some network file systems know none;
there nothing is held.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError

_FILE = "in-use.lock"


class FolderInUse(CommandError):
    """Another process of the app works with this folder, or has it alone."""


def share_folder(folder: Path) -> int:
    """Hold the folder until this process ends. Raises FolderInUse while a restore or a move has it alone.

    Returns the file that is held, -1 where there are no locks.
    """
    lock = _lock(folder, fcntl.LOCK_SH)
    return -1 if lock is None else lock


@contextmanager
def hold_folder_alone(folder: Path) -> Iterator[None]:
    """Raises FolderInUse while a process of the app runs on the folder."""
    lock = _lock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, kind: int) -> int | None:
    try:
        lock = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a folder that cannot be written is told about elsewhere
        return None
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
            msg = f"A backup is being restored in {folder}, or the database moved. Start again afterwards."
            raise FolderInUse(msg) from error
        return None
    return lock
