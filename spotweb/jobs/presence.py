"""Which workers of this box live: each listens on a socket in the data folder and answers with how it is.

Nothing is written to the disk for it, an ended worker is known at once, and so is one that is stopped.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from spotweb.jobs.patience import get_current_outage

_ANSWERS_WITHIN_S = 0.7
_RETRY_S = 5.0
_MAX_PATH = 100  # the system allows 104 to 108 bytes in the address of such a socket


def announce(worker_id: str) -> None:
    """Answer for this process, in a thread, until it ends."""
    threading.Thread(target=_answer_forever, args=(worker_id,), name="presence", daemon=True).start()


def get_gone_workers() -> set[str]:
    """The ids of workers of this box that have ended without saying so."""
    return {path.stem.removeprefix("worker-") for path in _list_sockets() if _ask(path) is None}


def remove_sockets(worker_ids: set[str]) -> None:
    for worker_id in worker_ids:
        _path_of(worker_id).unlink(missing_ok=True)


def ask_workers() -> list[str]:
    """What each worker of this box says: "ok", the code of an outage, or "silent"."""
    return [answer for path in _list_sockets() if (answer := _ask(path)) is not None]


def has_had_workers() -> bool:
    """Whether a worker of this data folder lives, or has ended and was not replaced."""
    return bool(_list_sockets())


def _list_sockets() -> list[Path]:
    return sorted(Path(settings.DATA_DIR).glob("worker-*.sock"))


def _path_of(worker_id: str) -> Path:
    return Path(settings.DATA_DIR, f"worker-{worker_id}.sock")


def _ask(path: Path) -> str | None:
    """Null when nobody listens any more."""
    with socket.socket(socket.AF_UNIX) as asker, _address_of(path) as address:
        asker.settimeout(_ANSWERS_WITHIN_S)
        try:
            asker.connect(address)
            return asker.recv(64).decode() or "silent"
        except (ConnectionRefusedError, FileNotFoundError):
            return None
        except PermissionError:  # nobody may write into the folder, which a socket needs as well
            return "database_read_only"
        except OSError:  # too slow
            return "silent"


def _answer_forever(worker_id: str) -> None:
    while True:
        try:
            _answer(_path_of(worker_id))
        except OSError:  # no room or no right to make the socket now
            time.sleep(_RETRY_S)


def _answer(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener, _address_of(path) as address:
        listener.bind(address)
        path.chmod(0o600)
        listener.listen(8)
        listener.settimeout(_RETRY_S)
        while path.exists():  # a folder that was put in the place of this one has no socket
            try:
                asker, _ = listener.accept()
            except TimeoutError:
                continue
            with asker:
                asker.sendall((get_current_outage() or "ok").encode())


@contextmanager
def _address_of(path: Path) -> Iterator[str]:
    """The path, or a short name for it where it is too long for a socket (Linux)."""
    if len(os.fsencode(path)) <= _MAX_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
