"""How each kind is read: its listing, and what its entries are."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, structs

from library.catalogue import store as catalogue
from library.models import Shelf
from library.saved.index import Entry
from library.saved.saved_rows import Thing
from spotweb.spotify import library
from spotweb.spotify.listings import Listing
from spotweb.spotify.models import Audiobook, Show

# Spotify puts saved audiobooks among the shows as well; their description begins like this.
_AUTHORS = "Author(s):"


class KindOf(Struct, frozen=True, kw_only=True):
    """`is_dated`: Spotify says when something was saved, and what was saved last comes first."""

    listing: Listing[Any]
    thing_of: Callable[[Any], Thing | None]
    keep: Callable[[Iterable[Any]], dict[str, int]]
    is_dated: bool = True


class Found(Struct, frozen=True):
    """One saved thing as Spotify listed it; `added_at` in seconds since 1970, 0 where it does not say."""

    uri: str
    thing: Thing
    added_at: int


def found_in(kind: KindOf, entries: Iterable[Any]) -> list[Found]:
    """What vanished from Spotify is left out, and so is what belongs on another shelf."""
    found = []
    for entry in entries:
        thing = kind.thing_of(entry)
        if thing is not None and thing.uri:
            found.append(Found(thing.uri, thing, seconds(getattr(entry, "added_at", None))))
    return found


def kept(kind: KindOf, found: Iterable[Found]) -> list[Entry]:
    """The same with their rows in the catalogue."""
    found = list(found)
    pks = kind.keep([one.thing for one in found])
    return [Entry(pks[one.uri], one.thing, one.added_at) for one in found if one.uri in pks]


def seconds(text: str | None) -> int:
    """Of an ISO 8601 moment; 0 for none, and for what is no moment."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return 0
    if moment is None:
        return 0
    return max(0, int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))


def _show(entry: Any) -> Show | None:  # noqa: ANN401  # a SavedShow
    show = entry.show
    return None if show is None or show.description.startswith(_AUTHORS) else show


def _audiobook(entry: Any) -> Audiobook | None:  # noqa: ANN401  # a SavedAudiobook
    """Spotify gives audiobooks the URIs of shows, and saves them under their own."""
    book = entry.audiobook
    return structs.replace(book, uri=f"spotify:audiobook:{book.id}") if book and book.id else None


KINDS: Mapping[str, KindOf] = {
    Shelf.Kind.TRACK: KindOf(
        listing=library.SAVED_TRACKS, thing_of=lambda entry: entry.track, keep=catalogue.keep
    ),
    Shelf.Kind.ALBUM: KindOf(
        listing=library.SAVED_ALBUMS, thing_of=lambda entry: entry.album, keep=catalogue.keep_albums
    ),
    Shelf.Kind.SHOW: KindOf(listing=library.SAVED_SHOWS, thing_of=_show, keep=catalogue.keep_shows),
    Shelf.Kind.EPISODE: KindOf(
        listing=library.SAVED_EPISODES, thing_of=lambda entry: entry.episode, keep=catalogue.keep
    ),
    Shelf.Kind.AUDIOBOOK: KindOf(
        listing=library.SAVED_AUDIOBOOKS,
        thing_of=_audiobook,
        keep=catalogue.keep_shows,
        is_dated=False,
    ),
    Shelf.Kind.ARTIST: KindOf(
        listing=library.FOLLOWED_ARTISTS,
        thing_of=lambda entry: entry,
        keep=catalogue.keep_artists,
        is_dated=False,
    ),
}
