"""One heap for all threads of a process.

glibc gives threads heaps of their own, up to eight for each core, and what one of them frees is not used by
the others: with 24 threads the web server grew for hours, and a third of its heap was free (docs/speed.md).
Python allows one thread at a time, so that they hardly wait for each other.
"""

import ctypes
import threading
import time
from collections.abc import Callable

_M_ARENA_MAX = -8
# It takes some milliseconds, in which nothing else is allocated.
_GIVES_BACK_EVERY_S = 600.0


def share_heap() -> None:
    """To be called before the first thread is started. Other C libraries than glibc have one heap anyway."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def give_back_holes() -> None:
    """Have the system get back, now and then, the pages of the heap that hold nothing any more."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        threading.Thread(target=_repeat_forever, args=(trim,), name="memory", daemon=True).start()


def _repeat_forever(trim: Callable[[int], int]) -> None:
    while True:
        time.sleep(_GIVES_BACK_EVERY_S)
        trim(0)
