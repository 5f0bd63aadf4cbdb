"""Tags of the player page: `{% load player %}`."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from player.playback.devices import DeviceLine
from player.queue.up_next import QueueRow

register = template.Library()


@register.simple_tag
def queue_row(row: QueueRow) -> SafeString:
    """The row of the queue, drawn once: twenty of them are two thirds of the work of every answer."""
    return _rendered_row(row, get_language())


@register.simple_tag
def devices_section(
    lines: Sequence[DeviceLine], *, refusal: str, is_free: bool, is_playing: bool
) -> SafeString:
    """The choice of devices: long, and the same for hours."""
    return _rendered_devices(
        tuple(lines), refusal, get_language(), is_free=is_free, is_playing=bool(is_playing)
    )


@lru_cache(maxsize=50)
def _rendered_devices(
    lines: tuple[DeviceLine, ...], refusal: str, _language: str | None, *, is_free: bool, is_playing: bool
) -> SafeString:
    context = {
        "device_lines": lines,
        "controls": {"choose_device": refusal},
        "is_free": is_free,
        "playback": {"is_playing": is_playing},
    }
    return render_to_string("player/_devices.html", context)


# Some households' worth of queues; a row is about 3 KB.
@lru_cache(maxsize=500)
def _rendered_row(row: QueueRow, _language: str | None) -> SafeString:
    context = {
        "item": row.item,
        "key": row.key,
        "lead": row.lead,
        "queued_by": row.queued_by,
        "row": row,
        "menu": "player/_queue_menu.html",
    }
    return render_to_string("_row.html", context)
