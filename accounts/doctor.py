"""Checks the configuration against the live service, step by step, and names the click that is missing.

`examine_setup` is the face. Nothing is changed at Spotify. A check that cannot be made says why, and the
others go on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from django.conf import settings
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import provider
from accounts.models import Grant, Member
from accounts.provider import SCOPES
from accounts.tokens import spotify_for
from spotweb.network import lan
from spotweb.spotify import authorization, modes, playlists, profile, quota_probe
from spotweb.spotify.answers import oddities
from spotweb.spotify.errors import (
    ClientRejected,
    Forbidden,
    NotOnAllowlist,
    OwnerPremiumLapsed,
    PaceReached,
    ReconnectNeeded,
    SpotifyError,
    Throttled,
)
from spotweb.spotify.models import Playlist
from spotweb.spotify.rate_limit import ledger
from spotweb.spotify.rate_limit.ledger import LedgerRow
from spotweb.spotify.transport import get_clock_difference_s
from spotweb.web.texts.time_format import format_long_day, format_short_day, format_time

DASHBOARD = "https://developer.spotify.com/dashboard"
# Each build of Spotify Soloist works for so long.
SPEAKER_LIFE = timedelta(days=90)
SPEAKER_ENDING_DAYS = 14
NEARLY_OVER = 0.15  # of a certificate's life: whatever renews it does so at a third
WRONG_CLOCK_S = 120
NEARLY_ALL = 0.8  # of a day's share: more is worth a warning


class Verdict(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Finding:
    """`remedy` names the next click; `values` are to be copied into Spotify's dashboard or into `.env`."""

    topic: str
    verdict: Verdict
    says: str
    remedy: str = ""
    values: tuple[str, ...] = ()


Check = Callable[[str], Finding]


def examine_setup() -> Iterator[Finding]:
    """One finding after the other, as they are made: about four requests, and one for each member."""
    members = list(Member.objects.filter(is_active=True).select_related("grant"))
    owner = next((member for member in members if member.is_owner), None)
    for topic, check in _list_checks(owner):
        yield _run_check(topic, check)
    for member in members:
        yield _run_check(str(member), partial(_check_sign_in, member=member))
    yield from _report_certificate()
    yield from _report_clock()
    yield from _report_speaker()
    yield from _report_requests()
    yield from _report_odd_answers()


def _list_checks(owner: Member | None) -> Iterator[tuple[str, Check]]:
    yield _("Client ID and secret"), _check_client_keys
    yield _("Redirect URI"), _check_redirect_uri
    if settings.SPOTWEB_LAN_URL or settings.IS_LAN_ADDRESS_FOUND:
        yield _("Address for phones"), _check_lan_address
    if owner is None:
        yield _("Owner"), _report_no_owner
        return
    yield _("Owner’s Premium"), partial(_check_owner_premium, owner=owner)
    yield _("Quota mode"), partial(_check_quota_mode, owner=owner)
    yield _("Items of own playlists"), partial(_check_own_items, owner=owner)


def _run_check(topic: str, check: Check) -> Finding:
    try:
        return check(topic)
    except PaceReached:
        says = _("The household asks Spotify for so much just now that this was left out.")
        return Finding(topic, Verdict.UNSURE, says, _("Check again in a few minutes."))
    except Throttled as error:
        until = format_time(error.until)
        says = _("Spotify asked this app to wait until %(until)s.") % {"until": until}
        remedy = _("Check again after that; asking sooner makes the wait longer.")
        return Finding(topic, Verdict.UNSURE, says, remedy)
    except NotOnAllowlist:
        says = _("Spotify says that this account isn’t on the app’s list of users.")
        return Finding(topic, Verdict.BAD, says, _describe_user_list(), (DASHBOARD,))
    except ReconnectNeeded:
        says = _("The sign-in that this check needs has ended or lacks a permission.")
        return Finding(topic, Verdict.BAD, says, _describe_reconnect())
    except SpotifyError as error:
        says = _("This couldn’t be checked: %(error)s.") % {"error": error.message or error.code}
        return Finding(topic, Verdict.UNSURE, says, _("Is the box online? Check again in a few minutes."))


# The Spotify app itself: its keys, its addresses, its mode, its owner.


