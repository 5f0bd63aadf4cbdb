"""Who may read a shelf: one worker at a time, by a ticket that the next one makes invalid."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from library.models import Shelf

State = Shelf.State

# A worker notes each second how far it has come; a request may take twenty, and be repeated.
LOST_AFTER = timedelta(seconds=90)


class Superseded(Exception):
    """It was paused, or another worker has taken the reading over."""


def is_lost(shelf: Shelf) -> bool:
    """Its worker was ended, or none is running that could take it up."""
    if shelf.state not in {State.WAITING, State.RUNNING} or shelf.beat_at is None:
        return False
    waits_until = shelf.trouble_until if shelf.state == State.WAITING else None
    since = max(shelf.beat_at, waits_until) if waits_until else shelf.beat_at
    return abs(timezone.now() - since) > LOST_AFTER and (since < timezone.now() or not waits_until)


def is_under_way(shelf: Shelf) -> bool:
    return shelf.state in {State.WAITING, State.RUNNING} and not is_lost(shelf)


def draw(shelf: Shelf, *, state: str = State.WAITING) -> bool:
    """Take the reading over, unless somebody else does at this moment. Keeps the shelf up to date."""
    drawn = Shelf.objects.filter(pk=shelf.pk, ticket=shelf.ticket).update(
        ticket=F("ticket") + 1, state=state, beat_at=timezone.now()
    )
    if drawn:
        shelf.refresh_from_db()
    return bool(drawn)


def take_up(pk: int, ticket: int) -> Shelf | None:
    """In the worker: the shelf, when the ticket is still good and nobody has used it."""
    now = timezone.now()
    taken = Shelf.objects.filter(pk=pk, ticket=ticket, state=State.WAITING).update(
        state=State.RUNNING, beat_at=now, began_at=now, began_position=F("position")
    )
    return Shelf.objects.select_related("member").get(pk=pk) if taken else None


def note(shelf: Shelf, *fields: str) -> None:
    """Write these of its fields, and that its worker lives. Raises Superseded."""
    shelf.beat_at = timezone.now()
    values = {field: getattr(shelf, field) for field in (*fields, "beat_at")}
    if not Shelf.objects.filter(pk=shelf.pk, ticket=shelf.ticket).update(**values):
        raise Superseded
