"""What is known of a member's player, and where all processes of the app keep it: in the shared cache."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec
from django.core.cache import cache
from msgspec import Struct, structs

from accounts.models import Member
from player.playback.attribution import Mark
from player.playback.expectations import Expectation
from spotweb.spotify.errors import SpotifyError, Throttled
from spotweb.spotify.models import Device, Playback, Queue

KEPT_S = 3 * 24 * 3600  # what is left of a member who was removed has to be gone within five days
# A page looks at least once a minute: somebody else's tab may have found out that a wait is over.
SOONEST_POLL_MS, LATEST_POLL_MS = 700, 60_000


class Trouble(Struct, frozen=True, kw_only=True):
    """Why what we know is old."""

    code: str
    until: datetime | None = None
    times: int = 1


class Remembered(Struct, frozen=True, kw_only=True):
    """A device from before. `last_seen_at` is null while Spotify lists it."""

    id: str
    name: str
    type: str = ""
    last_seen_at: datetime | None = None
    is_preferred: bool = False


class Whereabouts(Struct, frozen=True, kw_only=True):
    """What decides about the queue; when it changes, the queue is another one."""

    item_uri: str | None = None
    context_uri: str | None = None
    shuffle_state: bool = False


class Live(Struct, frozen=True, kw_only=True):
    """What is known. Moments are seconds since 1970 by the clock of this box."""

    playback: Playback | None = None
    playback_at: float = 0.0
    context_name: str = ""  # of the playlist that is played from, as far as it can be read
    queue: Queue | None = None
    queue_at: float = 0.0
    queue_of: Whereabouts | None = None  # what the playback was when the queue was read
    marks: tuple[Mark, ...] = ()  # of the first rows of the queue: those queued by hand
    devices: tuple[Device, ...] | None = None
    devices_at: float = 0.0
    remembered: tuple[Remembered, ...] = ()  # the preferred device, and those that are no longer listed
    due_at: float = 0.0
    changed_at: float = 0.0  # when a command last changed this, in front of any read
    expectation: Expectation | None = None
    trouble: Trouble | None = None
    queue_trouble: Trouble | None = None
    saved: dict[str, bool] = {}  # by URI; what plays and what comes next
    saved_at: float = 0.0
    saved_retry_at: float = 0.0
    liked_at: float = 0.0  # when a member last saved or removed something

    @property
    def is_known(self) -> bool:
        return self.playback_at > 0

    @property
    def fetched_at(self) -> datetime:
        return datetime.fromtimestamp(self.playback_at, UTC)

    @property
    def queue_fetched_at(self) -> datetime:
        return datetime.fromtimestamp(self.queue_at, UTC)

    @property
    def progress_ms(self) -> int | None:
        """Where the item is now, as far as the last read tells. Null when Spotify named no position."""
        if self.playback is None or self.playback.progress_ms is None:
            return None
        since_ms = int((time.time() - self.playback_at) * 1000) if self.playback.is_playing else 0
        duration_ms = self.playback.item.duration_ms if self.playback.item else 0
        # Without a length (local files, unknown items) nothing says where it ends.
        return min(self.playback.progress_ms + max(since_ms, 0), duration_ms or 2**31)

    @property
    def poll_ms(self) -> int:
        """When the page should ask again. A little late, so that it meets a read that is due."""
        due_in_ms = int((self.due_at - time.time()) * 1000) + 100
        return min(max(due_in_ms, SOONEST_POLL_MS), LATEST_POLL_MS)

    @property
    def device_id(self) -> str | None:
        """The device to name in a command: paused playback loses its active device after a while."""
        return self.playback.device.id if self.playback and self.playback.device else None

    @property
    def tag(self) -> str:
        """Equal as long as a page that shows this would look the same, but for the running position."""
        shown = structs.replace(
            self,
            playback=_without_position(self.playback),
            playback_at=self._started_at(),
            trouble=_without_count(self.trouble),
            queue_trouble=_without_count(self.queue_trouble),
            queue_at=0.0,
            queue_of=None,
            devices_at=0.0,
            due_at=0.0,
            changed_at=0.0,
            saved_at=0.0,
            saved_retry_at=0.0,
            liked_at=0.0,
            expectation=None,
        )
        return blake2b(msgspec.msgpack.encode(shown), digest_size=9).hexdigest()

    def _started_at(self) -> float:
        """A jump within the item shows here; the steps are wide enough for Spotify's jitter."""
        if self.playback is None or self.playback.progress_ms is None:
            return 0.0
        progress_s = self.playback.progress_ms / 1000
        return round(((self.playback_at if self.playback.is_playing else 0) - progress_s) / 3)


def whereabouts(playback: Playback | None) -> Whereabouts:
    if playback is None:
        return Whereabouts()
    return Whereabouts(
        item_uri=playback.item.uri if playback.item else None,
        context_uri=playback.context.uri if playback.context else None,
        shuffle_state=playback.shuffle_state,
    )


def trouble_of(error: SpotifyError, before: Trouble | None = None) -> Trouble:
    until = error.until if isinstance(error, Throttled) else None
    return Trouble(code=error.code, until=until, times=before.times + 1 if before else 1)


def load(member: Member) -> Live:
    """What is known without asking Spotify; `is_known` is false when that is nothing."""
    kept = cache.get(key(member, "live"))
    try:
        return msgspec.msgpack.decode(kept, type=Live) if kept else Live()
    except msgspec.DecodeError:  # written by another version of this file
        return Live()


def keep(member: Member, change: Callable[[Live], Live]) -> Live:
    """Write the changed state over the latest one.

    Two writers in the same instant may lose one change; the next read, seconds away, puts it right.
    """
    live = change(load(member))
    cache.set(key(member, "live"), msgspec.msgpack.encode(live), KEPT_S)
    return live


def key(member: Member, what: str) -> str:
    return f"player:{what}:{member.pk}"


def _without_position(playback: Playback | None) -> Playback | None:
    return structs.replace(playback, progress_ms=None, timestamp=None) if playback else None


def _without_count(trouble: Trouble | None) -> Trouble | None:
    return structs.replace(trouble, times=1) if trouble else None