def _check_client_keys(topic: str) -> Finding:
    if settings.IS_DEMO:
        says = _("This is the demo: the simulated Spotify asks for no secret.")
        return Finding(topic, Verdict.GOOD, says)
    if not settings.SPOTIFY_CLIENT_SECRET:
        says = _("No secret is set, which is fine: PKCE protects the sign-in. The ID shows at the first one.")
        return Finding(topic, Verdict.GOOD, says, values=(settings.SPOTIFY_CLIENT_ID,))
    try:
        authorization.fetch_app_tokens()
    except ClientRejected:
        remedy = _(
            "Open your app in the dashboard, then Settings. Copy the Client ID and, under “View client "
            "secret”, the secret into the file .env as SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; then "
            "restart."
        )
        says = _("Spotify doesn’t know this pair.")
        return Finding(topic, Verdict.BAD, says, remedy, (settings.SPOTIFY_CLIENT_ID, DASHBOARD))
    return Finding(topic, Verdict.GOOD, _("Spotify accepts them."), values=(settings.SPOTIFY_CLIENT_ID,))


def _check_redirect_uri(topic: str) -> Finding:
    uri, host = provider.redirect_uri(), settings.SPOTWEB_URL.hostname or ""
    if not provider.may_redirect_to(settings.SPOTWEB_URL):
        says = _(
            "Spotify refuses http for “%(host)s”: only 127.0.0.1 and [::1] may use it, not even localhost."
        )
        remedy = _("Set SPOTWEB_URL to an https address, or to the one below, and restart.")
        values = (f"http://127.0.0.1:{settings.PORT}",)
        return Finding(topic, Verdict.BAD, says % {"host": host}, remedy, values)
    if Grant.objects.exists():
        says = _("Valid format, and members have signed in.")
        return Finding(topic, Verdict.GOOD, says, values=(uri,))
    says = _("Valid format. Whether it is registered shows at the first sign-in.")
    remedy = _(
        "Open your app in the dashboard, then Settings, Edit, and add exactly this under “Redirect URIs”, "
        "with the slash at the end."
    )
    return Finding(topic, Verdict.UNSURE, says, remedy, (uri, DASHBOARD))


def _check_lan_address(topic: str) -> Finding:
    url, addresses = settings.SPOTWEB_LAN_URL, lan.list_addresses()
    if url is None:
        says = _("This box has no address on a home network, so phones can’t reach it.")
        return Finding(topic, Verdict.BAD, says, _("Connect it to your network; LAN=1 finds the address."))
    host = url.hostname or ""
    if settings.BIND in lan.ANYWHERE or lan.has_address(host):
        others = [f"{one.ip} ({one.interface})" for one in addresses if one.ip != host]
        says = _("Phones on your network open this.")
        if settings.IS_LAN_ADDRESS_FOUND and others:
            words = _(
                "The box also has %(others)s: if phones can’t reach it, set SPOTWEB_LAN_URL to another."
            )
            says += " " + words % {"others": ", ".join(others)}
        return Finding(topic, Verdict.GOOD, says, values=(url.geturl(),))
    own = tuple(f"http://{one.ip}:{url.port or 80}" for one in addresses)
    says = _("The box doesn’t have the address %(host)s any more, so phones can’t reach it.")
    remedy = _(
        "Routers change addresses. Give the box a fixed one in the router, or set SPOTWEB_LAN_URL to what it "
        "has now, and restart."
    )
    return Finding(topic, Verdict.BAD, says % {"host": host}, remedy, own)


def _report_no_owner(topic: str) -> Finding:
    remedy = _("Sign in first yourself: that makes you the owner, and the other checks possible.")
    return Finding(topic, Verdict.UNSURE, _("Nobody has signed in yet."), remedy)


def _check_owner_premium(topic: str, *, owner: Member) -> Finding:
    """Of the account that owns the app; the first member of the house is taken to be that person."""
    try:
        profile.get_current_users_profile(spotify_for(owner))
    except OwnerPremiumLapsed:
        remedy = _(
            "The account that owns the app in the dashboard needs Premium. Once it is back, Spotify may take "
            "a few hours to notice."
        )
        return Finding(topic, Verdict.BAD, _("It has lapsed, so Spotify refuses everybody."), remedy)
    except NotOnAllowlist:
        return _report_not_on_list(topic, owner)
    return Finding(topic, Verdict.GOOD, _("Spotify answers, so it is in order."))


