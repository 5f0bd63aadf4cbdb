"""When something came out, as exactly as Spotify knows: a day, a month or a year."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from django.utils.formats import date_format

from spotweb.web.texts.time_format import format_day, format_long_day

_DAY_KNOWN = 3  # of the parts of a date
_MAX_DIGITS = 4  # more are no year, nor any number that a date takes


class HasReleaseDate(Protocol):
    @property
    def release_date(self) -> str | None: ...


def format_release(thing: HasReleaseDate | None) -> str:
    """3 November 2026, November 2026 or 2026; empty when Spotify does not know."""
    return _describe_release(thing, format_long_day, "F Y")


def format_release_shortly(thing: HasReleaseDate | None) -> str:
    """The same where there is little room: 3 Nov 2026."""
    return _describe_release(thing, format_day, "M Y")


def format_release_year(thing: HasReleaseDate | None) -> str:
    parts = _split_date(thing.release_date) if thing else None
    return str(parts[0]) if parts and parts[0] else ""


def _describe_release(
    thing: HasReleaseDate | None, format_known: Callable[[date], str], month_format: str
) -> str:
    parts = _split_date(thing.release_date) if thing else None
    if not parts:
        return ""
    year, month, day = (*parts, 1, 1)[:3]
    try:
        known = date(year, month, day)
        if len(parts) == _DAY_KNOWN:
            return format_known(known)
        return date_format(known, month_format if len(parts) > 1 else "Y")
    except ValueError:  # a 30th of February, or the year 0 that old records have
        return str(year) if year else ""


def _split_date(text: str | None) -> list[int]:
    parts = (text or "").split("-")[:3]
    are_numbers = all(part.isdecimal() and len(part) <= _MAX_DIGITS for part in parts)
    return [int(part) for part in parts] if are_numbers else []
