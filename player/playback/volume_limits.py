"""How loud a device may be right now, by the member's quiet hours; pages and polls ask the cached state."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import Member
from player.models import QuietHours
from player.playback.state import PlayerState, QuietRule, load_state, update_memo
from spotweb.spotify.models import Device
from spotweb.web.texts.time_format import format_time


class VolumeLimit(Struct, frozen=True, kw_only=True):
    """At most `ceiling` percent until `until`, which is in the zone of the member."""

    ceiling: int
    until: datetime

    @property
    def text(self) -> str:
        with timezone.override(self.until.tzinfo):
            until = format_time(self.until)
        return _("Quiet until %(time)s, at most %(count)s") % {"time": until, "count": self.ceiling}


def find_limit(state: PlayerState, device: Device | None) -> VolumeLimit | None:
    """Return the limit that holds now; null where there is none."""
    if device is None or not device.supports_volume:
        return None
    limits = [
        limit
        for rule in state.memo.quiet or ()
        if _concerns(rule, device) and (limit := _get_limit(rule, timezone.now()))
    ]
    return min(limits, key=lambda limit: limit.ceiling, default=None)


def find_current_limit(state: PlayerState) -> VolumeLimit | None:
    """Of the device that plays."""
    return find_limit(state, state.playback.device if state.playback else None)


def describe_limit(state: PlayerState) -> str:
    """For beside the volume; empty where it is not limited now."""
    limit = find_current_limit(state)
    return limit.text if limit else ""


def load_with_rules(member: Member) -> PlayerState:
    """Return the cached state, which knows the rules but for the first time."""
    state = load_state(member)
    return store_rules(member) if state.memo.quiet is None else state


def store_rules(member: Member) -> PlayerState:
    """Have the cached state know the rules as the table has them, and return it."""
    rules = tuple(
        QuietRule(
            device_id=row.device_id,
            name=row.device_name,
            type=row.device_type,
            starts=row.starts_at.hour * 60 + row.starts_at.minute,
            ends=row.ends_at.hour * 60 + row.ends_at.minute,
            ceiling=row.ceiling,
            zone=row.time_zone,
        )
        for row in QuietHours.objects.filter(member=member)
    )
    return update_memo(member, quiet=rules)


def _concerns(rule: QuietRule, device: Device) -> bool:
    return device.id == rule.device_id or (device.name, device.type) == (rule.name, rule.type)


def _get_limit(rule: QuietRule, now: datetime) -> VolumeLimit | None:
    """By the clock on the wall there, also in the nights in which it is changed."""
    zone = ZoneInfo(rule.zone)
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    is_over_midnight = rule.starts > rule.ends
    is_quiet = rule.starts <= minute < rule.ends
    if is_over_midnight:
        is_quiet = minute >= rule.starts or minute < rule.ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if is_over_midnight and minute >= rule.starts else 0)
    until = datetime.combine(day, time(rule.ends // 60, rule.ends % 60), tzinfo=zone)
    return VolumeLimit(ceiling=rule.ceiling, until=until)
