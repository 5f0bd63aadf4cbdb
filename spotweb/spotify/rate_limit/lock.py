"""One writer of the rate limit's memory at a time, among all threads and processes."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

_KEY = "spotify:gate:lock"
# It is held for about a millisecond; a process that crashes while holding it stops the others for this long.
_MAX_HOLD_S = 2
_RETRY_S = 0.003

# Threads of one process queue here instead of knocking at the cache.
_threads = threading.Lock()


@contextmanager
def hold_lock() -> Iterator[None]:
    """Goes on without the lock after two seconds: a count too few is better than no requests at all."""
    with _threads:
        deadline = time.monotonic() + _MAX_HOLD_S
        while not cache.add(_KEY, 1, timeout=_MAX_HOLD_S) and time.monotonic() < deadline:
            time.sleep(_RETRY_S)
        try:
            yield
        finally:
            cache.delete(_KEY)


def _renew() -> None:
    global _threads  # noqa: PLW0603  # the parent's may have been held at that moment
    _threads = threading.Lock()


os.register_at_fork(after_in_child=_renew)
