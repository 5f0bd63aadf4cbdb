"""So many requests in so many seconds, so many side by side, and members first.

Background work goes evenly, one request every 0.67 s by default, so that it never uses up the window at a
stroke; what a member waits for goes at once as long as the window has room, and before any background work
that waits as well.
"""

import itertools
import math
import os
import time
from datetime import UTC, datetime
from typing import NamedTuple

from django.core.cache import cache

from spotweb.spotify.errors import RateLimited
from spotweb.spotify.gate import blocks, ledger
from spotweb.spotify.gate.limits import Asking, Pace, daily_reads, pace
from spotweb.spotify.gate.lock import locked

_KEY = "spotify:gate:pace"
_MEMBERS_PATIENCE_S = 2.0
_BACKGROUND_PATIENCE_S = 15 * 60
# Not more than some at once is a courtesy: one that hangs shall not keep a member waiting longer than this.
_WAIT_FOR_OTHERS_S = 1.0
# Then an act overdraws the window.
_ACTS_WAIT_S = 1.0
# Longer than any request lasts; who crashed in flight is forgotten after it.
_FLIGHT_S = 30.0
_LOOK_AGAIN_S = 0.02
_LONGEST_NAP_S = 0.25
_PAGE_WAITS_S = 2 * _LONGEST_NAP_S

_numbers = itertools.count()


class _Memory(NamedTuple):
    """All in seconds since 1970: when the last requests were sent, which are in flight and when they count as
    lost, when background work may go on, and until when a member waits."""

    sent: tuple[float, ...] = ()
    flying: tuple[tuple[str, float], ...] = ()
    background_from: float = 0.0
    page_waits_until: float = 0.0


class _Wait(NamedTuple):
    """Who has waited `at_most` so long goes anyway."""

    seconds: float = 0.0
    at_most: float = math.inf


def take(asking: Asking) -> str:
    """The lease to give back; empty where there is no pace."""
    allowed = pace()
    if not allowed.requests:
        _take_unpaced(asking)
        return ""
    began = time.monotonic()
    while True:
        blocks.check(asking.family, operation=asking.operation, purpose=asking.purpose)
        waited_s = time.monotonic() - began
        with locked():
            ledger.check_budget(asking)
            memory, now = _recall(allowed), time.time()
            wait = _wait(memory, allowed, asking, now)
            if not wait.seconds or waited_s >= wait.at_most:
                return _go(memory, allowed, asking, now)
            if asking.purpose == "page":
                _keep(memory._replace(page_waits_until=now + _PAGE_WAITS_S), allowed)
        _nap(wait, waited_s, asking)


def give_back(lease: str) -> None:
    if not lease:
        ledger.write_soon()
        return
    with locked():
        allowed = pace()
        memory = _recall(allowed)
        _keep(memory._replace(flying=tuple(f for f in memory.flying if f[0] != lease)), allowed)


def _take_unpaced(asking: Asking) -> None:
    blocks.check(asking.family, operation=asking.operation, purpose=asking.purpose)
    if daily_reads(asking.family, asking.purpose) is None:
        ledger.count(asking)
        return
    with locked():
        ledger.check_budget(asking)
        ledger.count(asking)
        ledger.write_locked()


def _wait(memory: _Memory, allowed: Pace, asking: Asking, now: float) -> _Wait:
    """Nothing to wait for, or how long until it is worth looking again."""
    if len(memory.sent) >= allowed.requests:
        frees_at = memory.sent[-allowed.requests] + allowed.window_s
        may_overdraw = asking.is_act and asking.purpose == "page" and len(memory.sent) < allowed.overdraft
        return _Wait(max(_LOOK_AGAIN_S, frees_at - now), _ACTS_WAIT_S if may_overdraw else math.inf)
    if asking.purpose == "background":
        if memory.background_from > now:
            return _Wait(memory.background_from - now)
        if memory.page_waits_until > now:
            return _Wait(_LOOK_AGAIN_S)
    if len(memory.flying) >= allowed.side_by_side:
        return _Wait(_LOOK_AGAIN_S, _WAIT_FOR_OTHERS_S if asking.purpose == "page" else math.inf)
    return _Wait()


def _go(memory: _Memory, allowed: Pace, asking: Asking, now: float) -> str:
    lease = f"{os.getpid()}-{next(_numbers)}"
    memory = memory._replace(
        sent=(*memory.sent, now), flying=(*memory.flying, (lease, now + _FLIGHT_S)), page_waits_until=0.0
    )
    if asking.purpose == "background":
        # From when it was due, not from when it woke: else each nap would slow the pace down.
        due = max(memory.background_from, now - allowed.spacing_s / 2)
        memory = memory._replace(background_from=due + allowed.spacing_s)
    _keep(memory, allowed)
    ledger.count(asking)
    ledger.write_locked()
    return lease


def _nap(wait: _Wait, waited_s: float, asking: Asking) -> None:
    patience_s = _MEMBERS_PATIENCE_S if asking.purpose == "page" else _BACKGROUND_PATIENCE_S
    if waited_s + min(wait.seconds, wait.at_most) > patience_s:
        until = datetime.fromtimestamp(time.time() + wait.seconds, UTC)
        raise RateLimited(until=until, family=asking.family, operation=asking.operation)
    time.sleep(min(wait.seconds, _LONGEST_NAP_S))


def _recall(allowed: Pace) -> _Memory:
    now = time.time()
    memory: _Memory = cache.get(_KEY) or _Memory()
    # What lies in the future was written before the clock was set back.
    return _Memory(
        tuple(at for at in memory.sent if now - allowed.window_s < at <= now),
        tuple(flight for flight in memory.flying if now < flight[1] <= now + _FLIGHT_S),
        min(memory.background_from, now + allowed.spacing_s),
        min(memory.page_waits_until, now + _PAGE_WAITS_S),
    )


def _keep(memory: _Memory, allowed: Pace) -> None:
    cache.set(_KEY, memory, timeout=max(60, int(allowed.window_s) + 1))
