"""The orders of a saved index, and walking along one of them: page 200 costs what page 1 costs.

A place in an order is the key of a row and its number. With "The" aside, the rows whose key begins with it
are merged into the others: both are stretches of the same database index.
"""

import base64
import binascii
import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from msgspec import Struct

from library.models import SavedItem
from spotweb.spotify.answers import struct_types

_COLUMNS = {
    "added": "added_at",
    "first": "first_added_at",
    "title": "title_key",
    "artist": "artist_key",
    "album": "album_key",
    "release": "release_key",
    "length": "duration_ms",
}
ORDERS = tuple(_COLUMNS)
_BY_NUMBER = {"added", "first", "length"}
_BY_NAME = {"title", "artist", "album"}
_THE, _BEHIND_THE = b"the ", b"the!"
_MAX_CURSOR_LENGTH = 2000
_MAX_PK = 2**62

Key = bytes | int
Place = tuple[Any, int]  # (Key, number of the row), written so that places can be compared


class Sort(Struct, frozen=True, kw_only=True):
    """`by` is one of ORDERS; `the_aside` ignores a leading "The", in orders by name only."""

    by: str = "added"
    descending: bool = True
    the_aside: bool = False

    @property
    def column(self) -> str:
        return _COLUMNS[self.by]

    @property
    def is_by_moment(self) -> bool:
        return self.by in {"added", "first"}

    @property
    def is_by_name(self) -> bool:
        return self.by in _BY_NAME

    @property
    def puts_the_aside(self) -> bool:
        return self.the_aside and self.is_by_name


class _Cursor(Struct, frozen=True, array_like=True):
    by: str
    key: bytes | int
    pk: int


def compare_key(sort: Sort, place: Place) -> Place:
    """What tells which of two places comes first in ascending order.

    Rows are numbered in the order of Spotify's list, which is by moment, newest first: of several within one
    second the lower number is the newer one.
    """
    key, pk = place
    return (key, -pk) if sort.is_by_moment else place


def get_edge(sort: Sort, key: Key) -> Place:
    """The place in front of all rows with this key in ascending order, behind them in descending order."""
    return key, _MAX_PK if sort.is_by_moment else 0


def get_sort_key(sort: Sort, value: Any) -> Key:  # noqa: ANN401  # a column's value; PostgreSQL hands out memoryviews
    """Return what a row is compared by in this order."""
    if isinstance(value, int):
        return value
    key = bytes(value)
    return key[len(_THE) :] if sort.puts_the_aside and key.startswith(_THE) else key


def write_cursor(sort: Sort, place: Place) -> str:
    """Encode a place for an address."""
    packed = msgspec.msgpack.encode(_Cursor(sort.by, *place))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(sort: Sort, text: str) -> Place:
    """Decode a place. Raises NoSuchPlace for a text that was not made for this order."""
    if len(text) > _MAX_CURSOR_LENGTH or not text.isascii():
        raise NoSuchPlace
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = struct_types.unpack(packed, _Cursor)
    except (binascii.Error, msgspec.MsgspecError):
        raise NoSuchPlace from None
    if cursor.by != sort.by or isinstance(cursor.key, int) != (sort.by in _BY_NUMBER):
        raise NoSuchPlace
    return cursor.key, cursor.pk


def walk_rows(rows: QuerySet[SavedItem], sort: Sort, after: Place | None, limit: int) -> list[Place]:
    """Return the next places in the order, behind `after`."""
    if not sort.puts_the_aside:
        return _walk_stretch(rows, sort, limit, after=after)
    outside = _walk_outside_article(rows, sort, limit, after)
    prefixed = (_THE + after[0], after[1]) if after else None
    within = _walk_stretch(rows, sort, limit, after=prefixed, lowest=_THE, below=_BEHIND_THE)
    merged = heapq.merge(outside, within, reverse=sort.descending)
    return [place for place, _ in zip(merged, range(limit), strict=False)]


