"""The household's shared facts about Spotify's catalogue: kept as they come by, read without asking it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain, islice
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from library.catalogue import bulk_sql as bulk
from library.catalogue import packing
from library.catalogue.packing import AlbumFacts, ArtistFacts, ItemFacts, ShowFacts
from library.models import Album, AlbumCredit, Artist, CatalogueRow, Credit, Item, Show
from spotweb.spotify import models as spotify
from spotweb.spotify.models import Episode, Track
from spotweb.spotify.models.basics import Thing

T = TypeVar("T")
Row = tuple[Any, ...]  # the values of the columns

_COLUMNS = ("name", "facts")
_ITEM_COLUMNS = ("name", "facts", "album_id", "show_id", "recording")
_SHOWN = ("pk", "uri", "name", "facts", "album_id", "show_id")

# A statement takes this many values at the most; SQLite was built for 32,766 and PostgreSQL for twice that.
_AT_ONCE = 2000
# To have seen something again is worth a write this seldom.
_SEEN_EVERY = timedelta(days=7)


def keep(items: Iterable[Track | Episode]) -> dict[str, int]:
    """Note what Spotify told of items, their albums, shows and artists. Returns the rows' keys by URI.

    What has no URI is left out. An item within an album comes without it: what was known stays.
    """
    wanted = {packing.key_of(item.uri): item for item in items if item.uri}
    tracks = [item for item in wanted.values() if isinstance(item, Track)]
    of_albums = {track.album.uri: track.album for track in tracks if track.album and track.album.uri}
    by_tracks = chain.from_iterable(track.artists for track in tracks if not track.is_local)
    by_albums = chain.from_iterable(album.artists for album in of_albums.values())
    artists = keep_artists(chain(by_tracks, by_albums))
    albums = _keep_albums(of_albums, artists)
    shows = keep_shows(item.show for item in wanted.values() if isinstance(item, Episode) and item.show)
    rows = {key: _item_row(item, albums, shows) for key, item in wanted.items()}
    pks, fresh = _compare(Item, _ITEM_COLUMNS, rows, merge=_merge_item)
    if fresh:
        with transaction.atomic():
            if changed := [pks[key] for key in fresh if key in pks]:
                Credit.objects.filter(item_id__in=changed).delete()
            pks |= _write(Item, _ITEM_COLUMNS, rows, fresh)
            credits_ = [(pks[key], artists[uri]) for key in fresh for uri in _artist_uris(wanted[key])]
            bulk.insert(Credit, ("item_id", "artist_id"), credits_)
    return {item.uri: pks[key] for key, item in wanted.items() if item.uri}


def keep_albums(albums: Iterable[spotify.Album]) -> dict[str, int]:
    """Returns the rows' keys by URI; albums of local files have none and are left out."""
    wanted = {album.uri: album for album in albums if album.uri}
    return _keep_albums(wanted, keep_artists(chain.from_iterable(album.artists for album in wanted.values())))


def keep_artists(artists: Iterable[spotify.Artist]) -> dict[str, int]:
    """Returns the rows' keys by URI. Artists within tracks come without pictures; known ones stay."""
    wanted: dict[str, spotify.Artist] = {}
    for artist in artists:
        if artist.uri and (artist.uri not in wanted or artist.images):
            wanted[artist.uri] = artist
    rows = {
        uri: (_clean(artist.name), packing.pack(packing.artist_facts(artist)) if artist.images else b"")
        for uri, artist in wanted.items()
    }
    pks, fresh = _compare(Artist, _COLUMNS, rows, merge=_merge_artist)
    return pks | _write(Artist, _COLUMNS, rows, fresh)


def keep_shows(shows: Iterable[spotify.Show | spotify.Audiobook]) -> dict[str, int]:
    """Podcasts and audiobooks. Returns the rows' keys by URI."""
    rows = {
        show.uri: (_clean(show.name), packing.pack(packing.show_facts(show))) for show in shows if show.uri
    }
    pks, fresh = _compare(Show, _COLUMNS, rows)
    return pks | _write(Show, _COLUMNS, rows, fresh)


