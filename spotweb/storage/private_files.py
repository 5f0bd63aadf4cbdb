"""Files that no other user of the box may read: sessions and encrypted tokens are among them."""

import os
from contextlib import suppress
from pathlib import Path

_OTHERS = 0o077


def use_private_umask() -> None:
    """Have this process and those it starts make files that only their owner can read or write."""
    os.umask(_OTHERS)


def make_private(folder: Path) -> None:
    """Take the rights of others from a folder and from what lies in it; what is deeper is out of reach then.

    It may have been made by hand, in a container or by an older version. What is not ours stays as it is.
    """
    _drop_rights(folder)
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_symlink():
                _drop_rights(Path(entry.path))


def _drop_rights(path: Path) -> None:
    with suppress(OSError):  # not ours, or not to be written to
        mode = path.stat().st_mode & 0o7777
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)
