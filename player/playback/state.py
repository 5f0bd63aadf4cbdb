"""What is known of a member's player, kept in the cache that all processes share.

A command adds an `Expectation`: Spotify accepts it at once and obeys a moment later, so until then reads that
contradict it are not believed.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec
from django.core.cache import cache
from msgspec import Struct, structs

from accounts.models import Member
from player.playback.attribution import Attribution
from spotweb.spotify.answers import struct_types
from spotweb.spotify.errors import BoxBusy, PaceReached, SpotifyError, Throttled
from spotweb.spotify.models import Device, Playback, Queue

STATE_KEPT_S = 3 * 24 * 3600  # what is left of a member who was removed has to be gone within five days
# A page looks at least once a minute: somebody else's tab may have found out that a wait is over.
MIN_POLL_MS, MAX_POLL_MS = 700, 60_000
# Reads that contradict a command are not believed for this long after it.
GRACE_S = 2.0
# For so long the player says why the music stopped, and offers a lost queue on every page.
EXPLAINED_FOR_S = OFFERED_FOR_S = 600.0
# Who is asked for a speaker has so long to answer, and what became of it is shown for so long.
ASKED_FOR_S, ANSWER_SHOWN_S = 60.0, 120.0
# Who waits for an answer looks this often, without asking Spotify more often.
AWAITED_POLL_MS = 2_500
# Whose speakers others may ask for hears of it in time on any page.
HOST_POLL_MS = 20_000
# With fewer queued songs, Play means just this.
MIN_ROWS_TO_GO_ON = 3
# A seek counts as done when the position is this near; the music plays on while the answer travels.
SEEK_TOLERANCE_MS = 4_000


class PlayerTrouble(Struct, frozen=True, kw_only=True):
    """Why what is known is old."""

    code: str
    until: datetime | None = None
    times: int = 1

    @property
    def is_own_limit(self) -> bool:
        """As of SpotifyError."""
        return self.code in {PaceReached.code, BoxBusy.code}


class RememberedDevice(Struct, frozen=True, kw_only=True):
    """A device seen before. `last_seen_at` is null while Spotify lists it."""

    id: str
    name: str
    type: str = ""
    last_seen_at: datetime | None = None
    is_preferred: bool = False


class QueueSource(Struct, frozen=True, kw_only=True):
    """What decides what is queued: when it changes, the queue is another one."""

    item_uri: str | None = None
    context_uri: str | None = None
    shuffle_state: bool = False


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
    starts: bool | None = None  # something else than before, not just the same again

    def is_current(self, now: float) -> bool:
        return now < self.until

    def is_met_by(self, playback: Playback | None, *, now: float) -> bool:
        """Whether the read shows what was commanded; what is queued is asked of the queue instead."""
        if playback is None:  # a device that wakes up is reported as nothing for a moment
            return not self._concerns_playback()
        device = playback.device
        shown = {
            "item_uri": playback.item.uri if playback.item else None,
            "is_playing": playback.is_playing,
            "shuffle_state": playback.shuffle_state,
            "repeat_state": playback.repeat_state,
            "volume_percent": device.volume_percent if device else None,
            "device_id": device.id if device else None,
        }
        is_as_commanded = all(getattr(self, name) in {None, value} for name, value in shown.items())
        has_left = self.left_uri is None or playback.item is None or playback.item.uri != self.left_uri
        return is_as_commanded and has_left and self._is_near(playback, now)

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

    def _concerns_playback(self) -> bool:
        return structs.replace(self, until=0.0, commanded_at=None, queued_uri=None) != Expectation()

    def from_now(self, now: float) -> "Expectation":
        return structs.replace(self, until=now + GRACE_S, commanded_at=now)


class StopReason(Struct, frozen=True, kw_only=True):
    """Why there is no music any more; `kind` is one of PlayerEvent's."""

    kind: str
    at: float
    device: str = ""


class ReplacedQueue(Struct, frozen=True, kw_only=True):
    """A queue that was just lost and can be put back: the PastQueue `pk`."""

    pk: int
    at: float
    count: int
    is_own: bool = False
    is_device_lost: bool = False
    # Put aside while another member played through this account; `lent_to` is empty when they have left.
    is_lent: bool = False
    lent_to: str = ""

    @property
    def offers_rest(self) -> bool:
        """Whether what the member has just started may be what they want, with the queue after it."""
        return self.is_own and self.count >= MIN_ROWS_TO_GO_ON


