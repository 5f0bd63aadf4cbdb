"""What members do with the queue that is kept here: add, move, remove, clear, undo, turn it on and off."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from library.catalogue.store import get_items_by_uri
from player.managed_queue import entries
from player.managed_queue.engine import order_fairly
from player.models import ManagedBlock, ManagedItem, ManagedQueue
from player.playback.items import pack_item
from player.playback.state import ManagedMemo, load_state, update_memo
from spotweb.jobs import actions
from spotweb.jobs.models import Job
from spotweb.spotify.models import Item

State = ManagedItem.State

MANAGE = "managed-queue"
MAX_ITEMS = 500
# In a longer queue pasted links keep their address as a name until they play.
MAX_LOOKED_UP = 30
# What was played, skipped or removed can be undone, and explains itself, for so long.
LOG_KEPT = timedelta(days=1)


class QueueFull(Exception):
    """No more rows are kept at once."""


class QueuedCopy(Struct, frozen=True):
    """Where something waits already, from 1; `block` is the name of the album or playlist that it is in."""

    place: int
    block: str = ""


def is_on(member: Member) -> bool:
    """Whether this app keeps the member's queue; asks the cache alone."""
    memo = load_state(member).memo.managed
    if memo is None:
        queue = find_queue(member)
        memo = _make_memo(queue) if queue else ManagedMemo()
        update_memo(member, managed=memo)
    return memo.is_on


def is_fair(member: Member) -> bool:
    """Whether people take turns in the queue that is kept."""
    return ManagedQueue.objects.filter(member=member, is_on=True, is_fair=True).exists()


def find_queue(member: Member) -> ManagedQueue | None:
    return ManagedQueue.objects.filter(member=member).first()


def turn_on(member: Member) -> None:
    ManagedQueue.objects.update_or_create(
        member=member, defaults={"is_on": True, "note": "", "last": None, "paused_at": None}
    )
    _record_change(member)


def turn_off(member: Member) -> list[ManagedItem]:
    """Return the rows that waited; they are kept here no longer."""
    queue = find_queue(member)
    if queue is None:
        return []
    rows = list_waiting(queue)
    with transaction.atomic():
        ManagedQueue.objects.filter(pk=queue.pk).update(is_on=False, last=None)
        queue.items.exclude(state=State.PLAYED).update(state=State.REMOVED, changed_at=timezone.now())
    job = find_job(member)
    if job:
        actions.cancel(member, job.pk)
    _record_change(member)
    return rows


def set_fair(member: Member, *, is_fair: bool) -> None:
    ManagedQueue.objects.filter(member=member).update(is_fair=is_fair)
    _record_change(member)


def add_item(
    member: Member,
    uri: str,
    *,
    item: Item | None,
    name: str = "",
    added_by: Member | None = None,
    is_next: bool = False,
) -> None:
    """Put one track or episode behind all others, or in front of them. Raises QueueFull."""
    if not has_room(member, 1):
        raise QueueFull
    queue, _is_new = ManagedQueue.objects.get_or_create(member=member)
    row = _make_row(queue, uri, item=item, name=name, added_by=added_by or member)
    _add_rows(member, queue, [row], is_next=is_next)


def add_block(
    member: Member,
    uri: str,
    *,
    items: Sequence[tuple[str, str]],
    name: str = "",
    image_url: str = "",
    added_by: Member | None = None,
    is_next: bool = False,
) -> None:
    """Put an album or a playlist behind all others, or in front of them: URIs and names, in its order.

    Whether it fits is asked before (`has_room`).
    """
    queue, _is_new = ManagedQueue.objects.get_or_create(member=member)
    known = get_items_by_uri(uri for uri, _name in items)
    with transaction.atomic():
        block = ManagedBlock.objects.create(queue=queue, uri=uri, name=name[:500], image_url=image_url[:1000])
        rows = [
            _make_row(queue, uri, item=known.get(uri), name=name, added_by=added_by or member, block=block)
            for uri, name in items
        ]
        _add_rows(member, queue, rows, is_next=is_next)


def has_room(member: Member, count: int) -> bool:
    waiting = ManagedItem.objects.filter(queue__member=member, state=State.WAITING)
    return waiting.count() + count <= MAX_ITEMS


def may_look_up(member: Member) -> bool:
    """Whether the name of a pasted link may cost a request: long lists would use up the household's day."""
    waiting = ManagedItem.objects.filter(queue__member=member, state=State.WAITING)
    return waiting.count() < MAX_LOOKED_UP


