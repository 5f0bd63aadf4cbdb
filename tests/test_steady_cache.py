"""A cache whose first server fails for one thread while it answers another."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

from spotweb import steady_cache


class Server(LocMemCache):
    """Keeps a write of `slow` waiting until it is let go; refuses `refused` until then."""

    has_begun = threading.Event()
    may_end = threading.Event()

    def set(self, key: str, *args: Any, **options: Any) -> None:
        if key == "slow":
            self.has_begun.set()
            self.may_end.wait(30)
        elif key == "refused" and not self.may_end.is_set():
            raise ConnectionError("no server")
        super().set(key, *args, **options)


@pytest.fixture
def chain(settings: Any) -> Iterator[BaseCache]:
    Server.has_begun.clear()
    Server.may_end.clear()
    settings.CACHES = {
        "default": {
            "BACKEND": "spotweb.steady_cache.SteadyCache",
            "OPTIONS": {"CHAIN": ["first", "second"]},
        },
        "first": {"BACKEND": f"{__name__}.Server", "LOCATION": "first"},
        "second": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "second"},
    }
    yield caches["default"]
    for alias in ("first", "second"):
        caches[alias].clear()


def test_what_was_refused_once_is_kept_when_another_thread_was_answered(chain):
    other = threading.Thread(target=lambda: caches["default"].set("slow", 1))
    other.start()
    assert Server.has_begun.wait(30)
    chain.set("refused", "while it was away")
    assert chain.get("refused") == "while it was away"
    Server.may_end.set()
    other.join(30)
    assert not steady_cache.get_away()
    assert chain.get("refused") == "while it was away"
    chain.set("refused", "when it was back")
    assert chain.get("refused") == "when it was back"
    assert caches["first"].get("refused") == "when it was back"
