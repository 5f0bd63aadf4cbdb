"""The first page of a shelf, by which everything is recognised."""

import hashlib
from typing import Any

from msgspec import Struct

from library.sync.pages import Found, KindOf, found_in
from spotweb.spotify.http import Client
from spotweb.spotify.listings import fetch_cursor_page, fetch_page


class Leaf(Struct, frozen=True, kw_only=True):
    """A page of a shelf. `places` counts what Spotify left out of it too, as far as that can be known."""

    found: list[Found]
    total: int
    has_more: bool


def leaf(client: Client, kind: KindOf, *, offset: int = 0) -> Leaf:
    """By offset, or the first one where Spotify hands them out by cursor."""
    page: Any
    if kind.listing.is_by_cursor:
        page = fetch_cursor_page(client, kind.listing)
    else:
        page = fetch_page(client, kind.listing, offset=offset)
    found = found_in(kind, page.items)
    return Leaf(found=found, total=page.total or 0, has_more=page.next is not None)


def head_of(found: list[Found]) -> bytes:
    """By which the first page is recognised as unchanged."""
    text = "\n".join(f"{one.uri} {one.added_at}" for one in found)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
