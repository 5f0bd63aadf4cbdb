"""What the bar at the foot of every page shows, and what its script has to know."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Member
from player.now_playing.context import (
    Toggle,
    Volume,
    kind_of,
    repeat_toggle,
    shuffle_toggle,
    title_of,
    volume_of,
)
from player.playback.context import ContextLabel, context_label
from player.playback.controls import Controls, Reason, controls_of
from player.playback.devices import ICONS
from player.playback.saved import get_asked_uri, is_saveable, is_saved
from player.playback.state import PlayerMemo, PlayerState, ReplacedQueue
from player.playback.volume_limits import describe_limit
from player.queue.up_next import up_next
from player.sleep_timer.context import describe_shortly
from spotweb.jobs.activity import Activity, get_activity
from spotweb.spotify.models import Device, Episode, Image, Item, Playback, Track
from spotweb.templatetags.frame import names
from spotweb.web.page_urls import find_url
from spotweb.web.rows.pictures import choose_picture
from spotweb.web.texts.names import clean_name, show_name

# What is shown at once when somebody skips; farther skips wait for the answer.
MAX_SHOWN_AHEAD = 8
COVER_PX, THUMB_PX = 640, 52
REPEAT_ORDER = ("off", "context", "track")


@dataclass(frozen=True)
class Bar:
    state: PlayerState
    playback: Playback | None
    item: Item | None
    device: Device | None
    kind: str
    title: str
    controls: Controls
    activity: Activity
    tag: str

    @property
    def is_running(self) -> bool:
        return bool(self.playback and self.playback.is_playing and not self.state.trouble)

    @property
    def is_playing(self) -> bool:
        return bool(self.playback and self.playback.is_playing)

    @property
    def is_saveable(self) -> bool:
        return is_saveable(self.item)

    @property
    def is_saved(self) -> bool:
        return bool(is_saved(self.state))

    @property
    def device_icon(self) -> str:
        return ICONS.get(self.device.type.lower(), "speaker") if self.device else "speaker"

    @property
    def shuffle(self) -> Toggle:
        return shuffle_toggle(self.playback)

    @property
    def repeat(self) -> Toggle:
        return repeat_toggle(self.playback, self.controls)

    @property
    def volume(self) -> Volume | None:
        """None where it can only be changed on the device, or there is none."""
        return None if self.controls.set_volume or not self.device else volume_of(self.playback)

    @property
    def context_label(self) -> ContextLabel | None:
        return context_label(self.state)

    @property
    def replaced(self) -> ReplacedQueue | None:
        """A queue that was just lost, and is offered."""
        return self.state.memo.current.replaced

    @property
    def loans(self) -> PlayerMemo:
        """Speakers that are asked for, lent and borrowed."""
        return self.state.memo.current

    @property
    def quiet_text(self) -> str:
        """How loud the device may be now; empty where that is not limited."""
        return describe_limit(self.state)

    @property
    def sleep_text(self) -> str:
        """How long until the sleep timer pauses; empty without one."""
        return describe_shortly(self.state.memo.sleep)

    @property
    def queue_length(self) -> int:
        managed = self.state.memo.managed
        return managed.count if managed and managed.is_on else len(up_next(self.state.queue).items)

    @property
    def facts(self) -> str:
        """For the script, as JSON: what is shown now and what a command would bring, all in one place."""
        playback = self.playback
        now = _item_facts(self.item, self.title) if self.item or self.state.is_known else None
        return json.dumps(
            {
                "drawnAt": time.time(),  # no two drawings have the same
                "now": now,
                "kind": self.kind,
                "context": (playback.context.uri or "") if playback and playback.context else "",
                "progressMs": self.state.progress_ms or 0,
                "isRunning": self.is_running,
                "isPlaying": self.is_playing,
                "shuffle": bool(playback and (playback.shuffle_state or playback.smart_shuffle)),
                "repeat": playback.repeat_state if playback else "off",
                "repeats": _repeats(playback, self.controls),
                "volume": self.device.volume_percent if self.device else None,
                "saved": self.is_saved,
                "upcoming": [_item_facts(item, show_name(item.name)) for item in _coming(self.state)],
                "controls": _controls(self),
            },
            ensure_ascii=False,
        )


def bar_of(state: PlayerState, member: Member) -> Bar:
    playback, activity = state.playback, get_activity(member)
    return Bar(
        state=state,
        playback=playback,
        item=playback.item if playback else None,
        device=playback.device if playback else None,
        kind=kind_of(playback),
        title=title_of(state) if state.is_known else _("Asking Spotify"),
        controls=controls_of(state, member),
        activity=activity,
        tag=f"{state.tag}-{member.is_premium}-{describe_shortly(state.memo.sleep)}-{describe_limit(state)}"
        f"-{activity.tag}",
    )


def _coming(state: PlayerState) -> tuple[Item, ...]:
    return up_next(state.queue).items[:MAX_SHOWN_AHEAD]


def _item_facts(item: Item | None, title: str) -> dict[str, object]:
    album = clean_name(item.album.name) if isinstance(item, Track) and item.album else ""
    return {
        "uri": item.uri if item else "",
        "asked": get_asked_uri(item) or "",
        "title": title,
        "by": _creators(item),
        "album": album,
        "ms": item.duration_ms if item else 0,
        "thumb": _image_url(item, THUMB_PX),
        "cover": _image_url(item, COVER_PX),
    }


def _creators(item: Item | None) -> str:
    if isinstance(item, Track):
        return names(item.artists)
    return show_name(item.show.name) if isinstance(item, Episode) and item.show else ""


def _image_url(item: Item | None, width: int) -> str:
    images: tuple[Image, ...] = item.images if item else ()
    image = choose_picture(images, width)
    return image.url if image else ""


def _repeats(playback: Playback | None, controls: Controls) -> list[str]:
    """The states that the key goes through, in their order; off is always possible again."""
    state = playback.repeat_state if playback else "off"
    refused = {"context": controls.repeat_context, "track": controls.repeat_track}
    return [name for name in REPEAT_ORDER if name == state or not refused.get(name)]


def _controls(bar: Bar) -> Mapping[str, Mapping[str, str]]:
    """Address of each command, and the reason when it cannot be given now."""
    controls = bar.controls
    no_repeat = controls.repeat_context if controls.repeat_context and controls.repeat_track else ""
    reasons: dict[str, tuple[str, Reason]] = {
        "play": ("player:play", controls.play),
        "pause": ("player:pause", controls.pause),
        "next": ("player:skip-to-next", controls.skip_to_next),
        "previous": ("player:skip-to-previous", controls.skip_to_previous),
        "seek": ("player:seek", controls.seek),
        "volume": ("player:set-volume", controls.set_volume),
        "shuffle": ("player:set-shuffle", controls.set_shuffle),
        "repeat": ("player:set-repeat", no_repeat),
        "saved": ("player:set-saved", "" if bar.is_saveable else _("This can’t be saved.")),
    }
    return {name: {"url": find_url(url), "reason": str(reason)} for name, (url, reason) in reasons.items()}
