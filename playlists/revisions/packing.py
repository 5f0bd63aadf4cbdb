"""The rows of a revision as a few bytes each: columns of numbers, split into byte planes, and deflated.

A row is the catalogue's number of its item, when it was added, and by whom. An item's name, and even its URI,
is stored once in the catalogue, however many revisions of however many playlists hold it.
"""

import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from spotweb.spotify.answers import struct_types

_FORMAT = b"1"
_NULL = 0  # neither an item nor a moment has this number


class PackedRow(NamedTuple):
    """`item` is a number of the catalogue, null where content has vanished; `added_at` in s since 1970."""

    item: int | None
    added_at: int | None
    added_by: str | None


class _Header(msgspec.Struct, frozen=True, array_like=True):
    count: int
    users: tuple[str | None, ...]


def pack_rows(rows: Sequence[PackedRow]) -> bytes:
    users = tuple(dict.fromkeys(row.added_by for row in rows))
    number = {user: place for place, user in enumerate(users)}
    columns = (
        array("I", (row.item or _NULL for row in rows)),
        array("I", (row.added_at or _NULL for row in rows)),
        array("H", (number[row.added_by] for row in rows)),
    )
    header = msgspec.json.encode(_Header(len(rows), users))
    return _FORMAT + zlib.compress(b"\n".join([header, b"".join(map(_to_planes, columns))]), 9)


def unpack_rows(packed: bytes) -> list[PackedRow]:
    header, planes = zlib.decompress(packed[1:]).split(b"\n", 1)
    count, users = msgspec.structs.astuple(struct_types.get_json_decoder(_Header).decode(header))
    items = _to_column("I", planes[: 4 * count])
    times = _to_column("I", planes[4 * count : 8 * count])
    by = _to_column("H", planes[8 * count :])
    return [
        PackedRow(item or None, added_at or None, users[user])
        for item, added_at, user in zip(items, times, by, strict=True)
    ]


def compute_fingerprint(rows: Iterable[PackedRow]) -> str:
    """The same for the same rows in the same order, whatever Spotify calls the version."""
    return blake2b(msgspec.json.encode(list(rows)), digest_size=16).hexdigest()


def _to_planes(column: "array[int]") -> bytes:
    """All lowest bytes first, then all next ones: neighbours resemble each other in their high bytes."""
    data = _to_little_endian(column).tobytes()
    return b"".join(data[place :: column.itemsize] for place in range(column.itemsize))


def _to_column(typecode: str, planes: bytes) -> "array[int]":
    column = array(typecode)
    data = bytearray(len(planes))
    length = len(planes) // column.itemsize
    for place in range(column.itemsize):
        data[place :: column.itemsize] = planes[place * length : (place + 1) * length]
    column.frombytes(bytes(data))
    return _to_little_endian(column)


def _to_little_endian(column: "array[int]") -> "array[int]":
    """In place, and back again: databases move between machines."""
    if sys.byteorder == "big":
        column.byteswap()
    return column