def _walk_outside_article(
    rows: QuerySet[SavedItem], sort: Sort, limit: int, after: Place | None
) -> list[Place]:
    """Walk along what does not begin with "The": in front of those that do, and behind them."""
    stretches: list[dict[str, bytes]] = [{"below": _THE}, {"lowest": _BEHIND_THE}]
    places: list[Place] = []
    for bounds in reversed(stretches) if sort.descending else stretches:
        if len(places) < limit:
            places += _walk_stretch(rows, sort, limit - len(places), after=after, **bounds)
    return places


def sort_places(rows: Iterable[tuple[int, Any]], sort: Sort) -> list[Place]:
    """Return all places in order of a few rows, given as number and value of the column."""
    places = [(get_sort_key(sort, value), pk) for pk, value in rows]
    return sorted(places, key=lambda place: compare_key(sort, place), reverse=sort.descending)


def skip_places(places: list[Place], sort: Sort, after: Place | None) -> Iterator[Place]:
    limit = compare_key(sort, after) if after else None
    for place in places:
        key = compare_key(sort, place)
        if limit is None or (key < limit if sort.descending else key > limit):
            yield place


def _walk_stretch(
    rows: QuerySet[SavedItem],
    sort: Sort,
    limit: int,
    *,
    after: Place | None = None,
    lowest: bytes | None = None,
    below: bytes | None = None,
) -> list[Place]:
    column, sign = sort.column, "-" if sort.descending else ""
    goes_up = sort.descending is sort.is_by_moment  # the numbers of rows with the same key
    if lowest is not None:
        rows = rows.filter(**{f"{column}__gte": lowest})
    if below is not None:
        rows = rows.filter(**{f"{column}__lt": below})
    if after is not None:
        key, pk = after
        # By the first condition the index is entered, the second leaves out the row itself and its equals.
        side, passed = "lte" if sort.descending else "gte", "lte" if goes_up else "gte"
        rows = rows.filter(**{f"{column}__{side}": key}).exclude(**{column: key, f"pk__{passed}": pk})
    values = rows.order_by(f"{sign}{column}", "pk" if goes_up else "-pk").values_list("pk", column)[:limit]
    return [(get_sort_key(sort, value), pk) for pk, value in values]


def get_group(sort: Sort, key: Key) -> str:
    """Return the heading of a row: 2026-11, a letter (`get_letter`), a year; empty for none."""
    if isinstance(key, int):
        return _get_month(key) if sort.by != "length" and key else ""
    if sort.by == "release":
        return key[:4].decode("ascii", "replace") if key[:4].isdigit() else ""
    return get_letter(key)


def get_group_start(sort: Sort, key: Key) -> Key:
    """Return a key to begin the group of this row by: the moment at which its month began, else its own."""
    return get_month_start(key) if sort.is_by_moment and isinstance(key, int) and key else key


def get_month_start(seconds: int) -> int:
    """Return the moment at which a month of the household began; never 0, which stands for unknown."""
    moment = datetime.fromtimestamp(seconds, timezone.get_default_timezone())
    begun = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return max(int(begun.timestamp()), 1)


def get_letter(key: bytes) -> str:
    """Return the letter that a key begins with. Scripts of very many signs, and signs that are no letters,
    have one heading each, so that a heading never stands in two places of an order.
    """
    sign = key[:4].decode(errors="ignore")[:1]
    for last, name in _SCRIPTS:
        if sign <= last:
            return name or sign.upper()[:1]
    return _LAST


# The last sign of each range: digits and other signs, the Latin alphabet, its rare letters, alphabets, signs,
# Kana, Han, more alphabets, Hangul; then emoji and rare scripts.
_SCRIPTS = (
    ("\u0060", "#"),
    ("z", ""),
    ("\u036f", "…"),
    ("\u1fff", ""),
    ("\u303f", "★"),
    ("\u30ff", "あ"),
    ("\u9fff", "漢"),
    ("\uabff", ""),
    ("\ud7a3", "가"),
)
_LAST = "☺"


def _get_month(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, timezone.get_default_timezone()):%Y-%m}"


class NoSuchPlace(Http404):
    """A cursor in an address that was not made for this order."""
