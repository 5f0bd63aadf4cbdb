"""The row of one track or episode, the same on every page; `item_markup` draws it."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from spotweb.spotify.models import SpotifyObject, Track
from spotweb.web.texts.names import show_name


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
    def is_available(self) -> bool:
        return self.item is not None and getattr(self.item, "is_playable", None) is not False

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
