"""So many requests in so many seconds, so many side by side; buttons before pages, polls and background work.

Background work goes evenly, about one request a second by default, so that it never uses up the window at
a stroke, and the members whose work it is take turns. What a member waits for goes at once as long as the
window has room; the last requests of a window are for buttons alone. A poll does not wait: its page shows
what is known.
"""

import itertools
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from django.core.cache import cache

from spotweb.spotify.errors import PaceReached
from spotweb.spotify.rate_limit import blocks, ledger
from spotweb.spotify.rate_limit.limits import Pace, Purpose, RequestFacts, get_daily_reads, get_pace
from spotweb.spotify.rate_limit.lock import hold_lock

_KEY = "spotify:gate:pace:2"
_MAX_WAIT_S: dict[Purpose, float] = {"button": 2.0, "page": 2.0, "poll": 0.3, "background": 30.0}
# The limit of requests side by side is a courtesy: one that hangs keeps a member waiting this long at most.
_MAX_WAIT_FOR_OTHERS_S: dict[Purpose, float] = {
    "button": 0.2,
    "page": 1.0,
    "poll": math.inf,
    "background": math.inf,
}
# Then a button overdraws the window.
_MAX_ACT_WAIT_S = 0.3
# Longer than any request lasts; the slot of a process that crashed is free after it.
_FLIGHT_S = 30.0
_RETRY_S = 0.02
_MAX_SLEEP_S = 0.25
_PAGE_WAITS_S = 2 * _MAX_SLEEP_S

_numbers = itertools.count()


class _Memory(NamedTuple):
    """All in seconds since 1970: when the last requests were sent, which are in flight and when they count as
    lost, when background work may go on, and until when a member waits.

    `turns`: when each member's background work last had its turn; `waiting`: until when it counts as waiting.
    """

    sent: tuple[float, ...] = ()
    flying: tuple[tuple[str, float], ...] = ()
    background_from: float = 0.0
    page_waits_until: float = 0.0
    turns: tuple[tuple[str, float], ...] = ()
    waiting: tuple[tuple[str, float], ...] = ()


class _Wait(NamedTuple):
    """How long to wait; a request that has waited `at_most` goes anyway."""

    seconds: float = 0.0
    at_most: float = math.inf


@contextmanager
def wait_for_slot(request: RequestFacts) -> Iterator[float]:
    """Wait until this request may be sent, and count it; yields the seconds that took.

    Raises PaceReached, RateLimited or QuotaExceeded instead of sending what Spotify would refuse, or what
    would take from members their share of the day. A member waits two seconds at most, a poll hardly,
    background work for half a minute: its worker has to give a sign of life within a minute.
    """
    began = time.monotonic()
    lease = _acquire_slot(request)
    try:
        yield time.monotonic() - began
    finally:
        _release_slot(lease)


def reset_process_memory() -> None:
    """Look into the cache again with the next request, for callers that have just changed it."""
    blocks.reset_process_memory()
    ledger.drop_pending()


def _acquire_slot(request: RequestFacts) -> str:
    """The lease to release; empty where there is no pace."""
    allowed = get_pace()
    if not allowed.requests:
        _count_unpaced(request)
        return ""
    began = time.monotonic()
    while True:
        blocks.raise_if_blocked(request.family, operation=request.operation, purpose=request.purpose)
        waited_s = time.monotonic() - began
        with hold_lock():
            ledger.check_budget(request)
            memory, now = _load_memory(allowed), time.time()
            wait = _compute_wait(memory, allowed, request, now)
            if not wait.seconds or waited_s >= wait.at_most:
                return _record_departure(memory, allowed, request, now)
            _record_wait(memory, allowed, request, now)
        _sleep_or_refuse(wait, waited_s, request)


def _release_slot(lease: str) -> None:
    if not lease:
        ledger.write_pending_soon()
        return
    with hold_lock():
        allowed = get_pace()
        memory = _load_memory(allowed)
        _store_memory(memory._replace(flying=tuple(f for f in memory.flying if f[0] != lease)), allowed)


def _count_unpaced(request: RequestFacts) -> None:
    blocks.raise_if_blocked(request.family, operation=request.operation, purpose=request.purpose)
    if get_daily_reads(request.family, request.purpose) is None:
        ledger.count_request(request)
        return
    with hold_lock():
        ledger.check_budget(request)
        ledger.count_request(request)
        ledger.write_pending_locked()


