"""After a 429 nothing of that family is sent until the wait is over, whichever process got it.

Spotify lengthens the wait when more requests come during it.

A 429 without QUOTA_EXCEEDED may be about the whole app, whose requests Spotify counts together in a window of
30 s, or about one endpoint's own limit; it does not say. So background work of all families pauses with the
first one, for a window at most, and members' requests too as soon as a second family is refused.
"""

import math
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.core.cache import cache

from spotweb.spotify.errors import QuotaExceeded, RateLimited, Throttled
from spotweb.spotify.modes import FAMILIES
from spotweb.spotify.rate_limit.limits import Purpose

# How long "not blocked" is believed without looking again: spares a busy page the query to the cache, and
# costs at most this much of asking on in the other processes.
_CLEAR_FOR_S = 1.0
_QUOTA_WAIT_S = 15 * 60  # when Spotify does not say; its own waits last from 13 to 24 hours
_FIRST_WAIT_S = 2
_MAX_BACKOFF_S = 5 * 60
_STRIKES_KEPT_S = 10 * 60
_SECONDS = re.compile(r"([+-]?[\d.]+)\s*(?:s|secs?|seconds?)?", re.IGNORECASE)
_SECONDS_SINCE_1970 = 10**9  # a number as large is a moment
_MAX_RETRY_AFTER_S = 2 * 24 * 3600  # the longest ever reported is one day; a longer one is cut

_WINDOW_S = 30  # in which Spotify counts the requests of an app
# Another host, a limit of its own, paths that are gone and may answer 429 at once: no sign for the others.
_FAMILIES_APART = frozenset({"accounts", "covers", "probing"})
_APP_KEY = "spotify:blocked:app"

_seen_clear: dict[tuple[str, Purpose], float] = {}

_Block = tuple[float, bool]  # until (seconds since 1970), is it the quota
_AppBlock = tuple[float, bool, str]  # until, are members' requests stopped too, the family that began it


def raise_if_blocked(family: str, *, operation: str = "", purpose: Purpose = "page") -> None:
    """Raises RateLimited or QuotaExceeded while the family is blocked."""
    now = time.time()
    # Not only "younger than": a clock that was set back would make an old look last.
    if 0 <= now - _seen_clear.get((family, purpose), -math.inf) < _CLEAR_FOR_S:
        return
    cached = cache.get_many([_block_key(family), _APP_KEY])
    block = _longest_block(
        cached.get(_block_key(family)), cached.get(_APP_KEY), family=family, purpose=purpose
    )
    if block is not None and block[0] > now:
        raise _make_error(block, family=family, operation=operation)
    _seen_clear[family, purpose] = now


def record_block(family: str, *, retry_after: str | None, is_quota: bool, operation: str = "") -> Throttled:
    """Remember a 429 for every process, and return the exception that says so.

    Two 429s at the same moment may both write: the longer wait may lose to the shorter one, whose end
    then earns a new 429. That is accepted, a lock would cost every request.
    """
    wait_s = _parse_retry_after(retry_after)
    if wait_s is None:
        wait_s = _QUOTA_WAIT_S if is_quota else _backoff_s(family)
    known: _Block | None = cache.get(_block_key(family))
    longest: _Block = max(known or (0.0, False), (time.time() + wait_s, is_quota))
    cache.set(_block_key(family), longest, timeout=max(1, math.ceil(longest[0] - time.time())))
    if not is_quota and family not in _FAMILIES_APART:
        _block_whole_app(family, min(wait_s, _WINDOW_S))
    _seen_clear.clear()
    return _make_error(longest, family=family, operation=operation)


def get_block_end(family: str, now: float) -> tuple[datetime | None, bool]:
    """Until when the family itself is blocked (None: not blocked), and whether by the quota."""
    block: _Block | None = cache.get(_block_key(family))
    if block is None or block[0] <= now:
        return None, False
    return datetime.fromtimestamp(block[0], UTC), block[1]


def delete_all() -> None:
    families = (*FAMILIES, *_FAMILIES_APART)
    cache.delete_many([_APP_KEY, *map(_block_key, families), *map(_strikes_key, families)])
    reset_process_memory()


def reset_process_memory() -> None:
    """Look into the cache again with the next request, for callers that have just changed it."""
    _seen_clear.clear()


def _block_whole_app(family: str, wait_s: float) -> None:
    now = time.time()
    known: _AppBlock | None = cache.get(_APP_KEY)
    if known is None or known[0] <= now:
        known = (0.0, False, family)
    is_second = known[2] != family
    cache.set(_APP_KEY, (max(known[0], now + wait_s), known[1] or is_second, known[2]), timeout=_WINDOW_S + 1)


def _longest_block(
    block: _Block | None, app: _AppBlock | None, *, family: str, purpose: Purpose
) -> _Block | None:
    if app is None or family == "accounts" or not (app[1] or purpose == "background"):
        return block
    return max(block or (0.0, False), (app[0], False))


def _make_error(block: _Block, *, family: str, operation: str) -> Throttled:
    until, is_quota = block
    kind = QuotaExceeded if is_quota else RateLimited
    return kind(until=datetime.fromtimestamp(until, UTC), family=family, operation=operation)


def _backoff_s(family: str) -> float:
    """Twice as long with each 429 that came without a Retry-After in the last minutes."""
    key = _strikes_key(family)
    cache.add(key, 0, timeout=_STRIKES_KEPT_S)
    try:
        strikes = cache.incr(key)
    except ValueError:  # forgotten between the two calls
        strikes = 1
    return min(_FIRST_WAIT_S * 2.0 ** (strikes - 1), _MAX_BACKOFF_S)


def _parse_retry_after(retry_after: str | None) -> float | None:
    """Seconds from now, of a number or a date; None when it says nothing that makes sense.

    Of a wait that is too long the longest possible is taken: "much later" is what it says. A header that
    stands twice arrives as one, parted by a comma, which dates have in them as well.
    """
    text = (retry_after or "").strip()
    readings = [_read_wait(part) for part in (text, *text.split(","))]
    sound = [seconds for seconds in readings if math.isfinite(seconds) and seconds >= 0]
    return float(max(1, math.ceil(min(max(sound), _MAX_RETRY_AFTER_S)))) if sound else None


def _read_wait(text: str) -> float:
    """Seconds from now; of a moment that has passed 0, and NaN for what is neither number nor date."""
    number = _SECONDS.fullmatch(text.strip())
    try:
        seconds = float(number[1]) if number else _parse_date(text.strip()).timestamp()
    except (ValueError, OverflowError, TypeError):
        return math.nan
    if number and seconds < _SECONDS_SINCE_1970:
        return seconds
    return max(0.0, seconds - time.time())


def _parse_date(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    # Without a zone, and with one that says nothing ("-0000"), it is the time that HTTP counts in.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _strikes_key(family: str) -> str:
    return f"spotify:strikes:{family}"


def _block_key(family: str) -> str:
    return f"spotify:blocked:{family}"