def items(pks: Iterable[int]) -> dict[int, Track | Episode]:
    """What is kept of these items, as Spotify's own objects; unknown keys are left out."""
    rows: list[tuple[Any, ...]] = []
    for some in chunks(dict.fromkeys(pks)):
        rows += Item.objects.filter(pk__in=some).values_list(*_SHOWN)
    return {row[0]: item for row, item in zip(rows, _objects(rows), strict=True)}


def items_by_uri(uris: Iterable[str]) -> dict[str, Track | Episode]:
    """Likewise, by URI."""
    rows: list[tuple[Any, ...]] = []
    for some in chunks({packing.key_of(uri): None for uri in uris}):
        rows += Item.objects.filter(uri__in=some).values_list(*_SHOWN)
    return {item.uri: item for item in _objects(rows) if item.uri}


def albums(pks: Iterable[int]) -> dict[int, spotify.Album]:
    """As Spotify's objects, without their tracks."""
    return {
        pk: packing.album(uri, name, packing.unpack(facts, AlbumFacts))
        for pk, uri, name, facts in _plain_rows(Album, pks)
    }


def artists(pks: Iterable[int]) -> dict[int, spotify.Artist]:
    return {
        pk: packing.artist(uri, name, packing.unpack(facts, ArtistFacts))
        for pk, uri, name, facts in _plain_rows(Artist, pks)
    }


def shows(pks: Iterable[int]) -> dict[int, spotify.Show | spotify.Audiobook]:
    return {
        pk: packing.show(uri, name, packing.unpack(facts, ShowFacts))
        for pk, uri, name, facts in _plain_rows(Show, pks)
    }


# By the column of a saved row that points at them.
THINGS: Mapping[str, Callable[[Iterable[int]], Mapping[int, Any]]] = {
    "item": items,
    "album": albums,
    "show": shows,
    "artist": artists,
}


def keys_by_uri(model: type[CatalogueRow], uris: Iterable[str]) -> dict[str, int]:
    """The rows' keys of what is known."""
    found: dict[str, int] = {}
    by_key = {packing.key_of(uri): uri for uri in uris}
    for some in chunks(by_key):
        for key, pk in model.objects.filter(uri__in=some).values_list("uri", "pk"):
            found[by_key[key]] = pk
    return found


def _objects(rows: Collection[tuple[Any, ...]]) -> Iterator[Track | Episode]:
    """In the order of the rows, which are `_SHOWN`."""
    of_albums = albums(row[4] for row in rows if row[4])
    of_shows = shows(row[5] for row in rows if row[5])
    people = _People()
    for _, uri, name, packed, album_id, show_id in rows:
        facts = packing.unpack(packed, ItemFacts)
        if uri.startswith("spotify:episode:"):
            show = of_shows.get(show_id)
            yield packing.episode(uri, name, facts, show=show if isinstance(show, spotify.Show) else None)
        else:
            yield packing.track(uri, name, facts, album=of_albums.get(album_id), people=people)


class _People(dict[tuple[str | None, str], spotify.Artist]):
    def __missing__(self, key: tuple[str | None, str]) -> spotify.Artist:
        artist = self[key] = packing.person(*key)
        return artist


def _plain_rows(model: type[CatalogueRow], pks: Iterable[int]) -> Iterator[tuple[int, str, str, Any]]:
    for some in chunks(dict.fromkeys(pks)):
        yield from model.objects.filter(pk__in=some).values_list("pk", "uri", "name", "facts")


def _keep_albums(albums: Mapping[str, spotify.Album], artists: Mapping[str, int]) -> dict[str, int]:
    rows = {
        uri: (_clean(album.name), packing.pack(packing.album_facts(album))) for uri, album in albums.items()
    }
    pks, fresh = _compare(Album, _COLUMNS, rows)
    if fresh:
        with transaction.atomic():
            if changed := [pks[uri] for uri in fresh if uri in pks]:
                AlbumCredit.objects.filter(album_id__in=changed).delete()
            pks |= _write(Album, _COLUMNS, rows, fresh)
            credits_ = [
                (pks[uri], artists[artist.uri])
                for uri in fresh
                for artist in albums[uri].artists
                if artist.uri
            ]
            bulk.insert(AlbumCredit, ("album_id", "artist_id"), credits_)
    return pks