def _compute_wait(memory: _Memory, allowed: Pace, request: RequestFacts, now: float) -> _Wait:
    """Nothing to wait for, or how long until it is worth looking again."""
    priority = request.priority
    most = allowed.get_most(priority)
    if len(memory.sent) >= most:
        frees_at = memory.sent[-most] + allowed.window_s
        may_overdraw = priority == "button" and len(memory.sent) < allowed.overdraft
        return _Wait(max(_RETRY_S, frees_at - now), _MAX_ACT_WAIT_S if may_overdraw else math.inf)
    if priority == "background":
        if memory.background_from > now:
            return _Wait(memory.background_from - now)
        if memory.page_waits_until > now or _is_turn_of_another(memory, request.member, now):
            return _Wait(_RETRY_S)
    if len(memory.flying) >= allowed.side_by_side:
        return _Wait(_RETRY_S, _MAX_WAIT_FOR_OTHERS_S[priority])
    return _Wait()


def _is_turn_of_another(memory: _Memory, member: str, now: float) -> bool:
    """Whether the work of a member waits whose last turn is longer ago."""
    turns = dict(memory.turns)
    waiting = [other for other, until in memory.waiting if until > now and other != member]
    return any(turns.get(other, 0.0) < turns.get(member, 0.0) for other in waiting)


def _record_wait(memory: _Memory, allowed: Pace, request: RequestFacts, now: float) -> None:
    if request.priority != "background":
        if request.priority != "poll":
            _store_memory(memory._replace(page_waits_until=now + _PAGE_WAITS_S), allowed)
    elif dict(memory.waiting).get(request.member, 0.0) < now + _MAX_SLEEP_S:
        # Not with each look: twenty threads look every 20 ms.
        waiting = {**dict(memory.waiting), request.member: now + 2 * _MAX_SLEEP_S}
        _store_memory(memory._replace(waiting=tuple(waiting.items())), allowed)


def _record_departure(memory: _Memory, allowed: Pace, request: RequestFacts, now: float) -> str:
    lease = f"{os.getpid()}-{next(_numbers)}"
    memory = memory._replace(
        sent=(*memory.sent, now), flying=(*memory.flying, (lease, now + _FLIGHT_S)), page_waits_until=0.0
    )
    if request.priority == "background":
        # From when it was due, not from when it woke: else each nap would slow the pace down.
        due = max(memory.background_from, now - allowed.spacing_s / 2)
        turns = {**dict(memory.turns), request.member: now}
        memory = memory._replace(background_from=due + allowed.spacing_s, turns=tuple(turns.items()))
    _store_memory(memory, allowed)
    ledger.count_request(request)
    ledger.write_pending_locked()
    return lease


def _sleep_or_refuse(wait: _Wait, waited_s: float, request: RequestFacts) -> None:
    if waited_s + min(wait.seconds, wait.at_most) > _MAX_WAIT_S[request.priority]:
        until = datetime.fromtimestamp(time.time() + wait.seconds, UTC)
        raise PaceReached(until=until, family=request.family, operation=request.operation)
    time.sleep(min(wait.seconds, wait.at_most, _MAX_SLEEP_S))


def _load_memory(allowed: Pace) -> _Memory:
    now = time.time()
    memory: _Memory = cache.get(_KEY) or _Memory()
    # What lies in the future was written before the clock was set back.
    return _Memory(
        tuple(at for at in memory.sent if now - allowed.window_s < at <= now),
        tuple(flight for flight in memory.flying if now < flight[1] <= now + _FLIGHT_S),
        min(memory.background_from, now + allowed.spacing_s),
        min(memory.page_waits_until, now + _PAGE_WAITS_S),
        tuple(turn for turn in memory.turns if now - allowed.window_s < turn[1] <= now),
        tuple(wait for wait in memory.waiting if now < wait[1] <= now + 2 * _MAX_SLEEP_S),
    )


def _store_memory(memory: _Memory, allowed: Pace) -> None:
    cache.set(_KEY, memory, timeout=max(60, int(allowed.window_s) + 1))
