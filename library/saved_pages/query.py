"""What the address of a page of saved things says: words, order, what it is narrowed down by, how it looks.

Whatever makes no sense there is left out: an address may be old, shared, or typed by hand.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import QueryDict
from msgspec import Struct, structs

from library.saved.facets import LENGTHS
from library.saved.filters import Choice
from library.saved.order import Sort
from library.saved_pages.kinds import ORDERS, Order, views_of

LONGEST_QUERY = 200
ONLY = ("unlisted", "listed", "explicit", "clean", "off")
_MOST_CHOSEN = 30


class State(Struct, frozen=True, kw_only=True):
    """`only` are marks such as explicit; `decades` are 1990, `years` those in which something was added.

    `playlist` is the id of one of the member's lists, `also` the key of another member who saved it too.
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
    def order(self) -> Order:
        return next(order for order in ORDERS[self.kind] if order.name == self.sort)

    @property
    def browsing_sort(self) -> Sort:
        order = self.order
        return Sort(by=order.by, descending=order.descending, the_aside=self.the_aside)

    @property
    def choice(self) -> Choice:
        return Choice(
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
    def is_narrowed(self) -> bool:
        return any((self.q, self.only, self.decades, self.years, self.lengths, self.playlist, self.also))

    @property
    def everything(self) -> "State":
        """The same order and look, narrowed down by nothing."""
        return State(kind=self.kind, sort=self.sort, view=self.view, the_aside=self.the_aside)

    @property
    def sent(self) -> list[tuple[str, str]]:
        """As a form sends it; what is as always is left out, so that addresses stay short."""
        return list(self._sent())

    @property
    def query(self) -> str:
        return urlencode(self.sent)

    def _one_of(self, yes: str, no: str) -> bool | None:
        """Both together choose nothing."""
        return None if (yes in self.only) == (no in self.only) else yes in self.only

    def _sent(self) -> Iterator[tuple[str, str]]:
        usual = State(kind=self.kind, sort=ORDERS[self.kind][0].name, view=views_of(self.kind)[0].name)
        for name in ("q", "sort", "view", "playlist"):
            if getattr(self, name) != getattr(usual, name):
                yield name, getattr(self, name)
        if self.the_aside:
            yield "the", "aside"
        for name, chosen in (
            ("only", self.only),
            ("decade", self.decades),
            ("year", self.years),
            ("length", self.lengths),
        ):
            yield from ((name, str(one)) for one in chosen)
        if self.also:
            yield "also", str(self.also)


def read(kind: str, sent: QueryDict) -> State:
    orders, views = [order.name for order in ORDERS[kind]], [view.name for view in views_of(kind)]
    sort, view, also = sent.get("sort", ""), sent.get("view", ""), sent.get("also", "")
    return State(
        kind=kind,
        q=" ".join(sent.get("q", "").replace("\x00", " ").split())[:LONGEST_QUERY],
        sort=sort if sort in orders else orders[0],
        view=view if view in views else views[0],
        the_aside=sent.get("the") == "aside",
        only=tuple(one for one in ONLY if one in sent.getlist("only")),
        decades=_numbers(sent.getlist("decade")),
        years=_numbers(sent.getlist("year")),
        lengths=tuple(one for one in LENGTHS if one and one in sent.getlist("length")),
        playlist=sent.get("playlist", "")[:64],
        also=int(also) if also.isdecimal() and len(also) < 10 else None,  # noqa: PLR2004  # fits any key
    )


def differs_in_words_only(state: State, before: State) -> bool:
    """While somebody types, Back should not lead through each letter."""
    return structs.replace(state, q="") == structs.replace(before, q="")


def _numbers(texts: list[str]) -> tuple[int, ...]:
    """Years, the latest first, each once; 0 is for what has none."""
    years = {int(text) for text in texts if text == "0" or (text.isdecimal() and len(text) == len("1990"))}
    return tuple(sorted(years, reverse=True)[:_MOST_CHOSEN])
