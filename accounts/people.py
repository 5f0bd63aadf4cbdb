"""Each member: on the app's list, permissions given, days left."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.findings import DASHBOARD, Finding, Verdict
from accounts.models import Grant, Member
from accounts.provider import SCOPES
from accounts.tokens import spotify_for
from spotweb.spotify import profile
from spotweb.spotify.errors import NotOnAllowlist


def sign_in(topic: str, *, member: Member) -> Finding:
    grant: Grant | None = getattr(member, "grant", None)
    if grant is None or grant.needs_reconnect:
        return Finding(topic, Verdict.BAD, _("The sign-in with Spotify has ended."), reconnect())
    try:
        profile.get_current_users_profile(spotify_for(member))
    except NotOnAllowlist:
        return missing_on_list(topic, member)
    missing = sorted(set(SCOPES) - set(grant.scopes.split()))
    if missing:
        says = _("Some permissions were not given: %(scopes)s.") % {"scopes": ", ".join(missing)}
        return Finding(topic, Verdict.BAD, says, reconnect())
    says = f"{_('On the list, all permissions given.')} {_days_left(grant)}"
    if grant.is_ending:
        return Finding(topic, Verdict.UNSURE, says, reconnect())
    return Finding(topic, Verdict.GOOD, says)


def missing_on_list(topic: str, member: Member) -> Finding:
    remedy = _(
        "Open your app in the dashboard, then Settings, User Management, and add the name and the e-mail "
        "address of this Spotify account. There is room for five."
    )
    says = _("Is not on the app's list of users, so Spotify refuses them everything.")
    return Finding(topic, Verdict.BAD, says, remedy, (member.display_name, DASHBOARD))


def reconnect() -> str:
    return _("They open the page “Household”, press “Reconnect with Spotify”, and agree to everything.")


def _days_left(grant: Grant) -> str:
    words = ngettext(
        "%(days)s day of the sign-in left.", "%(days)s days of the sign-in left.", grant.days_left
    )
    return words % {"days": grant.days_left}
