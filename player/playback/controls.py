"""Which controls can be used right now, and the words that say why not."""

from dataclasses import dataclass, fields, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member
from player.playback.state import BorrowedPlayer, PlayerState
from spotweb.spotify.models import Disallows, Playback
from spotweb.web.texts.names import show_name
from spotweb.web.texts.time_format import describe_wait

PREMIUM_ONLY = gettext_lazy("Spotify lets only Premium accounts do this.")
NOTHING_PLAYING = gettext_lazy("Nothing is playing.")
NOT_NOW = gettext_lazy("Spotify doesn’t allow this right now.")
NOT_DURING_AD = gettext_lazy("Not during an advertisement.")
NO_LENGTH = gettext_lazy("Spotify doesn’t say how long this is.")
OWN_VOLUME = gettext_lazy("The volume of this device can only be changed on the device.")
ONLY_AT_END = gettext_lazy("Spotify’s own queue takes songs at its end only.")
KEPT_BY_HOST = gettext_lazy("Shuffle and repeat stay as %(name)s has them.")

Reason = str | Promise


@dataclass(frozen=True)
class Controls:
    """For each control why it cannot be used; empty when it can."""

    play: Reason = ""
    pause: Reason = ""
    skip_to_next: Reason = ""
    skip_to_previous: Reason = ""
    seek: Reason = ""
    set_volume: Reason = ""
    set_shuffle: Reason = ""
    repeat_context: Reason = ""
    repeat_track: Reason = ""
    add_to_queue: Reason = ""
    play_next: Reason = ""
    choose_device: Reason = ""


def controls_of(state: PlayerState, member: Member) -> Controls:
    controls = _find_controls(state, member)
    if state.borrowed:
        return _limit_borrowed(controls, state.borrowed, member)
    is_kept = state.memo.managed and state.memo.managed.is_on
    return controls if is_kept else replace(controls, play_next=controls.play_next or ONLY_AT_END)


def is_on_free_plan(state: PlayerState, member: Member) -> bool:
    """Whether Spotify has what is shown steered by nobody; of a borrowed player the host's plan counts."""
    return member.is_premium is False and state.borrowed is None


def _limit_borrowed(controls: Controls, borrowed: BorrowedPlayer, member: Member) -> Controls:
    """What would outlast the loan stays the host's. The devices to choose from are the guest's own."""
    kept = KEPT_BY_HOST % {"name": show_name(borrowed.host)}
    return replace(
        controls,
        set_shuffle=kept,
        repeat_context=kept,
        repeat_track=kept,
        play_next=ONLY_AT_END,
        choose_device=PREMIUM_ONLY if member.is_premium is False else "",
    )


def _find_controls(state: PlayerState, member: Member) -> Controls:
    if reason := _reason_for_all(state, member):
        return Controls(**{field.name: reason for field in fields(Controls)})
    playback = state.playback
    if playback is None:
        # Play and queueing stay: they lead to the choice of a device.
        return Controls(**dict.fromkeys(_NEEDS_PLAYBACK, NOTHING_PLAYING))
    if playback.device and playback.device.is_restricted:
        reason = _("“%(device)s” can’t be controlled from other apps.") % {
            "device": show_name(playback.device.name)
        }
        names = [field.name for field in fields(Controls) if field.name != "choose_device"]
        return Controls(**dict.fromkeys(names, reason))
    return _allowed_by_spotify(playback, playback.disallows)


_NEEDS_PLAYBACK = (
    "pause",
    "skip_to_next",
    "skip_to_previous",
    "seek",
    "set_volume",
    "set_shuffle",
    "repeat_context",
    "repeat_track",
)


def _reason_for_all(state: PlayerState, member: Member) -> Reason:
    if is_on_free_plan(state, member):
        return PREMIUM_ONLY
    if state.borrowed and state.borrowed.refusal:
        return state.borrowed.refusal
    if state.trouble and state.trouble.until:
        return _("Spotify asked us to wait %(how_long)s.") % {"how_long": describe_wait(state.trouble.until)}
    return ""


def _allowed_by_spotify(playback: Playback, disallows: Disallows) -> Controls:
    refusal = NOT_DURING_AD if playback.currently_playing_type == "ad" else NOT_NOW

    def refuse_if(is_disallowed: bool) -> Reason:  # noqa: FBT001  # reads as a sentence
        return refusal if is_disallowed else ""

    return Controls(
        play=refuse_if(disallows.resuming and not playback.is_playing),
        pause=refuse_if(disallows.pausing and playback.is_playing),
        skip_to_next=refuse_if(disallows.skipping_next),
        skip_to_previous=refuse_if(disallows.skipping_prev),
        seek=refuse_if(disallows.seeking) or _without_length(playback),
        set_volume=_without_volume(playback),
        set_shuffle=refuse_if(disallows.toggling_shuffle),
        repeat_context=refuse_if(disallows.toggling_repeat_context),
        repeat_track=refuse_if(disallows.toggling_repeat_track),
        choose_device=refuse_if(disallows.transferring_playback),
    )


def _without_length(playback: Playback) -> Reason:
    if playback.item is None or not playback.item.duration_ms or playback.progress_ms is None:
        return NO_LENGTH
    return ""


def _without_volume(playback: Playback) -> Reason:
    device = playback.device
    # Some phones report a volume and still refuse to change it: only `supports_volume` counts.
    has_volume = device is not None and device.supports_volume and device.volume_percent is not None
    return "" if has_volume else OWN_VOLUME