def find_copy(member: Member, uri: str) -> QueuedCopy | None:
    """Where the same song waits already, besides the one that was added last."""
    places = [(at, entry, row.pk) for at, entry in _list_places(member) for row in entry if row.uri == uri]
    newest = max((pk for _at, _entry, pk in places), default=0)
    return next((_name_copy(at, entry) for at, entry, pk in places if pk != newest), None)


def find_block(member: Member, uri: str) -> int | None:
    """Where an album or a playlist waits already, from 1."""
    return next(
        (at for at, entry in _list_places(member) if entry[0].block and entry[0].block.uri == uri), None
    )


def list_waiting(queue: ManagedQueue) -> list[ManagedItem]:
    """Return the rows in the order they will play; with fair turns people alternate."""
    rows = list(queue.items.filter(state=State.WAITING).select_related("added_by", "block"))
    if not queue.is_fair:
        return rows
    found = entries.list_entries(rows)
    taken = queue.items.filter(state__in=[State.ARMED, State.PLAYED]).order_by("-changed_at", "-pk").first()
    block = taken.block_id if taken else None
    begun = next((at for at, entry in enumerate(found) if block and entry[0].block_id == block), None)
    adders = [entry[0].added_by_id for entry in found]
    order = order_fairly(adders, taken.added_by_id if taken else None, goes_on=begun)
    return [row for place in order for row in found[place]]


def find_armed(queue: ManagedQueue) -> ManagedItem | None:
    return queue.items.filter(state=State.ARMED).select_related("added_by").first()


def move_entry(member: Member, *, pk: int, before: int) -> list[int]:
    """Put a song, or the album that it stands in, in front of the entry at place `before` (from 0).

    Return the order of before, for undo; so do the others.
    """
    return _change_order(member, lambda rows: entries.move_entry(rows, pk, before))


def move_in_block(member: Member, *, pk: int, before: int) -> list[int]:
    """Put a song in front of the one at place `before` (from 0) of its album or playlist."""
    return _change_order(member, lambda rows: entries.move_in_block(rows, pk, before))


def move_out(member: Member, *, pk: int, before: int) -> list[int]:
    """Put a song, without the album around it, in front of the entry at place `before` (from 0)."""
    return _change_order(member, lambda rows: entries.move_out(rows, pk, before))


def remove_item(member: Member, *, pk: int) -> list[int]:
    """Remove a song; the armed one is skipped when its turn comes, or is not after all."""
    queue = find_queue(member)
    armed = find_armed(queue) if queue else None
    if armed and armed.pk == pk:
        _set_unwanted(member, armed, is_unwanted=not armed.is_unwanted)
        return []
    return _change_order(member, lambda rows: [row for row in rows if row.pk != pk])


def remove_block(member: Member, *, pk: int) -> list[int]:
    """Remove what waits of the album or playlist of this row; its armed song is skipped when its turn comes.

    The order for undo names that song too.
    """
    queue = find_queue(member)
    row = queue.items.filter(pk=pk).first() if queue else None
    if queue is None or row is None or not row.block_id:
        return []
    found = entries.list_entries(list_waiting(queue))
    at = entries.find_entry(found, pk)
    if at is None and found and found[0][0].block_id == row.block_id:
        at = 0  # of the song that is handed over, what comes after it
    armed = find_armed(queue)
    begun = armed if armed and at in {None, 0} and armed.block_id == row.block_id else None
    if begun:
        _set_unwanted(member, begun, is_unwanted=True)
    gone = {row.pk for row in found[at]} if at is not None else set()
    order = _change_order(member, lambda rows: [row for row in rows if row.pk not in gone])
    return [begun.pk, *order] if begun else order


def clear(member: Member) -> list[int]:
    """Remove all rows that wait."""
    return _change_order(member, lambda _rows: [])


def restore_order(member: Member, order: Sequence[int]) -> None:
    """Undo: these rows wait again, in this order; those added since stay behind them.

    What is armed is not skipped after all.
    """
    queue = find_queue(member)
    if queue is None or not queue.is_on:
        return
    queue.items.filter(pk__in=order, state=State.ARMED).update(is_unwanted=False)
    undoable = queue.items.filter(pk__in=order, state__in=[State.WAITING, State.REMOVED])
    known = set(undoable.values_list("pk", flat=True))
    added = [row.pk for row in queue.items.filter(state=State.WAITING) if row.pk not in known]
    _store_order(queue, [*(pk for pk in order if pk in known), *added])
    _record_change(member)


def find_job(member: Member) -> Job | None:
    return actions.get_lock_holder(_lock_key(member))


