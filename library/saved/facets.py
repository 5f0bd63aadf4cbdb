"""Packs what saved items are counted by into one number, so that one narrow index counts them all at once."""

from bisect import bisect_right
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone

LISTED, _UNPLAYABLE, _EXPLICIT = 1, 2, 4
_ADDED, _DECADE, _LENGTH = 3, 11, 19  # where their bits begin, eight each but for the last
_BYTE = 0xFF
_FIRST_YEAR, _FIRST_DECADE = 2000, 100  # Spotify began in 2006; a decade is the year without its last digit

# Under three minutes, over six, or between; empty for what has no length.
LENGTHS = ("", "short", "medium", "long")
_SHORT_MS, _LONG_MS = 180_000, 360_000


class Facet(NamedTuple):
    """`length` is one of LENGTHS, `decade` such as 1990, `added_year` such as 2014; these are null when
    Spotify does not say. `is_listed`: a playlist of the member's that has been read holds it.
    """

    length: str
    decade: int | None
    added_year: int | None
    is_explicit: bool
    is_playable: bool
    is_listed: bool


def pack_facet(
    *,
    duration_ms: int,
    release_date: str | None,
    added_at: int,
    is_explicit: bool,
    is_playable: bool,
    is_listed: bool,
) -> int:
    """`duration_ms` is 0 for what has no length, `added_at` in seconds since 1970 or 0 for unknown."""
    added = added_at and bisect_right(_list_years(timezone.get_default_timezone()), added_at)
    return (
        _length(duration_ms) << _LENGTH
        | _get_decade_bits(release_date or "") << _DECADE
        | _bounded(added) << _ADDED
        | is_explicit * _EXPLICIT
        | (not is_playable) * _UNPLAYABLE
        | is_listed * LISTED
    )


# Albums share it with their tracks.
@lru_cache(maxsize=4096)
def _get_decade_bits(release_date: str) -> int:
    year = int(release_date[:4]) if release_date[:4].isdecimal() else 0
    return _bounded(year // 10 - _FIRST_DECADE)


@lru_cache(maxsize=4)
def _list_years(zone: tzinfo) -> list[float]:
    """Return when the years behind the first one begin, as far as a byte counts them."""
    years = range(_FIRST_YEAR + 1, _FIRST_YEAR + _BYTE + 1)
    return [datetime(year, 1, 1, tzinfo=zone).timestamp() for year in years]


# A library has some hundreds of them, and each page of it counts by all.
@lru_cache(maxsize=4096)
def unpack_facet(code: int) -> Facet:
    decade, added = code >> _DECADE & _BYTE, code >> _ADDED & _BYTE
    return Facet(
        length=LENGTHS[code >> _LENGTH],
        decade=(decade + _FIRST_DECADE) * 10 if decade else None,
        added_year=added + _FIRST_YEAR if added else None,
        is_explicit=bool(code & _EXPLICIT),
        is_playable=not code & _UNPLAYABLE,
        is_listed=bool(code & LISTED),
    )


def _length(duration_ms: int) -> int:
    if duration_ms <= 0:
        return 0
    return 1 + (duration_ms >= _SHORT_MS) + (duration_ms >= _LONG_MS)


def _bounded(number: int) -> int:
    return number if 0 < number <= _BYTE else 0
