"""What a change would cost, told before it is made."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from playlists.editing.job import MAX_CALLS_IN_REQUEST
from playlists.planner.plan import Plan
from spotweb.spotify.rate_limit import limits

# Where Spotify sets no pace, as long as an answer takes.
_ANSWER_S = 0.25
_MINUTE_S, _HOUR_S = 60, 3600


class Cost(Struct, frozen=True):
    """`calls` to Spotify; `readded_count`: how many rows will say that they were added today."""

    calls: int
    readded_count: int

    @property
    def time(self) -> str:
        """Roughly how long it takes, in words."""
        pace = limits.get_pace()
        seconds = self.calls * (pace.spacing_s if pace.requests else _ANSWER_S)
        if self.calls <= MAX_CALLS_IN_REQUEST:
            return _("Done at once.")
        if seconds < _MINUTE_S:
            return _("Takes less than a minute, in the background.")
        if seconds < _HOUR_S:
            minutes = round(seconds / _MINUTE_S)
            text = ngettext(
                "Takes about %(count)s minute, in the background.",
                "Takes about %(count)s minutes, in the background.",
                minutes,
            )
            return text % {"count": minutes}
        hours = round(seconds / _HOUR_S)
        text = ngettext(
            "Takes about %(count)s hour, in the background.",
            "Takes about %(count)s hours, in the background.",
            hours,
        )
        return text % {"count": hours}


def make_cost(plan: Plan, *, added: int = 0) -> Cost:
    """`added`: items that the plan brings back and that count as added today as well."""
    return Cost(calls=plan.calls, readded_count=added + plan.readded_count)
