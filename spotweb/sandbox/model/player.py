"""One member's player: what plays where, and how it goes on by itself as time passes.

A player is only ever looked at after `advance(now)`, which lets everything happen that was due by then:
commands taking effect, items ending, a paused session falling asleep.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from spotweb.sandbox.model.devices import Device

PAUSED_ACTIVE_S = 10 * 60  # a paused session keeps its device this long
HISTORY_SIZE = 50
HEARD_AFTER_MS = 30_000  # shorter listening does not count as a play
QUEUE_SIZE = 20
SKIPPED_AFTER_S = 0.4  # on a device that skips everything

Effect: TypeAlias = Callable[["Player", float, dict[str, object]], None]


@dataclass(slots=True)
class Play:
    uri: str
    played_at: float
    context: str | None


@dataclass(slots=True)
class PendingChange:
    due: float
    effect: str
    arguments: dict[str, object]


@dataclass(slots=True, kw_only=True)
class Player:
    """The fields are the whole state; how long an item lasts is asked of `duration_ms`."""

    duration_ms: Callable[[str], int]
    effects: dict[str, Effect]
    devices: list[Device] = field(default_factory=list)
    active_id: str | None = None
    is_active: bool = False
    activated_at: float = 0.0
    is_playing: bool = False
    item: str | None = None
    scene: str = ""  # ad, dj, unknown: what plays is no item of the catalogue
    context: str | None = None
    is_list: bool = False  # started by the API with `uris`: Spotify's own app lets nobody edit the queue then
    follows_edits: bool = False  # started in Spotify's own app: what is edited in the playlist arrives
    tracks: list[str] = field(default_factory=list)  # the context's items, in its own order
    order: list[int] = field(default_factory=list)  # indexes into tracks, in playing order
    position: int = 0  # index into order
    queue: list[str] = field(default_factory=list)  # what the member queued by hand
    is_from_queue: bool = False
    repeat: str = "off"
    shuffle: bool = False
    smart_shuffle: bool = False
    progress_ms: int = 0  # at `since`
    since: float = 0.0
    changed_at: float = 0.0
    history: list[Play] = field(default_factory=list)  # newest first
    resume_ms: dict[str, int] = field(default_factory=dict)
    waking_until: float = 0.0  # until then a device that was just chosen says that nothing plays
    pending: list[PendingChange] = field(default_factory=list)
    continue_with: Callable[[str], list[str]] | None = None  # autoplay, when it is on
    end_jitter_ms: int = 0  # an item ends up to so much before or after its length
    seek_end_ms: int = 0  # a seek into the last so many ms ends the item

    # Looking

    def progress(self, now: float) -> int:
        if not self.is_playing:
            return self.progress_ms
        elapsed = self.progress_ms + int((now - self.since) * 1000)
        length = self.duration_ms(self.item) if self.item else 0
        return min(elapsed, length) if length else elapsed

    def active_device(self) -> Device | None:
        if not self.is_active:
            return None
        return next((device for device in self.devices if device.id == self.active_id), None)

    def upcoming(self) -> list[str]:
        """The queue as Spotify shows it: by hand, then the context, which starts over even when it won't."""
        shown = list(self.queue[:QUEUE_SIZE])
        if not self.order:
            return shown
        at = self.position
        while len(shown) < QUEUE_SIZE:
            at = (at + 1) % len(self.order)
            shown.append(self.tracks[self.order[at]])
        return shown

    def disallows(self) -> list[str]:
        names = ["pausing" if not self.is_playing else "resuming"]
        if self.scene == "ad":
            names += [
                "interrupting_playback",
                "seeking",
                "skipping_next",
                "skipping_prev",
                "toggling_shuffle",
                "toggling_repeat_context",
                "toggling_repeat_track",
            ]
        elif self.scene == "dj":
            names += ["skipping_prev", "toggling_shuffle", "toggling_repeat_context", "toggling_repeat_track"]
        elif self.item is None:
            names = ["skipping_prev", "toggling_repeat_track"]
        elif self.position == 0 and self.repeat != "context" and not self.is_from_queue:
            names.append("skipping_prev")
        return names

    # Time

    def advance(self, now: float) -> None:
        self._skip_whole_rounds(now)
        while (moment := self._next_moment()) <= now:
            self._happen(moment)

    def _next_moment(self) -> float:
        return min(self._effect_due(), self._item_end(), self._sleep_due())

    def _effect_due(self) -> float:
        return min((waiting.due for waiting in self.pending), default=float("inf"))

    def _item_end(self) -> float:
        length = self.duration_ms(self.item) if self.item and self.is_playing and not self.scene else 0
        if not length:  # some local files have none: they play until somebody skips them
            return float("inf")
        device = self.active_device()
        if device is not None and device.skips_everything and self.repeat == "off":
            return self.since + SKIPPED_AFTER_S
        return self.since + max(0, length + self._jitter_ms() - self.progress_ms) / 1000

    def _jitter_ms(self) -> int:
        """The same as long as this play lasts."""
        if not self.end_jitter_ms:
            return 0
        play = random.Random(f"{self.item} {len(self.queue)} {self.position}")  # noqa: S311 - no secret
        return play.randint(-self.end_jitter_ms, self.end_jitter_ms)

    def _sleep_due(self) -> float:
        return self.since + PAUSED_ACTIVE_S if self.is_active and not self.is_playing else float("inf")

    def _happen(self, moment: float) -> None:
        if self._effect_due() == moment:
            first = min(self.pending, key=lambda waiting: waiting.due)
            self.pending.remove(first)
            self.effects[first.effect](self, moment, first.arguments)
        elif self._item_end() == moment:
            self._finish_item(moment)
        else:
            self.is_active = False
            self._rest_device(moment)

    def _skip_whole_rounds(self, now: float) -> None:
        """What repeats can be years behind: leave out the rounds that change nothing."""
        if (
            not self.is_playing
            or self.pending
            or self.scene
            or self.queue
            or self.repeat == "off"
            or not self.item
            or self.end_jitter_ms
        ):
            return
        if self.repeat == "track":
            round_ms = self.duration_ms(self.item)
        else:
            round_ms = sum(self.duration_ms(uri) for uri in self.tracks)
        if round_ms and (rounds := int((now - self.since) * 1000) // round_ms) > 1:
            self.since += (rounds - 1) * round_ms / 1000

    def schedule(self, effect: str, arguments: dict[str, object], *, now: float, delay_s: float) -> None:
        """Accept a command: it takes effect `delay_s` from now."""
        self.pending.append(PendingChange(now + delay_s, effect, arguments))
        self.advance(now)

    # Changing

    def set_position(self, progress_ms: int, now: float) -> None:
        self.progress_ms, self.since, self.changed_at = progress_ms, now, now

    def start(self, uri: str | None, now: float, *, progress_ms: int = 0) -> None:
        self.item = uri
        if uri is not None and progress_ms == 0 and uri.startswith("spotify:episode:"):
            progress_ms = self.resume_ms.get(uri, 0)
        self.set_position(progress_ms, now)

    def leave_item(self, now: float) -> None:
        """Note what was heard of the current item before another takes its place."""
        if self.item is None or self.scene:
            return
        heard_ms, length = self.progress(now), self.duration_ms(self.item)
        if self.item.startswith("spotify:episode:"):
            self.resume_ms[self.item] = 0 if heard_ms >= length else heard_ms
        elif self.item.startswith("spotify:track:") and heard_ms >= min(HEARD_AFTER_MS, length):
            self.history.insert(0, Play(self.item, now, self.context))
            del self.history[HISTORY_SIZE:]

    def _finish_item(self, moment: float) -> None:
        self.leave_item(moment)
        if self.repeat == "track":
            self.start(self.item, moment)
        elif self.queue:
            self.start(self.queue.pop(0), moment)
            self.is_from_queue = True
        else:
            self.is_from_queue = False
            self._next_of_context(moment)

    def _next_of_context(self, moment: float) -> None:
        if self.position + 1 < len(self.order):
            self.position += 1
        elif self.repeat == "context" and self.order:
            self.position = 0
        else:
            self._end_context(moment)
            return
        self.start(self.tracks[self.order[self.position]], moment)

    def _end_context(self, moment: float) -> None:
        more = self.continue_with(self.item) if self.continue_with and self.item else []
        if more:
            self.load(None, more, 0)
            self.start(more[0], moment)
            return
        # Without autoplay Spotify goes back to the start and waits there.
        self.position = 0
        self.is_playing = False
        self.start(self.tracks[self.order[0]] if self.order else self.item, moment)

    def skip_next(self, now: float) -> None:
        self.leave_item(now)
        repeat, self.repeat = self.repeat, "context"  # next goes round the corner whatever repeat says
        if self.queue:
            self.start(self.queue.pop(0), now)
            self.is_from_queue = True
        else:
            self.is_from_queue = False
            self._next_of_context(now)
        self.repeat = repeat

    def skip_previous(self, now: float) -> None:
        self.leave_item(now)
        if not self.is_from_queue and self.order:
            self.position = (self.position - 1) % len(self.order)
        self.is_from_queue = False
        self.start(self.tracks[self.order[self.position]] if self.order else self.item, now)

    def load(self, context: str | None, tracks: list[str], position: int) -> None:
        """Take up a context, to start at `tracks[position]`."""
        self.context, self.tracks, self.scene = context, tracks, ""
        self.is_from_queue = False
        self.order, self.position = list(range(len(tracks))), position
        if self.shuffle:
            self.shuffle_order()

    def shuffle_order(self) -> None:
        """The current item first, then the rest, mixed."""
        if not self.order:
            return
        current = self.order[self.position]
        rest = [index for index in range(len(self.tracks)) if index != current]
        random.Random(f"{self.context} {len(self.history)} {current}").shuffle(rest)  # noqa: S311 - a shuffle
        self.order, self.position = [current, *rest], 0

    def straighten_order(self) -> None:
        if self.order:
            self.position = self.order[self.position]
            self.order = list(range(len(self.tracks)))

    def activate(self, device_id: str | None, now: float) -> None:
        if self.is_active and device_id != self.active_id:
            self._rest_device(now)
        if not self.is_active or device_id != self.active_id:
            self.activated_at = now
        self.active_id, self.is_active = device_id, True

    def end_session(self, now: float) -> None:
        """Forget what played and what was queued, as Spotify does when a session is over."""
        self.leave_item(now)
        self.lose_device(now)
        self.queue.clear()
        self.load(None, [], 0)
        self.start(None, now)

    def lose_device(self, now: float) -> None:
        """The music stops; it can be taken up elsewhere."""
        self.set_position(self.progress(now), now)
        self.is_active, self.is_playing = False, False
        self._rest_device(now)

    def stall(self, seconds: float) -> None:
        """The music stands still for a moment, and nothing tells of it."""
        self.since += seconds

    def replace_tracks(self, tracks: list[str]) -> None:
        """The context holds these now; what plays goes on."""
        if tracks == self.tracks or not self.order:
            return
        current = self.tracks[self.order[self.position]]
        place = tracks.index(current) if current in tracks else min(self.position, len(tracks)) - 1
        self.tracks, self.order, self.position = tracks, list(range(len(tracks))), max(place, 0)
        if self.shuffle:
            self.shuffle_order()

    def _rest_device(self, moment: float) -> None:
        for device in self.devices:
            if device.id == self.active_id:
                device.idle_since = moment
