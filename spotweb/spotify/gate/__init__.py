"""Keeps the household within what Spotify grants, whichever process asks: one turn for each request.

`blocks.py`: after a 429 nothing of that family is sent until the wait is over. `pace.py`: so many requests in
so many seconds, so many side by side, and what a member waits for goes first. `ledger.py`: who spent what in
the last day, and the daily share that background work leaves to members. The memory of all three is Django's
cache, since all processes share it. Its keys hold no member: Spotify counts the app.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from spotweb.spotify.gate import ledger as _ledger
from spotweb.spotify.gate import pace as _pace
from spotweb.spotify.gate.blocks import block, check
from spotweb.spotify.gate.blocks import forget as _forget_blocks
from spotweb.spotify.gate.ledger import LedgerRow, ledger
from spotweb.spotify.gate.limits import Asking, Purpose

__all__ = ["Asking", "LedgerRow", "Purpose", "block", "check", "forget", "ledger", "turn"]


@contextmanager
def turn(asking: Asking) -> Iterator[float]:
    """Wait for this request's turn, and be counted; yields the seconds it took.

    Raises RateLimited or QuotaExceeded instead of sending what Spotify would refuse, or what would take from
    members their share of the day. A member waits two seconds at most, background work as long as it takes.
    """
    began = time.monotonic()
    lease = _pace.take(asking)
    try:
        yield time.monotonic() - began
    finally:
        _pace.give_back(lease)


def forget() -> None:
    """Look into the cache again with the next request, for who has just changed it."""
    _forget_blocks()
    _ledger.forget()
