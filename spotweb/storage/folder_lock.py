"""Who works with the data folder: processes of the app share it, a restore has it alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError

from spotweb.storage.file_locks import FileLocked, lock_file

_FILE = "in-use.lock"


class FolderInUse(CommandError):
    """Another process of the app works with this folder, or has it alone."""


def share_folder(folder: Path) -> int:
    """Hold the folder until this process ends. Raises FolderInUse while a restore or a move has it alone.

    Returns the file that is held, -1 where none could be made.
    """
    return _lock(folder, is_shared=True)


@contextmanager
def hold_folder_alone(folder: Path) -> Iterator[None]:
    """Raises FolderInUse while a process of the app runs on the folder."""
    lock = _lock(folder)
    try:
        yield
    finally:
        if lock >= 0:
            os.close(lock)


def _lock(folder: Path, *, is_shared: bool = False) -> int:
    try:
        return lock_file(folder / _FILE, is_shared=is_shared)
    except FileLocked as error:
        msg = f"A backup is being restored in {folder}, or the database moved. Start again afterwards."
        raise FolderInUse(msg) from error
    except OSError:  # a folder that cannot be written is told about elsewhere
        return -1
