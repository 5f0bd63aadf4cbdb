"""The labels, orders and views of the pages of saved things, by kind."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from msgspec import Struct

from library.models import SavedIndex
from spotweb.web.texts.number_format import format_number

Kind = SavedIndex.Kind


class KindLabels(Struct, frozen=True, kw_only=True):
    """`within` is the heading of the column of what a thing is part of."""

    tab: Promise
    title: Promise
    many: Any  # what ngettext_lazy returns has no type of its own
    filter: Promise
    empty: Promise
    how: Promise
    icon: str
    within: Promise | str = ""

    def describe_count(self, count: int) -> str:
        return str(self.many % {"count": count, "shown": format_number(count)})


class SortOption(Struct, frozen=True):
    """`name` is for addresses, `by` is one of `saved.order.ORDERS`."""

    name: str
    label: Promise
    by: str
    descending: bool = False


class ViewOption(Struct, frozen=True):
    name: str
    label: Promise
    icon: str


LABELS: Mapping[str, KindLabels] = {
    Kind.TRACK: KindLabels(
        tab=_("Songs"),
        title=_("Liked Songs"),
        many=ngettext_lazy("%(shown)s song", "%(shown)s songs", "count"),
        filter=_("Filter by title, artist or album"),
        empty=_("No songs saved yet"),
        how=_("Press the plus beside a song, here or in Spotify, and it appears here."),
        icon="music",
        within=_("Album"),
    ),
    Kind.ALBUM: KindLabels(
        tab=_("Albums"),
        title=_("Saved albums"),
        many=ngettext_lazy("%(shown)s album", "%(shown)s albums", "count"),
        filter=_("Filter by album or artist"),
        empty=_("No albums saved yet"),
        how=_("Open an album and press the plus to save it."),
        icon="disc-3",
    ),
    Kind.SHOW: KindLabels(
        tab=_("Podcasts"),
        title=_("Podcasts"),
        many=ngettext_lazy("%(shown)s podcast", "%(shown)s podcasts", "count"),
        filter=_("Filter by podcast or publisher"),
        empty=_("No podcasts saved yet"),
        how=_("Follow a podcast in Spotify, or press the plus on its page."),
        icon="podcast",
    ),
    Kind.EPISODE: KindLabels(
        tab=_("Episodes"),
        title=_("Your Episodes"),
        many=ngettext_lazy("%(shown)s episode", "%(shown)s episodes", "count"),
        filter=_("Filter by episode or podcast"),
        empty=_("No episodes saved yet"),
        how=_("Press the plus beside an episode to find it here again."),
        icon="mic-vocal",
    ),
    Kind.AUDIOBOOK: KindLabels(
        tab=_("Audiobooks"),
        title=_("Audiobooks"),
        many=ngettext_lazy("%(shown)s audiobook", "%(shown)s audiobooks", "count"),
        filter=_("Filter by title or author"),
        empty=_("No audiobooks saved yet"),
        how=_("Audiobooks you save in Spotify appear here."),
        icon="book-audio",
    ),
    Kind.ARTIST: KindLabels(
        tab=_("Artists"),
        title=_("Followed artists"),
        many=ngettext_lazy("%(shown)s artist", "%(shown)s artists", "count"),
        filter=_("Filter by artist"),
        empty=_("You don’t follow anyone yet"),
        how=_("Open an artist’s page and press the plus to follow."),
        icon="users",
    ),
}

PLAYABLE = frozenset({Kind.TRACK, Kind.EPISODE})
# Spotify does not say when these were saved.
UNDATED = frozenset({Kind.AUDIOBOOK, Kind.ARTIST})

_NEWEST = SortOption("added", _("Newest first"), "added", descending=True)
_OLDEST = SortOption("oldest", _("Oldest first"), "added")
_TITLE = SortOption("title", _("Title"), "title")
_RELEASED = SortOption("released", _("Newest release"), "release", descending=True)
_EARLIEST = SortOption("earliest", _("Oldest release"), "release")
_LONGEST = SortOption("longest", _("Longest first"), "length", descending=True)
_SHORTEST = SortOption("shortest", _("Shortest first"), "length")
_FIRST_HAD = SortOption("first", _("In library longest"), "first")


def _by_artist(label: Promise) -> SortOption:
    return SortOption("artist", label, "artist")


def _by_album(label: Promise) -> SortOption:
    return SortOption("album", label, "album")


# The first one is the default, which addresses leave out.
ORDERS: Mapping[str, tuple[SortOption, ...]] = {
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

_ROWS = ViewOption("rows", _("Rows with artwork"), "rows-3")
_COMPACT = ViewOption("compact", _("Compact rows"), "rows-4")
_GRID = ViewOption("grid", _("Covers"), "layout-grid")


def get_views(kind: str) -> tuple[ViewOption, ...]:
    return (_ROWS, _COMPACT) if kind in PLAYABLE else (_GRID, _ROWS)
