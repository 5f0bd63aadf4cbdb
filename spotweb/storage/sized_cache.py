"""A cache in memory that drops what was used least recently when it grows too large."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SizedCache(Generic[K, V]):
    """For one process and all its threads. The values together have a size of at most `max_size`.

    `get_size` measures one value. The value stored last stays even when it is larger than that alone.
    """

    def __init__(self, *, max_size: int, get_size: Callable[[V], int]) -> None:
        self._max_size = max_size
        self._get_size = get_size
        self._lock = Lock()
        self._values: OrderedDict[K, V] = OrderedDict()
        self._size = 0

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def store(self, key: K, value: V) -> None:
        with self._lock:
            replaced = self._values.pop(key, None)
            if replaced is not None:
                self._size -= self._get_size(replaced)
            self._values[key] = value
            self._size += self._get_size(value)
            while self._size > self._max_size and len(self._values) > 1:
                _, oldest = self._values.popitem(last=False)
                self._size -= self._get_size(oldest)