def _item_row(item: Track | Episode, albums: Mapping[str, int], shows: Mapping[str, int]) -> Row:
    album = albums.get(item.album.uri or "") if isinstance(item, Track) and item.album else None
    show = shows.get(item.show.uri or "") if isinstance(item, Episode) and item.show else None
    return _clean(item.name), packing.pack(packing.item_facts(item)), album, show, recording_of(item)


def _compare(
    model: type[CatalogueRow],
    columns: Sequence[str],
    rows: dict[str, Row],
    *,
    merge: Callable[[Row, Row], Row] | None = None,
) -> tuple[dict[str, int], list[str]]:
    """The keys of what is known by URI, and what is new or has changed. `merge` completes a row from it."""
    pks: dict[str, int] = {}
    changed: list[str] = []
    old: list[int] = []
    stale = timezone.now() - _SEEN_EVERY
    for some in chunks(rows):
        for uri, pk, seen_at, *rest in bulk.find(model, ("uri", "id", "seen_at", *columns), "uri", some):
            pks[uri] = pk
            known = tuple(rest)
            if known != rows[uri] and merge:
                rows[uri] = merge(rows[uri], known)
            if known != rows[uri]:
                changed.append(uri)
            elif seen_at < stale:
                old.append(pk)
    if old:
        model.objects.filter(pk__in=old).update(seen_at=timezone.now())
    return pks, changed + [uri for uri in rows if uri not in pks]


def _write(
    model: type[CatalogueRow], columns: Sequence[str], rows: Mapping[str, Row], fresh: Sequence[str]
) -> dict[str, int]:
    """Returns the keys of what was written."""
    if not fresh:
        return {}
    now = bulk.moment(timezone.now())
    # Always in the same order, so that two writers cannot wait for each other in a circle.
    values = [(uri, now, *rows[uri]) for uri in sorted(fresh)]
    bulk.insert(model, ("uri", "seen_at", *columns), values, unique=["uri"], update=["seen_at", *columns])
    pks: dict[str, int] = {}
    for some in chunks(fresh):
        pks.update(bulk.find(model, ("uri", "id"), "uri", some))
    return pks


def _merge_item(row: Row, known: Row) -> Row:
    """Complete what Spotify left out this time: tracks within an album, and playability without a market."""
    name, packed, album, show, recording = row
    facts, was = packing.unpack(packed, ItemFacts), packing.unpack(known[1], ItemFacts)
    if album is None and show is None:
        album, show = known[2], known[3]
    if facts.isrc is None and was.isrc:
        recording = known[4]
    return name, packing.pack(packing.completed(facts, was)), album, show, recording


def _merge_artist(row: Row, known: Row) -> Row:
    return row[0], row[1] or known[1]


def _artist_uris(item: Track | Episode) -> list[str]:
    if isinstance(item, Episode) or item.is_local:
        return []
    return [artist.uri for artist in item.artists if artist.uri]


def recording_of(thing: Thing) -> str:
    """What is the same under several ids: by its ISRC, else by its URI."""
    isrc = thing.external_ids.isrc if isinstance(thing, Track) and thing.external_ids else None
    return isrc.upper().replace("-", "")[:40] if isrc else packing.key_of(thing.uri or "")


def _clean(name: str) -> str:
    """PostgreSQL takes no NUL."""
    return name.replace("\x00", "")


def uris_of(model: type[CatalogueRow], pks: Iterable[int]) -> dict[int, str]:
    """By key; of local files with long URIs what stands for them, which nobody can play or save."""
    found: dict[int, str] = {}
    for some in chunks(dict.fromkeys(pks)):
        found |= dict(model.objects.filter(pk__in=some).values_list("pk", "uri"))
    return found


def chunks(values: Iterable[T], size: int = _AT_ONCE) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
