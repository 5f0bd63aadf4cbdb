"""What saved things are counted by, packed into one number: one narrow index counts them all at once."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

_LISTED, _UNPLAYABLE, _EXPLICIT = 1, 2, 4
_ADDED, _DECADE = 3, 11  # where their eight bits begin
_BYTE = 0xFF
_FIRST_YEAR, _FIRST_DECADE = 2000, 100  # Spotify began in 2006; a decade is the year without its last digit
LISTED = _LISTED


class Facet(NamedTuple):
    """`decade` is such as 1990, `added_year` such as 2014; both null when Spotify does not say.

    `is_listed`: it stands in a playlist of the member's that has been read.
    """

    decade: int | None
    added_year: int | None
    is_explicit: bool
    is_playable: bool
    is_listed: bool


def pack(
    *, release_date: str | None, added_at: int, is_explicit: bool, is_playable: bool, is_listed: bool
) -> int:
    """`release_date` by whatever precision, `added_at` in seconds since 1970, 0 for unknown."""
    added = (
        datetime.fromtimestamp(added_at, timezone.get_default_timezone()).year - _FIRST_YEAR
        if added_at
        else 0
    )
    year = int(release_date[:4]) if release_date and release_date[:4].isdigit() else 0
    decade = year // 10 - _FIRST_DECADE
    return (
        _bounded(decade) << _DECADE
        | _bounded(added) << _ADDED
        | is_explicit * _EXPLICIT
        | (not is_playable) * _UNPLAYABLE
        | is_listed * _LISTED
    )


def unpack(code: int) -> Facet:
    decade, added = code >> _DECADE & _BYTE, code >> _ADDED & _BYTE
    return Facet(
        decade=(decade + _FIRST_DECADE) * 10 if decade else None,
        added_year=added + _FIRST_YEAR if added else None,
        is_explicit=bool(code & _EXPLICIT),
        is_playable=not code & _UNPLAYABLE,
        is_listed=bool(code & _LISTED),
    )


def _bounded(number: int) -> int:
    return number if 0 < number <= _BYTE else 0
