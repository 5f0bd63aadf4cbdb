"""Devices that Spotify no longer lists, and the one a member likes best."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from msgspec import structs

from accounts.models import Member
from player.models import KnownDevice
from player.playback.state import Live, Remembered, keep
from spotweb.spotify.models import Device

KEPT_FOR = timedelta(days=30)
MOST_KEPT = 20
MOST_SHOWN = 5


def note(member: Member, devices: Iterable[Device]) -> None:
    """Remember who was listed just now."""
    now = timezone.now()
    seen = [
        KnownDevice(
            member=member,
            device_id=device.id,
            name=device.name[:200],
            type=device.type[:40],
            last_seen_at=now,
        )
        for device in devices
        if device.id and not device.is_restricted
    ]
    KnownDevice.objects.bulk_create(
        seen,
        update_conflicts=True,
        unique_fields=["member", "device_id"],
        update_fields=["name", "type", "last_seen_at"],
    )
    kept = member.known_devices.filter(is_preferred=False)
    kept.filter(last_seen_at__lt=now - KEPT_FOR).delete()
    surplus = kept.values_list("pk", flat=True)[MOST_KEPT:]
    KnownDevice.objects.filter(pk__in=list(surplus)).delete()


def remembered(member: Member, listed: Iterable[Device]) -> tuple[Remembered, ...]:
    """All but the listed ones, the latest first; the preferred one is never missing."""
    ids = {device.id for device in listed}
    known = [one for one in member.known_devices.all() if one.device_id not in ids or one.is_preferred]
    first = [one for one in known if one.is_preferred] + [one for one in known if not one.is_preferred]
    return tuple(
        Remembered(
            id=one.device_id,
            name=one.name,
            type=one.type,
            last_seen_at=one.last_seen_at if one.device_id not in ids else None,
            is_preferred=one.is_preferred,
        )
        for one in first[:MOST_SHOWN]
    )


def prefer(member: Member, device_id: str) -> KnownDevice | None:
    """Take this one when none is active, or no longer, when it was preferred before: then None."""
    with transaction.atomic():
        device = member.known_devices.filter(device_id=device_id, is_preferred=False).first()
        member.known_devices.filter(is_preferred=True).update(is_preferred=False)
        if device:
            device.is_preferred = True
            device.save(update_fields=["is_preferred"])
    keep(member, lambda live: with_remembered(live, member))
    return device


def with_remembered(live: Live, member: Member) -> Live:
    return structs.replace(live, remembered=remembered(member, live.devices or ()))


def preferred_among(live: Live) -> Device | None:
    """The preferred device, when Spotify lists it and it takes commands."""
    wanted = next((one.id for one in live.remembered if one.is_preferred), None)
    listed = (device for device in live.devices or () if not device.is_restricted)
    return next((device for device in listed if wanted and device.id == wanted), None)