def _check_quota_mode(topic: str, *, owner: Member) -> Finding:
    detected, setting = quota_probe.detect_quota_mode(spotify_for(owner)), settings.SPOTIFY_QUOTA_MODE
    if detected is None:
        return Finding(topic, Verdict.UNSURE, _("Spotify’s answer doesn’t tell. Check again later."))
    words = {"found": detected, "setting": setting}
    if detected == setting:
        says = _("%(found)s mode, as configured.")
        return Finding(topic, Verdict.GOOD, says % words)
    says = _("Your app has the endpoints of %(found)s mode, but the setting says %(setting)s.")
    remedy = _("Put this line into the file .env and restart.")
    return Finding(topic, Verdict.BAD, says % words, remedy, (f"SPOTIFY_QUOTA_MODE={detected}",))


def _check_own_items(topic: str, *, owner: Member) -> Finding:
    """Some accounts get 403 on the items of lists that are their own, and nothing else tells."""
    client = spotify_for(owner)
    page = playlists.get_a_list_of_current_users_playlists(client, limit=50)
    own = next((playlist for playlist in page.items if playlist and _is_owned_by(owner, playlist)), None)
    if own is None or own.id is None:
        return Finding(topic, Verdict.UNSURE, _("There is no own playlist to try it with."))
    try:
        playlists.get_playlists_items(client, own.id, limit=1)
    except NotOnAllowlist:
        return _report_not_on_list(topic, owner)
    except Forbidden:
        says = _("Spotify keeps the items of “%(name)s” back, although the list is your own.")
        remedy = _(
            "Spotify does this to some accounts, and nobody knows why or what helps. These playlists can be "
            "played and followed here, but not read or changed."
        )
        return Finding(topic, Verdict.UNSURE, says % {"name": own.name}, remedy)
    return Finding(topic, Verdict.GOOD, _("They can be read."))


def _is_owned_by(owner: Member, playlist: Playlist) -> bool:
    return playlist.owner is not None and playlist.owner.id == owner.spotify_id


# Each member: on the app's list, permissions given, days left.


def _check_sign_in(topic: str, *, member: Member) -> Finding:
    grant: Grant | None = getattr(member, "grant", None)
    if grant is None or grant.needs_reconnect:
        return Finding(topic, Verdict.BAD, _("The sign-in with Spotify has ended."), _describe_reconnect())
    try:
        profile.get_current_users_profile(spotify_for(member))
    except NotOnAllowlist:
        return _report_not_on_list(topic, member)
    missing = sorted(set(SCOPES) - set(grant.scopes.split()))
    if missing:
        says = _("Some permissions weren’t given: %(scopes)s.") % {"scopes": ", ".join(missing)}
        return Finding(topic, Verdict.BAD, says, _describe_reconnect())
    says = f"{_('On the list, all permissions given.')} {_describe_days_left(grant)}"
    if grant.is_ending:
        return Finding(topic, Verdict.UNSURE, says, _describe_reconnect())
    return Finding(topic, Verdict.GOOD, says)


def _report_not_on_list(topic: str, member: Member) -> Finding:
    says = _("Isn’t on the app’s list of users, so Spotify refuses them everything.")
    return Finding(topic, Verdict.BAD, says, _describe_user_list(), (member.display_name, DASHBOARD))


def _describe_user_list() -> str:
    return _(
        "Open your app in the dashboard, then Settings, User Management, and add the name and the e-mail "
        "address of this Spotify account. There is room for five."
    )


def _describe_reconnect() -> str:
    return _("They open the page “Household”, press “Reconnect with Spotify”, and agree to everything.")


def _describe_days_left(grant: Grant) -> str:
    words = ngettext(
        "%(days)s day of the sign-in left.", "%(days)s days of the sign-in left.", grant.days_left
    )
    return words % {"days": grant.days_left}


# The connection: what browsers would only call “not private”.


def _report_certificate() -> Iterator[Finding]:
    if not settings.IS_HTTPS:
        return
    from spotweb.network.certificates import fetch_validity  # takes long to load, and most houses have none

    topic, house = _("Certificate"), settings.SPOTWEB_URL
    try:
        validity = fetch_validity(house.hostname or "", house.port or 443)
    except (OSError, ValueError) as error:
        says = _("The box itself gets no answer at %(address)s: %(error)s.")
        remedy = _("If your devices open it, all is well. Else see whether the proxy runs (docs/https.md).")
        words = {"address": house.geturl(), "error": error}
        yield Finding(topic, Verdict.UNSURE, says % words, remedy)
        return
    begins, ends = (f"{format_long_day(day)} {format_time(day)}" for day in validity)
    left, life = validity.ends - now(), validity.ends - validity.begins
    remedy = _("Renew it: whatever made it says why it wasn’t renewed (docs/https.md).")
    if validity.begins > now():
        says = _("It is valid only from %(day)s: the box’s clock is wrong, or was when it was made.")
        yield Finding(topic, Verdict.BAD, says % {"day": begins}, _describe_clock_remedy())
    elif validity.ends < now():
        yield Finding(topic, Verdict.BAD, _("It ended on %(day)s.") % {"day": ends}, remedy)
    elif left < life * NEARLY_OVER:
        yield Finding(topic, Verdict.UNSURE, _("It ends on %(day)s.") % {"day": ends}, remedy)
    else:
        yield Finding(topic, Verdict.GOOD, _("It is valid until %(day)s.") % {"day": ends})


