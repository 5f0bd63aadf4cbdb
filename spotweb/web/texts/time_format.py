"""Times, days and lengths as members read them, and how long Spotify makes the household wait."""

import math
from datetime import date, datetime, time
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.formats import time_format as format_clock
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from spotweb.web.texts.number_format import format_number

# The one language that there is as yet, as it is written in the United States (spotweb.web.middleware).
AMERICAN = "en-us"
# Sooner than this a clock would show a time that is over before it is read.
SOON_S = 120
DAYS_OF_WEEK = 7
MINUTE_MS = 60_000


def get_seconds_left(moment: datetime) -> int:
    return max(math.ceil((moment - timezone.now()).total_seconds()), 1)


def is_soon(moment: datetime) -> bool:
    return get_seconds_left(moment) < SOON_S


def format_time(moment: datetime) -> str:
    """14:32 in the household's time zone, and 2:32 PM for readers in the United States."""
    return _format(moment, "H:i", american="g:i A")


def format_wall_clock(moment: time) -> str:
    """A time of any day, as `format_time` writes it."""
    return format_clock(moment, "g:i A" if get_language() == AMERICAN else "H:i")


def format_day(moment: date, language: str | None = None) -> str:
    """12 Mar 2024. `language`: the reader's, where it is known already."""
    return _format_day(moment, "j M Y", american="M j, Y", language=language)


def format_short_day(moment: date) -> str:
    """12 Mar."""
    return _format_day(moment, "j M", american="M j")


def format_long_day(moment: date) -> str:
    """12 March 2024."""
    return _format_day(moment, "j F Y", american="F j, Y")


def format_week_day(moment: date) -> str:
    """Tuesday, 12 March 2024."""
    return _format_day(moment, "l, j F Y", american="l, F j, Y")


def _format_day(moment: date, usual: str, *, american: str, language: str | None = None) -> str:
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    language = language or get_language()
    return _format_date(day, american if language == AMERICAN else usual, language)


# Rows of a page share a few days, and Django takes longer for one than a row does for all else.
@lru_cache(maxsize=2000)
def _format_date(day: date, form: str, _language: str | None) -> str:
    return date_format(day, form)


def _format(moment: datetime, usual: str, *, american: str) -> str:
    """In the language of the reader, and in the order of day and month that is usual there."""
    return date_format(timezone.localtime(moment), american if get_language() == AMERICAN else usual)


def format_when(moment: datetime) -> str:
    """14:32 today, else with its day: Sunday 14:32, and with its date when that is a week or more away."""
    days = (timezone.localdate(moment) - timezone.localdate()).days
    if days == 0:
        return format_time(moment)
    is_near = 0 < days < DAYS_OF_WEEK
    day = _format_day(moment, "l", american="l") if is_near else _format_day(moment, "j F", american="F j")
    return f"{day} {format_time(moment)}"


def describe_wait(moment: datetime) -> str:
    """“for 40 seconds”, and when it is longer “until 14:32”: the end of “Spotify asked us to wait …”."""
    if not is_soon(moment):
        return _("until %(when)s") % {"when": format_when(moment)}
    count = get_seconds_left(moment)
    return ngettext("for %(count)s second", "for %(count)s seconds", count) % {"count": count}


def describe_wait_end(moment: datetime) -> str:
    """“in 40 seconds”, and when it is longer “from 14:32”: the end of “Try again …”."""
    if not is_soon(moment):
        return _("from %(when)s") % {"when": format_when(moment)}
    count = get_seconds_left(moment)
    return ngettext("in %(count)s second", "in %(count)s seconds", count) % {"count": count}


def format_duration(ms: float | None) -> str:
    """Milliseconds as 3:42 or 1:02:03; nothing known is an empty string."""
    return "" if ms is None else format_seconds(ms / 1000)


def format_seconds(count: float) -> str:
    """Seconds as 3:42 or 1:02:03."""
    minutes, rest = divmod(max(int(count), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def format_length(ms: int) -> str:
    """Return a duration to the minute: 43 min, 1 h 12 min."""
    hours, minutes = divmod(max(round(ms / MINUTE_MS), 1), 60)
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": format_number(hours), "minutes": minutes}
    return _("%(minutes)s min") % {"minutes": minutes}
