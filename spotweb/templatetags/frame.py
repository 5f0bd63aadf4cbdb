"""Tags and filters that every template may use: `{% load frame %}`."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from spotweb.web import page_urls, undo
from spotweb.web.page_urls import find_url
from spotweb.web.rows import pictures
from spotweb.web.rows.markup import draw_icon
from spotweb.web.texts import time_format
from spotweb.web.texts.error_messages import describe_silence
from spotweb.web.texts.names import show_name
from spotweb.web.texts.number_format import format_number

register = template.Library()
register.simple_tag(draw_icon, name="icon")
register.filter("duration", time_format.format_duration)
register.filter("seconds", time_format.format_seconds)


class HasName(Protocol):
    @property
    def name(self) -> str: ...


@register.filter
def clock(moment: datetime | None) -> str:
    """14:32 in the household's time zone."""
    return time_format.format_time(moment) if moment else ""


@register.filter
def number(value: object) -> object:
    """10,000 in English; what is no whole number stays as it is."""
    return format_number(value) if isinstance(value, int) else value


@register.simple_tag
def frame_layers() -> SafeString:
    """Palette, keyboard shortcuts and the hint to install: hidden at first, and the same on all pages."""
    return _draw_layers(settings.SITE_NAME, get_language(), find_url("home"), static("js/pages/palette.js"))


@lru_cache(maxsize=10)
def _draw_layers(site_name: str, _language: str | None, *_addresses: str) -> SafeString:
    return render_to_string("layout/layers.html", {"site_name": site_name})


@register.filter
def is_today(moment: datetime) -> bool:
    return timezone.localdate(moment) == timezone.localdate()


@register.filter
def when(moment: datetime | None) -> str:
    """14:32 today, else with its day: Sunday 14:32, and with its date when that is a week or more away."""
    return time_format.format_when(moment) if moment else ""


register.filter("show_name", show_name)
for _name, _format in (
    ("day", time_format.format_day),
    ("short_day", time_format.format_short_day),
    ("long_day", time_format.format_long_day),
    ("week_day", time_format.format_week_day),
):
    register.filter(_name, lambda day, form=_format: form(day) if day else "")
register.filter("describe_silence", describe_silence)
register.filter("artwork", pictures.choose_picture)
register.filter("page_of", page_urls.get_page_url)
register.filter("undo_offer", undo.get_offer)
register.filter("seconds_until", time_format.get_seconds_left)
register.filter("wall_clock", time_format.format_wall_clock)
register.filter("is_soon", time_format.is_soon)
register.filter("how_long", time_format.describe_wait)
register.filter("from_when", time_format.describe_wait_end)


@register.filter
def names(things: Iterable[HasName]) -> str:
    """All the artists of a track, for the full text behind a line that is cut."""
    return ", ".join(show_name(thing.name) for thing in things)


@register.filter
def initial(name: str) -> str:
    """The first letter, for the circle that stands for a person."""
    return name.strip()[:1].upper() or "?"
