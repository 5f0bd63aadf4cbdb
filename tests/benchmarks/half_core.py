"""Half a core and 512 MB for a program and all that it starts, as a small box has them.

systemd sets the limits where it can; else the kernel's own control groups do, of either version, for root.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
_JOIN = 'for group in "$1" "$2"; do echo $$ > "$group/cgroup.procs"; done; shift 2; exec "$@"'


@contextmanager
def limit_to_half_core() -> Iterator[list[str]]:
    """What to put before a command. Raises OSError where nothing here can be limited."""
    if (
        shutil.which(_SYSTEMD[0])
        and not subprocess.run([*_SYSTEMD, "true"], capture_output=True, check=False).returncode
    ):
        yield _SYSTEMD
        return
    limits = _TOGETHER if (_GROUPS / "cgroup.controllers").exists() else _APART
    folders = [_GROUPS / controller / f"spotweb-{os.getpid()}" for controller in limits]
    try:
        _make_groups(folders, list(limits.values()))
        yield ["sh", "-c", _JOIN, "sh", str(folders[0]), str(folders[-1])]
    finally:
        for folder in folders:
            if folder.exists():
                folder.rmdir()


def _make_groups(folders: Sequence[Path], limits: Sequence[dict[str, str]]) -> None:
    for folder, values in zip(folders, limits, strict=True):
        folder.mkdir()
        for name, value in values.items():
            (folder / name).write_text(value)