class SleepTimer(Struct, frozen=True, kw_only=True):
    """When the music is to stop: at a moment, after so many songs, or with the album.

    `slept_at`: when it has paused the music; 0 while it runs.
    """

    ends_at: float | None = None
    songs: int = 0
    is_album: bool = False
    slept_at: float = 0.0


class ManagedMemo(Struct, frozen=True, kw_only=True):
    """The queue that this app keeps: how many rows it holds; `version` grows when it is to be shown again."""

    is_on: bool = False
    version: int = 0
    count: int = 0


class LoanRequest(Struct, frozen=True, kw_only=True):
    """Another member asks for a speaker of this one: the SpeakerLoan `pk`."""

    pk: int
    guest_pk: int
    guest: str
    device: str
    title: str
    at: float


class Lending(Struct, frozen=True, kw_only=True):
    """What plays here is another member's: the SpeakerLoan `pk`. `sent_at` is 0 while it is being started.

    `past_queue` is what this member listened to before; null where that was nothing.
    """

    pk: int
    guest_pk: int
    guest: str
    device_id: str
    device: str
    title: str
    context_uri: str = ""
    sent_at: float = 0.0
    past_queue: int | None = None
    is_hidden: bool = False  # the notice; what plays stays marked


class Borrowing(Struct, frozen=True, kw_only=True):
    """What has become of a speaker that this member wanted: `status` is one of SpeakerLoan's."""

    pk: int
    host_pk: int
    host: str
    device: str
    status: str
    title: str
    at: float
    reason: str = ""  # of player.speaker_loans.refusals, why it ended
    is_hidden: bool = False
    shows_own: bool = False  # the guest has turned the bar to their own player meanwhile

    @property
    def is_asked(self) -> bool:
        return self.status == "asked"

    @property
    def is_playing(self) -> bool:
        return self.status == "playing"

    def get_current(self, now: float) -> "Borrowing | None":
        """Nobody writes that an answer did not come: it follows from the time."""
        if self.is_asked and now - self.at >= ASKED_FOR_S:
            return structs.replace(self, status="lapsed", at=self.at + ASKED_FOR_S).get_current(now)
        is_over = not self.is_asked and not self.is_playing
        return None if is_over and now - self.at >= ANSWER_SHOWN_S else self


class QuietRule(Struct, frozen=True, kw_only=True):
    """As a row of QuietHours; the times in minutes of the day there."""

    device_id: str
    name: str
    type: str
    starts: int
    ends: int
    ceiling: int
    zone: str


class PlayerMemo(Struct, frozen=True, kw_only=True):
    """What this app knows of the player beside Spotify's answers; no read changes it."""

    stop: StopReason | None = None
    replaced: ReplacedQueue | None = None
    sleep: SleepTimer | None = None
    managed: ManagedMemo | None = None  # null: not looked up yet
    request: LoanRequest | None = None
    lending: Lending | None = None
    borrowing: Borrowing | None = None
    quiet: tuple[QuietRule, ...] | None = None  # null: not looked up yet

    @property
    def current(self) -> "PlayerMemo":
        """Without what is too old to be shown."""
        now = time.time()
        return structs.replace(
            self,
            stop=self.stop if self.stop and now - self.stop.at < EXPLAINED_FOR_S else None,
            replaced=self.replaced if self.replaced and now - self.replaced.at < OFFERED_FOR_S else None,
            request=self.request if self.request and now - self.request.at < ASKED_FOR_S else None,
            # While the guest's music is being started, the host's own is still heard.
            lending=self.lending if self.lending and self.lending.sent_at else None,
            borrowing=self.borrowing.get_current(now) if self.borrowing else None,
        )


class BorrowedPlayer(Struct, frozen=True, kw_only=True):
    """What a page shows and steers is the player of a host, for a guest: by the SpeakerLoan `pk`."""

    pk: int
    host: str
    device: str
    refusal: str = ""  # why nothing there can be steered right now
    title: str = ""  # what stands then where a song would


