"""Draws what is saved as covers: fifty on a page, as rows are (docs/decisions/0131)."""

from django.utils.safestring import SafeString

from library.saved_pages.context import SavedLine
from spotweb.web.page_urls import get_page_url
from spotweb.web.rows import parts
from spotweb.web.rows.markup import NOTHING, draw_icon, fill, join
from spotweb.web.texts.names import show_name

_COVER_WIDTH = 320


def draw_cover(line: SavedLine, kind: str) -> SafeString:
    item, words, name = line.item, parts.get_words(), show_name(line.item.name)
    here = get_page_url(item) or item.url or ""
    by = show_name(line.by) if line.by else ""
    return join(
        fill('<li class="cover-card" id="row-{}" data-uri="{}">', line.key, line.uri),
        parts.draw_artwork(getattr(item, "images", ()), _COVER_WIDTH, kind=kind),
        SafeString('<div class="cover-card__text">'),
        fill('<h3 class="cover-card__title" dir="auto"><a href="{0}" title="{1}">{1}</a></h3>', here, name),
        fill('<p class="clip" dir="auto" title="{0}">{0}</p>', by) if by else NOTHING,
        fill('<p class="num">{}</p>', line.facts) if line.facts else NOTHING,
        SafeString('</div><div class="cover-card__actions">'),
        parts.draw_menu_button("saved", line.key, item.name, words=words),
        fill(
            '<label class="checkbox"><input type="checkbox" name="uris" value="{}" form="selection"'
            ' aria-label="{}">{}</label></div></li>',
            line.uri,
            words.select % {"name": name},
            draw_icon("check"),
        ),
    )
