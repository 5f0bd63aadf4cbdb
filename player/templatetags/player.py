"""Tags of the player page: `{% load player %}`."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from player.rows import Row

register = template.Library()


@register.simple_tag
def queue_row(row: Row) -> SafeString:
    """The row of the queue, drawn once: twenty of them are two thirds of the work of every answer."""
    return _drawn(row, get_language())


# Some households' worth of queues; a row is about 3 KB.
@lru_cache(maxsize=500)
def _drawn(row: Row, _language: str | None) -> SafeString:
    context = {
        "item": row.item,
        "key": row.key,
        "lead": row.lead,
        "queued_by": row.queued_by,
        "row": row,
        "menu": "player/_queue_menu.html",
    }
    return render_to_string("_row.html", context)
