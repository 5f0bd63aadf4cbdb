"""Spotify's two different limits: the rolling window of an app, and the daily quota of its developer."""

from collections import defaultdict, deque

from spotweb.sandbox.core.errors import quota_exceeded, too_many_requests
from spotweb.sandbox.core.messages import Refusal

DAY_S = 24 * 3600


class Limits:
    def __init__(self) -> None:
        self._window: deque[float] = deque()
        self._reads: defaultdict[str, deque[float]] = defaultdict(deque)

    def check_window(self, now: float, *, requests: int | None, window_s: int) -> Refusal | None:
        if requests is None:
            return None
        while self._window and self._window[0] <= now - window_s:
            self._window.popleft()
        # A refused request counts as well: calling on while blocked prolongs the penalty.
        self._window.append(now)
        if len(self._window) > requests:
            del_before = self._window[-requests] if requests else now
            return too_many_requests(max(1, round(del_before + window_s - now)))
        return None

    def check_quota(self, now: float, bucket: str, *, reads: int | None) -> Refusal | None:
        """Each bucket runs out by itself, and fills up again read by read, a day later."""
        if reads is None:
            return None
        counted = self._reads[bucket]
        while counted and counted[0] <= now - DAY_S:
            counted.popleft()
        if len(counted) >= reads:
            oldest = counted[0] if counted else now
            return quota_exceeded(max(1, round(oldest + DAY_S - now)))
        counted.append(now)
        return None

    def clear(self) -> None:
        self._window.clear()
        self._reads.clear()
