"""Checks the configuration against the live service, step by step, and names the click that is missing.

Nothing is changed at Spotify. A check that cannot be made says why, and the others go on.
"""

from collections.abc import Callable, Iterator
from functools import partial

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import app, people, spending
from accounts.findings import DASHBOARD, Finding, Verdict
from accounts.models import Member
from spotweb.spotify.errors import ReconnectNeeded, SpotifyError, Throttled

__all__ = ["DASHBOARD", "Finding", "Verdict", "examine"]

Check = Callable[[str], Finding]


def examine() -> Iterator[Finding]:
    """One finding after the other, as they are made: about four requests, and one for each member."""
    residents = list(Member.objects.filter(is_active=True).select_related("grant"))
    owner = next((member for member in residents if member.is_owner), None)
    for topic, check in _checks(owner):
        yield _made(topic, check)
    for member in residents:
        yield _made(str(member), partial(people.sign_in, member=member))
    yield from spending.requests()


def _checks(owner: Member | None) -> Iterator[tuple[str, Check]]:
    yield _("Client ID and secret"), app.client
    yield _("Redirect URI"), app.redirect_uri
    if owner is None:
        yield _("Owner"), app.nobody_yet
        return
    yield _("Owner's Premium"), partial(app.premium, owner=owner)
    yield _("Quota mode"), partial(app.quota_mode, owner=owner)
    yield _("Items of own playlists"), partial(app.own_items, owner=owner)


def _made(topic: str, check: Check) -> Finding:
    try:
        return check(topic)
    except Throttled as error:
        until = date_format(localtime(error.until), "H:i")
        says = _("Spotify asked this app to wait until %(until)s.") % {"until": until}
        remedy = _("Look again after that; asking sooner makes the wait longer.")
        return Finding(topic, Verdict.UNSURE, says, remedy)
    except ReconnectNeeded:
        says = _("The sign-in that this check needs has ended or lacks a permission.")
        return Finding(topic, Verdict.BAD, says, people.reconnect())
    except SpotifyError as error:
        says = _("This could not be checked: %(error)s.") % {"error": error.message or error.code}
        return Finding(topic, Verdict.UNSURE, says, _("Is the box online? Look again in a few minutes."))
