"""Who lives here, and who may come in."""

from django.db import transaction
from django.http import Http404

from accounts import leaving
from accounts.errors import OwnerOnly
from accounts.models import Member


def members() -> list[Member]:
    """Everybody with their grant, those who wait at the door last."""
    return list(Member.objects.select_related("grant").order_by("-is_active", "joined_at", "pk"))


def insist_on_owner(member: Member) -> None:
    if not member.is_owner:
        raise OwnerOnly


def admit(owner: Member, member_id: int) -> Member:
    newcomer = _waiting(owner, member_id)
    newcomer.is_active = True
    newcomer.save(update_fields=["is_active"])
    return newcomer


def refuse(owner: Member, member_id: int) -> str:
    """Send a newcomer away; all that was kept of them goes too. Returns their name."""
    newcomer = _waiting(owner, member_id)
    leaving.delete(newcomer)
    return newcomer.display_name


def remove(owner: Member, member_id: int) -> str:
    """Take a housemate's access and everything kept of them away. Returns their name."""
    insist_on_owner(owner)
    member = Member.objects.filter(is_active=True, is_owner=False, pk=member_id).first()
    if member is None:
        raise Http404
    leaving.delete(member)
    return member.display_name


def leave(member: Member) -> dict[str, int]:
    """Delete everything kept of a member; the house key goes to who has lived here longest.

    Returns how many rows of which models were deleted.
    """
    with transaction.atomic():
        deleted = leaving.delete(member)
        heir = Member.objects.filter(is_active=True).order_by("joined_at", "pk").first()
        if heir is None:  # nobody is left who could let in those at the door
            Member.objects.all().delete()
        elif member.is_owner:
            heir.is_owner = True
            heir.save(update_fields=["is_owner"])
    return deleted


def _waiting(owner: Member, member_id: int) -> Member:
    insist_on_owner(owner)
    newcomer = Member.objects.filter(is_active=False, pk=member_id).first()
    if newcomer is None:
        raise Http404
    return newcomer
