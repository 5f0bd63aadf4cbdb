"""How many threads of the web server may wait for Spotify at once: the others answer what needs no Spotify.

A request takes its share with its first call and keeps it until it is answered. Work outside of requests, and
threads that a request has started, count nothing.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from django.conf import settings

from spotweb.spotify.errors import BoxBusy
from spotweb.spotify.rate_limit.limits import Purpose

# Of the threads; the last third is never held by Spotify.
_SHARES: dict[Purpose, float] = {"button": 2 / 3, "page": 1 / 2, "poll": 1 / 3, "background": 1 / 2}
_COME_BACK_AFTER = timedelta(seconds=3)


class _Visit:
    holds_thread = False


_visit: ContextVar[_Visit | None] = ContextVar("visit", default=None)
_lock = threading.Lock()
_held = 0


@contextmanager
def watch_request() -> Iterator[None]:
    """Around each request of a browser."""
    global _held  # noqa: PLW0603  # of this process
    visit = _Visit()
    token = _visit.set(visit)
    try:
        yield
    finally:
        _visit.reset(token)
        if visit.holds_thread:
            with _lock:
                _held -= 1


def hold_thread(purpose: Purpose, *, family: str, operation: str = "") -> None:
    """Before waiting for Spotify. Raises BoxBusy when enough threads do."""
    global _held  # noqa: PLW0603  # of this process
    visit = _visit.get()
    if visit is None or visit.holds_thread:
        return
    with _lock:
        if _held >= int(settings.WEB_THREADS * _SHARES[purpose]):
            raise BoxBusy(until=datetime.now(UTC) + _COME_BACK_AFTER, family=family, operation=operation)
        _held += 1
    visit.holds_thread = True
