"""Tags of the page of a playlist: `{% load playlist_page %}`."""

import re
from datetime import datetime
from functools import lru_cache
from secrets import token_hex

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from playlists.models import Edit
from playlists.page.context import Row
from spotweb.spotify.links import LinkError, parse_link
from spotweb.spotify.models import Episode, Track
from spotweb.web import page_urls
from spotweb.web.error_messages import get_message

register = template.Library()

# Stand for the two in a row that is kept; no name of a song can guess them.
_POSITION, _NUMBER = token_hex(12), token_hex(12)

# Only what plainly is an address: descriptions are written by strangers. Sentences end after it, not within.
_LINK = re.compile(r"(https?://[^\s<>\"']{3,300}[^\s<>\"'.,;:!?)\]}»”’]|spotify:[a-z]+:[A-Za-z0-9]{22})")


@register.simple_tag
def playlist_row(row: Row, *, can_move: bool) -> SafeString:
    """The row, drawn once for wherever it stands: drawing is nine tenths of what a screenful costs."""
    drawn = _drawn(
        row.item, row.added, row.added_by, row.is_saved, row.is_playing, get_language(), can_move=can_move
    )
    placed = drawn.replace(_POSITION, str(row.position)).replace(_NUMBER, str(row.number))
    return SafeString(placed)  # nothing came in but two numbers


# Some 3 KB each: a long list that is scrolled to its end and back.
@lru_cache(maxsize=3000)
def _drawn(
    item: Track | Episode | None,
    added: datetime | None,
    added_by: str,
    is_saved: bool | None,  # noqa: FBT001  # a key of the cache
    is_playing: bool,  # noqa: FBT001
    _language: str | None,
    *,
    can_move: bool,
) -> str:
    context = {
        "item": item,
        "key": f"p{_POSITION}",
        "lead": _NUMBER,
        "tick": _POSITION,
        "tick_form": "selection",
        "grip": can_move,
        "added": added,
        "added_by": added_by,
        "like": True,
        "is_saved": is_saved,
        "is_playing": is_playing,
        "actions": "playlists/_row_more.html",
        "no_menu": True,
    }
    return render_to_string("_row.html", context)


@register.filter
def linked(text: str) -> SafeString:
    """Plain text, with links where it names web addresses or Spotify URIs. All of it is escaped."""
    parts = _LINK.split(text)
    return format_html_join(
        "", "{}", ((_link(part) if place % 2 else part,) for place, part in enumerate(parts))
    )


def _link(address: str) -> SafeString:
    if ours := _our_page(address):
        return format_html('<a href="{}">{}</a>', ours, address)
    if address.startswith("spotify:"):
        return format_html("{}", address)
    return format_html('<a href="{}" rel="noreferrer nofollow ugc">{}</a>', address, address)


def _our_page(address: str) -> str:
    try:
        return page_urls.get_page_url(parse_link(address))
    except LinkError:
        return ""


@register.simple_tag
def why_stopped(edit: Edit) -> str:
    """In the words of the error; of an unknown one only that it stopped."""
    return f"{get_message(edit.job.error_code, until=edit.job.run_after).title}."
