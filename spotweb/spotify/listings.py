"""Collections that Spotify hands out in pages: how one is asked for, and what its rows become."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct, structs

from spotweb.spotify import modes
from spotweb.spotify.arguments import from_zero
from spotweb.spotify.http import Client
from spotweb.spotify.models import CursorPage, Page
from spotweb.spotify.transport import Params

T = TypeVar("T")

_NOTHING: Mapping[str, str] = {}


def _as_it_is(value: Any) -> Any:  # noqa: ANN401  # whatever a listing is of
    return value


class Listing(Struct, Generic[T], frozen=True, kw_only=True):
    """One collection. `answer` is the type to decode, `page_of` finds the page in it, `entry_of` makes an
    entry of a row or returns None to leave it out, `key_of` is what the same entry is recognised by.

    `is_unique`: no entry can stand in it twice, as everything saved; the items of a playlist can.
    """

    operation: str
    answer: Any  # a type form such as Page[SavedTrack | None]
    page_of: Callable[[Any], Any] = _as_it_is
    entry_of: Callable[[Any], T | None] = _as_it_is
    key_of: Callable[[T], str | None]
    ids: Mapping[str, str] = _NOTHING
    params: Params = {}  # frozen, and never written to
    is_unique: bool = True
    is_by_cursor: bool = False

    def asking(self, **params: str | int | bool | None) -> "Listing[T]":
        return structs.replace(self, params={**self.params, **params})

    @property
    def page_size(self) -> int:
        return modes.largest(self.operation)


def fetch_page(client: Client, listing: Listing[T], *, limit: int | None = None, offset: int = 0) -> Page[T]:
    """One page; `limit` is the largest page of this mode unless said. Rows that are null are left out."""
    params: Params = {
        **listing.params,
        "limit": modes.within_limit(listing.operation, limit or listing.page_size),
        "offset": from_zero(offset, operation=listing.operation),
    }
    page = read(client, listing, params)
    return Page(
        items=tuple(entry for _, entry in entries(listing, page.items)),
        total=page.total,
        limit=page.limit,
        offset=page.offset,
        next=page.next,
    )


def fetch_cursor_page(
    client: Client, listing: Listing[T], *, limit: int | None = None, after: str | None = None
) -> CursorPage[T]:
    """One page of a collection that is read by cursor; `after` is exclusive."""
    limit = modes.within_limit(listing.operation, limit or listing.page_size)
    page = read(client, listing, {**listing.params, "limit": limit, "after": after})
    return CursorPage(
        items=tuple(entry for _, entry in entries(listing, page.items)),
        cursors=page.cursors,
        total=page.total,
        limit=page.limit,
        next=page.next,
    )


def read(client: Client, listing: Listing[T], params: Params) -> Any:  # noqa: ANN401  # Page or CursorPage
    """A page with its rows as they came."""
    found = client.fetch(listing.answer, listing.operation, ids=listing.ids, params=params)
    return listing.page_of(found)


def entries(listing: Listing[T], rows: tuple[Any, ...]) -> Iterator[tuple[int, T]]:
    """What is worth handing on, with its place within the page: places count the nulls too."""
    for place, row in enumerate(rows):
        entry = listing.entry_of(row)
        if entry is not None:
            yield place, entry
