"""Draws the row of one track or episode.

Rows are most of what pages consist of, and a template takes six times as long (docs/decisions/0131).
All that is not markup goes through `fill`, which escapes it. There are no spaces between the parts: each is a
cell of a grid.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString

from spotweb.spotify.models import Episode, SpotifyObject, Track
from spotweb.web.rows import parts
from spotweb.web.rows.item_row import ItemRow
from spotweb.web.rows.markup import NOTHING, draw_icon, fill, join
from spotweb.web.rows.parts import RowWords
from spotweb.web.rows.pictures import choose_picture
from spotweb.web.texts.release_dates import format_release_shortly
from spotweb.web.texts.time_format import (
    format_day,
    format_duration,
    format_short_day,
    format_time,
    format_when,
)

_ARTWORK_WIDTH = 40


def draw_row(row: ItemRow) -> SafeString:
    words, item = parts.get_words(), row.item
    return join(
        fill('<li class="{}" id="row-{}"', row.css_class, row.key),
        fill(' data-uri="{}"', item.uri) if item and item.uri and row.shows_uri else NOTHING,
        SafeString(' aria-current="true">' if row.is_playing else ">"),
        _draw_lead(row, words),
        _draw_artwork(item),
        fill('<span class="item-row__title">{}</span>', _draw_title(item, words)),
        fill(
            '<span class="item-row__byline">{}{}</span>', _draw_byline(row, words), _draw_details(row, words)
        ),
        fill('<span class="item-row__album clip" dir="auto">{}</span>', _draw_album(item)),
        fill('<span class="item-row__who clip" dir="auto">{}</span>', row.added_by)
        if row.added_by
        else NOTHING,
        _draw_days(row, words),
        fill(
            '<span class="item-row__duration">{}</span>',
            format_duration(getattr(item, "duration_ms", 0) or None),
        ),
        fill('<span class="item-row__actions">{}</span></li>', _draw_actions(row, words)),
    )


def _draw_lead(row: ItemRow, words: RowWords) -> SafeString:
    """What stands before the picture: a grip to move it by, its number, a box to choose it."""
    number = str(row.number) if row.number else ""
    grip = NOTHING
    if row.has_grip:
        grip = fill(
            '<button class="icon-btn item-row__grip" type="button" id="grip-{}" data-grip'
            ' aria-describedby="grip-help" aria-label="{}"></button>',
            row.key,
            words.move % {"name": row.name},
        )
    if row.checkbox is None:
        return join(grip, fill('<span class="item-row__lead num">{}</span>', number) if number else NOTHING)
    box = fill(
        '<input type="checkbox" name="{}" value="{}" form="selection" aria-label="{}">',
        row.checkbox_name,
        row.checkbox,
        words.select % {"name": row.name},
    )
    shown = fill('<span class="item-row__number num">{}</span>', number) if number else NOTHING
    return join(grip, fill('<label class="item-row__lead checkbox">{}{}</label>', shown, box))


def _draw_artwork(item: SpotifyObject | None) -> SafeString:
    if image := choose_picture(getattr(item, "images", ()), _ARTWORK_WIDTH):
        return fill('<img class="artwork item-row__artwork" src="{}" alt="" loading="lazy">', image.url)
    icon = draw_icon("podcast" if isinstance(item, Episode) else "music")
    return fill('<span class="artwork artwork--missing item-row__artwork">{}</span>', icon)


def _draw_title(item: SpotifyObject | None, words: RowWords) -> SafeString:
    return parts.draw_item_link(item) if item else fill("<span>{}</span>", words.gone)


def _draw_byline(row: ItemRow, words: RowWords) -> SafeString:
    """Whose it is, after what is special about it."""
    item = row.item
    explicit, unusual = parts.draw_explicit_tag(item, words=words), NOTHING
    if getattr(item, "is_local", False):
        unusual = fill('<span class="tag">{}</span>', words.local_file)
    elif getattr(item, "is_playable", None) is False:
        unusual = fill('<span class="tag tag--warn">{}</span>', words.unavailable)
    if row.is_within_show and isinstance(item, Episode):
        own = _draw_release(item, "clip")
    else:
        own = parts.draw_byline(item)
    return join(explicit, unusual, own)


def _draw_release(episode: Episode, css_class: str) -> SafeString:
    """When it came out, and how far it was heard."""
    released = episode.release_date or ""
    day = format_release_shortly(episode)
    time = fill('<time class="{}" datetime="{}">{}</time>', css_class, released, day) if released else NOTHING
    return join(time, parts.draw_listening_progress(episode))


def _draw_details(row: ItemRow, words: RowWords) -> SafeString:
    """What is told in some lists only: when it was heard, who queued it, when it will play."""
    details = []
    if row.has_release and isinstance(row.item, Episode):
        details.append(_draw_release(row.item, "item-row__detail"))
    if row.heard_at:
        details.append(_draw_moment(row.heard_at, words))
    if row.queued_by:
        details.append(_draw_detail(words.added_by, row.queued_by))
    elif row.is_queued_in_spotify:
        details.append(_draw_detail(words.queued, words.in_spotify))
    if row.lock_words:
        lock = '<span class="item-row__detail item-row__lock">{}<span>{}</span></span>'
        details.append(fill(lock, draw_icon("lock"), row.lock_words))
    if row.plays_at:
        at = words.plays_at % {"at": row.plays_at}
        details.append(fill('<span class="item-row__detail item-row__at num">{}</span>', at))
    return join(*details)


def _draw_moment(moment: datetime, words: RowWords) -> SafeString:
    """A moment of today is shown as a time, one of another day as a date."""
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return fill(
        '<span class="item-row__detail"><span>{} </span><time datetime="{}" title="{}">{}</time></span>',
        words.played,
        local.isoformat(),
        format_when(moment),
        format_time(moment) if is_today else format_short_day(moment),
    )


def _draw_detail(words: str, told: str) -> SafeString:
    return fill('<span class="item-row__detail"><span>{} </span>{}</span>', words, told)


def _draw_album(item: SpotifyObject | None) -> SafeString:
    album = item.album if isinstance(item, Track) else None
    return parts.draw_plain_link(album) if album and album.name else NOTHING


def _draw_days(row: ItemRow, words: RowWords) -> SafeString:
    """When it was added, and when the member had it first."""
    if not row.added:
        return NOTHING
    day = timezone.localdate(row.added)
    first = NOTHING
    if row.first_added:
        first_day = timezone.localdate(row.first_added)
        first = fill(
            '<time class="item-row__first-added" datetime="{}">{}</time>',
            first_day.isoformat(),
            words.first % {"day": format_day(first_day, words.language)},
        )
    added = '<span class="item-row__added"><time datetime="{}">{}</time>{}</span>'
    return fill(added, day.isoformat(), format_day(day, words.language), first)


def _draw_actions(row: ItemRow, words: RowWords) -> SafeString:
    item, menu = row.item, row.menu
    save = NOTHING
    if row.has_save_button and item and item.uri and not getattr(item, "is_local", False):
        save = parts.draw_save_button(item, is_saved=row.is_saved, words=words)
    return join(
        save,
        fill('<span class="item-row__previous num">{}</span>', row.note) if row.note else NOTHING,
        parts.draw_row_button(row.button, key=row.key) if row.button else NOTHING,
        parts.draw_menu_button(menu.name, menu.value, row.name, words=words) if menu else NOTHING,
    )
