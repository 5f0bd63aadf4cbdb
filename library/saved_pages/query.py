"""What the address of a page of saved things says: words, order, filters, and how the page looks.

What makes no sense is left out: an address may be old, shared, or typed by hand.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import QueryDict
from msgspec import Struct, structs

from accounts.models import Member
from library.saved import browse
from library.saved.facets import LENGTHS
from library.saved.filters import SavedFilter
from library.saved.order import Sort
from library.saved_pages.kinds import ORDERS, SortOption, get_views
from spotweb.web.params import parse_number

MAX_QUERY_LENGTH = 200
MARKS = ("unlisted", "listed", "explicit", "clean", "off")
_MAX_SELECTED = 30


class SavedQuery(Struct, frozen=True, kw_only=True):
    """`only` are marks such as explicit; `decades` are such as 1990, `years` those in which items were added.

    `playlist` is the id of one of the member's playlists, `also` the key of another member who saved it too.
    """

    kind: str
    q: str = ""
    sort: str = ""
    view: str = ""
    the_aside: bool = False
    only: tuple[str, ...] = ()
    decades: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    lengths: tuple[str, ...] = ()
    playlist: str = ""
    also: int | None = None

    @property
    def order(self) -> SortOption:
        return next(order for order in ORDERS[self.kind] if order.name == self.sort)

    @property
    def browse_sort(self) -> Sort:
        order = self.order
        return Sort(by=order.by, descending=order.descending, the_aside=self.the_aside)

    @property
    def selected(self) -> SavedFilter:
        return SavedFilter(
            decades=frozenset(self.decades),
            added_years=frozenset(self.years),
            lengths=frozenset(self.lengths),
            is_explicit=self._one_of("explicit", "clean"),
            is_playable=self._one_of("", "off"),
            is_listed=self._one_of("listed", "unlisted"),
            playlist=self.playlist or None,
            also=self.also,
        )

    @property
    def is_filtered(self) -> bool:
        return any((self.q, self.only, self.decades, self.years, self.lengths, self.playlist, self.also))

    @property
    def unfiltered(self) -> "SavedQuery":
        """The same order and look without filters."""
        return SavedQuery(kind=self.kind, sort=self.sort, view=self.view, the_aside=self.the_aside)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The fields as a form sends them; defaults are left out, so that addresses stay short."""
        return list(self._get_fields())

    @property
    def query_string(self) -> str:
        return urlencode(self.fields)

    def _one_of(self, yes: str, no: str) -> bool | None:
        """Both together select nothing."""
        return None if (yes in self.only) == (no in self.only) else yes in self.only

    def _get_fields(self) -> Iterator[tuple[str, str]]:
        usual = SavedQuery(kind=self.kind, sort=ORDERS[self.kind][0].name, view=get_views(self.kind)[0].name)
        for name in ("q", "sort", "view", "playlist"):
            if getattr(self, name) != getattr(usual, name):
                yield name, getattr(self, name)
        if self.the_aside:
            yield "the", "aside"
        for name, values in (
            ("only", self.only),
            ("decade", self.decades),
            ("year", self.years),
            ("length", self.lengths),
        ):
            yield from ((name, str(value)) for value in values)
        if self.also:
            yield "also", str(self.also)


def parse_query(kind: str, data: QueryDict) -> SavedQuery:
    orders, views = [order.name for order in ORDERS[kind]], [view.name for view in get_views(kind)]
    sort, view, also = data.get("sort", ""), data.get("view", ""), data.get("also", "")
    return SavedQuery(
        kind=kind,
        q=" ".join(data.get("q", "").replace("\x00", " ").split())[:MAX_QUERY_LENGTH],
        sort=sort if sort in orders else orders[0],
        view=view if view in views else views[0],
        the_aside=data.get("the") == "aside",
        only=tuple(name for name in MARKS if name in data.getlist("only")),
        decades=_parse_years(data.getlist("decade")),
        years=_parse_years(data.getlist("year")),
        lengths=tuple(name for name in LENGTHS if name and name in data.getlist("length")),
        playlist=data.get("playlist", "")[:64],
        also=parse_number(also) or None,
    )


def differs_in_text_only(query: SavedQuery, before: SavedQuery) -> bool:
    """While a member types, Back should not lead through each letter."""
    return structs.replace(query, q="") == structs.replace(before, q="")


def _parse_years(texts: list[str]) -> tuple[int, ...]:
    """Years of four digits, the latest first, each once; 0 is for what has none."""
    years = {int(text) for text in texts if text.isdecimal() and len(text) in {len("0"), len("1990")}}
    return tuple(sorted(years - {*range(1, 1000)}, reverse=True)[:_MAX_SELECTED])


def get_selected_uris(member: Member, query: SavedQuery, *, first: str = "") -> list[str]:
    """Return the URIs of all that the page shows, from `first` on; all when `first` is not among them."""
    uris = browse.get_uris(member, query.kind, query=query.q, sort=query.browse_sort, selected=query.selected)
    return uris[uris.index(first) :] if first in uris else uris
