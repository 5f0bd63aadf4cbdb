"""How long one piece of code waits for a locked SQLite database; elsewhere `lock_timeout` decides.

The connection's own timeout is the worker's. Behind a request somebody waits, and its threads are few.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

from spotweb.storage.outages import find_outage

# For what still writes after the wait was used up.
_SPENT_MS = 20
_DEFAULT_MS = 20_000


class _Limits(threading.local):
    """Of this thread, the innermost last."""

    def __init__(self) -> None:
        self.stack: list[_Limit] = []


_limits = _Limits()


class _Limit:
    def __init__(self, seconds: float) -> None:
        self._left_ms = int(seconds * 1000)

    def __call__(self, execute: Callable[..., Any], sql: str, params: object, *rest: Any) -> object:  # noqa: ANN401  # Django's signature
        *_, context = rest
        if _limits.stack[-1] is not self:
            return execute(sql, params, *rest)
        # As large as it is, a wait is over at once where the lock is already held or none is needed.
        context["connection"].connection.execute(f"PRAGMA busy_timeout={self._left_ms}")
        began = time.monotonic()
        try:
            return execute(sql, params, *rest)
        except OperationalError as error:
            if find_outage(error) == "database_busy":
                waited_ms = int((time.monotonic() - began) * 1000)
                self._left_ms = max(_SPENT_MS, self._left_ms - waited_ms)
            raise


def require_writable() -> None:
    """Raises OperationalError while nothing can be stored: before sending what has to be stored after.

    Writes nothing. A full disk shows only with a real write, after which the answer is in doubt.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with transaction.atomic():  # takes the lock
            pass


@contextmanager
def limit_wait(seconds: float) -> Iterator[None]:
    """Statements in this block wait for the lock this long together, then fail as busy at once."""
    if connection.vendor != "sqlite":
        yield
        return
    limit = _Limit(seconds)
    _limits.stack.append(limit)
    try:
        with connection.execute_wrapper(limit):
            yield
    finally:
        _limits.stack.pop()
        if not _limits.stack and connection.connection is not None:
            timeout_s = connection.settings_dict["OPTIONS"].get("timeout", _DEFAULT_MS / 1000)
            connection.connection.execute(f"PRAGMA busy_timeout={int(timeout_s * 1000)}")
