"""Queues that a start, a lost device or Spotify's own app has emptied: kept and listed."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import models
from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from player.models import PastQueue, QueuedItem, delete_older
from player.playback.attribution import MAX_ITEMS_FOLLOWED
from player.playback.context import DJ_URI, KINDS_WITH_OFFSET
from player.playback.items import is_single, pack_item, unpack_item
from player.playback.state import PlayerState, update_memo
from spotweb.spotify.answers import struct_types
from spotweb.spotify.models import Image, Item

MAX_PAST_QUEUES = 5
# What has left the queue so shortly before belongs to the same start.
SAME_START = timedelta(seconds=20)


class PastRow(Struct, frozen=True, array_like=True):
    """A row that was queued by hand. `by_pk` is the member who queued it, null where nobody here did."""

    uri: str
    name: str
    by: str = ""
    by_pk: int | None = None
    image: Image | None = None

    @property
    def can_return(self) -> bool:
        return is_single(self.uri)


class LostQueue(Struct, frozen=True, kw_only=True):
    """A past queue with its rows. `item` played when it was lost; null where nothing did."""

    pk: int
    at: datetime
    rows: tuple[PastRow, ...]
    item: Item | None = None
    context_uri: str = ""
    context_name: str = ""
    position_ms: int = 0
    is_own: bool = False
    is_device_lost: bool = False
    is_restored: bool = False
    is_shuffled: bool = False
    is_lent: bool = False
    lent_to: str = ""

    @property
    def returning(self) -> tuple[PastRow, ...]:
        """The rows that can be queued again: no local files."""
        return tuple(row for row in self.rows if row.can_return)

    @property
    def staying_away(self) -> tuple[PastRow, ...]:
        return tuple(row for row in self.rows if not row.can_return)

    @property
    def starts_context(self) -> bool:
        """Whether the context can be taken up at the old item; Liked Songs and artists cannot."""
        kind = self.context_uri.split(":")[1] if self.context_uri.count(":") > 1 else ""
        return kind in KINDS_WITH_OFFSET and self.context_uri != DJ_URI

    @property
    def can_start(self) -> bool:
        return bool(self.item and self.item.uri and is_single(self.item.uri))


def store_lost_queue(
    member: Member,
    before: PlayerState,
    after: PlayerState,
    lost: Sequence[int],
    *,
    is_own: bool,
    lent_to: Member | None = None,
) -> LostQueue:
    """Keep the rows at these places of the queue before, and those of ours that stood too far down.

    `lent_to` is another member for whom it is put aside.
    """
    items = before.queue.queue if before.queue else ()
    rows = [_make_row(before, items[place], place) for place in lost]
    rows += _find_hidden(member, Counter(item.uri for item in items))
    playback = before.playback
    item = playback.item if playback else None
    entry = PastQueue.objects.create(
        member=member,
        context_uri=(playback.context.uri or "" if playback and playback.context else "")[:400],
        context_name=before.context_name[:500],
        item=pack_item(item) if item else b"",
        position_ms=_find_position(before, after),
        rows=msgspec.msgpack.encode(rows),
        is_own=is_own,
        is_device_lost=after.playback is None,
        is_shuffled=bool(playback and playback.shuffle_state),
        is_lent=lent_to is not None,
        lent_to=lent_to,
    )
    delete_older(PastQueue.objects.filter(member=member), most=MAX_PAST_QUEUES)
    return _read(entry)


def list_past_queues(member: Member) -> list[LostQueue]:
    """Return the last ones, the newest first."""
    return [_read(entry) for entry in _list_entries(member)[:MAX_PAST_QUEUES]]


def get_past_queue(member: Member, pk: int) -> LostQueue | None:
    entry = _list_entries(member).filter(pk=pk).first()
    return _read(entry) if entry else None


def mark_restored(member: Member, pk: int) -> None:
    PastQueue.objects.filter(member=member, pk=pk).update(is_restored=True)
    dismiss_offer(member)


def dismiss_offer(member: Member) -> None:
    """The bar goes away; the queue stays among the recent ones."""
    update_memo(member, replaced=None)


def delete_past_queue(member: Member, pk: int) -> None:
    PastQueue.objects.filter(member=member, pk=pk).delete()


def _list_entries(member: Member) -> models.QuerySet[PastQueue]:
    return PastQueue.objects.filter(member=member).select_related("lent_to")


def _make_row(state: PlayerState, item: Item, place: int) -> PastRow:
    attribution = state.attributions[place]
    return PastRow(
        uri=item.uri or "",
        name=item.name,
        by=attribution.added_by or "",
        by_pk=attribution.added_by_id,
        image=item.images[-1] if item.images else None,
    )


def _find_hidden(member: Member, shown: Counter[str | None]) -> list[PastRow]:
    """What was queued here and stood below the twenty rows that Spotify shows."""
    since = timezone.now() - SAME_START
    pending = QueuedItem.objects.filter(member=member, place__isnull=True)
    waiting = pending.filter(state=QueuedItem.State.WAITING) | pending.filter(left_at__gte=since)
    rows = []
    for entry in waiting.select_related("added_by").order_by("pk")[:MAX_ITEMS_FOLLOWED]:
        if shown[entry.uri] > 0:
            shown[entry.uri] -= 1
            continue
        by = entry.added_by
        rows.append(
            PastRow(
                uri=entry.uri,
                name=entry.name,
                by=by.display_name if by else "",
                by_pk=by.pk if by else None,
            )
        )
    return rows


def _find_position(before: PlayerState, after: PlayerState) -> int:
    """Where the item was when it was left, as far as it can be reckoned."""
    playback = before.playback
    if playback is None or playback.item is None or playback.progress_ms is None:
        return 0
    gap_ms = max(after.playback_at - before.playback_at, 0) * 1000 if playback.is_playing else 0
    return int(min(playback.progress_ms + gap_ms, max(playback.item.duration_ms - 1000, 0)))


def _read(entry: PastQueue) -> LostQueue:
    return LostQueue(
        pk=entry.pk,
        at=entry.at,
        rows=struct_types.unpack_cached(bytes(entry.rows), tuple[PastRow, ...]) or (),
        item=unpack_item(entry.item),
        context_uri=entry.context_uri,
        context_name=entry.context_name,
        position_ms=entry.position_ms,
        is_own=entry.is_own,
        is_device_lost=entry.is_device_lost,
        is_restored=entry.is_restored,
        is_shuffled=entry.is_shuffled,
        is_lent=entry.is_lent,
        lent_to=entry.lent_to.display_name if entry.lent_to else "",
    )
