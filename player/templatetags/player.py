"""Tags of the player page: `{% load player %}`."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from player.playback.controls import Controls
from player.playback.devices import DeviceLine
from player.queue.up_next import make_queue_button
from spotweb.spotify.models import Album, Item, Playlist
from spotweb.web.rows.item_row import RowButton

register = template.Library()


@register.simple_tag
def queue_button(item: Item, controls: Controls) -> RowButton:
    """For something that a search of the player page found."""
    return make_queue_button(item, controls, form="acts")


@register.simple_tag
def queue_all_button(thing: Album | Playlist, controls: Controls) -> RowButton:
    return make_queue_button(thing, controls, form="acts", lines=True)


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
    return render_to_string("player/devices/_section.html", context)
