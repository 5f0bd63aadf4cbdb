"""Tags for the pages of playlists: `{% load playlists %}`."""

import re
from dataclasses import replace

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from playlists.models import Edit, ImportLine
from playlists.page.row_menu import MOVABLE
from spotweb.spotify.links import LinkError, parse_link
from spotweb.spotify.models import Album, Episode, Item, Playlist, Track
from spotweb.web import page_urls
from spotweb.web.rows.item_markup import draw_row
from spotweb.web.rows.item_row import ItemRow, RowButton, RowMenu
from spotweb.web.texts.error_messages import get_message
from spotweb.web.texts.names import show_name

register = template.Library()

# Only what plainly is an address: descriptions are written by strangers. Sentences end after it, not within.
_LINK = re.compile(r"(https?://[^\s<>\"']{3,300}[^\s<>\"'.,;:!?)\]}»”’]|spotify:[a-z]+:[A-Za-z0-9]{22})")


@register.simple_tag(takes_context=True)
def playlist_row(context: Context, row: ItemRow) -> SafeString:
    """A row of the list that the page shows."""
    can_move = context["can_move"]
    place = f"{context['playlist'].spotify_id} {context['seen']} {row.checkbox}"
    menu = RowMenu("playlist-row", f"{place} {MOVABLE}" if can_move else place)
    return draw_row(replace(row, has_grip=can_move, menu=menu))


@register.simple_tag
def add_button(thing: Item | Album | Playlist) -> RowButton:
    """Adds what a search found to the playlist of the page."""
    return RowButton(
        icon="plus",
        text=_("Add"),
        label=_("Add %(name)s") % {"name": show_name(thing.name)},
        form="add-form",
        name="lines",
        value=thing.uri or "",
    )


@register.simple_tag
def import_row(item: Track | Episode, line: ImportLine, *, place: int | None = None) -> ItemRow:
    """What was taken for a line of an import; or, with `place`, one of those that can be."""
    key = f"line-{line.number}"
    if place is None:
        return ItemRow(item=item, key=key, menu=RowMenu("import-line", f"{line.run_id} {line.number}"))
    button = RowButton(
        icon="check",
        text=_("Take"),
        label=_("Take %(name)s") % {"name": show_name(item.name)},
        form=f"choose-{line.number}",
        name="uri",
        value=item.uri or "",
        is_main=True,
    )
    return ItemRow(item=item, key=f"{key}-{place}", button=button)


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
