"""Deleting everything kept of a member, at once, and saying what that was."""

from collections.abc import Callable, Mapping

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import ngettext_lazy

from accounts.models import Member

# What apps above this one do once somebody has left: what was shared with nobody else goes too.
_afterwards: list[Callable[[], object]] = []


def afterwards(tidy: Callable[[], object]) -> None:
    """Have `tidy` called, within the same transaction, whenever a member was deleted."""
    _afterwards.append(tidy)


def delete(member: Member) -> dict[str, int]:
    """Delete a member with all that hangs on them. Returns how many rows of which models that were."""
    pk = member.pk
    with transaction.atomic():
        _total, deleted = member.delete()
        for tidy in _afterwards:
            tidy()
    _end_sessions(pk)
    return deleted


def _end_sessions(member_pk: int) -> None:
    """Everywhere, not only in this browser. A household has a few dozen sessions at the most."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(member_pk):
            session.delete()


def in_words(deleted: Mapping[str, int]) -> list[str]:
    """What was deleted, as members call it; what is only our own bookkeeping is summed up."""
    told = [str(words % {"count": deleted[model]}) for model, words in _WORDS.items() if deleted.get(model)]
    rest = sum(count for model, count in deleted.items() if model not in _WORDS)
    return [*told, str(_BOOKKEEPING % {"count": rest})] if rest else told


# By label, because the models are of apps that this one does not know.
_WORDS = {
    "accounts.Member": ngettext_lazy("your name and settings", "your name and settings", "count"),
    "accounts.Grant": ngettext_lazy(
        "your sign-in with Spotify, and its keys", "your sign-in with Spotify, and its keys", "count"
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
    "player.PastSearch": ngettext_lazy("%(count)d search", "%(count)d searches", "count"),
    "player.KnownDevice": ngettext_lazy("%(count)d device of yours", "%(count)d devices of yours", "count"),
}
_BOOKKEEPING = ngettext_lazy(
    "%(count)d note that holds these together",
    "%(count)d notes that hold these together",
    "count",
)
