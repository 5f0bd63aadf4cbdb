"""What Spotify lists of each kind: its pages, their entries, and where it counts more than it sends."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from library.catalogue import store
from library.models import SavedIndex
from library.saved.index import IndexEntry, Thing
from spotweb.spotify import library
from spotweb.spotify.answers import struct_types
from spotweb.spotify.answers.moments import parse_moment
from spotweb.spotify.http import Client
from spotweb.spotify.models import Audiobook, Show
from spotweb.spotify.paging import CollectedPage, PagedList, fetch_cursor_page, fetch_page

# Spotify puts saved audiobooks among the shows as well; their description begins like this.
_AUTHORS = "Author(s):"
# Where places are missing: how many, by the moment of the item before.
_Gaps = dict[int, int]


class SyncKind(Struct, frozen=True, kw_only=True):
    """`is_dated`: Spotify says when something was saved, and what was saved last comes first."""

    listing: PagedList[Any]
    get_thing: Callable[[Any], Thing | None]
    save_things: Callable[[Iterable[Any]], dict[str, int]]
    is_dated: bool = True


class ListedItem(Struct, frozen=True):
    """One saved thing as Spotify listed it; `added_at` in seconds since 1970, 0 where it does not say."""

    uri: str
    thing: Thing
    added_at: int


class ListedPage(Struct, frozen=True, kw_only=True):
    """A page of what Spotify lists. `total` counts what it leaves out too."""

    items: list[ListedItem]
    total: int
    has_more: bool


def get_listed_items(kind: SyncKind, entries: Iterable[Any]) -> list[ListedItem]:
    """Leave out what vanished from Spotify, and what belongs into another index."""
    listed = []
    for entry in entries:
        thing = kind.get_thing(entry)
        if thing is not None and thing.uri:
            listed.append(ListedItem(thing.uri, thing, parse_seconds(getattr(entry, "added_at", None))))
    return listed


def save_to_catalogue(kind: SyncKind, listed: Iterable[ListedItem]) -> list[IndexEntry]:
    """Store the things in the catalogue; return the items with their keys there."""
    listed = list(listed)
    pks = kind.save_things([item.thing for item in listed])
    return [IndexEntry(pks[item.uri], item.thing, item.added_at) for item in listed if item.uri in pks]


def parse_seconds(text: str | None) -> int:
    """Return seconds since 1970 of an ISO 8601 moment; 0 for none, and for what is no moment."""
    moment = parse_moment(text)
    return int(moment.timestamp()) if moment else 0


def _get_show(entry: Any) -> Show | None:  # noqa: ANN401  # a SavedShow
    show = entry.show
    return None if show is None or show.description.startswith(_AUTHORS) else show


def _get_audiobook(entry: Any) -> Audiobook | None:  # noqa: ANN401  # a SavedAudiobook
    """Spotify gives audiobooks the URIs of shows, and saves them under their own."""
    book = entry.audiobook
    return structs.replace(book, uri=f"spotify:audiobook:{book.id}") if book and book.id else None


KINDS: Mapping[str, SyncKind] = {
    SavedIndex.Kind.TRACK: SyncKind(
        listing=library.SAVED_TRACKS, get_thing=lambda entry: entry.track, save_things=store.save_items
    ),
    SavedIndex.Kind.ALBUM: SyncKind(
        listing=library.SAVED_ALBUMS, get_thing=lambda entry: entry.album, save_things=store.save_albums
    ),
    SavedIndex.Kind.SHOW: SyncKind(
        listing=library.SAVED_SHOWS, get_thing=_get_show, save_things=store.save_shows
    ),
    SavedIndex.Kind.EPISODE: SyncKind(
        listing=library.SAVED_EPISODES, get_thing=lambda entry: entry.episode, save_things=store.save_items
    ),
    SavedIndex.Kind.AUDIOBOOK: SyncKind(
        listing=library.SAVED_AUDIOBOOKS,
        get_thing=_get_audiobook,
        save_things=store.save_shows,
        is_dated=False,
    ),
    SavedIndex.Kind.ARTIST: SyncKind(
        listing=library.FOLLOWED_ARTISTS,
        get_thing=lambda entry: entry,
        save_things=store.save_artists,
        is_dated=False,
    ),
}


def fetch_listed_page(client: Client, kind: SyncKind, *, offset: int = 0) -> ListedPage:
    """Ask Spotify for the page at `offset`, or for the first one where it lists by cursor."""
    page: Any
    if kind.listing.is_by_cursor:
        page = fetch_cursor_page(client, kind.listing)
    else:
        page = fetch_page(client, kind.listing, offset=offset)
    items = get_listed_items(kind, page.items)
    return ListedPage(items=items, total=page.total or 0, has_more=page.next is not None)


def get_page_digest(listed: list[ListedItem]) -> bytes:
    """Return a fingerprint by which a page is recognised as unchanged."""
    text = "\n".join(f"{item.uri} {item.added_at}" for item in listed)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class GapFinder:
    """Follows a sync part by part. The same gap found twice is one."""

    def __init__(self, saved_index: SavedIndex, kind: SyncKind) -> None:
        self._kind = kind
        self._gaps = unpack_gaps(saved_index) if saved_index.position else {}
        self._end, self._moment = 0, 0

    def read_part(self, part: CollectedPage[object]) -> list[ListedItem]:
        """Return what is in the part."""
        listed = get_listed_items(self._kind, (entry for _, entry in part.items))
        if part.is_late or not part.items:
            return listed
        begin, end = part.items[0][0], part.items[-1][0] + 1
        is_next = self._end <= begin < self._end + 2 * self._kind.listing.page_size
        self._add_gap(begin - self._end if self._end and is_next else 0)
        self._end, self._moment = end, listed[-1].added_at if listed else self._moment
        self._add_gap(len(part.items) - len(listed))
        return listed

    def pack_gaps(self) -> bytes:
        return msgspec.msgpack.encode(self._gaps)

    def _add_gap(self, missing: int) -> None:
        if missing > 0:
            self._gaps[self._moment] = max(missing, self._gaps.get(self._moment, 0))


def unpack_gaps(saved_index: SavedIndex) -> _Gaps:
    return struct_types.unpack(bytes(saved_index.gaps), _Gaps) if saved_index.gaps else {}


def count_gaps_before(saved_index: SavedIndex, moment: int) -> int:
    """Return how many places are missing in front of an item of this moment."""
    return sum(missing for at, missing in unpack_gaps(saved_index).items() if at > moment)
