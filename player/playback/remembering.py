"""What was queued through spotweb, by whom and when, for as long as Spotify shows it, and a little longer."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Member
from player.models import QueuedItem
from player.playback import attribution as marks
from player.playback.attribution import Mark, Waiting
from spotweb.spotify.models import Queue

# The longest queue that is followed row by row; beyond it rows are shown without a name.
MOST_FOLLOWED = 300
# Spotify shows what was queued after half a second; a device that wakes up takes longer.
FRESH = timedelta(seconds=10)
# Spotify forgets a queue when nothing has played for long; a day covers every evening.
FORGOTTEN_AFTER = timedelta(days=1)
LOG_KEPT = timedelta(days=7)
LOG_LENGTH = 50


def remember(member: Member, uri: str, *, name: str = "", added_by: Member | None = None) -> QueuedItem:
    """Note what was just queued for `member`."""
    return QueuedItem.objects.create(member=member, added_by=added_by or member, uri=uri, name=name[:500])


def mark_of(item: QueuedItem) -> Mark:
    by = item.added_by
    return Mark(
        added_by=by.display_name if by else None, added_by_id=by.pk if by else None, added_at=item.added_at
    )


def recognise(member: Member, queue: Queue, *, has_changed: bool) -> tuple[Mark, ...]:
    """The marks of the first rows of what Spotify shows now; notes what has left.

    `has_changed`: something else plays than when the queue was last looked at.
    """
    kept = _waiting(member)
    if not kept or (queue.currently_playing is None and not queue.queue):
        return ()  # no device is awake: the queue comes back with it
    found = marks.recognise(queue, [_as_waiting(item) for item in kept], has_changed=has_changed)
    _note_places(kept, found.places)
    if found.gone:
        QueuedItem.objects.filter(pk__in=found.gone).update(state=QueuedItem.State.GONE)
        _prune(member)
    return found.marks


def move_up(member: Member) -> None:
    """The first row began to play, and the others moved up."""
    waiting = QueuedItem.objects.filter(member=member, state=QueuedItem.State.WAITING)
    waiting.filter(place=0).update(state=QueuedItem.State.GONE)
    waiting.filter(place__gt=0).update(place=F("place") - 1)


def log_of(member: Member) -> list[QueuedItem]:
    """What was added lately, newest first: to this member's queue, and by this member to others'."""
    involved = Q(member=member) | Q(added_by=member)
    return list(
        QueuedItem.objects.filter(involved).select_related("member", "added_by").order_by("-pk")[:LOG_LENGTH]
    )


def _waiting(member: Member) -> list[QueuedItem]:
    since = timezone.now() - FORGOTTEN_AFTER
    items = member.queued_items.filter(state=QueuedItem.State.WAITING, added_at__gt=since)
    return list(items.select_related("added_by")[:MOST_FOLLOWED])


def _as_waiting(item: QueuedItem) -> Waiting:
    return Waiting(
        pk=item.pk,
        uri=item.uri,
        name=item.name,
        mark=mark_of(item),
        place=item.place,
        is_fresh=item.place is None and item.added_at > timezone.now() - FRESH,
    )


def _note_places(items: Sequence[QueuedItem], places: dict[int, int]) -> None:
    moved = [item for item in items if item.place != places.get(item.pk, item.place)]
    for item in moved:
        item.place = places[item.pk]
    if moved:
        QueuedItem.objects.bulk_update(moved, ["place"])


def _prune(member: Member) -> None:
    QueuedItem.objects.filter(member=member, added_at__lt=timezone.now() - LOG_KEPT).delete()
