"""What a page tells of a reading: how far it is, how long it takes, what is in the way."""

from datetime import datetime

from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from library.models import SavedIndex
from library.sync.tickets import is_lost
from spotweb.spotify.rate_limit.limits import get_pace

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
        return self.state in {SavedIndex.State.WAITING, SavedIndex.State.RUNNING}

    @property
    def percent(self) -> int | None:
        return min(100, self.read * 100 // self.total) if self.total else None


def get_progress(member: Member, kind: str) -> SyncProgress:
    saved_index = SavedIndex.objects.filter(member=member, kind=kind).first()
    return build_progress(saved_index) if saved_index else SyncProgress(state=SavedIndex.State.RESTS)


def build_progress(saved_index: SavedIndex) -> SyncProgress:
    return SyncProgress(
        state=SavedIndex.State.STOPPED if is_lost(saved_index) else saved_index.state,
        read=min(saved_index.position, saved_index.total or 0)
        if saved_index.total is not None
        else saved_index.position,
        total=saved_index.total,
        seconds_left=_seconds_left(saved_index),
        trouble=saved_index.trouble,
        trouble_until=saved_index.trouble_until,
        checked_at=saved_index.checked_at,
        is_first=saved_index.complete_at is None,
        is_reading=saved_index.needs_full_sync,
        is_offered=saved_index.is_offered,
        version=saved_index.version,
    )


def _seconds_left(saved_index: SavedIndex) -> int | None:
    """As fast as it has been since it was taken up, or as the pace allows before that can be said."""
    if saved_index.state != SavedIndex.State.RUNNING or saved_index.total is None or saved_index.trouble:
        return None
    left = max(0, saved_index.total - saved_index.position)
    done = saved_index.position - saved_index.began_position
    elapsed = (timezone.now() - saved_index.began_at).total_seconds() if saved_index.began_at else 0
    if done > 0 and elapsed > _SOONEST_S:
        return round(left * elapsed / done)
    allowed = get_pace()
    return round(left / _PAGE * (allowed.spacing_s if allowed.requests else 0.1))
