"""Whether everything works: the database, the disk, the cache and the worker. `find_troubles` is the face.

Checking leaves nothing on the disk: the database's lock is taken and given back, and the trial file has no
name and is gone before the system would write it out.
"""

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import Error as DatabaseError
from django.db import connection

from spotweb.jobs import presence
from spotweb.storage.database_waits import limit_wait
from spotweb.storage.outages import TEXTS, find_outage

# Each check has this long, and they run side by side.
_ANSWERS_WITHIN_S = 1.5
_LOCK_WAIT_S = 1.0
# Whoever asks more often gets the same answer.
_VALID_FOR_S = 1.0
_TRIAL_BYTES = 256 * 1024

Troubles = dict[str, str]
logger = logging.getLogger(__name__)

_lock = threading.Lock()
_last: dict[bool, tuple[float, Troubles]] = {}


def find_troubles(*, with_worker: bool = True) -> Troubles:
    """What does not work, in plain words by code; empty when all is well. Takes two seconds at most."""
    with _lock:
        found_at, troubles = _last.get(with_worker, (0.0, {}))
        if not found_at or time.monotonic() - found_at > _VALID_FOR_S:
            before, troubles = troubles, _run_checks(with_worker=with_worker)
            _log_change(before, troubles)
            _last[with_worker] = time.monotonic(), troubles
    return troubles


def _log_change(before: Troubles, troubles: Troubles) -> None:
    """A line when something fails and one when all is well again, however often a watcher asks."""
    if troubles.keys() - before.keys():
        logger.error("trouble: %s", "; ".join(f"{text} ({code})" for code, text in troubles.items()))
    elif before and not troubles:
        logger.warning("all is well again")


def _run_checks(*, with_worker: bool) -> Troubles:
    checks: dict[str, Callable[[], Troubles]] = {
        "database_away": _check_database,
        "disk_away": _check_disk,
        "cache_away": _check_cache,
    }
    if with_worker:
        checks["worker_away"] = _check_worker
    # Not a `with`: it would wait for a check that hangs.
    pool = ThreadPoolExecutor(len(checks), thread_name_prefix="health")
    futures = {code: pool.submit(check) for code, check in checks.items()}
    pool.shutdown(wait=False)
    deadline = time.monotonic() + _ANSWERS_WITHIN_S
    troubles: Troubles = {}
    for code, future in futures.items():
        try:
            troubles |= future.result(max(0, deadline - time.monotonic()))
        except TookTooLong:
            troubles[code] = f"the {code.removesuffix('_away')} doesn't answer in time"
    return troubles


def _check_database() -> Troubles:
    """Whether it can be written: whoever gets the write lock could."""
    path = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(path).exists():
        return {"database_away": "the database file is gone"}
    try:
        with limit_wait(_LOCK_WAIT_S), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("BEGIN IMMEDIATE")
                cursor.execute("ROLLBACK")
            else:
                cursor.execute("SELECT pg_is_in_recovery()")
                if cursor.fetchone()[0]:
                    return {"database_read_only": "the database can only be read"}
    except DatabaseError as error:
        outage = find_outage(error) or "database_away"
        return {outage: TEXTS[outage]}
    finally:
        connection.close()
    return {}


def _check_disk() -> Troubles:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR, buffering=0) as trial:
            trial.write(bytes(_TRIAL_BYTES))
            if shutil.disk_usage(settings.DATA_DIR).free < _TRIAL_BYTES:
                return {"database_full": TEXTS["database_full"]}
    except OSError as error:
        outage = find_outage(error) or "database_damaged"
        return {outage: TEXTS[outage]}
    return {}


def _check_cache() -> Troubles:
    if "server" not in settings.CACHES:
        return {}  # a table of the database
    try:
        caches["server"].set("health", "", _VALID_FOR_S)  # one that is full still answers what is asked
    except Exception as error:  # noqa: BLE001  # whatever the driver raises
        reason = type(error).__name__
        return {"cache_away": f"the cache doesn't answer ({reason}); the app goes on without it, slower"}
    return {}


def _check_worker() -> Troubles:
    answers = presence.ask_workers()
    if "ok" in answers:
        return {}
    if not answers and not presence.has_had_workers():
        return {}  # the web server alone, as other process managers start it
    if not answers:
        return {"worker_away": "no worker is running, so that nothing is done in the background"}
    outage = answers[0]
    if outage in TEXTS:
        return {outage: TEXTS[outage]}
    return {"worker_silent": "the worker doesn't answer: it is stopped, or the box is overloaded"}
