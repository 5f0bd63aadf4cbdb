"""The requests of the last day, by family, purpose and quarter of an hour.

Kept as one small table in the cache. Each process counts by itself and adds to the table with every turn of
the pace, or after a second where there is no pace.
"""

import math
import time
from collections import Counter, deque
from datetime import UTC, datetime
from itertools import accumulate

from django.core.cache import cache
from msgspec import Struct

from spotweb.spotify.errors import QuotaExceeded
from spotweb.spotify.modes import FAMILIES
from spotweb.spotify.rate_limit.blocks import get_block_end
from spotweb.spotify.rate_limit.limits import BUDGETED, LedgerPurpose, RequestFacts, get_daily_reads
from spotweb.spotify.rate_limit.lock import hold_lock

_KEY = "spotify:gate:ledger"
_QUARTER_S = 15 * 60
_HOUR_S = 3600
_DAY_S = 24 * 3600
_WRITE_INTERVAL_S = 1.0

_Entry = tuple[str, str, int]  # family, purpose, number of the quarter since 1970
Table = Counter[_Entry]

_pending: deque[_Entry] = deque()  # appending and popping need no lock
_written_at = -math.inf


class LedgerRow(Struct, frozen=True, kw_only=True):
    """What one family cost for one purpose. `blocked_until` is aware (UTC), and null while it is not blocked.

    `day_budget` is null where no daily limit is assumed; `share_of_day` is what both purposes together have
    used of it. `day` counts up to a quarter of an hour more than 24 hours.
    """

    family: str
    purpose: LedgerPurpose
    hour: int
    day: int
    blocked_until: datetime | None
    is_quota: bool
    day_budget: int | None
    share_of_day: float | None


def list_usage() -> tuple[LedgerRow, ...]:
    """Every family, for pages and for background work. The last second of other processes may be missing."""
    write_pending()
    now = time.time()
    table = _load(now)
    return tuple(
        _row(table, family, purpose, now) for family in FAMILIES for purpose in ("page", "background")
    )


def count_request(request: RequestFacts) -> None:
    """Count a request in this process; `write_pending_soon` or `write_pending` tell the others."""
    _pending.append((request.family, request.ledger_purpose, int(time.time() // _QUARTER_S)))


def check_budget(request: RequestFacts) -> None:
    """Raises QuotaExceeded when the day's share for this purpose is used up; only under the lock."""
    budget = get_daily_reads(request.family, request.purpose)
    if budget is None:
        return
    spent = _spent(_load(time.time()), request.family)
    if sum(spent.values()) < budget:
        return
    until = datetime.fromtimestamp(_when_budget_frees(spent, budget), UTC)
    raise QuotaExceeded(until=until, family=request.family, operation=request.operation)


def write_pending_soon() -> None:
    global _written_at  # noqa: PLW0603  # of this process
    if time.monotonic() - _written_at >= _WRITE_INTERVAL_S:
        # First, so that the other threads go on instead of queueing here while the database is busy.
        _written_at = time.monotonic()
        write_pending()


def write_pending() -> None:
    if _pending:
        with hold_lock():
            write_pending_locked()


def write_pending_locked() -> None:
    """Only under the lock."""
    global _written_at  # noqa: PLW0603  # of this process
    mine: Table = Counter(_pending.popleft() for _ in range(len(_pending)))
    if mine:
        cache.set(_KEY, _load(time.time()) + mine, timeout=_DAY_S + _QUARTER_S)
    _written_at = time.monotonic()


def delete_all() -> None:
    drop_pending()
    cache.delete(_KEY)


def drop_pending() -> None:
    """Drop what was not written yet."""
    _pending.clear()


def _load(now: float) -> Table:
    """The last day's; the oldest quarter counts in full, so that it errs on the safe side."""
    oldest = int((now - _DAY_S) // _QUARTER_S)
    table: Table = cache.get(_KEY) or Counter()
    return Counter({entry: number for entry, number in table.items() if entry[2] >= oldest})


def _spent(table: Table, family: str) -> dict[int, int]:
    spent: Counter[int] = Counter()
    for (its_family, _, quarter), number in (table + Counter(_pending)).items():
        if its_family == family:
            spent[quarter] += number
    return dict(sorted(spent.items()))


def _when_budget_frees(spent: dict[int, int], budget: int) -> float:
    """When enough of the oldest reads are a day old."""
    too_many = sum(spent.values()) - budget + 1
    freed = accumulate(spent.values())
    quarter = next(
        (q for q, so_far in zip(spent, freed, strict=True) if so_far >= too_many), max(spent, default=0)
    )
    return (quarter + 1) * _QUARTER_S + _DAY_S


def _row(table: Table, family: str, purpose: LedgerPurpose, now: float) -> LedgerRow:
    of_day = {entry[2]: number for entry, number in table.items() if entry[:2] == (family, purpose)}
    since = int((now - _HOUR_S) // _QUARTER_S)
    until, is_quota = get_block_end(family, now)
    budget = get_daily_reads(family) if family in BUDGETED else None
    return LedgerRow(
        family=family,
        purpose=purpose,
        hour=sum(number for quarter, number in of_day.items() if quarter >= since),
        day=sum(of_day.values()),
        blocked_until=until,
        is_quota=is_quota,
        day_budget=budget,
        share_of_day=sum(_spent(table, family).values()) / budget if budget else None,
    )
