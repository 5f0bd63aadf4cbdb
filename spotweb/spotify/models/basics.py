"""What all of Spotify's objects are made of.

`gc=False`: nothing in them can point back at them, and a collection of ten thousand of them would keep the
garbage collector busy for longer than reading them takes.
"""

from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

from spotweb.spotify.answers.addresses import is_trusted

T = TypeVar("T")

# What cannot be one of these is dropped like any other odd value: a count of -1, a length of years. Within
# these bounds all of it fits into every database.
Number = Annotated[int, Meta(ge=0, le=2**31 - 1)]
SignedNumber = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Milliseconds = Annotated[int, Meta(ge=0, le=2**53)]  # since 1970
Percent = Annotated[int, Meta(ge=0, le=100)]
Name = Annotated[str, Meta(max_length=1000)]  # the one whose longer values are cut
Id = Annotated[str, Meta(max_length=255)]  # longer ones name nothing
Uri = Annotated[str, Meta(max_length=600)]
Address = Annotated[str, Meta(max_length=500)]


class Image(Struct, frozen=True, kw_only=True, gc=False):
    """Widest first in every list. Custom playlist covers have no size."""

    url: Address
    height: Number | None = None
    width: Number | None = None


class ExternalUrls(Struct, frozen=True, kw_only=True, gc=False):
    spotify: Address | None = None

    @property
    def trusted(self) -> str | None:
        """Null for what is no address of Spotify's: it would become a link."""
        return self.spotify if is_trusted(self.spotify) else None


class ExternalIds(Struct, frozen=True, kw_only=True, gc=False):
    isrc: Id | None = None


class Restrictions(Struct, frozen=True, kw_only=True, gc=False):
    """`reason` is market, product, explicit, or a word Spotify invents later."""

    reason: Name | None = None


class Copyright(Struct, frozen=True, kw_only=True):
    """`type` is C for the work, P for the recording; `text` mostly begins with the sign."""

    text: str = ""
    type: str = ""


class Count(Struct, frozen=True, kw_only=True, gc=False):
    total: Number | None = None


class SpotifyObject(Struct, frozen=True, kw_only=True, gc=False):
    """What all objects of the catalogue share. `id` and `uri` are null within local files."""

    id: Id | None = None
    uri: Uri | None = None
    name: Name = ""
    external_urls: ExternalUrls = ExternalUrls()

    @property
    def url(self) -> str | None:
        """The page on open.spotify.com that everything shown has to link to; null within local files."""
        return self.external_urls.trusted


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page by offset. The end is `next is None`: `total` also counts what Spotify no longer returns."""

    items: tuple[T, ...] = ()
    total: Number | None = None
    limit: Number | None = None
    offset: Number = 0
    next: str | None = None


class Cursors(Struct, frozen=True, kw_only=True, gc=False):
    after: Id | None = None
    before: Id | None = None


class CursorPage(Struct, Generic[T], frozen=True, kw_only=True):
    """One page by cursor; `cursors` is null on the last one."""

    items: tuple[T, ...] = ()
    cursors: Cursors | None = None
    total: Number | None = None
    limit: Number | None = None
    next: str | None = None
