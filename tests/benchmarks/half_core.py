"""Half a core and 512 MB for a program and all that it starts, as a small box has them.

systemd sets the limits where it can; else the kernel's own control groups do, of either version, for root.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_SYSTEMD = ["systemd-run", "--scope", "--quiet", "-p", "CPUQuota=50%", "-p", "MemoryMax=512M"]
_GROUPS = Path("/sys/fs/cgroup")
_PERIOD_US, _MEMORY = 100_000, 512 * 1024**2
# By group: what is written into which of its files.
_TOGETHER = {"": {"cpu.max": f"{_PERIOD_US // 2} {_PERIOD_US}", "memory.max": str(_MEMORY)}}
_APART = {
    "cpu": {"cpu.cfs_period_us": str(_PERIOD_US), "cpu.cfs_quota_us": str(_PERIOD_US // 2)},
    "memory": {"memory.limit_in_bytes": str(_MEMORY)},
}
_JOIN = 'for group in "$1" "$2"; do echo $$ > "$group/cgroup.procs" || exit 1; done; shift 2; exec "$@"'


class Unlimited(Exception):
    """The kernel's groups cannot be written here; its text says why."""


@contextmanager
def limit_to_half_core() -> Iterator[list[str]]:
    """What to put before a command. Raises Unlimited where nothing here can be limited."""
    if (
        shutil.which(_SYSTEMD[0])
        and not subprocess.run([*_SYSTEMD, "true"], capture_output=True, check=False).returncode
    ):
        yield _SYSTEMD
        return
    limits = _TOGETHER if (_GROUPS / "cgroup.controllers").exists() else _APART
    folders = [_GROUPS / controller / f"spotweb-{os.getpid()}" for controller in limits]
    try:
        try:
            _make_groups(folders, list(limits.values()))
        except OSError as error:
            raise Unlimited(error.strerror) from None
        yield ["sh", "-c", _JOIN, "sh", str(folders[0]), str(folders[-1])]
    finally:
        for folder in filter(Path.exists, folders):
            with suppress(OSError):  # something in it is still ending: an empty group limits nobody
                folder.rmdir()


def _make_groups(folders: Sequence[Path], limits: Sequence[dict[str, str]]) -> None:
    for folder, values in zip(folders, limits, strict=True):
        folder.mkdir()
        for name, value in values.items():
            (folder / name).write_text(value)
