"""A member's devices: the list to choose from, those Spotify no longer lists, and the preferred one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import structs

from accounts.models import Member
from player.models import KnownDevice
from player.playback.state import PlayerState, RememberedDevice, update_state
from spotweb.spotify.models import Device, Playback
from spotweb.templatetags.frame import when
from spotweb.web.texts.names import show_name

KEPT_FOR = timedelta(days=30)
MAX_REMEMBERED = 20
MAX_REMEMBERED_SHOWN = 5
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
    host: str = ""  # whose account it plays through

    @property
    def is_choosable(self) -> bool:
        """Whether the member's own account can play there."""
        return not self.reason and not self.host


def device_lines(state: PlayerState) -> list[DeviceLine]:
    """Return those Spotify lists, and the one that plays, which it may have forgotten to list.

    Of a borrowed player first its device, then the member's own, of which none plays then.
    """
    if state.borrowed and state.playback and state.playback.device:
        line = _listed_line(state.playback.device, state.playback)
        through = _("through %(name)s") % {"name": show_name(state.borrowed.host)}
        borrowed = replace(line, host=state.borrowed.host, state=f"{line.state}, {through}")
        return [borrowed, *device_lines(structs.replace(state, playback=None, borrowed=None))]
    playback = state.playback
    current = playback.device if playback else None
    listed = state.devices or ()
    if current and all(device.id != current.id for device in listed):
        listed = (current, *listed)
    elif current:  # which was read more often than the list: its volume is the newer one
        listed = tuple(current if device.id == current.id else device for device in listed)
    preferred = {device.id for device in state.remembered if device.is_preferred}
    lines = [
        replace(_listed_line(device, playback), is_preferred=device.id in preferred) for device in listed
    ]
    ids = {device.id for device in listed}
    # After a restart a device may come back under another id.
    names = {(device.name, device.type) for device in listed}
    others = [
        device
        for device in state.remembered
        if device.id not in ids and (device.name, device.type) not in names
    ]
    return lines + [_remembered_line(device) for device in others]


def record_devices(member: Member, devices: Iterable[Device]) -> None:
    """Remember who was listed just now."""
    now = timezone.now()
    # By id, since a list may name a device twice.
    seen = {
        device.id[:128]: KnownDevice(
            member=member,
            device_id=device.id[:128],
            name=device.name[:200],
            type=device.type[:40],
            last_seen_at=now,
        )
        for device in devices
        if device.id and not device.is_restricted
    }
    KnownDevice.objects.bulk_create(
        [seen[device_id] for device_id in sorted(seen)],  # or two writers could wait in a circle
        update_conflicts=True,
        unique_fields=["member", "device_id"],
        update_fields=["name", "type", "last_seen_at"],
    )
    forgettable = member.known_devices.filter(is_preferred=False)
    forgettable.filter(last_seen_at__lt=now - KEPT_FOR).delete()
    surplus = forgettable.values_list("pk", flat=True)[MAX_REMEMBERED:]
    KnownDevice.objects.filter(pk__in=list(surplus)).delete()


def remembered_devices(member: Member, listed: Iterable[Device]) -> tuple[RememberedDevice, ...]:
    """Return all but the listed ones, the latest first; the preferred one is never missing."""
    ids = {device.id for device in listed}
    devices = [
        device for device in member.known_devices.all() if device.device_id not in ids or device.is_preferred
    ]
    devices.sort(key=lambda device: not device.is_preferred)
    return tuple(
        RememberedDevice(
            id=device.device_id,
            name=device.name,
            type=device.type,
            last_seen_at=device.last_seen_at if device.device_id not in ids else None,
            is_preferred=device.is_preferred,
        )
        for device in devices[:MAX_REMEMBERED_SHOWN]
    )


def with_remembered(state: PlayerState, member: Member) -> PlayerState:
    return structs.replace(state, remembered=remembered_devices(member, state.devices or ()))


def toggle_preferred(member: Member, device_id: str) -> KnownDevice | None:
    """Prefer this device when none is active. One that was preferred before no longer is: then None."""
    with transaction.atomic():
        list(member.known_devices.select_for_update().order_by("pk"))  # two presses come one after the other
        device = member.known_devices.filter(device_id=device_id, is_preferred=False).first()
        member.known_devices.filter(is_preferred=True).update(is_preferred=False)
        if device:
            device.is_preferred = True
            device.save(update_fields=["is_preferred"])
    update_state(member, lambda state: with_remembered(state, member))
    return device


def preferred_device(state: PlayerState) -> Device | None:
    """Return the preferred device, when Spotify lists it and it takes commands."""
    preferred_id = next((device.id for device in state.remembered if device.is_preferred), None)
    listed = (device for device in state.devices or () if not device.is_restricted)
    return next((device for device in listed if preferred_id and device.id == preferred_id), None)


def _listed_line(device: Device, playback: Playback | None) -> DeviceLine:
    current = playback.device if playback else None
    is_current = bool(current and current.id == device.id)
    reason = _reason_against(device)
    return DeviceLine(
        device=device,
        icon=ICONS.get(device.type.lower(), "speaker"),
        state=reason
        or _state_text(current if current and is_current else device, playback if is_current else None),
        is_current=is_current,
        reason=reason,
    )


def _remembered_line(device: RememberedDevice) -> DeviceLine:
    """Spotify forgets a device that idles within minutes, and may still reach it."""
    last_seen = _("last seen %(when)s, try it") % {"when": when(device.last_seen_at)}
    return DeviceLine(
        device=Device(id=device.id, name=device.name, type=device.type),
        icon=ICONS.get(device.type.lower(), "speaker"),
        state=last_seen[:1].upper() + last_seen[1:],
        is_current=False,
        reason="",
        is_preferred=device.is_preferred,
        is_listed=False,
    )


def _reason_against(device: Device) -> str:
    if device.is_restricted or device.id is None:
        return _("Can’t be controlled from other apps")
    return ""


def _state_text(device: Device, playback: Playback | None) -> str:
    text = _("Ready")
    if playback:
        text = _("Playing here") if playback.is_playing else _("Selected, paused")
    if device.is_private_session:
        text += ", " + _("private session")
    return text
