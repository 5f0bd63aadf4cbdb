"""When Spotify last answered a read for each member, for whoever watches the household.

Kept in the cache, to the minute: each write opens the database.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from django.core.cache import cache

_KEPT_S = 30 * 24 * 3600
_WRITTEN_EVERY_S = 60.0
_MAX_MEMBERS = 10_000  # whose moments a process remembers; then it begins again

_written_at: dict[str, float] = {}


def record_read(member: str) -> None:
    """`member` is the key of the token source whose read was answered (`http.TokenSource.key`)."""
    now = time.monotonic()
    if now - _written_at.get(member, -_WRITTEN_EVERY_S) < _WRITTEN_EVERY_S:
        return
    if len(_written_at) >= _MAX_MEMBERS:
        _written_at.clear()
    _written_at[member] = now
    cache.set(_make_key(member), time.time(), timeout=_KEPT_S)


def get_last_reads(members: Iterable[str]) -> dict[str, datetime]:
    """By key, aware (UTC); members whose reads were not answered within 30 days are missing."""
    names = {_make_key(member): member for member in members}
    return {names[name]: datetime.fromtimestamp(at, UTC) for name, at in cache.get_many(list(names)).items()}


def reset_process_memory() -> None:
    """Write again with the next read, for callers that have emptied the cache."""
    _written_at.clear()


def _make_key(member: str) -> str:
    return f"spotify:read:{member}"
