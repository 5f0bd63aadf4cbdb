"""Tags of what can be saved: `{% load library %}`."""

from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from library.saved_pages.context import SavedLine
from library.saved_pages.cover_markup import draw_cover
from library.saved_pages.filter_options import FilterGroup
from library.saved_pages.kinds import LABELS
from library.sync.progress import SyncProgress
from spotweb.web.rows.item_markup import draw_row
from spotweb.web.rows.item_row import ItemRow, RowMenu
from spotweb.web.rows.markup import NOTHING, fill, join
from spotweb.web.texts.error_messages import get_message
from spotweb.web.texts.number_format import format_number

register = template.Library()


@register.simple_tag
def read_text(kind: str, sync: SyncProgress) -> str:
    """Return how far a sync is, such as 4,312 of 10,000 songs read."""
    if sync.total is None:
        return _("Reading from Spotify …")
    words = {"read": format_number(sync.read), "all": LABELS[kind].describe_count(sync.total)}
    return _("%(read)s of %(all)s read") % words


@register.simple_tag
def sync_hint(sync: SyncProgress) -> str:
    """Return how long it still takes, or what is in the way and what to do about it."""
    if sync.error_code == "unavailable" and sync.is_under_way:  # elsewhere members try again themselves
        return _("Spotify isn’t answering right now; we’ll try again automatically.")
    if sync.error_code:
        return str(get_message(sync.error_code, until=sync.error_until).toast)
    if sync.state == "paused":
        return _("Paused: it goes on from here when you say so.")
    if sync.state == "stopped":
        return _("It was interrupted, and goes on from where it was.")
    if sync.is_late:
        return _("The background worker of this app is busy, or not running.")
    return _describe_time_left(sync.seconds_left)


def _describe_time_left(seconds: int | None) -> str:
    if seconds is None:
        return _("You can browse already.")
    return _("%(time)s left; you can browse already.") % {"time": _describe_duration(seconds)}


def _describe_duration(seconds: int) -> str:
    """Round the time: a countdown to the second would not be true."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("Less than a minute")
    if minutes < 60:  # noqa: PLR2004  # an hour
        return ngettext("About %(count)s minute", "About %(count)s minutes", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    return ngettext("About %(count)s hour", "About %(count)s hours", hours) % {"count": hours}


@register.simple_tag(takes_context=True)
def saved_lines(context: Context, lines: Iterable[SavedLine]) -> SafeString:
    """Rows, or covers."""
    page = context["saved"]
    if page.query.view == "grid":
        return join(*(draw_cover(line, page.kind) for line in lines))
    return join(*map(_draw_line, lines))


def _draw_line(line: SavedLine) -> SafeString:
    return draw_row(
        ItemRow(
            item=line.item,
            key=line.key,
            checkbox=line.uri,
            checkbox_name="uris",
            has_save_button=True,
            is_saved=True,
            added=line.date,
            first_added=line.first_had,
            menu=RowMenu("saved", line.key),
        )
    )


@register.simple_tag
def filter_options(group: FilterGroup) -> SafeString:
    """The check boxes of a group; there are fifty on a page, and others after each keystroke."""
    return join(
        *(
            fill(
                '<label class="facet" id="facet-{0}-{1}">'
                '<input class="facet__input" type="checkbox" name="{0}" value="{1}"{2}>'
                ' <span dir="auto">{3}</span> <span class="num">{4}</span></label>',
                group.name,
                option.value,
                SafeString(" checked") if option.is_on else NOTHING,
                option.label,
                option.shown,
            )
            for option in group.options
        )
    )


@register.simple_tag
def filter_choices(group: FilterGroup) -> SafeString:
    """The entries of a list to choose one of, of which there may be as many as there are playlists."""
    return join(
        *(
            fill(
                '<option value="{}"{}>{}</option>',
                option.value,
                SafeString(" selected") if option.is_on else NOTHING,
                option.label,
            )
            for option in group.choices
        )
    )
