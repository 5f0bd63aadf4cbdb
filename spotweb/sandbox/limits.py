"""Spotify's two different limits: the rolling window of an app, and the daily quota of its developer."""

from collections import deque

from spotweb.sandbox.errors import quota_exceeded, too_many_requests
from spotweb.sandbox.wire import Refusal

DAY_S = 24 * 3600
CATALOGUE_READS = "catalogue"


class Limits:
    def __init__(self) -> None:
        self._window: deque[float] = deque()
        self._reads: deque[float] = deque()

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

    def check_quota(self, now: float, *, reads: int | None) -> Refusal | None:
        if reads is None:
            return None
        while self._reads and self._reads[0] <= now - DAY_S:
            self._reads.popleft()
        if len(self._reads) >= reads:
            oldest = self._reads[0] if self._reads else now
            return quota_exceeded(max(1, round(oldest + DAY_S - now)))
        self._reads.append(now)
        return None

    def clear(self) -> None:
        self._window.clear()
        self._reads.clear()
