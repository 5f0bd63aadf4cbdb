"""The sandbox's own clock: runs like the wall's, can be moved forward, never back."""

import time
from datetime import UTC, datetime


def _ticks() -> float:
    # Counts a laptop's sleep too, and is left alone by libraries that move a test's time.
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Clock:
    def __init__(self, *, advanced_s: float = 0.0) -> None:
        self.advanced_s = advanced_s
        self._origin = time.time() - _ticks()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._origin + _ticks() + self.advanced_s

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            msg = "the clock never runs backwards"
            raise ValueError(msg)
        self.advanced_s += seconds


def format_iso(moment: float, *, milliseconds: bool = False) -> str:
    stamp = datetime.fromtimestamp(moment, UTC)
    if milliseconds:
        return stamp.strftime("%Y-%m-%dT%H:%M:%S.") + f"{stamp.microsecond // 1000:03d}Z"
    return stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
