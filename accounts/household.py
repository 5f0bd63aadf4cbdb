"""The members: who may come in, who is removed, and what is deleted of those who leave."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.http import Http404
from django.utils.translation import ngettext_lazy

from accounts.errors import OwnerOnly
from accounts.models import Member

# What apps above this one do once a member is deleted: what was shared with nobody else goes too.
_after_deletion: list[Callable[[], object]] = []
# Likewise when a member has changed what the others may see and do.
_after_sharing: list[Callable[[Member], object]] = []


def list_members() -> list[Member]:
    """All members with their grant; those who wait for the owner's consent come last."""
    return list(Member.objects.select_related("grant").order_by("-is_active", "joined_at", "pk"))


def require_owner(member: Member) -> None:
    if not member.is_owner:
        raise OwnerOnly


def admit_newcomer(owner: Member, member_id: int) -> Member:
    newcomer = _get_newcomer(owner, member_id)
    newcomer.is_active = True
    newcomer.save(update_fields=["is_active"])
    return newcomer


def refuse_newcomer(owner: Member, member_id: int) -> str:
    """Delete a newcomer who was not let in, with all that was stored. Returns their name."""
    newcomer = _get_newcomer(owner, member_id)
    delete_member(newcomer)
    return newcomer.display_name


def remove_member(owner: Member, member_id: int) -> str:
    """Delete a member and everything stored of them. Returns their name."""
    require_owner(owner)
    member = Member.objects.filter(is_active=True, is_owner=False, pk=member_id).first()
    if member is None:
        raise Http404
    delete_member(member)
    return member.display_name


def leave_household(member: Member) -> dict[str, int]:
    """Delete everything stored of a member. The member who joined first becomes the owner if they were.

    Returns how many rows of which models were deleted.
    """
    with transaction.atomic():
        deleted = delete_member(member)
        heir = Member.objects.filter(is_active=True).order_by("joined_at", "pk").first()
        if heir is None:  # no member is left who could let in the newcomers
            Member.objects.all().delete()
        elif member.is_owner:
            heir.is_owner = True
            heir.save(update_fields=["is_owner"])
    return deleted


def on_member_deleted(tidy_up: Callable[[], object]) -> None:
    """Have `tidy_up` called, within the same transaction, whenever a member was deleted."""
    _after_deletion.append(tidy_up)


def on_sharing_changed(follow: Callable[[Member], object]) -> None:
    """Have `follow` called with each member who has changed what the others may see and do."""
    _after_sharing.append(follow)


def announce_sharing(member: Member) -> None:
    for follow in _after_sharing:
        follow(member)


def delete_member(member: Member) -> dict[str, int]:
    """Delete a member with all their rows, and so sign them out in every browser.

    Returns how many rows of which models that were.
    """
    with transaction.atomic():
        _total, deleted = member.delete()
        for tidy_up in _after_deletion:
            tidy_up()
    return deleted


def describe_deleted(deleted: Mapping[str, int]) -> list[str]:
    """What was deleted, as members call it; what is only our own bookkeeping is summed up."""
    lines = [str(text % {"count": deleted[model]}) for model, text in _TEXTS.items() if deleted.get(model)]
    other_count = sum(count for model, count in deleted.items() if model not in _TEXTS)
    return [*lines, str(_BOOKKEEPING % {"count": other_count})] if other_count else lines


def _get_newcomer(owner: Member, member_id: int) -> Member:
    require_owner(owner)
    newcomer = Member.objects.filter(is_active=False, pk=member_id).first()
    if newcomer is None:
        raise Http404
    return newcomer


# By label, because the models are of apps that this one does not know.
_TEXTS = {
    "accounts.Member": ngettext_lazy("your name and settings", "your name and settings", "count"),
    "accounts.Grant": ngettext_lazy(
        "your sign-in with Spotify, and its keys", "your sign-in with Spotify, and its keys", "count"
    ),
    "accounts.BrowserSession": ngettext_lazy(
        "your sign-in in %(count)d browser", "your sign-ins in %(count)d browsers", "count"
    ),
    "library.SavedItem": ngettext_lazy(
        "the entry of %(count)d saved thing", "the entries of %(count)d saved things", "count"
    ),
    "library.FirstHad": ngettext_lazy(
        "since when you had %(count)d recording", "since when you had %(count)d recordings", "count"
    ),
    "playlists.MemberPlaylist": ngettext_lazy(
        "your list of %(count)d playlist", "your list of %(count)d playlists", "count"
    ),
    "playlists.Edit": ngettext_lazy(
        "the notes of %(count)d change to playlists", "the notes of %(count)d changes to playlists", "count"
    ),
    "playlists.Label": ngettext_lazy("%(count)d label", "%(count)d labels", "count"),
    "player.QueuedItem": ngettext_lazy(
        "that %(count)d item was queued for you", "that %(count)d items were queued for you", "count"
    ),
    "library.PastSearch": ngettext_lazy("%(count)d search", "%(count)d searches", "count"),
    "player.SpeakerLoan": ngettext_lazy(
        "%(count)d time that somebody played on another’s speaker",
        "%(count)d times that somebody played on another’s speaker",
        "count",
    ),
    "player.KnownDevice": ngettext_lazy("%(count)d device of yours", "%(count)d devices of yours", "count"),
}
_BOOKKEEPING = ngettext_lazy(
    "%(count)d note that holds these together",
    "%(count)d notes that hold these together",
    "count",
)
