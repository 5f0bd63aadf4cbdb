"""How long Spotify makes the household wait, in words."""

import math
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spotweb.web.number_format import format_number

# Sooner than this a clock would show a time that is over before it is read.
SOON_S = 120
DAYS_OF_WEEK = 7
MINUTE_MS = 60_000


def get_seconds_left(moment: datetime) -> int:
    return max(math.ceil((moment - timezone.now()).total_seconds()), 1)


def is_soon(moment: datetime) -> bool:
    return get_seconds_left(moment) < SOON_S


def format_time(moment: datetime) -> str:
    """14:32 in the household's time zone."""
    return timezone.localtime(moment).strftime("%H:%M")


def format_when(moment: datetime) -> str:
    """14:32 today, else with its day: Sunday 14:32, and with its date when that is a week or more away."""
    days = (timezone.localdate(moment) - timezone.localdate()).days
    if days == 0:
        return format_time(moment)
    day = "l" if 0 < days < DAYS_OF_WEEK else "j F"
    return f"{date_format(timezone.localtime(moment), day)} {format_time(moment)}"


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


def format_length(ms: int) -> str:
    """Return a duration to the minute: 43 min, 1 h 12 min."""
    hours, minutes = divmod(max(round(ms / MINUTE_MS), 1), 60)
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": format_number(hours), "minutes": minutes}
    return _("%(minutes)s min") % {"minutes": minutes}
