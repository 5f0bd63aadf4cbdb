"""Who queued which row of the queue, worked out from what was queued through spotweb: Spotify does not tell.

What members queue plays in the order it was added, in front of everything the context brings. So the rows up
to the last one that is recognised were all queued by hand, and a row only ever moves up.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from library.catalogue.recordings import Recording, are_one, list_people, read_recording
from player.models import QueuedItem
from spotweb.jobs.patience import write_beside
from spotweb.spotify.models import Artist, Episode, Item, Queue, Track
from spotweb.spotify.models.basics import ExternalIds

# Spotify shows no more rows than this: what does not fit in may still be there.
MAX_ROWS_SHOWN = 20
# The longest queue that is followed row by row; beyond it rows are shown without a name.
MAX_ITEMS_FOLLOWED = 300
# Spotify shows what was queued after half a second; a device that wakes up takes longer.
FRESH = timedelta(seconds=10)
# Spotify forgets a queue when nothing has played for long; a day covers every evening.
FORGOTTEN_AFTER = timedelta(days=1)
LOG_KEPT = timedelta(days=7)
MAX_LOG_LENGTH = 50


class Attribution(Struct, frozen=True, kw_only=True):
    """Who queued a row, and when. Null where it was queued elsewhere, such as in Spotify's own app."""

    added_by: str | None = None
    added_by_id: int | None = None
    added_at: datetime | None = None


class PendingItem(Struct, frozen=True, kw_only=True):
    """Something that was queued through spotweb and has not been seen leaving.

    `recording` is null where only a link was known. `is_fresh`: so new that a read may have been too early to
    show it.
    """

    pk: int
    uri: str
    recording: Recording | None = None
    attribution: Attribution = Attribution()
    place: int | None = None
    is_fresh: bool = False


class RowMatch(Struct, frozen=True, kw_only=True):
    """`attributions` belong to the first rows; `places` and `gone` name pending items by pk."""

    attributions: tuple[Attribution, ...] = ()
    places: dict[int, int] = {}
    gone: tuple[int, ...] = ()


def record_queued(
    member: Member, uri: str, *, item: Item | None = None, name: str = "", added_by: Member | None = None
) -> QueuedItem:
    """Remember what was just queued for `member`; `name` where the item is not known."""
    recording = read_recording(item) if isinstance(item, Track | Episode) else None
    return QueuedItem.objects.create(
        member=member,
        added_by=added_by or member,
        uri=uri,
        name=(item.name if item else name)[:500],
        people=list(list_people(item)) if isinstance(item, Track | Episode) else [],
        duration_ms=item.duration_ms if item else 0,
        isrc=recording.isrc if recording else "",
    )


def attribute_rows(member: Member, queue: Queue, *, has_changed: bool) -> tuple[Attribution, ...]:
    """Return who queued the first rows of what Spotify shows now, and record what has left.

    `has_changed`: something else plays than when the queue was last read.
    """
    items = _pending_items(member)
    if not items or (queue.currently_playing is None and not queue.queue):
        return ()  # no device is awake: the queue comes back with it
    match = match_rows(queue, [_as_pending(item) for item in items], has_changed=has_changed)
    # The player is shown, and obeys, although nothing can be written: the next read finds the rows again.
    write_beside(partial(_store_match, member, items, match))
    return match.attributions


def _store_match(member: Member, items: Sequence[QueuedItem], match: "RowMatch") -> None:
    _store_places(items, match.places)
    if match.gone:
        _mark_gone(QueuedItem.objects.filter(pk__in=match.gone))
        QueuedItem.objects.filter(member=member, added_at__lt=timezone.now() - LOG_KEPT).delete()


def move_rows_up(member: Member) -> None:
    """Record that the first row began to play, and that the others moved up."""
    write_beside(partial(_move_rows_up, member))


def _move_rows_up(member: Member) -> None:
    pending = QueuedItem.objects.filter(member=member, state=QueuedItem.State.WAITING)
    _mark_gone(pending.filter(place=0))
    pending.filter(place__gt=0).update(place=F("place") - 1)


