"""Draws the row of whatever is neither track nor episode, as `item_markup` draws those."""

from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spotweb.spotify.models import User
from spotweb.web.page_urls import build_url, get_page_url
from spotweb.web.rows import parts
from spotweb.web.rows.item_row import RowButton
from spotweb.web.rows.markup import NOTHING, draw_icon, fill, join
from spotweb.web.texts.names import show_name
from spotweb.web.texts.number_format import format_number
from spotweb.web.texts.release_dates import format_release_year

_ARTWORK_WIDTH = 40
# Spotify gives audiobooks the URIs of shows, and people are not played.
_UNPLAYABLE = {"audiobook", "user"}


def draw_thing_row(
    thing: Any,  # noqa: ANN401  # an Album, an Artist, a Playlist, …: what they have in common is read here
    *,
    kind: str,
    key: str,
    menu: str = "",
    lead: int | None = None,
    button: RowButton | None = None,
) -> SafeString:
    """`lead` is a number before it. With a button it says how many songs there are. `menu` is its name in
    menus.py. An own playlist is given as its id and name.
    """
    if kind == "own-playlist":
        return _draw_own_playlist(*thing, key=key)
    uri = thing.uri if kind not in _UNPLAYABLE else ""
    return join(
        fill('<li class="item-row{}" id="row-{}"', SafeString(" has-lead" if lead else ""), key),
        fill(' data-uri="{}">', uri) if uri else SafeString(">"),
        fill('<span class="item-row__lead num">{}</span>', format_number(lead)) if lead else NOTHING,
        parts.draw_artwork(
            getattr(thing, "images", ()), _ARTWORK_WIDTH, css_class="item-row__artwork", kind=kind
        ),
        fill('<span class="item-row__title">{}</span>', parts.draw_item_link(thing)),
        SafeString('<span class="item-row__byline">'),
        _draw_byline(thing, kind),
        _draw_size(thing, kind, button),
        SafeString('</span><span class="item-row__actions">'),
        parts.draw_row_button(button, key=key) if button else NOTHING,
        _draw_menu_button(thing, "link" if menu and kind in _UNPLAYABLE else menu),
        SafeString("</span></li>"),
    )


def _draw_own_playlist(id_: str, name: str, *, key: str) -> SafeString:
    name = show_name(name)
    return fill(
        '<li class="item-row" id="row-{0}" data-uri="spotify:playlist:{1}">'
        '<span class="artwork artwork--missing item-row__artwork">{2}</span><span class="item-row__title">'
        '<a class="clip" href="{3}" title="{4}" dir="auto">{4}</a></span>'
        '<span class="item-row__byline"><span class="clip">{5}</span></span></li>',
        key,
        id_,
        draw_icon("list-music"),
        build_url("playlist", id_),
        name,
        _("Playlist"),
    )


def _draw_byline(thing: Any, kind: str) -> SafeString:  # noqa: ANN401  # as above
    """Whose it is, else what it is."""
    explicit = parts.draw_explicit_tag(thing)
    if getattr(thing, "artists", ()):
        return join(explicit, parts.draw_byline(thing))
    owner = getattr(thing, "owner", None)
    if authors := getattr(thing, "authors", ()):
        by = _clip(", ".join(show_name(author.name) for author in authors))
    elif owner and owner.display_name:
        by = fill('<span class="clip" dir="auto">{}</span>', _name_owner(owner))
    elif publisher := getattr(thing, "publisher", None):
        by = _clip(show_name(publisher))
    elif kind == "artist":
        by = _clip(", ".join(getattr(thing, "genres", ())) or _("Artist"))
    else:
        words = {"show": _("Podcast"), "playlist": _("Playlist")}.get(kind, "")
        by = fill('<span class="clip">{}</span>', words) if words else NOTHING
    return join(explicit, by)


def _clip(text: str) -> SafeString:
    return fill('<span class="clip" dir="auto">{}</span>', text)


def _name_owner(owner: User) -> SafeString:
    name, page = escape(show_name(owner.display_name)), escape(get_page_url(owner))
    words = _('by <a href="%(person)s">%(name)s</a>') if page else _("by %(name)s")
    return SafeString(words % {"person": page, "name": name})


def _draw_size(thing: Any, kind: str, button: RowButton | None) -> SafeString:  # noqa: ANN401  # as above
    total = getattr(thing, "total_tracks", None)
    if button and total:
        words = ngettext("%(songs)s song", "%(songs)s songs", total) % {"songs": format_number(total)}
        return fill('<span class="num">{}</span>', words)
    year = format_release_year(thing) if kind == "album" else ""
    return fill('<span class="item-row__detail num">{}</span>', year) if year else NOTHING


def _draw_menu_button(thing: Any, menu: str) -> SafeString:  # noqa: ANN401  # as above
    return parts.draw_menu_button(menu, thing.uri, thing.name) if menu and thing.uri else NOTHING
