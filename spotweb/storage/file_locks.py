"""Locks on files, which the system frees when their process ends, however it ends.

Some network file systems know none; there nothing is held, and nobody is kept out.
"""

import errno
import fcntl
import os
from pathlib import Path

_TAKEN = frozenset({errno.EWOULDBLOCK, errno.EACCES})


class FileLocked(Exception):
    """Another process holds the file."""


def lock_file(path: Path, *, is_shared: bool = False, is_made: bool = True) -> int:
    """The open file, which holds the lock until it is closed. Raises FileLocked, and OSError without a file.

    `is_made`: make the file where there is none.
    """
    file = os.open(path, os.O_RDWR | (os.O_CREAT if is_made else 0), 0o600)
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            os.close(file)
            raise FileLocked from error
    return file
