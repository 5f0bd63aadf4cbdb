"""The rows of a revision as a few bytes each: columns of numbers, their bytes side by side, and deflated.

A row is the catalogue's number of its item, when it was added, and by whom. What an item is called, and even
its URI, stands once in the catalogue, however many revisions of however many playlists hold it.
"""

import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

_FORMAT = b"1"
_NOTHING = 0  # neither an item nor a moment has this number


class Kept(NamedTuple):
    """`item` is a number of the catalogue, null where content has vanished; `added_at` in s since 1970."""

    item: int | None
    added_at: int | None
    added_by: str | None


class _Head(msgspec.Struct, frozen=True, array_like=True):
    count: int
    users: tuple[str | None, ...]


def pack(rows: Sequence[Kept]) -> bytes:
    users = tuple(dict.fromkeys(row.added_by for row in rows))
    number = {user: place for place, user in enumerate(users)}
    columns = (
        array("I", (row.item or _NOTHING for row in rows)),
        array("I", (row.added_at or _NOTHING for row in rows)),
        array("H", (number[row.added_by] for row in rows)),
    )
    head = msgspec.json.encode(_Head(len(rows), users))
    return _FORMAT + zlib.compress(b"\n".join([head, b"".join(map(_planes, columns))]), 9)


def unpack(packed: bytes) -> list[Kept]:
    head, rest = zlib.decompress(packed[1:]).split(b"\n", 1)
    count, users = msgspec.structs.astuple(msgspec.json.decode(head, type=_Head))
    items = _column("I", rest[: 4 * count])
    times = _column("I", rest[4 * count : 8 * count])
    by = _column("H", rest[8 * count :])
    return [
        Kept(item or None, added_at or None, users[user])
        for item, added_at, user in zip(items, times, by, strict=True)
    ]


def fingerprint(rows: Iterable[Kept]) -> str:
    """The same for the same rows in the same order, whatever Spotify calls the version."""
    return blake2b(msgspec.json.encode(list(rows)), digest_size=16).hexdigest()


def _planes(column: "array[int]") -> bytes:
    """First all lowest bytes, then all next ones: neighbours resemble each other in their high bytes."""
    whole = _little(column).tobytes()
    return b"".join(whole[place :: column.itemsize] for place in range(column.itemsize))


def _column(kind: str, planes: bytes) -> "array[int]":
    column = array(kind)
    whole = bytearray(len(planes))
    length = len(planes) // column.itemsize
    for place in range(column.itemsize):
        whole[place :: column.itemsize] = planes[place * length : (place + 1) * length]
    column.frombytes(bytes(whole))
    return _little(column)


def _little(column: "array[int]") -> "array[int]":
    """Databases move between machines."""
    if sys.byteorder == "big":
        column.byteswap()
    return column
