"""The clock of tests, where what lies in the cache has to run out as well."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import time_machine


@contextmanager
def pass_time(by: timedelta) -> Iterator[None]:
    """`by` from now. Redis goes by a clock of its own: what it holds is made as much older."""
    if "TEST_CACHE_URL" in os.environ:
        _age_cache(by)
    with time_machine.travel(by):
        yield


def _age_cache(by: timedelta) -> None:
    import redis  # not installed where tests run on SQLite alone

    age_ms = by // timedelta(milliseconds=1)
    with redis.from_url(os.environ["CACHE_URL"]) as cache:
        for key in cache.scan_iter():
            if (left_ms := cache.pttl(key)) >= 0:
                cache.pexpire(key, max(left_ms - age_ms, 1))
