"""Who may read a index: one worker at a time, by a ticket that the next one makes invalid."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from library.models import SavedIndex

State = SavedIndex.State

# A worker notes each second how far it has come; a request may take twenty, and be repeated.
LOST_AFTER = timedelta(seconds=90)


class Superseded(Exception):
    """It was paused, or another worker has taken the reading over."""


def is_lost(saved_index: SavedIndex) -> bool:
    """Its worker was ended, or none is running that could take it up."""
    if saved_index.state not in {State.WAITING, State.RUNNING} or saved_index.beat_at is None:
        return False
    waits_until = saved_index.trouble_until if saved_index.state == State.WAITING else None
    since = max(saved_index.beat_at, waits_until) if waits_until else saved_index.beat_at
    return abs(timezone.now() - since) > LOST_AFTER and (since < timezone.now() or not waits_until)


def is_under_way(saved_index: SavedIndex) -> bool:
    return saved_index.state in {State.WAITING, State.RUNNING} and not is_lost(saved_index)


def draw(saved_index: SavedIndex, *, state: str = State.WAITING) -> bool:
    """Take the reading over, unless somebody else does at this moment. Keeps the index up to date."""
    drawn = SavedIndex.objects.filter(pk=saved_index.pk, ticket=saved_index.ticket).update(
        ticket=F("ticket") + 1, state=state, beat_at=timezone.now()
    )
    if drawn:
        saved_index.refresh_from_db()
    return bool(drawn)


def take_up(pk: int, ticket: int) -> SavedIndex | None:
    """In the worker: the index, when the ticket is still good and nobody has used it."""
    now = timezone.now()
    taken = SavedIndex.objects.filter(pk=pk, ticket=ticket, state=State.WAITING).update(
        state=State.RUNNING, beat_at=now, began_at=now, began_position=F("position")
    )
    return SavedIndex.objects.select_related("member").get(pk=pk) if taken else None


def note(saved_index: SavedIndex, *fields: str) -> None:
    """Write these of its fields, and that its worker lives. Raises Superseded."""
    saved_index.beat_at = timezone.now()
    values = {field: getattr(saved_index, field) for field in (*fields, "beat_at")}
    if not SavedIndex.objects.filter(pk=saved_index.pk, ticket=saved_index.ticket).update(**values):
        raise Superseded
