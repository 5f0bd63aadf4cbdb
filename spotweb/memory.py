"""One heap for all threads of a process.

glibc gives threads heaps of their own, up to eight for each core, and what one of them frees is not used by
the others: with 24 threads the web server grew for hours, and a third of its heap was free (docs/speed.md).
Python allows one thread at a time, so that they hardly wait for each other.
"""

import ctypes

_M_ARENA_MAX = -8


def share_heap() -> None:
    """To be called before the first thread is started. Other C libraries than glibc have one heap anyway."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
