"""What should be true soon: Spotify takes a command at once and obeys a moment later."""

from msgspec import Struct, structs

from spotweb.spotify.models import Playback, Queue

# Reads that contradict a command are not believed for this long after it.
GRACE_S = 2.0
# A seek counts as done when the position is this near; the music plays on while the answer travels.
SEEK_TOLERANCE_MS = 4_000


class Expectation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a read has to show before it is believed. None asks for nothing."""

    until: float = 0.0
    is_playing: bool | None = None
    left_uri: str | None = None  # this item should be gone
    item_uri: str | None = None  # this one should play
    shuffle_state: bool | None = None
    repeat_state: str | None = None
    volume_percent: int | None = None
    device_id: str | None = None
    progress_ms: int | None = None  # the position at the moment of the command
    commanded_at: float | None = None
    queued_uri: str | None = None

    def is_current(self, now: float) -> bool:
        return now < self.until

    def is_met_by(self, playback: Playback | None, *, now: float) -> bool:
        """Whether the read shows what was commanded; what is queued is asked of the queue instead."""
        if playback is None:  # a device that wakes up is reported as nothing for a moment
            return not self._speaks_of_playback()
        device = playback.device
        shown = {
            "item_uri": playback.item.uri if playback.item else None,
            "is_playing": playback.is_playing,
            "shuffle_state": playback.shuffle_state,
            "repeat_state": playback.repeat_state,
            "volume_percent": device.volume_percent if device else None,
            "device_id": device.id if device else None,
        }
        is_as_said = all(getattr(self, name) in {None, value} for name, value in shown.items())
        has_left = self.left_uri is None or playback.item is None or playback.item.uri != self.left_uri
        return is_as_said and has_left and self._is_near(playback, now)

    def is_met_by_queue(self, queue: Queue | None) -> bool:
        if self.queued_uri is None or queue is None:
            return self.queued_uri is None
        is_playing = queue.currently_playing is not None and queue.currently_playing.uri == self.queued_uri
        return is_playing or any(item.uri == self.queued_uri for item in queue.queue)

    def _is_near(self, playback: Playback, now: float) -> bool:
        if self.progress_ms is None or playback.progress_ms is None:
            return True
        since_ms = int((now - (self.commanded_at or now)) * 1000) if playback.is_playing else 0
        return abs(playback.progress_ms - self.progress_ms - since_ms) <= SEEK_TOLERANCE_MS

    def _speaks_of_playback(self) -> bool:
        return structs.replace(self, until=0.0, commanded_at=None, queued_uri=None) != Expectation()

    def from_now(self, now: float) -> "Expectation":
        return structs.replace(self, until=now + GRACE_S, commanded_at=now)


def merge(older: Expectation | None, newer: Expectation, *, now: float) -> Expectation:
    """The newer one wins; what it does not speak of stays expected as long as it is current."""
    if older is None or not older.is_current(now):
        return newer
    said = {name: value for name, value in structs.asdict(newer).items() if value is not None}
    if newer.left_uri is not None:  # the position that was asked for belonged to the item before
        said |= {"progress_ms": newer.progress_ms, "item_uri": newer.item_uri}
    return structs.replace(older, **said)
