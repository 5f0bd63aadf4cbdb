"""What the household asked of Spotify lately, as the rate gate counted it."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.findings import Finding, Verdict
from spotweb.spotify.rate_limit import ledger
from spotweb.spotify.rate_limit.ledger import LedgerRow

NEARLY_ALL = 0.8


def requests() -> Iterator[Finding]:
    rows = [row for row in ledger.list_usage() if row.day or row.blocked_until]
    if not rows:
        yield Finding(_("Requests"), Verdict.GOOD, _("None in the last 24 hours."))
    for row in rows:
        yield _spent(row)


def _spent(row: LedgerRow) -> Finding:
    purpose = _("for pages") if row.purpose == "page" else _("in the background")
    topic = _("Requests: %(family)s, %(purpose)s") % {"family": row.family, "purpose": purpose}
    says = _("%(hour)s in the last hour, %(day)s in 24 hours.") % {"hour": row.hour, "day": row.day}
    if row.share_of_day is not None:
        says += " " + _("That is %(share)s %% of what a day allows.") % {
            "share": round(row.share_of_day * 100)
        }
    if row.blocked_until is not None:
        until = date_format(localtime(row.blocked_until), "j M H:i")
        blocked = _("Spotify blocks these until %(until)s.") % {"until": until}
        remedy = _("Nothing is asked until then, and nothing needs to be done.")
        return Finding(topic, Verdict.BAD, f"{says} {blocked}", remedy)
    is_nearly_all = (row.share_of_day or 0) >= NEARLY_ALL
    return Finding(topic, Verdict.UNSURE if is_nearly_all else Verdict.GOOD, says)
