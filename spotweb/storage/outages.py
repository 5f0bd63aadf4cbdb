"""What is wrong with the box when its database or its disk refuses: known outages, which pass by themselves.

`find_outage` is the face. The codes are those of `spotweb.web.texts.error_messages`.
"""

import errno
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db import Error as DatabaseError

logger = logging.getLogger(__name__)

# Parts of the messages of SQLite and PostgreSQL, in lower case.
_WORDS = (
    ("database_full", ("database or disk is full", "no space left on device", "could not extend file")),
    ("database_read_only", ("readonly database", "read-only transaction", "read-only file system")),
    (
        "database_busy",
        (
            "database is locked",
            "table is locked",
            "database schema is locked",
            "lock timeout",
            "statement timeout",
            "deadlock detected",
        ),
    ),
    ("database_damaged", ("disk image is malformed", "file is not a database", "disk i/o error")),
    ("database_unprepared", ("no such table", "no such column")),
)
# PostgreSQL: no such table, no such column.
_MISSING_STATES = {"42P01", "42703"}
_ERRNOS = {
    errno.ENOSPC: "database_full",
    errno.EDQUOT: "database_full",
    errno.EROFS: "database_read_only",
    errno.EACCES: "database_read_only",
    errno.EPERM: "database_read_only",
    errno.EIO: "database_damaged",
}
_ABOUT_DISKS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# For the console and for `/healthz`; pages have words of their own.
TEXTS = {
    "database_busy": "the database is locked by another program",
    "database_full": "there is no room left on the disk",
    "database_read_only": "the data folder can't be written",
    "database_damaged": "the disk or the database file is damaged",
    "database_unprepared": "tables are missing: the database is being updated, or was never prepared",
    "database_away": "the database doesn't answer",
}


def find_outage(error: BaseException) -> str:
    """The code of the outage behind this error, or "" when it is none, but a mistake of ours."""
    for cause in _list_causes(error):
        if isinstance(cause, DatabaseError):
            code = _read_words(cause)
            if code or isinstance(cause, OperationalError | InterfaceError):
                return code or "database_away"
        # Without a file it may be about a connection to somewhere else.
        elif isinstance(cause, OSError) and (cause.filename or cause.errno in _ABOUT_DISKS):
            found = _ERRNOS.get(cause.errno or 0, "")
            if found:
                return found
    return ""


@contextmanager
def skip_during_outage() -> Iterator[None]:
    """Leave out what a page writes beside showing something: the next one does it. Never in a transaction."""
    try:
        yield
    except DatabaseError as error:
        outage = find_outage(error)
        if not outage:
            raise
        logger.info("left out, since %s", TEXTS[outage])


def shorten_record(record: logging.LogRecord) -> bool:
    """A filter for the log: an outage is told in a line, for each of the requests that meet it."""
    error = record.exc_info[1] if record.exc_info else None
    if error and find_outage(error):
        record.exc_info = None
    return True


def _list_causes(error: BaseException) -> Iterator[BaseException]:
    """The error, then what it was raised from or during."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _read_words(error: DatabaseError) -> str:
    if isinstance(error, IntegrityError | DataError):
        return ""  # these quote what was to be stored
    text = str(error).lower()
    if getattr(error.__cause__, "sqlstate", "") in _MISSING_STATES:
        return "database_unprepared"
    code = next((code for code, parts in _WORDS if any(part in text for part in parts)), "")
    # SQLite puts it so for what it had opened before the disk turned read-only or full.
    return (code and "disk i/o error" in text and _try_disk()) or code


def _try_disk() -> str:
    """What keeps the data folder from taking a file; empty when nothing does."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR, buffering=0) as trial:
            trial.write(b" ")
    except OSError as error:
        return _ERRNOS.get(error.errno or 0, "")
    return ""
