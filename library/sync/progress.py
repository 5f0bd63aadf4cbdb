"""What a page shows of a sync: how far it is, how long it takes, what is in the way."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from library.models import SavedIndex
from library.saved.index import find_index
from spotweb.jobs.models import Job
from spotweb.spotify.errors import QuotaExceeded, RateLimited, Throttled
from spotweb.spotify.rate_limit.limits import get_pace

State = Job.State

_PAGE_SIZE = 50
_MIN_ELAPSED_S = 3
# As pages know the states; what is not here says nothing.
_STATES: Mapping[str, str] = {
    State.QUEUED: "waiting",
    State.RUNNING: "running",
    State.PAUSED: "paused",
    State.FAILED: "stopped",
}
_THROTTLE_CODES = {Throttled.code, RateLimited.code, QuotaExceeded.code}


class SyncProgress(Struct, frozen=True, kw_only=True):
    """`state` is waiting, running, paused, stopped, or empty. `read` of `total` (null until Spotify has said)
    are there; `seconds_left` is null when that cannot be said. `error_code` is of a SpotifyError, over at
    `error_until` where that is known. `is_first`: all of it has never been read, so what is missing may just
    not be there yet. `is_reading`: it is read from end to end, which is worth showing; else only checked.
    """

    state: str = ""
    read: int = 0
    total: int | None = None
    seconds_left: int | None = None
    error_code: str = ""
    error_until: datetime | None = None
    checked_at: datetime | None = None
    is_first: bool = True
    is_reading: bool = False
    is_offered: bool = True
    version: int = 0
    # No worker takes it up.
    is_late: bool = False

    @property
    def is_under_way(self) -> bool:
        return self.state in {"waiting", "running"}

    @property
    def percent(self) -> int | None:
        return min(100, self.read * 100 // self.total) if self.total else None


def get_progress(member: Member, kind: str) -> SyncProgress:
    return build_progress(find_index(member, kind))


def is_under_way(saved_index: SavedIndex) -> bool:
    job = saved_index.job
    return job is not None and job.state in Job.ACTIVE


def build_progress(saved_index: SavedIndex | None) -> SyncProgress:
    """Say how far an index is that was read with its job."""
    if saved_index is None:
        return SyncProgress()
    job, total = saved_index.job, saved_index.total
    is_throttled = job is not None and job.error_code in _THROTTLE_CODES
    return SyncProgress(
        state=_STATES.get(job.state, "") if job else "",
        read=min(saved_index.position, total) if total is not None else saved_index.position,
        total=total,
        seconds_left=_estimate_seconds_left(saved_index, job) if job else None,
        error_code=job.error_code if job else "",
        error_until=job.run_after if job and is_throttled else None,
        checked_at=saved_index.checked_at,
        is_first=saved_index.complete_at is None,
        is_reading=saved_index.needs_full_sync,
        is_offered=saved_index.is_offered,
        version=saved_index.version,
        is_late=job is not None and job.is_late,
    )


def _estimate_seconds_left(saved_index: SavedIndex, job: Job) -> int | None:
    """As fast as it has been in this slice, or as the pace allows before that can be said."""
    if job.state != State.RUNNING or saved_index.total is None or job.error_code:
        return None
    left = max(0, saved_index.total - saved_index.position)
    done = saved_index.position - saved_index.start_position
    elapsed = (timezone.now() - saved_index.started_at).total_seconds() if saved_index.started_at else 0
    if done > 0 and elapsed > _MIN_ELAPSED_S:
        return round(left * elapsed / done)
    allowed = get_pace()
    return round(left / _PAGE_SIZE * (allowed.spacing_s if allowed.requests else 0.1))
