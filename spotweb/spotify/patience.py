"""For work in the background: waiting out a short refusal for too many requests."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from spotweb.spotify.errors import Throttled

T = TypeVar("T")

# A longer wait ends the work, which can be taken up again: nobody sits in front of it that long.
LONGEST_WAIT = timedelta(minutes=3)
_TURN_S = 1.0


def patiently(act: Callable[[], T], *, meanwhile: Callable[[datetime | None], None]) -> T:
    """What `act` returns. Refused for a short time, nothing has been done, and it is asked again afterwards.

    `meanwhile` is called about once a second with the end of the wait, and with None when it is over; what it
    raises ends the waiting. Never within a request: a member would sit there.
    """
    while True:
        try:
            return act()
        except Throttled as error:
            if error.until - datetime.now(UTC) > LONGEST_WAIT:
                raise
            while (left := (error.until - datetime.now(UTC)).total_seconds()) > 0:
                meanwhile(error.until)
                time.sleep(min(left, _TURN_S))
            meanwhile(None)
