"""Signing in on another device with a code that a signed-in one shows: two minutes, once.

`offer_code` makes one, `find_offer` tells the device that shows it what has become of it, `find_by_code` says
whose it is, and `redeem` uses it up. The session that shows a code takes it along when it ends.
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import BrowserSession, HandOver, Member
from accounts.readable_codes import format_code, make_code, simplify_code

LIFETIME = timedelta(minutes=2)
# Until then a code that is over gets words of its own.
_KEPT_FOR = timedelta(minutes=30)
_LENGTH = 8  # 40 bits
MAX_LENGTH = 40  # of what is typed, with the signs between


class CannotUseCode(ValueError):
    """The code signs nobody in; `text` says why, and what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Offer(Struct, frozen=True, kw_only=True):
    """A code as the device that shows it needs it; `user_agent` is of the device that used it."""

    code: str
    digits: str
    expires_at: datetime
    is_used: bool
    user_agent: str

    @property
    def is_waiting(self) -> bool:
        return not self.is_used and timezone.now() < self.expires_at

    @property
    def label(self) -> str:
        return format_code(self.code)


def offer_code(member: Member, session_key: str) -> str:
    """A new code for this member, shown by this session, whose former codes end."""
    now = timezone.now()
    HandOver.objects.filter(expires_at__lt=now - _KEPT_FOR).delete()
    HandOver.objects.filter(session_id=session_key, used_at=None).delete()
    code = make_code(_LENGTH)
    HandOver.objects.create(
        member=member, session_id=session_key, digest=_get_digest(code), expires_at=now + LIFETIME
    )
    return code


def find_offer(code: str, session_key: str | None) -> Offer | None:
    row = HandOver.objects.filter(digest=_get_digest(code), session_id=session_key).first()
    if row is None:
        return None
    return Offer(
        code=code,
        digits=get_digits(code),
        expires_at=row.expires_at,
        is_used=row.used_at is not None,
        user_agent=row.used_by,
    )


def find_by_code(code: str) -> HandOver:
    """The row of a code that still can be used. Raises CannotUseCode."""
    row = HandOver.objects.select_related("member", "session").filter(digest=_get_digest(code)).first()
    if row is None:
        raise CannotUseCode(
            _("This code isn’t known, or not valid any more. Check it, or have a new one shown.")
        )
    if row.used_at:
        raise CannotUseCode(
            _("This code was used already, on another device. Have a new one shown for this one.")
        )
    if row.expires_at <= timezone.now():
        raise CannotUseCode(_("This code has expired: it’s valid for two minutes. Have a new one shown."))
    if row.session.expire_date <= timezone.now() or not row.member.is_active:
        raise CannotUseCode(_("The device that showed this code isn’t signed in any more."))
    return row


def redeem(code: str, user_agent: str) -> Member:
    """Use the code up and return whose it is. Of two devices at once one raises CannotUseCode."""
    row = find_by_code(code)
    used = HandOver.objects.filter(pk=row.pk, used_at=None).update(
        used_at=timezone.now(), used_by=user_agent[: BrowserSession.MAX_USER_AGENT]
    )
    if not used:
        find_by_code(code)  # says what happened in between
        raise CannotUseCode(_("This code was used already, on another device."))
    return row.member


def get_digits(code: str) -> str:
    """Two digits that both devices show: whoever compares them knows that nobody swapped the code."""
    return str(10 + int(salted_hmac("hand_over.digits", _simplify(code)).hexdigest(), 16) % 90)


def _get_digest(code: str) -> str:
    return salted_hmac("hand_over.code", _simplify(code), algorithm="sha256").hexdigest()


def _simplify(code: str) -> str:
    return simplify_code(code[:MAX_LENGTH])