class PlayerState(Struct, frozen=True, kw_only=True):
    """What is known of a player. Moments are seconds since 1970 by the clock of this box."""

    playback: Playback | None = None
    playback_at: float = 0.0
    context_name: str = ""  # of the playlist that is played from, as far as it can be read
    queue: Queue | None = None
    queue_at: float = 0.0
    queue_source: QueueSource | None = None  # what the playback was when the queue was read
    attributions: tuple[Attribution, ...] = ()  # of the first rows of the queue: those queued by hand
    follows_context: bool | None = (
        None  # whether what stands below them comes from the context; null: not known
    )
    devices: tuple[Device, ...] | None = None
    devices_at: float = 0.0
    remembered: tuple[RememberedDevice, ...] = ()  # the preferred device, and those that are no longer listed
    due_at: float = 0.0
    changed_at: float = 0.0  # when a command last changed this, in front of any read
    expectation: Expectation | None = None
    trouble: PlayerTrouble | None = None
    queue_trouble: PlayerTrouble | None = None
    saved: dict[str, bool] = {}  # by URI; what plays and what comes next
    saved_at: float = 0.0
    saved_retry_at: float = 0.0
    liked_at: float = 0.0  # when a member last saved or removed something
    memo: PlayerMemo = PlayerMemo()
    borrowed: BorrowedPlayer | None = None  # null for a member's own player; never stored

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
        """When a page that somebody looks at should ask again."""
        return count_poll_ms(self, self.due_at)

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
            queue_source=None,
            devices_at=0.0,
            due_at=0.0,
            changed_at=0.0,
            saved_at=0.0,
            saved_retry_at=0.0,
            liked_at=0.0,
            expectation=None,
            memo=self.memo.current,
        )
        return blake2b(msgspec.msgpack.encode(shown), digest_size=9).hexdigest()

    def _started_at(self) -> float:
        """A jump within the item shows here; the steps are wide enough for Spotify's jitter."""
        if self.playback is None or self.playback.progress_ms is None:
            return 0.0
        progress_s = self.playback.progress_ms / 1000
        return round(((self.playback_at if self.playback.is_playing else 0) - progress_s) / 3)


def count_poll_ms(state: PlayerState, due_at: float) -> int:
    """A little late, so that the poll meets a read that is due. Who waits for an answer looks more often."""
    borrowing = state.memo.current.borrowing
    most = AWAITED_POLL_MS if borrowing and borrowing.is_asked else MAX_POLL_MS
    return min(max(int((due_at - time.time()) * 1000) + 100, MIN_POLL_MS), most)


def queue_source_of(playback: Playback | None) -> QueueSource:
    if playback is None:
        return QueueSource()
    return QueueSource(
        item_uri=playback.item.uri if playback.item else None,
        context_uri=playback.context.uri if playback.context else None,
        shuffle_state=playback.shuffle_state,
    )


def player_trouble(error: SpotifyError, before: PlayerTrouble | None = None) -> PlayerTrouble:
    until = error.until if isinstance(error, Throttled) else None
    return PlayerTrouble(code=error.code, until=until, times=before.times + 1 if before else 1)


def load_state(member: Member) -> PlayerState:
    """Return what is known without asking Spotify; `is_known` is false when that is nothing."""
    return struct_types.unpack_cached(cache.get(cache_key(member, "state")), PlayerState) or PlayerState()


def update_state(member: Member, change: Callable[[PlayerState], PlayerState]) -> PlayerState:
    """Store the changed state over the latest one.

    Two writers in the same instant may lose one change; the next read, seconds away, puts it right.
    """
    state = change(load_state(member))
    cache.set(cache_key(member, "state"), msgspec.msgpack.encode(state), STATE_KEPT_S)
    return state


def update_memo(
    member: Member,
    **changes: StopReason
    | ReplacedQueue
    | SleepTimer
    | ManagedMemo
    | LoanRequest
    | Lending
    | Borrowing
    | tuple[QuietRule, ...]
    | None,
) -> PlayerState:
    """Store what this app knows beside Spotify's answers."""
    return update_state(
        member, lambda state: structs.replace(state, memo=structs.replace(state.memo, **changes))
    )


def cache_key(member: Member, what: str) -> str:
    return f"player:{what}:{member.pk}"


def merge_expectations(older: Expectation | None, newer: Expectation, *, now: float) -> Expectation:
    """The newer one wins; what it leaves open stays expected as long as it is current."""
    if older is None or not older.is_current(now):
        return newer
    changes = {name: value for name, value in structs.asdict(newer).items() if value is not None}
    if newer.left_uri is not None:  # the position that was asked for belonged to the item before
        changes |= {"progress_ms": newer.progress_ms, "item_uri": newer.item_uri}
    return structs.replace(older, **{**changes, "starts": newer.starts})


def _without_position(playback: Playback | None) -> Playback | None:
    return structs.replace(playback, progress_ms=None, timestamp=None) if playback else None


def _without_count(trouble: PlayerTrouble | None) -> PlayerTrouble | None:
    return structs.replace(trouble, times=1) if trouble else None
