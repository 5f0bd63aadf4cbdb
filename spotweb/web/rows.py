"""The row of one track or episode, the same on every page, and how it is drawn.

Drawing is most of the work of every page that lists items, so a row is drawn once for wherever it stands.
What depends on the place (`key`, `number`, the values of its checkbox and its menu) is filled in afterwards.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from secrets import token_hex

from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from msgspec import Struct

from spotweb.spotify.models import SpotifyObject, Track
from spotweb.web.names import show_name

TEMPLATE = "components/item_row.html"
# Some forty screenfuls; a row is about 1 KB.
MAX_CACHED_ROWS = 5000


class RowButton(Struct, frozen=True, kw_only=True):
    """A button beside the menu. `url` is where htmx sends it; without it the form's own address counts.

    `reason` says why it cannot be used now.
    """

    icon: str
    text: str
    label: str
    form: str
    name: str
    value: str
    url: str = ""
    target: str = ""
    reason: str = ""
    is_main: bool = False


class RowMenu(Struct, frozen=True):
    """Which menu is fetched when it is opened: the name it is registered under, and what it is told."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """`item` is a track or an episode, in some lists something else with a name and pictures; null for what
    Spotify no longer has. `key` is unique on the page.

    `is_saved` is null where that is not known. `first_added` is an earlier moment at which the member already
    had the item. `checkbox` is its value in the form `selection`; `note` stands beside the menu.
    `is_within_show`: on the page of its show, where the date of an episode is said, and how far it was heard.
    `has_release`: both beside the name of its show. `lock_words`: why it can't be moved; `plays_at`: a time.
    """

    item: SpotifyObject | None
    key: str
    number: int | None = None
    checkbox: str | None = None
    checkbox_name: str = "positions"
    menu: RowMenu | None = None
    button: RowButton | None = None
    note: str = ""
    has_grip: bool = False
    has_save_button: bool = False
    is_saved: bool | None = None
    is_playing: bool = False
    is_within_show: bool = False
    has_release: bool = False
    queued_by: str = ""
    is_queued_in_spotify: bool = False
    lock_words: str = ""
    plays_at: str = ""
    heard_at: datetime | None = None
    added: datetime | None = None
    added_by: str = ""
    first_added: datetime | None = None

    @property
    def disc(self) -> int:
        return self.item.disc_number if isinstance(self.item, Track) else 1

    @property
    def name(self) -> str:
        return show_name(self.item.name if self.item else "")

    @property
    def checkbox_label(self) -> str:
        return _("Select %(name)s") % {"name": self.name}

    @property
    def grip_label(self) -> str:
        return _("Move %(name)s") % {"name": self.name}

    @property
    def is_available(self) -> bool:
        return self.item is not None and getattr(self.item, "is_playable", None) is not False

    @property
    def added_day(self) -> str:
        """For machines."""
        return timezone.localtime(self.added).strftime("%Y-%m-%d") if self.added else ""

    @property
    def shows_uri(self) -> bool:
        """Not where the checkbox has it already."""
        return bool(self.item and self.item.uri and self.checkbox_name != "uris")

    @property
    def css_class(self) -> str:
        """The look of the row as a whole."""
        classes = {
            "has-lead": self.number and self.checkbox is None,
            "is-playing": self.is_playing,
            "item-row--described": self.is_within_show,
            "is-unavailable": not self.is_available,
        }
        return " ".join(["item-row", *(name for name, holds in classes.items() if holds)])


# Line breaks beside tags are there for those who read the template; others stand within names.
_LAYOUT = re.compile(r"(?<=>)\n+|\n+(?=[<> \n])")
# Stand for what depends on the place in a row that is kept; no name of a song can guess them.
_PLACES = {name: token_hex(8) for name in ("key", "number", "checkbox", "menu", "plays_at")}


def draw_row(row: ItemRow) -> SafeString:
    # A moment of today is shown as a time, one of another day as a date.
    today = timezone.localdate() if row.heard_at else None
    html = _render_row(_without_place(row), get_language(), today)
    values = {
        "key": row.key,
        "number": str(row.number or ""),
        "checkbox": row.checkbox or "",
        "menu": row.menu.value if row.menu else "",
        "plays_at": row.plays_at,
    }
    for name, token in _PLACES.items():
        html = html.replace(token, conditional_escape(values[name]))
    return SafeString(html)  # drawn by a template, and filled with escaped text


def drop_cache() -> None:
    """For measuring what drawing costs."""
    _render_row.cache_clear()


def _without_place(row: ItemRow) -> ItemRow:
    return replace(
        row,
        key="",
        number=1 if row.number else None,
        checkbox=None if row.checkbox is None else "",
        menu=RowMenu(row.menu.name, "") if row.menu else None,
        plays_at="-" if row.plays_at else "",
    )


@lru_cache(maxsize=MAX_CACHED_ROWS)
def _render_row(row: ItemRow, _language: str | None, _today: date | None) -> str:
    html = get_template(TEMPLATE).render({"row": row, "item": row.item, **_PLACES})
    return _LAYOUT.sub("", html).replace("\n", " ")
