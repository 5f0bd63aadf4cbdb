"""Counts what Spotify sent in another shape than it should, by operation, for the doctor and the log.

Places are paths such as `.items[].track.duration_ms`; values are in neither, they may be private.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.core.cache import cache
from msgspec import Struct

logger = logging.getLogger(__name__)

_KEPT_S = 7 * 24 * 3600
# Each write opens the database; an operation that is always odd is not to cost one with every answer.
_WRITE_EVERY_S = 5.0
_MAX_LOGGED = 1000
_SHOWN_PLACES = 3

_unwritten: Counter[str] = Counter()
_written_at: dict[str, float] = {}
_logged: set[tuple[str, str]] = set()


class OddAnswers(Struct, frozen=True, kw_only=True):
    """`count` answers of an operation within the last week were odd, last at `latest_at` in `places`."""

    operation: str
    count: int
    latest_at: datetime
    places: tuple[str, ...]


def record_oddities(operation: str, places: Sequence[str]) -> None:
    """Count one odd answer; each place is logged once. Nothing is recorded without places."""
    if not places:
        return
    for place in dict.fromkeys(places):
        if (operation, place) not in _logged and len(_logged) < _MAX_LOGGED:
            _logged.add((operation, place))
            logger.warning("%s: Spotify sent something odd at %s, which was repaired", operation, place)
    _unwritten[operation] += 1
    now = time.monotonic()
    if now - _written_at.get(operation, -_WRITE_EVERY_S) >= _WRITE_EVERY_S:
        _written_at[operation] = now
        _write_count(operation, places)


def list_odd_answers(operations: Iterable[str]) -> list[OddAnswers]:
    """The operations that were answered oddly in the last week, the most frequent first."""
    kept = cache.get_many([_make_key(operation) for operation in operations])
    odd = [
        OddAnswers(
            operation=name, count=count, latest_at=datetime.fromtimestamp(at, UTC), places=tuple(places)
        )
        for name, count, at, places in kept.values()
    ]
    return sorted(odd, key=lambda answers: (-answers.count, answers.operation))


def reset_process_memory() -> None:
    """Log and write again with the next odd answer, for callers that have emptied the cache."""
    _unwritten.clear()
    _written_at.clear()
    _logged.clear()


def _write_count(operation: str, places: Sequence[str]) -> None:
    """Two processes that write at the same moment lose one of the counts; it is a hint, not an account."""
    kept = cache.get(_make_key(operation))
    count = (kept[1] if kept else 0) + _unwritten.pop(operation, 0)
    latest = list(dict.fromkeys(places))[:_SHOWN_PLACES]
    cache.set(_make_key(operation), (operation, count, time.time(), latest), timeout=_KEPT_S)


def _make_key(operation: str) -> str:
    return f"spotify:odd:{operation}"
