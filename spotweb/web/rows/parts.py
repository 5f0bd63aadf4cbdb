"""What stands in rows of things and beside them: links, artists, buttons, how far something was heard.

`spotweb.templatetags.rows` has a tag for each.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from msgspec import Struct

from spotweb.spotify.models import Album, Episode, Image, ResumePoint, SpotifyObject, Track
from spotweb.web.page_urls import get_page_url
from spotweb.web.rows.item_row import RowButton
from spotweb.web.rows.markup import NOTHING, draw_icon, fill, join
from spotweb.web.rows.pictures import choose_picture
from spotweb.web.rows.save_button import Saveable, save_label
from spotweb.web.texts.names import show_name
from spotweb.web.texts.time_format import format_length

# Larger ones stand alone, and are what one looks at first.
_ALWAYS_LOADED_PX = 100


class SpokenItem(Protocol):
    @property
    def duration_ms(self) -> int: ...
    @property
    def resume_point(self) -> ResumePoint | None: ...


class RowWords(Struct, frozen=True):
    """The words of all rows in one language: looking each up anew would take as long as the row itself."""

    language: str | None
    added_by: str
    episode: str
    explicit: str
    gone: str
    heard: str
    in_spotify: str
    first: str
    left: str
    local_file: str
    more: str
    move: str
    plays_at: str
    played: str
    queued: str
    select: str
    unavailable: str


def get_words() -> RowWords:
    return _get_words(get_language())


@lru_cache(maxsize=20)
def _get_words(language: str | None) -> RowWords:
    return RowWords(
        language=language,
        added_by=_("added by"),
        episode=_("Episode"),
        explicit=_("Explicit"),
        first=_("first %(day)s"),
        gone=_("No longer on Spotify"),
        heard=_("Heard"),
        in_spotify=_("in Spotify"),
        left=_("%(left)s left"),
        local_file=_("Local file"),
        more=_("More for %(name)s"),
        move=_("Move %(name)s"),
        played=_("played"),
        plays_at=_("plays at %(at)s"),
        queued=_("queued"),
        select=_("Select %(name)s"),
        unavailable=_("Not available here"),
    )


def draw_artwork(
    images: Sequence[Image], size: int, *, css_class: str = "", kind: str = "", alt: str = ""
) -> SafeString:
    """The picture that is as wide as it is shown, or an icon where there is none."""
    image = choose_picture(images, size)
    if image is None:
        icon = draw_icon("podcast" if kind == "episode" else "music")
        return fill('<span class="artwork artwork--missing {}">{}</span>', css_class, icon)
    return fill(
        '<img class="artwork {0}" src="{1}" width="{2}" height="{2}" alt="{3}" decoding="async"{4}>',
        css_class,
        image.url,
        str(size),
        alt,
        SafeString(' loading="lazy"' if size < _ALWAYS_LOADED_PX else ""),
    )


def draw_item_link(thing: SpotifyObject) -> SafeString:
    """Its name, linked to its page here, else at Spotify, where there is one. The row cuts it off."""
    name = show_name(thing.name)
    if here := get_page_url(thing):
        return fill('<a href="{}" dir="auto">{}</a>', here, name)
    if thing.url:
        return fill('<a href="{}" dir="auto" rel="noreferrer">{}</a>', thing.url, name)
    return fill('<span dir="auto">{}</span>', name)


def draw_plain_link(thing: SpotifyObject) -> SafeString:
    """The same within something that has a direction already."""
    return _draw_link(get_page_url(thing) or thing.url, thing)


def draw_byline(item: SpotifyObject | None) -> SafeString:
    """The artists of a track or an album, or the show of an episode."""
    if isinstance(item, Episode):
        return draw_item_link(item.show) if item.show else fill("<span>{}</span>", get_words().episode)
    artists = item.artists if isinstance(item, Track | Album) else ()
    if not artists:
        return NOTHING
    links = SafeString(", ").join([_draw_link(get_page_url(artist), artist) for artist in artists])
    return fill('<span dir="auto">{}</span>', SafeString(links))


def _draw_link(address: str | None, thing: SpotifyObject) -> SafeString:
    name = show_name(thing.name)
    return fill('<a href="{}">{}</a>', address, name) if address else fill("{}", name)


def draw_explicit_tag(thing: object, *, words: RowWords | None = None) -> SafeString:
    """Nothing for what is not explicit."""
    if not getattr(thing, "explicit", False):
        return NOTHING
    label = (words or get_words()).explicit
    return fill('<span class="tag tag--explicit" role="img" aria-label="{}">E</span>', label)


def draw_save_button(item: Saveable, *, is_saved: bool | None, words: RowWords | None = None) -> SafeString:
    """`is_saved` is null where that is not known. saved.js keeps all buttons of one item alike."""
    return fill(
        '<button class="icon-btn save-button" form="saves" name="saved" value="{} {}" aria-pressed="{}"'
        ' aria-label="{}"></button>',
        "false" if is_saved else "true",
        item.uri or "",
        "true" if is_saved else "false",
        save_label(item, words.language if words else get_language()),
    )


def draw_menu_button(menu: str, value: str, name: str, *, words: RowWords | None = None) -> SafeString:
    """Opens a menu of menus.py for what is called `name`."""
    return fill(
        '<button class="icon-btn" form="menus" name="{}" value="{}" aria-haspopup="menu" aria-label="{}">'
        "</button>",
        menu,
        value,
        (words or get_words()).more % {"name": show_name(name)},
    )


def draw_row_button(button: RowButton, *, key: str) -> SafeString:
    quiet = NOTHING if button.is_main else SafeString(" btn--quiet")
    return fill(
        '<button class="btn{}" id="add-{}"{} aria-label="{}">{}<span{}>{}</span></button>',
        quiet,
        key,
        _draw_action(button),
        button.label,
        draw_icon(button.icon),
        NOTHING if button.is_main else SafeString(' aria-hidden="true"'),
        button.text,
    )


def _draw_action(button: RowButton) -> SafeString:
    """The attributes that say what a press does, or why nothing."""
    if button.reason:
        return fill(' type="button" aria-disabled="true" title="{}"', button.reason)
    form = fill(' form="{}" name="{}" value="{}"', button.form, button.name, button.value)
    address = fill(' formaction="{0}" hx-post="{0}"', button.url) if button.url else NOTHING
    target = (
        fill(
            ' hx-target="{}" hx-swap="outerMorph" hx-status:409="swap:outerMorph"'
            ' hx-status:422="swap:outerMorph"',
            button.target,
        )
        if button.target
        else NOTHING
    )
    return join(form, address, target)


def draw_listening_progress(told: SpokenItem) -> SafeString:
    """How far an episode or a chapter was heard; nothing where that was not begun."""
    heard_ms = told.resume_point.resume_position_ms if told.resume_point else 0
    if told.resume_point and told.resume_point.fully_played:
        return fill(' <span class="listening-progress">{}{}</span>', draw_icon("check"), get_words().heard)
    if not heard_ms:
        return NOTHING
    left = format_length(max(told.duration_ms - heard_ms, 0))
    return fill(
        ' <span class="listening-progress"><progress class="thin-progress" value="{}" max="{}"'
        ' aria-hidden="true"></progress> {}</span>',
        str(heard_ms),
        str(told.duration_ms),
        get_words().left % {"left": left},
    )
