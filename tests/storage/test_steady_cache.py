"""A cache whose first server fails for one thread while it answers another."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

from spotweb.storage import steady_cache


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
            "BACKEND": "spotweb.storage.steady_cache.SteadyCache",
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


class Moody(LocMemCache):
    """Refuses writes, or everything, as long as it is told to, and counts what it was asked."""

    is_readable_while_locked = True
    refused: frozenset[str] = frozenset()
    asked = 0

    def _refuse(self, what: str) -> None:
        type(self).asked += 1
        if what in self.refused:
            raise ConnectionError(what)

    def set(self, *args: Any, **options: Any) -> None:
        self._refuse("write")
        super().set(*args, **options)

    def delete(self, *args: Any, **options: Any) -> bool:
        self._refuse("write")
        return super().delete(*args, **options)

    def get_many(self, *args: Any, **options: Any) -> dict[str, Any]:
        self._refuse("read")
        return super().get_many(*args, **options)


WRITES, EVERYTHING = frozenset({"write"}), frozenset({"write", "read"})


@pytest.fixture
def moody(chain: BaseCache, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseCache]:
    """The first of the chain is asked again at once, unless a test says otherwise."""
    settings.CACHES = settings.CACHES | {"first": {"BACKEND": f"{__name__}.Moody", "LOCATION": "moody"}}
    monkeypatch.setattr(steady_cache, "_AWAY_FOR_S", 0.0)
    monkeypatch.setattr(steady_cache, "_links", {})
    Moody.refused, Moody.asked = frozenset(), 0
    yield caches["default"]
    Moody.refused = frozenset()
    for alias in ("first", "second"):
        caches[alias].clear()


def test_what_was_deleted_while_it_was_away_does_not_come_back(moody):
    moody.set("k", "old")
    Moody.refused = EVERYTHING
    moody.delete("k")
    Moody.refused = WRITES
    assert moody.get("k") is None
    Moody.refused = frozenset()
    assert moody.get("k") is None
    moody.set("other", 1)
    assert (moody.get("k"), moody.get("other")) == (None, 1)
    assert not steady_cache.get_away()


def test_a_cache_that_only_reads_is_not_back(moody):
    moody.set("k", 1)
    moody.set("known", 1)
    Moody.refused = WRITES
    moody.set("k", 2)
    assert (moody.get("k"), moody.get("known")) == (2, 1)
    assert steady_cache.get_away() == ["first"]
    Moody.refused = frozenset()
    moody.set("other", 3)
    assert steady_cache.get_away() == []


def test_what_was_written_elsewhere_is_forgotten_there_once_it_is_back(moody):
    Moody.refused = EVERYTHING
    moody.set("k", "in between")
    Moody.refused = frozenset()
    moody.set("k", "newest")
    Moody.refused = EVERYTHING
    assert moody.get("k") is None, "nothing is better than what is old"
    Moody.refused = frozenset()
    assert moody.get("k") == "newest"


def test_what_failed_a_moment_ago_is_not_written_to_again(moody, monkeypatch):
    monkeypatch.setattr(steady_cache, "_AWAY_FOR_S", 3600.0)
    Moody.refused = WRITES
    moody.set("k", 1)
    asked = Moody.asked
    moody.set("k", 2)
    moody.set("k", 3)
    assert (Moody.asked, moody.get("k")) == (asked, 3)


def test_a_cache_that_lacks_something_is_not_believed_alone(moody):
    """Also when it has answered another thread since."""
    Moody.refused = WRITES
    moody.set("k", "elsewhere")
    Moody.refused = frozenset()
    steady_cache._links["first"].is_away = False
    assert moody.get("k") == "elsewhere"


def test_any_text_is_a_key_of_its_own(db):
    """What Spotify says is part of some: the address of what plays, the number of a thing."""
    keys = ["half \ud83d", "half \ud83c", "a b", "\0", "", "long" * 1000, "long" * 1001, "żółw"]
    for number, key in enumerate(keys):
        cache.set(key, number)
        assert cache.add(key, "again") is False
    assert [cache.get(key) for key in keys] == [*range(len(keys))]
    assert cache.get_many(keys) == {key: number for number, key in enumerate(keys)}
