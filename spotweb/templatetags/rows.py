"""Rows of items and what stands in them: `{% load rows %}`."""

from dataclasses import replace

from django import template
from django.utils.safestring import SafeString

from spotweb.web.rows import parts
from spotweb.web.rows.item_markup import draw_row
from spotweb.web.rows.item_row import ItemRow, RowButton, RowMenu
from spotweb.web.rows.save_button import titles_by_kind
from spotweb.web.rows.thing_markup import draw_thing_row

register = template.Library()


@register.simple_tag
def item_row(row: ItemRow, *, button: RowButton | None = None, menu: str = "") -> SafeString:
    """The row; with the button and the menu (of its item) that only this page has."""
    if button:
        row = replace(row, button=button)
    if menu and row.item and row.item.uri and not row.item.uri.startswith("spotify:local:"):
        row = replace(row, menu=RowMenu(menu, row.item.uri))
    return draw_row(row)


register.simple_tag(parts.draw_artwork, name="artwork")
register.simple_tag(parts.draw_item_link, name="item_link")
register.simple_tag(parts.draw_byline, name="byline")
register.simple_tag(parts.draw_save_button, name="save_button")
register.simple_tag(parts.draw_menu_button, name="menu_button")
register.simple_tag(draw_thing_row, name="thing_row")
register.simple_tag(parts.draw_listening_progress, name="listening_progress")
register.simple_tag(titles_by_kind, name="save_titles")
