"""The member who used this browser last, in a cookie, to offer “Continue as …” after signing out."""

from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import Member

# As long as Spotify lets a sign-in live, which is longer than a session without use.
_MAX_AGE_S = 180 * 24 * 3600


class LastMember(NamedTuple):
    pk: int
    name: str


def set_cookie(response: HttpResponse, member: Member) -> None:
    # dumps() makes plain letters of any name; a header can hold no others.
    response.set_cookie(
        settings.LAST_MEMBER_COOKIE_NAME,
        signing.dumps([member.pk, member.display_name], salt=_make_salt(), compress=True),
        max_age=_MAX_AGE_S,
        path=settings.SESSION_COOKIE_PATH,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def get_last_member(request: HttpRequest) -> LastMember | None:
    cookie = request.COOKIES.get(settings.LAST_MEMBER_COOKIE_NAME, "")
    try:
        return LastMember(*signing.loads(cookie, salt=_make_salt()))
    except signing.BadSignature:
        return None


def _make_salt() -> str:
    """In a household that was begun anew the same number is somebody else's."""
    return f"last_member:{settings.HOUSE_KEY}"


def delete_cookie(response: HttpResponse) -> None:
    response.delete_cookie(
        settings.LAST_MEMBER_COOKIE_NAME, path=settings.SESSION_COOKIE_PATH, samesite="Lax"
    )
