"""What members do with the queue that is kept here: add, move, remove, clear, undo, turn it on and off."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Member
from player.managed_queue.engine import order_fairly
from player.models import ManagedItem, ManagedQueue
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


def is_on(member: Member) -> bool:
    """Whether this app keeps the member's queue; asks the cache alone."""
    memo = load_state(member).memo.managed
    if memo is None:
        queue = find_queue(member)
        memo = _make_memo(queue) if queue else ManagedMemo()
        update_memo(member, managed=memo)
    return memo.is_on


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
    queue, _is_new = ManagedQueue.objects.get_or_create(member=member)
    with transaction.atomic():
        waiting = queue.items.filter(state=State.WAITING)
        if waiting.count() >= MAX_ITEMS:
            raise QueueFull
        last = queue.items.aggregate(last=Max("place"))["last"] or 0
        row = ManagedItem.objects.create(
            queue=queue,
            place=last + 1,
            uri=uri,
            name=(item.name if item else name)[:500],
            duration_ms=item.duration_ms if item else 0,
            item=pack_item(item) if item else b"",
            added_by=added_by or member,
        )
        if is_next:
            others = [other.pk for other in list_waiting(queue) if other.pk != row.pk]
            _store_order(queue, [row.pk, *others])
    _record_change(member)


def may_look_up(member: Member) -> bool:
    """Whether the name of a pasted link may cost a request: long lists would use up the household's day."""
    waiting = ManagedItem.objects.filter(queue__member=member, state=State.WAITING)
    return waiting.count() < MAX_LOOKED_UP


def find_copy_place(member: Member, uri: str) -> int | None:
    """Where the same song stands already, from 1, besides the one that was added last."""
    queue = find_queue(member)
    rows = list_waiting(queue) if queue else []
    newest = max((row.pk for row in rows if row.uri == uri), default=0)
    return next((at for at, row in enumerate(rows, start=1) if row.uri == uri and row.pk != newest), None)


def list_waiting(queue: ManagedQueue) -> list[ManagedItem]:
    """Return the rows in the order they will play; with fair turns people alternate."""
    rows = list(queue.items.filter(state=State.WAITING).select_related("added_by"))
    if not queue.is_fair:
        return rows
    taken = queue.items.filter(state__in=[State.ARMED, State.PLAYED]).order_by("-changed_at", "-pk").first()
    order = order_fairly([row.added_by_id for row in rows], taken.added_by_id if taken else None)
    return [rows[place] for place in order]


def find_armed(queue: ManagedQueue) -> ManagedItem | None:
    return queue.items.filter(state=State.ARMED).select_related("added_by").first()


def move_item(member: Member, *, pk: int, before: int) -> list[int]:
    """Put a row in front of the one at place `before` (from 0). Return the order of before, for undo."""
    return _change_order(member, lambda order: _move(order, pk, before))


def remove_item(member: Member, *, pk: int) -> list[int]:
    """Remove a row; the armed one is skipped when its turn comes. Return the order of before, for undo."""
    queue = find_queue(member)
    armed = find_armed(queue) if queue else None
    if armed and armed.pk == pk:
        ManagedItem.objects.filter(pk=pk).update(is_unwanted=not armed.is_unwanted)
        _record_change(member)
        return []
    return _change_order(member, lambda order: [other for other in order if other != pk])


def clear(member: Member) -> list[int]:
    """Remove all rows that wait. Return the order of before, for undo."""
    return _change_order(member, lambda _order: [])


def restore_order(member: Member, order: Sequence[int]) -> None:
    """Undo: these rows wait again, in this order; those added since stay behind them."""
    queue = find_queue(member)
    if queue is None or not queue.is_on:
        return
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


def _change_order(member: Member, change: Callable[[list[int]], list[int]]) -> list[int]:
    queue = find_queue(member)
    if queue is None:
        return []
    before = [row.pk for row in list_waiting(queue)]
    _store_order(queue, change(list(before)))
    _record_change(member)
    return before


def _move(order: list[int], pk: int, before: int) -> list[int]:
    if pk not in order:
        return order
    place = order.index(pk)
    order.remove(pk)
    at = before - 1 if before > place else before
    return [*order[:at], pk, *order[at:]]


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
