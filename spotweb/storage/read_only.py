"""Connections to a SQLite database that could only be read when they were opened.

SQLite can write through such a connection never more, and through no other of the process either: they share
what it knows of the file for as long as one of them is open. So each ends with the request that opened it.
Otherwise a house stays read-only, after its folder can be written again, until the web server is restarted.
"""

import os
import time
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from spotweb.storage.sqlite_files import list_files


def end_soon(connection: BaseDatabaseWrapper, **_: Any) -> None:  # noqa: ANN401  # a receiver of Django's signal
    if connection.vendor == "sqlite" and not _is_writable(str(connection.settings_dict["NAME"])):
        connection.close_at = time.monotonic()


def _is_writable(name: str) -> bool:
    if not Path(name).exists():
        return True  # in memory, or not made yet
    return all(os.access(path, os.W_OK) for path in [Path(name).parent, *list_files(Path(name))])
