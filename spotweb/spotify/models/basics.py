"""What all of Spotify's objects are made of.

`gc=False`: nothing in them can point back at them, and a collection of ten thousand of them would keep the
garbage collector busy for longer than reading them takes.
"""

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Image(Struct, frozen=True, kw_only=True, gc=False):
    """Widest first in every list. Custom playlist covers have no size."""

    url: str
    height: int | None = None
    width: int | None = None


class ExternalUrls(Struct, frozen=True, kw_only=True, gc=False):
    spotify: str | None = None


class ExternalIds(Struct, frozen=True, kw_only=True, gc=False):
    isrc: str | None = None


class Restrictions(Struct, frozen=True, kw_only=True, gc=False):
    """`reason` is market, product, explicit, or a word Spotify invents later."""

    reason: str | None = None


class Copyright(Struct, frozen=True, kw_only=True):
    """`type` is C for the work, P for the recording; `text` mostly begins with the sign."""

    text: str = ""
    type: str = ""


class Count(Struct, frozen=True, kw_only=True, gc=False):
    total: int | None = None


class SpotifyObject(Struct, frozen=True, kw_only=True, gc=False):
    """What all objects of the catalogue share. `id` and `uri` are null within local files."""

    id: str | None = None
    uri: str | None = None
    name: str = ""
    external_urls: ExternalUrls = ExternalUrls()

    @property
    def url(self) -> str | None:
        """The page on open.spotify.com that everything shown has to link to; null within local files."""
        return self.external_urls.spotify


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page by offset. The end is `next is None`: `total` also counts what Spotify no longer returns."""

    items: tuple[T, ...] = ()
    total: int | None = None
    limit: int | None = None
    offset: int = 0
    next: str | None = None


class Cursors(Struct, frozen=True, kw_only=True, gc=False):
    after: str | None = None
    before: str | None = None


class CursorPage(Struct, Generic[T], frozen=True, kw_only=True):
    """One page by cursor; `cursors` is null on the last one."""

    items: tuple[T, ...] = ()
    cursors: Cursors | None = None
    total: int | None = None
    limit: int | None = None
    next: str | None = None
