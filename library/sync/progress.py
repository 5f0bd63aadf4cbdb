"""What a page tells of a reading: how far it is, how long it takes, what is in the way."""

from datetime import datetime

from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from library.models import Shelf
from library.sync.tickets import is_lost
from spotweb.spotify.gate.limits import pace

_PAGE = 50
_SOONEST_S = 3


class SyncProgress(Struct, frozen=True, kw_only=True):
    """`state` is a Shelf.State. `read` of `total` (null until Spotify has told) are there; `seconds_left` is
    null when that cannot be said. `trouble` is the code of a SpotifyError, over at `trouble_until` where that
    is known. `is_first`: all of it has never been read, so what is missing may just not be there yet.
    `is_reading`: from end to end, which is worth showing; else it is only looked at.
    """

    state: str
    read: int = 0
    total: int | None = None
    seconds_left: int | None = None
    trouble: str = ""
    trouble_until: datetime | None = None
    checked_at: datetime | None = None
    is_first: bool = True
    is_reading: bool = False
    is_offered: bool = True
    version: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.state in {Shelf.State.WAITING, Shelf.State.RUNNING}

    @property
    def percent(self) -> int | None:
        return min(100, self.read * 100 // self.total) if self.total else None


def get_progress(member: Member, kind: str) -> SyncProgress:
    shelf = Shelf.objects.filter(member=member, kind=kind).first()
    return build_progress(shelf) if shelf else SyncProgress(state=Shelf.State.RESTS)


def build_progress(shelf: Shelf) -> SyncProgress:
    return SyncProgress(
        state=Shelf.State.STOPPED if is_lost(shelf) else shelf.state,
        read=min(shelf.position, shelf.total or 0) if shelf.total is not None else shelf.position,
        total=shelf.total,
        seconds_left=_seconds_left(shelf),
        trouble=shelf.trouble,
        trouble_until=shelf.trouble_until,
        checked_at=shelf.checked_at,
        is_first=shelf.complete_at is None,
        is_reading=shelf.is_whole_wanted,
        is_offered=shelf.is_offered,
        version=shelf.version,
    )


def _seconds_left(shelf: Shelf) -> int | None:
    """As fast as it has been since it was taken up, or as the pace allows before that can be said."""
    if shelf.state != Shelf.State.RUNNING or shelf.total is None or shelf.trouble:
        return None
    left = max(0, shelf.total - shelf.position)
    done = shelf.position - shelf.began_position
    elapsed = (timezone.now() - shelf.began_at).total_seconds() if shelf.began_at else 0
    if done > 0 and elapsed > _SOONEST_S:
        return round(left * elapsed / done)
    allowed = pace()
    return round(left / _PAGE * (allowed.spacing_s if allowed.requests else 0.1))
