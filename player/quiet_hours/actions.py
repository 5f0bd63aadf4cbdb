"""Set and remove the quiet hours of a device."""

from datetime import time

from accounts.models import Member
from player.models import QuietHours
from player.playback.state import PlayerState
from player.playback.volume_limits import store_rules
from spotweb.spotify.models import Device

MAX_DEVICES = 20


class TooManyDevices(Exception):
    """No more devices can have quiet hours."""


def list_quiet_hours(member: Member) -> list[QuietHours]:
    return list(member.quiet_hours.all())


def set_quiet_hours(
    member: Member, device: Device, *, starts_at: time, ends_at: time, ceiling: int, time_zone: str
) -> QuietHours:
    """Replaces what the device had. Raises TooManyDevices."""
    same = member.quiet_hours.filter(device_name=device.name[:200], device_type=device.type[:40])
    if not same.exists() and member.quiet_hours.count() >= MAX_DEVICES:
        raise TooManyDevices
    hours, _is_new = QuietHours.objects.update_or_create(
        member=member,
        device_name=device.name[:200],
        device_type=device.type[:40],
        defaults={
            "device_id": (device.id or "")[:128],
            "starts_at": starts_at,
            "ends_at": ends_at,
            "ceiling": ceiling,
            "time_zone": time_zone,
        },
    )
    store_rules(member)
    return hours


def delete_quiet_hours(member: Member, pk: int) -> None:
    member.quiet_hours.filter(pk=pk).delete()
    store_rules(member)


def list_devices(state: PlayerState) -> tuple[list[Device], list[Device]]:
    """Return the devices whose volume apps can set, and those whose volume they can't."""
    playing = state.playback.device if state.playback else None
    listed = [*(state.devices or ()), *([playing] if playing else [])]
    devices = list({(device.name, device.type): device for device in listed if device.id}.values())
    can_be_set = [device for device in devices if device.supports_volume and not device.is_restricted]
    return can_be_set, [device for device in devices if device not in can_be_set]