def _mark_gone(items: QuerySet[QueuedItem]) -> None:
    items.update(state=QueuedItem.State.GONE, left_at=timezone.now())


def list_queued(member: Member) -> list[QueuedItem]:
    """Return what was added lately, newest first: to this member's queue, and by this member to others'."""
    involved = Q(member=member) | Q(added_by=member)
    items = QueuedItem.objects.filter(involved).select_related("member", "added_by")
    return list(items.order_by("-pk")[:MAX_LOG_LENGTH])


def match_rows(queue: Queue, pending: Sequence[PendingItem], *, has_changed: bool = False) -> RowMatch:
    """Find the rows of `pending`, which is in the order it was queued.

    `has_changed`: something else plays than when the queue was last read.
    """
    rows = queue.queue
    places: dict[int, int] = {}
    gone = [pending[0].pk] if has_changed and pending and _is_playing(pending[0], queue) else []
    unseen: list[int] = []
    start = 0
    for item in pending[len(gone) :]:
        row = _find_row(item, rows, start, left=len(gone))
        if row is not None:
            # What should have come before it has left in the meantime.
            gone, unseen = [*gone, *unseen], []
            places[item.pk], start = row, row + 1
        elif item.is_fresh:
            continue
        elif item.place is None:
            unseen.append(item.pk)
        else:
            gone.append(item.pk)
    is_cut_off = len(rows) >= MAX_ROWS_SHOWN and start >= len(rows)
    attributions = [Attribution()] * start
    for item in pending:
        if item.pk in places:
            attributions[places[item.pk]] = item.attribution
    return RowMatch(
        attributions=tuple(attributions), places=places, gone=(*gone, *(() if is_cut_off else unseen))
    )


def _is_playing(first: PendingItem, queue: Queue) -> bool:
    item = queue.currently_playing
    return item is not None and first.place == 0 and _is_same(first, item)


def _is_same(pending: PendingItem, item: Item) -> bool:
    """Spotify may play another release of what was asked for."""
    if item.uri == pending.uri:
        return True
    if pending.recording is None or not isinstance(item, Track | Episode):
        return False
    return are_one(pending.recording, read_recording(item))


def _find_row(pending: PendingItem, rows: Sequence[Item], start: int, *, left: int) -> int | None:
    """Return its row: never further down than it was, and higher by what has left from above it."""
    end = len(rows) if pending.place is None else min(pending.place - left + 1, len(rows))
    by_uri = (row for row in range(start, end) if rows[row].uri == pending.uri)
    of_recording = (row for row in range(start, end) if _is_same(pending, rows[row]))
    return next(by_uri, next(of_recording, None))


def _pending_items(member: Member) -> list[QueuedItem]:
    since = timezone.now() - FORGOTTEN_AFTER
    items = member.queued_items.filter(state=QueuedItem.State.WAITING, added_at__gt=since)
    return list(items.select_related("added_by")[:MAX_ITEMS_FOLLOWED])


def _as_pending(item: QueuedItem) -> PendingItem:
    by = item.added_by
    return PendingItem(
        pk=item.pk,
        uri=item.uri,
        recording=_read_queued(item),
        attribution=Attribution(
            added_by=by.display_name if by else None,
            added_by_id=by.pk if by else None,
            added_at=item.added_at,
        ),
        place=item.place,
        is_fresh=item.place is None and item.added_at > timezone.now() - FRESH,
    )


def _read_queued(item: QueuedItem) -> Recording | None:
    """The people decide, so that nothing is told of an item of which only the name is known."""
    if not item.people:
        return None
    return read_recording(
        Track(
            name=item.name,
            artists=tuple(Artist(name=name) for name in item.people),
            duration_ms=item.duration_ms,
            external_ids=ExternalIds(isrc=item.isrc or None),
        )
    )


def _store_places(items: Sequence[QueuedItem], places: dict[int, int]) -> None:
    moved = [item for item in items if item.place != places.get(item.pk, item.place)]
    for item in moved:
        item.place = places[item.pk]
    if moved:
        QueuedItem.objects.bulk_update(moved, ["place"])
