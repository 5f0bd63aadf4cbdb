"""Types of msgspec that several threads use.

msgspec inspects a type when it is first decoded into, and two threads that do so at once crash the whole
process (seen with 0.22). So each type is inspected behind one lock, before anything is decoded into it.
"""

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_lock = threading.Lock()
_prepared: dict[Any, msgspec.json.Decoder[Any]] = {}


def get_json_decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The one decoder of this type. Making one takes longer than parsing a page with it."""
    decoder = _prepared.get(kind)
    if decoder is None:
        with _lock:
            decoder = _prepared.get(kind)
            if decoder is None:
                decoder = msgspec.json.Decoder(kind)
                _prepared[kind] = decoder
    return decoder


def unpack(data: bytes, kind: type[T]) -> T:
    """Decode msgpack. Raises msgspec.DecodeError."""
    get_json_decoder(kind)
    return msgspec.msgpack.decode(data, type=kind)


def unpack_cached(data: bytes | None, kind: type[T]) -> T | None:
    """Decode what a cache held. Null for nothing, and for what another version of the app wrote."""
    try:
        return unpack(data, kind) if data else None
    except msgspec.DecodeError:
        return None
