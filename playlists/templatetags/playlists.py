"""Tags for the pages of playlists: `{% load playlists %}`."""

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
from playlists.page.rows import PageRow
from spotweb.spotify.links import LinkError, parse_link
from spotweb.spotify.models import Episode, Track
from spotweb.web import page_urls
from spotweb.web.error_messages import get_message

register = template.Library()

# Stand for the two in a row that is kept; no name of a song can guess them.
_POSITION, _NUMBER = token_hex(12), token_hex(12)

# Only what plainly is an address: descriptions are written by strangers. Sentences end after it, not within.
_LINK = re.compile(r"(https?://[^\s<>\"']{3,300}[^\s<>\"'.,;:!?)\]}»”’]|spotify:[a-z]+:[A-Za-z0-9]{22})")


@register.simple_tag(name="playlist_row")
def draw_row(row: PageRow, *, can_move: bool) -> SafeString:
    """The row, drawn once for wherever it stands: drawing is nine tenths of what a screenful costs."""
    html = _draw_row(
        row.item, row.added, row.added_by, row.is_saved, row.is_playing, get_language(), can_move=can_move
    )
    placed = html.replace(_POSITION, str(row.position)).replace(_NUMBER, str(row.number))
    return SafeString(placed)  # nothing came in but two numbers


# Some 3 KB each: a long list that is scrolled to its end and back.
@lru_cache(maxsize=3000)
def _draw_row(
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


@register.filter("linked")
def link_addresses(text: str) -> SafeString:
    """Plain text, with links where it names web addresses or Spotify URIs. All of it is escaped."""
    parts = _LINK.split(text)
    return format_html_join(
        "", "{}", ((_make_link(part) if place % 2 else part,) for place, part in enumerate(parts))
    )


def _make_link(address: str) -> SafeString:
    if own_page := _find_own_page(address):
        return format_html('<a href="{}">{}</a>', own_page, address)
    if address.startswith("spotify:"):
        return format_html("{}", address)
    return format_html('<a href="{}" rel="noreferrer nofollow ugc">{}</a>', address, address)


def _find_own_page(address: str) -> str:
    try:
        return page_urls.get_page_url(parse_link(address))
    except LinkError:
        return ""


@register.simple_tag(name="why_stopped")
def describe_stop(edit: Edit) -> str:
    """The error's own sentence; of an unknown error only that the edit stopped."""
    return f"{get_message(edit.job.error_code, until=edit.job.run_after).title}."


@register.filter("why")
def describe_code(code: str) -> str:
    """The error's own sentence, without a full stop."""
    return str(get_message(code).title)


@register.filter("megabytes")
def format_megabytes(count: int) -> str:
    """12.3 MB; the smallest things are 0.1."""
    return f"{max(count / 1e6, 0.1):.1f} MB"
