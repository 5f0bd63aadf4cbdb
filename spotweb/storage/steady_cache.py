"""A cache that goes on while its server or its table is away: with the next one of a list, in the end memory.

CACHES names the others by alias: `OPTIONS = {"CHAIN": ["server", "table", "memory"]}`. What is in the memory
of a process is not seen by the others; that costs some questions to Spotify, where without it pages fail.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, ProgrammingError, connections, router

from spotweb.storage.database_waits import limit_wait

logger = logging.getLogger(__name__)

# A cache that failed is asked again after so long.
_AWAY_FOR_S = 2.0
# The table's writes are small and many: they do not wait as long as what a member has asked for.
_TABLE_WAIT_S = 0.5
# What memcached would take; the table has room for 255 signs.
_PLAIN_KEY = re.compile(r"[!-~]{1,240}")
_ERRORS: tuple[type[Exception], ...] = (OSError, DatabaseError)
if "server" in settings.CACHES:
    _ERRORS = (*_ERRORS, import_module("redis.exceptions").RedisError)


def make_key(key: str, prefix: str, version: int) -> str:
    """Django's own, or a digest where a cache may refuse that: what Spotify says may be odd or too long."""
    whole = f"{prefix}:{version}:{key}"
    if _PLAIN_KEY.fullmatch(whole):
        return whole
    digest = blake2b(key.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return f"{prefix}:{version}:{digest}"


class _Link:
    """What this process knows of one cache of the chain."""

    def __init__(self) -> None:
        self.is_away = False
        self.asked_again_at = 0.0
        # What was written elsewhere meanwhile, and is old in here.
        self.outdated: set[tuple[str, int | None]] = set()
        self._lock = threading.Lock()

    def add_outdated(self, keys: set[tuple[str, int | None]]) -> None:
        with self._lock:
            self.outdated |= keys

    def remove_outdated(self, keys: set[tuple[str, int | None]]) -> None:
        with self._lock:
            self.outdated -= keys

    def list_outdated(self) -> set[tuple[str, int | None]]:
        with self._lock:
            return set(self.outdated)


_links: dict[str, _Link] = {}


def get_away() -> list[str]:
    """The aliases of the caches that failed when they were last asked."""
    return [alias for alias, link in _links.items() if link.is_away]


class SteadyCache(BaseCache):
    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._chain: list[str] = params["OPTIONS"]["CHAIN"]

    def add(
        self, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return bool(self._write([key], version, lambda cache: cache.add(key, value, timeout, version)))

    def set(
        self, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._write([key], version, lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._write([key], version, lambda cache: cache.touch(key, timeout, version)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._write([key], version, lambda cache: cache.delete(key, version)))

    def delete_many(self, keys: Any, version: int | None = None) -> None:  # noqa: ANN401  # as Django has it
        keys = list(keys)
        self._write(keys, version, lambda cache: cache.delete_many(keys, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(self._write([key], version, lambda cache: cache.incr(key, delta, version)))

    def clear(self) -> None:
        for alias in self._chain:
            # Asked at once: what is not cleared would be read again.
            _links.setdefault(alias, _Link()).asked_again_at = 0.0
            self._ask(alias, lambda cache: cache.clear())

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[str, Any]:  # noqa: ANN401
        """What is written last: in memory while the others are away, then what can still be read there."""
        found: dict[str, Any] = {}
        keys = list(keys)
        for alias in reversed(self._find_readable()):
            link = _links[alias]
            wanted = [key for key in keys if key not in found and (key, version) not in link.outdated]
            if wanted:
                is_read, values = self._ask(
                    alias, partial(_get_many, keys=wanted, version=version), is_write=False
                )
                found = {**values, **found} if is_read else found
        return found

    def _find_readable(self) -> list[str]:
        """The first caches of the chain, up to the one that lacks nothing of what was written."""
        for number, alias in enumerate(self._chain):
            link = _links.setdefault(alias, _Link())
            if not link.is_away and not link.outdated:
                return self._chain[: number + 1]
        return self._chain

    def _write(self, keys: list[str], version: int | None, act: Callable[[BaseCache], Any]) -> Any:  # noqa: ANN401
        """By the first that answers; those before it are to forget these keys when they are back."""
        for alias in self._chain:
            is_done, answer = self._ask(alias, act)
            if is_done:
                return answer
            _links[alias].add_outdated({(key, version) for key in keys})
        return None

    def _ask(self, alias: str, act: Callable[[BaseCache], Any], *, is_write: bool = True) -> tuple[bool, Any]:
        """Whether this cache has answered, and what."""
        link, cache = _links.setdefault(alias, _Link()), caches[alias]
        is_resting = link.is_away and time.monotonic() < link.asked_again_at
        if is_resting and (is_write or not getattr(cache, "is_readable_while_locked", False)):
            return False, None
        try:
            # Not only after it was away: another thread may have found it away, and written elsewhere, while
            # this one was answered.
            if is_write and link.outdated:
                self._catch_up(alias, link)
            answer = act(cache)
        except _ERRORS as error:
            if not link.is_away:
                logger.warning("The cache “%s” is away, going on without it: %s", alias, error)
            link.is_away, link.asked_again_at = True, time.monotonic() + _AWAY_FOR_S
            return False, None
        if link.is_away and is_write:
            link.is_away = False
            logger.warning("The cache “%s” is back", alias)
        return True, answer

    def _catch_up(self, alias: str, link: _Link) -> None:
        """Forget what this process has changed elsewhere meanwhile, here and there."""
        keys = link.list_outdated()
        for key, version in keys:
            for other in self._chain[self._chain.index(alias) :]:
                caches[other].delete(key, version)
        link.remove_outdated(keys)


def _get_many(cache: BaseCache, *, keys: list[str], version: int | None) -> dict[str, Any]:
    return cache.get_many(keys, version=version)


class _Reading(threading.local):
    is_on = False


class TableCache(DatabaseCache):
    """Django's table, which waits only shortly for the database, and says so when it could not write."""

    # SQLite can be read while another program writes.
    is_readable_while_locked = True
    _reading = _Reading()

    def get_many(self, keys: Any, version: int | None = None) -> dict[str, Any]:  # noqa: ANN401
        self._reading.is_on = True
        try:
            return dict(super().get_many(keys, version))
        finally:
            self._reading.is_on = False

    def _base_delete_many(self, keys: list[str]) -> bool:
        if not keys:
            return False
        with limit_wait(_TABLE_WAIT_S):
            try:
                return bool(super()._base_delete_many(keys))  # type: ignore[misc]  # of Django's, not in its stubs
            except OperationalError:
                # Rows that have expired may stay a little longer.
                if self._reading.is_on:
                    return False
                raise

    def _base_set(self, mode: str, key: str, value: object, timeout: Any = DEFAULT_TIMEOUT) -> bool:  # noqa: ANN401
        with limit_wait(_TABLE_WAIT_S), self._raise_what_is_hidden():
            return bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]  # as above

    @contextmanager
    def _raise_what_is_hidden(self) -> Iterator[None]:
        """Django answers false both to a row that is there and to a database that is not."""
        failures: list[Exception] = []

        def record(execute: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401  # Django's signature
            try:
                return execute(*args)
            except (OperationalError, InterfaceError, ProgrammingError) as error:
                failures.append(error)
                raise

        with connections[router.db_for_write(self.cache_model_class)].execute_wrapper(record):
            yield
        if failures:
            raise failures[0]
