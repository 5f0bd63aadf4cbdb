"""Rows of items and what stands in them: `{% load rows %}`."""

from dataclasses import replace

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from spotweb.spotify.models import Album, Episode, SpotifyObject, Track
from spotweb.web import rows
from spotweb.web.names import show_name
from spotweb.web.page_urls import get_page_url
from spotweb.web.rows import ItemRow, RowButton, RowMenu
from spotweb.web.save_button import Saveable, save_label, titles_by_kind

register = template.Library()


@register.simple_tag
def item_row(row: ItemRow, *, button: RowButton | None = None, menu: str = "") -> SafeString:
    """The row; with the button and the menu (of its item) that only this page has."""
    if button:
        row = replace(row, button=button)
    if menu and row.item and row.item.uri and not row.item.uri.startswith("spotify:local:"):
        row = replace(row, menu=RowMenu(menu, row.item.uri))
    return rows.draw_row(row)


@register.simple_tag
def item_link(thing: SpotifyObject) -> SafeString:
    """Its name, linked to its page here, else at Spotify, where there is one. The row cuts it off."""
    name = show_name(thing.name)
    if here := get_page_url(thing):
        return format_html('<a href="{}" dir="auto">{}</a>', here, name)
    if thing.url:
        return format_html('<a href="{}" dir="auto" rel="noreferrer">{}</a>', thing.url, name)
    return format_html('<span dir="auto">{}</span>', name)


@register.simple_tag
def byline(item: SpotifyObject | None) -> SafeString:
    """The artists of a track or an album, or the show of an episode."""
    if isinstance(item, Episode):
        return item_link(item.show) if item.show else format_html("<span>{}</span>", _("Episode"))
    artists = item.artists if isinstance(item, Track | Album) else ()
    if not artists:
        return SafeString("")
    links = ((get_page_url(artist), show_name(artist.name)) for artist in artists)
    return format_html(
        '<span dir="auto">{}</span>',
        format_html_join(
            ", ",
            "{}",
            ((format_html('<a href="{}">{}</a>', here, name) if here else name,) for here, name in links),
        ),
    )


@register.simple_tag
def plain_link(thing: SpotifyObject) -> SafeString:
    """The same within something that has a direction already."""
    here = get_page_url(thing) or thing.url
    name = show_name(thing.name)
    return format_html('<a href="{}">{}</a>', here, name) if here else conditional_escape(name)


@register.simple_tag
def save_button(item: Saveable, *, is_saved: bool | None) -> SafeString:
    """`is_saved` is null where that is not known. saved.js keeps all buttons of one item alike."""
    return format_html(
        '<button class="icon-btn save-button" form="saves" name="saved" value="{} {}" aria-pressed="{}"'
        ' aria-label="{}"></button>',
        "false" if is_saved else "true",
        item.uri,
        "true" if is_saved else "false",
        save_label(item),
    )


@register.simple_tag
def menu_button(menu: str, value: str, name: str) -> SafeString:
    """Opens a menu of row_menus.py for what is called `name`."""
    return format_html(
        '<button class="icon-btn" form="menus" name="{}" value="{}" aria-haspopup="menu" aria-label="{}">'
        "</button>",
        menu,
        value,
        _("More for %(name)s") % {"name": show_name(name)},
    )


register.simple_tag(titles_by_kind, name="save_titles")