def _report_clock() -> Iterator[Finding]:
    difference_s = get_clock_difference_s()
    if difference_s is None or abs(difference_s) < WRONG_CLOCK_S:
        return
    says = (
        _("It is %(minutes)s minutes ahead of Spotify’s.")
        if difference_s > 0
        else _("It is %(minutes)s minutes behind Spotify’s.")
    ) % {"minutes": round(abs(difference_s) / 60)}
    says += " " + _("Certificates and sign-ins then seem to have ended, or not to have begun.")
    yield Finding(_("The box’s clock"), Verdict.BAD, says, _describe_clock_remedy())


def _describe_clock_remedy() -> str:
    return _("Set the clock: on most boxes `timedatectl set-ntp true` has it set itself.")


# The box as a speaker: only whoever installed it knows of when its build is.


def _report_speaker() -> Iterator[Finding]:
    if settings.SPEAKER_BUILD_DATE is None:
        return
    topic = _("The box’s own speaker")
    left = (settings.SPEAKER_BUILD_DATE + SPEAKER_LIFE - localdate()).days
    ends = format_long_day(settings.SPEAKER_BUILD_DATE + SPEAKER_LIFE)
    remedy = _("Install the newest build, and put its date into the file .env as SPEAKER_BUILD_DATE.")
    if left < 0:
        yield Finding(topic, Verdict.BAD, _("Its build stopped working on %(day)s.") % {"day": ends}, remedy)
        return
    says = _("Its build works until %(day)s.") % {"day": ends}
    if left <= SPEAKER_ENDING_DAYS:
        yield Finding(topic, Verdict.UNSURE, says, remedy)
    else:
        yield Finding(topic, Verdict.GOOD, says)


# What the household asked of Spotify lately, as the rate limit counted it.


def _report_requests() -> Iterator[Finding]:
    rows = [row for row in ledger.list_usage() if row.day or row.blocked_until]
    if not rows:
        yield Finding(_("Requests"), Verdict.GOOD, _("None in the last 24 hours."))
    for row in rows:
        yield _report_usage(row)


def _report_usage(row: LedgerRow) -> Finding:
    purpose = _("for pages") if row.purpose == "page" else _("in the background")
    topic = _("Requests: %(family)s, %(purpose)s") % {"family": row.family, "purpose": purpose}
    says = _("%(hour)s in the last hour, %(day)s in 24 hours.") % {"hour": row.hour, "day": row.day}
    if row.share_of_day is not None:
        says += " " + _("That is %(share)s %% of what a day allows.") % {
            "share": round(row.share_of_day * 100)
        }
    if row.blocked_until is not None:
        until = f"{format_short_day(row.blocked_until)} {format_time(row.blocked_until)}"
        blocked = _("Spotify blocks these until %(until)s.") % {"until": until}
        remedy = _("Nothing is asked until then, and nothing needs to be done.")
        return Finding(topic, Verdict.BAD, f"{says} {blocked}", remedy)
    is_nearly_all = (row.share_of_day or 0) >= NEARLY_ALL
    return Finding(topic, Verdict.UNSURE if is_nearly_all else Verdict.GOOD, says)


# What Spotify sent in another shape than it should.


def _report_odd_answers() -> Iterator[Finding]:
    for answers in oddities.list_odd_answers([*modes.OPERATIONS, *authorization.GRANT_TYPES]):
        topic = _("Odd answers: %(operation)s") % {"operation": answers.operation}
        words = ngettext(
            "%(count)s answer in the last week had something that couldn’t be read, last %(when)s.",
            "%(count)s answers in the last week had something that couldn’t be read, last %(when)s.",
            answers.count,
        )
        when = f"{format_short_day(answers.latest_at)} {format_time(answers.latest_at)}"
        says = words % {"count": answers.count, "when": when}
        remedy = _("Spotify’s mistake, and nothing to do here: the rest of each answer is shown.")
        yield Finding(topic, Verdict.UNSURE, says, remedy, answers.places)
