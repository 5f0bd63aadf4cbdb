"""The browsers in which a member is signed in, named in plain words, and signing out of them."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import BrowserSession, Member

# An open page asks every few seconds, and that is written down every quarter of an hour.
_IN_USE_FOR = timedelta(minutes=20)
_PHONES_AND_TABLETS = {"iPhone": "smartphone", "iPad": "tablet", "Android": "smartphone"}
# The last two: opened from the home screen.
_SAID_BY_SYSTEM = {"Mobile", "iOS", "UI/WKWebView", "WebView"}
_SYSTEMS = {"Mac OS X": "Mac", "Chrome OS": "Chromebook"}


class SignedInDevice(Struct, frozen=True, kw_only=True):
    """`browser` and `system` are empty where the browser does not say."""

    browser: str
    system: str
    icon: str

    @property
    def label(self) -> str:
        """“Firefox on Android”."""
        names = {"browser": self.browser or _("A browser"), "system": self.system}
        return _("%(browser)s on %(system)s") % names if self.system else names["browser"]


class SignIn(Struct, frozen=True, kw_only=True):
    """`id` names the session without being its key, which alone would let somebody in."""

    id: str
    device: SignedInDevice
    last_used_at: datetime
    is_current: bool

    @property
    def is_in_use(self) -> bool:
        return self.is_current or timezone.now() - self.last_used_at < _IN_USE_FOR


def list_sign_ins(member: Member, current_key: str | None) -> list[SignIn]:
    """All browsers the member is signed in with, this one first, then the latest used."""
    sign_ins = [
        SignIn(
            id=_get_id(row.session_key),
            device=describe_device(row.user_agent),
            last_used_at=row.last_used_at,
            is_current=row.session_key == current_key,
        )
        for row in _get_rows(member)
    ]
    return sorted(sign_ins, key=lambda sign_in: not sign_in.is_current)


def end_sign_in(member: Member, sign_in_id: str) -> SignedInDevice | None:
    """Sign the member out in one browser. Returns it; null when they are not signed in there any more."""
    row = next((row for row in _get_rows(member) if _get_id(row.session_key) == sign_in_id), None)
    if row is None:
        return None
    BrowserSession.objects.filter(pk=row.pk).delete()
    return describe_device(row.user_agent)


def end_other_sign_ins(member: Member, current_key: str | None) -> int:
    """Sign the member out in all browsers but this one. Returns in how many that was."""
    return _get_rows(member).exclude(session_key=current_key).delete()[0]


def describe_device(user_agent: str) -> SignedInDevice:
    """What a browser says of itself, in words that a member knows: “Safari” on “iPhone”."""
    # Its tables take 6 MB and a third of a second, which only the page of signed-in devices needs.
    from ua_parser import parse

    result = parse(user_agent)
    browser = result.user_agent.family if result.user_agent else ""
    system = result.os.family if result.os else ""
    if system == "iOS" and result.device:
        system = result.device.family  # iPhone, iPad
    is_tablet = system == "Android" and " Mobile" not in user_agent and "Mobile;" not in user_agent
    return SignedInDevice(
        browser=" ".join(word for word in browser.split() if word not in _SAID_BY_SYSTEM),
        system=_SYSTEMS.get(system, system),
        icon="tablet" if is_tablet else _PHONES_AND_TABLETS.get(system, "laptop" if system else "globe"),
    )


def _get_rows(member: Member) -> QuerySet[BrowserSession]:
    return member.sessions.filter(expire_date__gt=timezone.now()).order_by("-last_used_at", "session_key")


def _get_id(session_key: str) -> str:
    # The salt is older than this module's name: pages that are open during an update name them by it.
    return salted_hmac("accounts.sign_ins", session_key, algorithm="sha256").hexdigest()[:32]
