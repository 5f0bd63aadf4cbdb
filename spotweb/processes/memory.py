"""One heap for all threads of a process, and no looking through what stays in it anyway.

glibc gives threads heaps of their own, up to eight for each core, and what one of them frees is not used by
the others: with 24 threads the web server grew for hours, and a third of its heap was free (docs/speed.md).
Python allows one thread at a time, so that they hardly wait for each other.
"""

import ctypes
import gc
import threading
import time

_M_ARENA_MAX = -8
_USUAL_THRESHOLDS = gc.get_threshold()
_THRESHOLD_OF_A_START = 50_000
# It takes some milliseconds, in which nothing else is allocated.
GIVES_BACK_EVERY_S = 600.0


def share_heap() -> None:
    """To be called before the first thread is started. Other C libraries than glibc have one heap anyway."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def put_off_collection() -> None:
    """While a process starts nearly all that is made stays: looking for the rest took a tenth of the time."""
    gc.set_threshold(_THRESHOLD_OF_A_START)


def freeze_loaded_objects() -> None:
    """To be called once by a process that runs on: what it has loaded is never looked through again.

    From then on garbage is collected as usual. What the start has left of it stays: looking for that took as
    long as two pages, and changed nothing in the memory of the process.
    """
    gc.freeze()
    gc.set_threshold(*_USUAL_THRESHOLDS)


def give_back_holes() -> None:
    """Have the system get back, now and then, the pages of the heap that hold nothing any more."""
    threading.Thread(target=_trim_forever, name="memory", daemon=True).start()


def _trim_forever() -> None:
    while True:
        time.sleep(GIVES_BACK_EVERY_S)
        trim_heap()


def trim_heap() -> None:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
