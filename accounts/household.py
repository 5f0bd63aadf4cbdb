"""Who lives here, and who may come in."""

from django.http import Http404

from accounts.errors import OwnerOnly
from accounts.models import Member


def members() -> list[Member]:
    """Everybody with their grant, those who wait at the door last."""
    return list(Member.objects.select_related("grant").order_by("-is_active", "joined_at", "pk"))


def admit(owner: Member, member_id: int) -> Member:
    newcomer = _waiting(owner, member_id)
    newcomer.is_active = True
    newcomer.save(update_fields=["is_active"])
    return newcomer


def refuse(owner: Member, member_id: int) -> str:
    """Send a newcomer away; all that was kept of them goes too. Returns their name."""
    newcomer = _waiting(owner, member_id)
    newcomer.delete()
    return newcomer.display_name


def _waiting(owner: Member, member_id: int) -> Member:
    if not owner.is_owner:
        raise OwnerOnly
    newcomer = Member.objects.filter(is_active=False, pk=member_id).first()
    if newcomer is None:
        raise Http404
    return newcomer