def wake(member: Member) -> None:
    """Have the worker look at the player now."""
    job = find_job(member)
    if job is None:
        with suppress(actions.LockTaken):  # another request was faster
            actions.start(MANAGE, member=member, started_by=member, lock_key=_lock_key(member))
    else:
        actions.restart(job)


def has_waiting(member: Member) -> bool:
    rows = ManagedItem.objects.filter(queue__member=member, queue__is_on=True)
    return rows.filter(state__in=[State.WAITING, State.ARMED]).exists()


def show_change(member: Member) -> ManagedQueue | None:
    """Have all pages show what has become of the queue, and return it."""
    queue = find_queue(member)
    if queue:
        update_memo(member, managed=_store_memo(queue))
    return queue


def _make_row(
    queue: ManagedQueue,
    uri: str,
    *,
    item: Item | None,
    name: str,
    added_by: Member,
    block: ManagedBlock | None = None,
) -> ManagedItem:
    return ManagedItem(
        queue=queue,
        block=block,
        uri=uri,
        name=(item.name if item else name)[:500],
        duration_ms=item.duration_ms if item else 0,
        item=pack_item(item) if item else b"",
        added_by=added_by,
    )


def _add_rows(member: Member, queue: ManagedQueue, rows: list[ManagedItem], *, is_next: bool) -> None:
    with transaction.atomic():
        others = [row.pk for row in list_waiting(queue)] if is_next else []
        first = (queue.items.aggregate(last=Max("place"))["last"] or 0) + 1
        for place, row in enumerate(rows, start=first):
            row.place = place
        added = ManagedItem.objects.bulk_create(rows)
        if is_next:
            _store_order(queue, [*(row.pk for row in added), *others])
    _record_change(member)


def _list_places(member: Member) -> list[tuple[int, entries.Entry]]:
    queue = find_queue(member)
    return list(enumerate(entries.list_entries(list_waiting(queue)), start=1)) if queue else []


def _name_copy(at: int, entry: entries.Entry) -> QueuedCopy:
    block = entry[0].block
    return QueuedCopy(at, block.name if block and entries.is_block(entry) else "")


def _set_unwanted(member: Member, armed: ManagedItem, *, is_unwanted: bool) -> None:
    ManagedItem.objects.filter(pk=armed.pk).update(is_unwanted=is_unwanted)
    _record_change(member)


def _change_order(member: Member, change: Callable[[list[ManagedItem]], list[ManagedItem]]) -> list[int]:
    queue = find_queue(member)
    if queue is None:
        return []
    before = list_waiting(queue)
    _store_order(queue, [row.pk for row in change(before)])
    _record_change(member)
    return [row.pk for row in before]


def _store_order(queue: ManagedQueue, order: Sequence[int]) -> None:
    """Have exactly these rows wait, in this order. What the worker has armed meanwhile stays armed."""
    now = timezone.now()
    with transaction.atomic():
        movable = queue.items.filter(state__in=[State.WAITING, State.REMOVED])
        rows = movable.in_bulk(order)
        gone = queue.items.filter(state=State.WAITING).exclude(pk__in=order)
        gone.update(state=State.REMOVED, changed_at=now)
        first = queue.items.aggregate(last=Max("place"))["last"] or 0
        ordered = [rows[pk] for pk in order if pk in rows]
        for place, row in enumerate(ordered, start=first + 1):
            row.state, row.place, row.changed_at = State.WAITING, place, now
        movable.bulk_update(ordered, ["state", "place", "changed_at"])


def _record_change(member: Member) -> None:
    queue = show_change(member)
    if queue and queue.is_on:
        queue.items.filter(
            state__in=[State.PLAYED, State.REMOVED], changed_at__lt=timezone.now() - LOG_KEPT
        ).delete()
        queue.blocks.filter(items=None).delete()
        if not find_armed(queue) and queue.items.filter(state=State.WAITING).exists():
            wake(member)


def _store_memo(queue: ManagedQueue) -> ManagedMemo:
    """Count up, so that pages see that something has changed."""
    queue.version += 1
    ManagedQueue.objects.filter(pk=queue.pk).update(version=queue.version)
    return _make_memo(queue)


def _make_memo(queue: ManagedQueue) -> ManagedMemo:
    count = queue.items.filter(state__in=[State.WAITING, State.ARMED]).count() if queue.is_on else 0
    return ManagedMemo(is_on=queue.is_on, version=queue.version, count=count)


def _lock_key(member: Member) -> str:
    return f"managed-queue:{member.pk}"
