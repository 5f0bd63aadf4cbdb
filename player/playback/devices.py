"""The devices of a member, in words."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from player.playback.state import Live, Remembered
from spotweb.spotify.models import Device, Playback
from spotweb.templatetags.frame import when

# By Spotify's types in lower case; what is new to us looks like a speaker.
ICONS = {
    "computer": "laptop",
    "smartphone": "smartphone",
    "tablet": "tablet",
    "tv": "tv",
    "stb": "tv",
    "castvideo": "cast",
    "castaudio": "cast",
    "automobile": "car",
    "gameconsole": "gamepad-2",
    "smartwatch": "watch",
}


@dataclass(frozen=True)
class DeviceLine:
    """A device to choose; `reason` says why it cannot be. `is_listed`: Spotify calls it ready."""

    device: Device
    icon: str
    state: str
    is_current: bool
    reason: str
    is_preferred: bool = False
    is_listed: bool = True


def device_lines(live: Live) -> list[DeviceLine]:
    """Those Spotify lists, and the one that plays, which it may have forgotten to list."""
    playback = live.playback
    current = playback.device if playback else None
    listed = live.devices or ()
    if current and all(device.id != current.id for device in listed):
        listed = (current, *listed)
    preferred = {one.id for one in live.remembered if one.is_preferred}
    lines = [replace(_line(device, playback), is_preferred=device.id in preferred) for device in listed]
    known = {device.id for device in listed}
    # After a restart a device may come back under another id.
    names = {(device.name, device.type) for device in listed}
    others = [one for one in live.remembered if one.id not in known and (one.name, one.type) not in names]
    return lines + [_remembered_line(one) for one in others]


def _line(device: Device, playback: Playback | None) -> DeviceLine:
    current = playback.device if playback else None
    is_current = bool(current and current.id == device.id)
    reason = _reason(device)
    return DeviceLine(
        device=device,
        icon=ICONS.get(device.type.lower(), "speaker"),
        state=reason
        or _state(current if current and is_current else device, playback if is_current else None),
        is_current=is_current,
        reason=reason,
    )


def _remembered_line(one: Remembered) -> DeviceLine:
    """Spotify forgets a device that idles within minutes, and may still reach it."""
    seen = _("last seen %(when)s, try it") % {"when": when(one.last_seen_at)}
    return DeviceLine(
        device=Device(id=one.id, name=one.name, type=one.type),
        icon=ICONS.get(one.type.lower(), "speaker"),
        state=seen[:1].upper() + seen[1:],
        is_current=False,
        reason="",
        is_preferred=one.is_preferred,
        is_listed=False,
    )


def _reason(device: Device) -> str:
    if device.is_restricted or device.id is None:
        return _("Can’t be controlled from other apps")
    return ""


def _state(device: Device, playback: Playback | None) -> str:
    words = _("Ready")
    if playback:
        words = _("Playing here") if playback.is_playing else _("Chosen, paused")
    if playback and device.supports_volume and device.volume_percent is not None:
        words += ", " + _("volume %(percent)s") % {"percent": device.volume_percent}
    if device.is_private_session:
        words += ", " + _("private session")
    return words
