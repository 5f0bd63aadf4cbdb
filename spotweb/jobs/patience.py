"""What the worker does about outages of the box: it waits until they are over.

Requests do not wait: they say what is wrong (`spotweb.web`).
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import Error as DatabaseError
from django.db import connection

from spotweb.storage.outages import TEXTS, find_outage, skip_during_outage

logger = logging.getLogger(__name__)

PAUSE_S = 2.0
_CURRENT_FOR_S = 4 * PAUSE_S
# Set when the worker was told to end: it gives back what it has at the next step.
stopping = threading.Event()

# Set in the worker, where nobody waits for an answer.
is_worker = threading.Event()

T = TypeVar("T")


class _Last:
    """The outage that this process met last, for those who ask how it is."""

    outage = ""
    met_at = -math.inf


def record_outage(outage: str) -> None:
    _Last.outage, _Last.met_at = outage, time.monotonic()


def get_current_outage() -> str:
    """The code of the outage met a moment ago; empty when all is well."""
    return _Last.outage if time.monotonic() - _Last.met_at < _CURRENT_FOR_S else ""


def wait_out(act: Callable[[], T]) -> T:
    """Repeat `act` until the outage that it fails with is over; said once when it begins and when it ends.

    Raises what is no outage, and outages inside a transaction (which cannot be repeated in part) or once the
    worker is to end.
    """
    waits = False
    while True:
        try:
            answer = act()
        except (DatabaseError, OSError) as error:
            outage = find_outage(error)
            if not outage or connection.in_atomic_block or stopping.is_set():
                raise
            if not waits:
                logger.warning("Waiting: %s", TEXTS[outage])
            waits = True
            record_outage(outage)
            connection.close_if_unusable_or_obsolete()
            stopping.wait(PAUSE_S)
        else:
            if waits:
                logger.warning("Going on")
                record_outage("")
            return answer


def write_beside(write: Callable[[], object]) -> None:
    """Write what goes with what Spotify has done already: the worker waits, requests leave it out."""
    if is_worker.is_set():
        wait_out(write)
        return
    with skip_during_outage():
        write()
