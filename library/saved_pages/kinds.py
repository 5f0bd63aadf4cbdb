"""What the pages of saved things call each kind, and what can be chosen on them."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from msgspec import Struct

from library.models import Shelf

Kind = Shelf.Kind


class Words(Struct, frozen=True, kw_only=True):
    """`within` heads the column of what a thing is part of."""

    tab: Promise
    title: Promise
    many: Any  # what ngettext_lazy returns has no type of its own
    filter: Promise
    empty: Promise
    how: Promise
    icon: str
    within: Promise | str = ""

    def counted(self, count: int) -> str:
        return str(self.many % {"count": count, "shown": f"{count:,}"})


class Order(Struct, frozen=True):
    """`name` stands in addresses, `by` is one of ordering.ORDERS."""

    name: str
    label: Promise
    by: str
    descending: bool = False


class View(Struct, frozen=True):
    name: str
    label: Promise
    icon: str


WORDS: Mapping[str, Words] = {
    Kind.TRACK: Words(
        tab=_("Songs"),
        title=_("Liked Songs"),
        many=ngettext_lazy("%(shown)s song", "%(shown)s songs", "count"),
        filter=_("Filter by title, artist or album"),
        empty=_("No songs saved yet"),
        how=_("Press the plus beside a song, here or in Spotify’s own app, and it is kept here."),
        icon="music",
        within=_("Album"),
    ),
    Kind.ALBUM: Words(
        tab=_("Albums"),
        title=_("Saved albums"),
        many=ngettext_lazy("%(shown)s album", "%(shown)s albums", "count"),
        filter=_("Filter by album or artist"),
        empty=_("No albums saved yet"),
        how=_("Open an album and press the plus: it stands on this shelf then."),
        icon="disc-3",
    ),
    Kind.SHOW: Words(
        tab=_("Podcasts"),
        title=_("Podcasts"),
        many=ngettext_lazy("%(shown)s podcast", "%(shown)s podcasts", "count"),
        filter=_("Filter by podcast or publisher"),
        empty=_("No podcasts saved yet"),
        how=_("Follow a podcast in Spotify, or press the plus on its page."),
        icon="podcast",
    ),
    Kind.EPISODE: Words(
        tab=_("Episodes"),
        title=_("Your Episodes"),
        many=ngettext_lazy("%(shown)s episode", "%(shown)s episodes", "count"),
        filter=_("Filter by episode or podcast"),
        empty=_("No episodes saved yet"),
        how=_("Press the plus beside an episode to find it here again."),
        icon="mic-vocal",
    ),
    Kind.AUDIOBOOK: Words(
        tab=_("Audiobooks"),
        title=_("Audiobooks"),
        many=ngettext_lazy("%(shown)s audiobook", "%(shown)s audiobooks", "count"),
        filter=_("Filter by title or author"),
        empty=_("No audiobooks saved yet"),
        how=_("Audiobooks that you save at Spotify stand here."),
        icon="book-audio",
    ),
    Kind.ARTIST: Words(
        tab=_("Artists"),
        title=_("Followed artists"),
        many=ngettext_lazy("%(shown)s artist", "%(shown)s artists", "count"),
        filter=_("Filter by artist"),
        empty=_("You follow nobody yet"),
        how=_("Open an artist’s page and press the plus to follow."),
        icon="users",
    ),
}

PLAYABLE = frozenset({Kind.TRACK, Kind.EPISODE})
# Spotify does not say when these were saved.
UNDATED = frozenset({Kind.AUDIOBOOK, Kind.ARTIST})

_NEWEST = Order("added", _("Newest first"), "added", descending=True)
_OLDEST = Order("oldest", _("Oldest first"), "added")
_TITLE = Order("title", _("Title"), "title")
_RELEASED = Order("released", _("Newest release"), "release", descending=True)
_EARLIEST = Order("earliest", _("Oldest release"), "release")
_LONGEST = Order("longest", _("Longest first"), "length", descending=True)
_SHORTEST = Order("shortest", _("Shortest first"), "length")
_FIRST_HAD = Order("first", _("Had for longest"), "first")


def _by_artist(label: Promise) -> Order:
    return Order("artist", label, "artist")


def _by_album(label: Promise) -> Order:
    return Order("album", label, "album")


# The first one is as always, and needs no word in the address.
ORDERS: Mapping[str, tuple[Order, ...]] = {
    Kind.TRACK: (
        *(_NEWEST, _OLDEST, _TITLE, _by_artist(_("Artist")), _by_album(_("Album"))),
        *(_RELEASED, _EARLIEST, _LONGEST, _SHORTEST, _FIRST_HAD),
    ),
    Kind.ALBUM: (_NEWEST, _OLDEST, _TITLE, _by_artist(_("Artist")), _RELEASED, _EARLIEST),
    Kind.SHOW: (_NEWEST, _OLDEST, _TITLE, _by_artist(_("Publisher"))),
    Kind.EPISODE: (
        *(_NEWEST, _OLDEST, _TITLE, _by_album(_("Podcast"))),
        *(_RELEASED, _EARLIEST, _LONGEST, _SHORTEST, _FIRST_HAD),
    ),
    Kind.AUDIOBOOK: (_TITLE, _by_artist(_("Author"))),
    Kind.ARTIST: (_TITLE,),
}

_ROWS = View("rows", _("Rows with artwork"), "rows-3")
_COMPACT = View("compact", _("Compact rows"), "rows-4")
_GRID = View("grid", _("Covers"), "layout-grid")


def views_of(kind: str) -> tuple[View, ...]:
    return (_ROWS, _COMPACT) if kind in PLAYABLE else (_GRID, _ROWS)
