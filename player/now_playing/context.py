"""What the player page shows: one typed object, and the parts of it that the bar shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from player import household
from player.observation.events import explain_stop
from player.playback.context import DJ_URI, ContextLabel, context_label
from player.playback.controls import Controls, Reason, controls_of, is_on_free_plan
from player.playback.devices import DeviceLine, device_lines
from player.playback.saved import is_saveable, is_saved
from player.playback.state import PlayerMemo, PlayerState
from player.playback.volume_limits import describe_limit
from player.queue.up_next import QueueSection, queue_section
from player.sleep_timer.context import SleepPanel, describe_shortly, make_sleep_panel
from player.speaker_loans.actions import has_borrowed
from spotweb.spotify.models import Device, Episode, Item, Playback, Track
from spotweb.web.texts.names import show_name

Listeners = tuple[household.Listener, ...]

VOLUME_STEP = 10
QUIET_BELOW = 50


@dataclass(frozen=True)
class Toggle:
    """A key that changes its own state: what it sends next, and how it stands."""

    next: str
    pressed: str
    icon: str
    label: str = ""
    reason: Reason = ""
    words: str = ""


@dataclass(frozen=True)
class Volume:
    icon: str
    quieter: int
    louder: int


@dataclass(frozen=True)
class PlayerPage:
    """What templates/player/page.html takes; its parts get the fields by their names."""

    state: PlayerState
    playback: Playback | None
    item: Item | None
    device: Device | None
    kind: str
    title: str
    page_title: str
    cover_words: str
    context_label: ContextLabel | None
    spotify_url: str | None
    is_running: bool
    is_saveable: bool
    is_saved: bool
    is_free: bool
    controls: Controls
    shuffle: Toggle
    repeat: Toggle
    volume: Volume
    queue: QueueSection
    device_lines: list[DeviceLine]
    device_icon: str
    choosable_devices: list[DeviceLine]
    stop_text: str
    sleep: SleepPanel
    listeners: Listeners
    speakers: list[household.SharedSpeaker]
    has_borrowed: bool
    loans: PlayerMemo
    quiet_text: str
    hosts: list[household.Listener]
    now_is: datetime
    tag: str
    is_player_page: bool = True  # which fills the screen: templates/layout/base.html


def player_page(state: PlayerState, member: Member, others: Listeners) -> PlayerPage:
    playback, controls = state.playback, controls_of(state, member)
    title, speakers = title_of(state), household.list_speakers(others, state)
    item, lines = (playback.item if playback else None), list_devices(state, speakers)
    listeners = household.filter_listeners(others)
    return PlayerPage(
        state=state,
        playback=playback,
        item=item,
        device=playback.device if playback else None,
        kind=kind_of(playback),
        title=title,
        page_title=_page_title(item, title),
        cover_words=_("Cover of %(name)s") % {"name": _cover_name(item)} if item else "",
        context_label=context_label(state),
        spotify_url=_spotify_url(playback),
        is_running=bool(playback and playback.is_playing and not state.trouble),
        is_saveable=is_saveable(item),
        is_saved=bool(is_saved(state)),
        is_free=is_on_free_plan(state, member),
        controls=controls,
        shuffle=shuffle_toggle(playback),
        repeat=repeat_toggle(playback, controls),
        volume=volume_of(playback),
        queue=queue_section(state, member, controls),
        device_lines=lines,
        device_icon=next((line.icon for line in lines if line.is_current), "speaker"),
        # The preferred one first: it is where the focus goes when a device has to be chosen.
        choosable_devices=sorted(
            (line for line in lines if line.is_choosable),
            key=lambda line: (not line.is_preferred, not line.is_listed),
        ),
        stop_text=_explain_stop(state, listeners),
        sleep=make_sleep_panel(state, is_free=member.is_premium is False),
        listeners=listeners,
        speakers=speakers,
        has_borrowed=bool(speakers) and has_borrowed(member),
        loans=state.memo.current,
        quiet_text=describe_limit(state),
        hosts=[listener for listener in listeners if listener.has_open_queue],
        now_is=timezone.localtime(),
        tag=page_tag(state, member, others),
    )


def list_devices(state: PlayerState, speakers: list[household.SharedSpeaker]) -> list[DeviceLine]:
    """Without those that are remembered, and play for somebody else now: they stand among the speakers."""
    elsewhere = {(speaker.name, speaker.type) for speaker in speakers}
    lines = device_lines(state)
    return [line for line in lines if line.is_listed or (line.device.name, line.device.type) not in elsewhere]


def _explain_stop(state: PlayerState, others: Listeners) -> str:
    stop = state.memo.current.stop
    playing = (one.name for one in others if stop and one.is_playing and one.device == stop.device)
    return explain_stop(stop, player_on_device=next(playing, ""))


# Any: what a template context holds.
def player_context(state: PlayerState, member: Member, others: Listeners) -> dict[str, Any]:
    return dict(vars(player_page(state, member, others)))


# Any: as above.
def queue_context(state: PlayerState, member: Member) -> dict[str, Any]:
    """What the queue beside a page shows. Its rows have keys of their own: the player page shows them too."""
    return {
        "playback": state.playback,
        "is_free": is_on_free_plan(state, member),
        "queue": queue_section(state, member, controls_of(state, member), prefix="panel"),
    }


def page_tag(state: PlayerState, member: Member, others: Listeners) -> str:
    """Equal as long as the page would look the same, but for the running position."""
    sleep = describe_shortly(state.memo.sleep)
    quiet = describe_limit(state)
    return f"{state.tag}-{member.is_premium}-{sleep}-{quiet}-{household.listeners_tag(others)}"


def kind_of(playback: Playback | None) -> str:
    """track, episode, ad, dj, unknown, or nothing."""
    if playback is None:
        return "nothing"
    if playback.item is not None:
        return playback.item.type
    if playback.currently_playing_type == "ad":
        return "ad"
    if playback.context and playback.context.uri == DJ_URI:
        return "dj"
    return "unknown" if playback.is_playing else "nothing"


def title_of(state: PlayerState) -> str:
    """The name of what plays, or a word for what has none."""
    if state.borrowed and state.borrowed.title:
        return state.borrowed.title
    playback = state.playback
    if playback and playback.item:
        return show_name(playback.item.name, _("Unknown item") if playback.item.type == "unknown" else "")
    return {
        "ad": _("Advertisement"),
        "dj": _("DJ"),
        "nothing": _("Nothing is playing"),
    }.get(kind_of(playback), _("Unknown item"))


def _page_title(item: Item | None, title: str) -> str:
    artists = item.artists if isinstance(item, Track) else ()
    return " · ".join([title, *([show_name(artists[0].name)] if artists else [])])


def _cover_name(item: Item) -> str:
    if isinstance(item, Track) and item.album:
        return show_name(item.album.name)
    return show_name(item.show.name if isinstance(item, Episode) and item.show else item.name)


def _spotify_url(playback: Playback | None) -> str | None:
    if playback is None:
        return None
    return (playback.item.url if playback.item else None) or (
        playback.context.url if playback.context else None
    )


def shuffle_toggle(playback: Playback | None) -> Toggle:
    is_smart = bool(playback and playback.smart_shuffle)
    is_on = bool(playback and playback.shuffle_state) or is_smart
    return Toggle(
        next="false" if is_on else "true",
        pressed=str(is_on).lower(),
        icon="shuffle",
        # Only Spotify's own apps can switch it on.
        label=_("Smart shuffle") if is_smart else _("Shuffle"),
        words=_("Smart") if is_smart else "",
    )


def repeat_toggle(playback: Playback | None, controls: Controls) -> Toggle:
    """The key goes through off, context and track, past what Spotify disallows."""
    state = playback.repeat_state if playback else "off"
    refusals: Mapping[str, Reason] = {
        "context": controls.repeat_context,
        "track": controls.repeat_track,
        # Off is always allowed where something else is on.
        "off": controls.repeat_context if state == "off" else "",
    }
    order = ["off", "context", "track"]
    at = order.index(state) if state in order else 0
    following = [*order[at + 1 :], *order[:at]]
    allowed = next((name for name in following if not refusals[name]), None)
    label = {"context": _("Repeat all"), "track": _("Repeat this one")}.get(state, _("Repeat"))
    return Toggle(
        next=allowed or "off",
        pressed=str(state != "off").lower(),
        icon="repeat-1" if state == "track" else "repeat",
        label=label,
        reason="" if allowed else refusals["context"],
    )


def volume_of(playback: Playback | None) -> Volume:
    percent = (playback.device.volume_percent if playback and playback.device else None) or 0
    icon = "volume-x" if percent == 0 else "volume-1" if percent < QUIET_BELOW else "volume-2"
    return Volume(icon=icon, quieter=max(percent - VOLUME_STEP, 0), louder=min(percent + VOLUME_STEP, 100))
