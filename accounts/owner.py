"""Who may own the household: whom SPOTWEB_OWNER names, who has the owner code, or who comes first.

In development mode Spotify's own list says who can sign in at all, and the person who runs the app wrote it:
the first one owns the house. In extended mode that would be any stranger, so the code from the box's terminal
is needed. The demo asks for nothing.
"""

import secrets

from django.conf import settings
from django.db import transaction

from accounts.models import House, Member
from accounts.readable_codes import format_code, make_code, simplify_code
from spotweb.spotify.models import Profile

_CODE_LENGTH = 10


def may_own(profile: Profile, code: str) -> bool:
    """Whether this person may become the owner of a house that has none."""
    if settings.SPOTWEB_OWNER:
        return is_named(profile.id, profile.account_key)
    if not needs_code():
        return True
    expected = House.objects.values_list("owner_code", flat=True).first() or ""
    return bool(expected) and secrets.compare_digest(
        simplify_code(code).encode(), simplify_code(expected).encode()
    )


def is_named(*ids: str | None) -> bool:
    """Whether SPOTWEB_OWNER names one of these ids."""
    return bool(settings.SPOTWEB_OWNER) and settings.SPOTWEB_OWNER in ids


def needs_code() -> bool:
    return settings.SPOTIFY_QUOTA_MODE == "extended" and not settings.IS_DEMO and not settings.SPOTWEB_OWNER


def is_missing() -> bool:
    return not Member.objects.filter(is_owner=True).exists()


def get_code() -> str:
    """The code that makes its holder the owner; empty while none is needed. Made when first asked for."""
    if not needs_code() or not is_missing():
        return ""
    house = House.objects.first() or House.objects.create()
    if not house.owner_code:
        house.owner_code = make_code(_CODE_LENGTH)
        house.save(update_fields=["owner_code"])
    return format_code(house.owner_code)


@transaction.atomic
def make_owner(member: Member) -> None:
    """Hand the house to this member; the code is used up."""
    Member.objects.filter(is_owner=True).exclude(pk=member.pk).update(is_owner=False)
    member.is_owner = member.is_active = True
    member.save(update_fields=["is_owner", "is_active"])
    House.objects.update(owner_code="")


def appoint_named() -> Member | None:
    """Hand the house to the member whom SPOTWEB_OWNER names, if they are here and do not own it yet."""
    for member in Member.objects.filter(is_owner=False):
        if is_named(member.spotify_id, member.account_key):
            make_owner(member)
            return member
    return None
