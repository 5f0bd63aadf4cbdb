"""The household's shared facts about Spotify's catalogue: kept as they come by, read without asking it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import chain, islice
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from library import packing
from library.models import Album, AlbumCredit, Artist, CatalogueRow, Credit, Item, Show
from library.packing import AlbumFacts, ArtistFacts, ItemFacts, ShowFacts
from spotweb.spotify import models as spotify
from spotweb.spotify.models import Episode, Track

T = TypeVar("T")
R = TypeVar("R", bound=CatalogueRow)

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
    albums = keep_albums(track.album for track in tracks if track.album)
    artists = keep_artists(chain.from_iterable(track.artists for track in tracks if not track.is_local))
    shows = keep_shows(item.show for item in wanted.values() if isinstance(item, Episode) and item.show)
    rows = {
        key: Item(
            uri=key,
            name=_clean(item.name),
            facts=packing.pack(packing.item_facts(item)),
            recording=_recording(item),
            album_id=albums.get(item.album.uri or "") if isinstance(item, Track) and item.album else None,
            show_id=shows.get(item.show.uri or "") if isinstance(item, Episode) and item.show else None,
        )
        for key, item in wanted.items()
    }
    pks, fresh = _compare(Item, rows, also=("album_id", "show_id", "recording"), merge=_merge_item)
    if fresh:
        with transaction.atomic():
            pks |= _write(Item, rows, fresh, also=("album", "show", "recording"))
            Credit.objects.filter(item_id__in=[pks[key] for key in fresh]).delete()
            credits_ = [
                Credit(item_id=pks[key], artist_id=artists[uri])
                for key in fresh
                for uri in _artist_uris(wanted[key])
            ]
            Credit.objects.bulk_create(credits_, ignore_conflicts=True, batch_size=_AT_ONCE)
    return {item.uri: pks[key] for key, item in wanted.items() if item.uri}


def keep_albums(albums: Iterable[spotify.Album]) -> dict[str, int]:
    """Returns the rows' keys by URI; albums of local files have none and are left out."""
    wanted = {album.uri: album for album in albums if album.uri}
    artists = keep_artists(chain.from_iterable(album.artists for album in wanted.values()))
    rows = {
        uri: Album(uri=uri, name=_clean(album.name), facts=packing.pack(packing.album_facts(album)))
        for uri, album in wanted.items()
    }
    pks, fresh = _compare(Album, rows)
    if fresh:
        with transaction.atomic():
            pks |= _write(Album, rows, fresh)
            AlbumCredit.objects.filter(album_id__in=[pks[uri] for uri in fresh]).delete()
            credits_ = [
                AlbumCredit(album_id=pks[uri], artist_id=artists[artist.uri])
                for uri in fresh
                for artist in wanted[uri].artists
                if artist.uri
            ]
            AlbumCredit.objects.bulk_create(credits_, ignore_conflicts=True, batch_size=_AT_ONCE)
    return pks


def keep_artists(artists: Iterable[spotify.Artist]) -> dict[str, int]:
    """Returns the rows' keys by URI. Artists within tracks come without pictures; known ones stay."""
    wanted: dict[str, spotify.Artist] = {}
    for artist in artists:
        if artist.uri and (artist.images or artist.uri not in wanted):
            wanted[artist.uri] = artist
    rows = {
        uri: Artist(
            uri=uri,
            name=_clean(artist.name),
            facts=packing.pack(packing.artist_facts(artist)) if artist.images else b"",
        )
        for uri, artist in wanted.items()
    }
    pks, fresh = _compare(Artist, rows, merge=_merge_artist)
    return pks | _write(Artist, rows, fresh)


def keep_shows(shows: Iterable[spotify.Show | spotify.Audiobook]) -> dict[str, int]:
    """Podcasts and audiobooks. Returns the rows' keys by URI."""
    rows = {
        show.uri: Show(uri=show.uri, name=_clean(show.name), facts=packing.pack(packing.show_facts(show)))
        for show in shows
        if show.uri
    }
    pks, fresh = _compare(Show, rows)
    return pks | _write(Show, rows, fresh)


def items(pks: Iterable[int]) -> dict[int, Track | Episode]:
    """What is kept of these items, as Spotify's own objects; unknown keys are left out."""
    rows: list[tuple[Any, ...]] = []
    for some in _chunks(dict.fromkeys(pks)):
        rows += Item.objects.filter(pk__in=some).values_list(*_COLUMNS)
    return {row[0]: item for row, item in zip(rows, _objects(rows), strict=True)}


def items_by_uri(uris: Iterable[str]) -> dict[str, Track | Episode]:
    """Likewise, by URI."""
    rows: list[tuple[Any, ...]] = []
    for some in _chunks({packing.key_of(uri): None for uri in uris}):
        rows += Item.objects.filter(uri__in=some).values_list(*_COLUMNS)
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


def keys_by_uri(model: type[R], uris: Iterable[str]) -> dict[str, int]:
    """The rows' keys of what is known."""
    found: dict[str, int] = {}
    by_key = {packing.key_of(uri): uri for uri in uris}
    for some in _chunks(by_key):
        for key, pk in model.objects.filter(uri__in=some).values_list("uri", "pk"):
            found[by_key[key]] = pk
    return found


_COLUMNS = ("pk", "uri", "name", "facts", "album_id", "show_id")


def _objects(rows: Collection[tuple[Any, ...]]) -> Iterator[Track | Episode]:
    """In the order of the rows, which are `_COLUMNS`."""
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


def _plain_rows(model: type[CatalogueRow], pks: Iterable[int]) -> Iterator[tuple[int, str, str, bytes]]:
    for some in _chunks(dict.fromkeys(pks)):
        yield from model.objects.filter(pk__in=some).values_list("pk", "uri", "name", "facts")


def _compare(
    model: type[R],
    rows: Mapping[str, R],
    *,
    also: tuple[str, ...] = (),
    merge: Callable[[R, list[Any]], None] | None = None,
) -> tuple[dict[str, int], list[str]]:
    """The keys of what is known by URI, and what is new or has changed. `merge` is given what is known."""
    fields = ("name", "facts", *also)
    pks: dict[str, int] = {}
    changed: list[str] = []
    old: list[int] = []
    stale = timezone.now() - _SEEN_EVERY
    for some in _chunks(rows):
        known = model.objects.filter(uri__in=some).values_list("uri", "pk", "seen_at", *fields)
        for uri, pk, seen_at, *values in known:
            pks[uri] = pk
            row = rows[uri]
            if merge:
                merge(row, values)
            if [getattr(row, field) for field in fields] != [_plain(value) for value in values]:
                changed.append(uri)
            elif seen_at < stale:
                old.append(pk)
    if old:
        model.objects.filter(pk__in=old).update(seen_at=timezone.now())
    return pks, changed + [uri for uri in rows if uri not in pks]


def _write(
    model: type[R], rows: Mapping[str, R], fresh: list[str], *, also: tuple[str, ...] = ()
) -> dict[str, int]:
    # Always in the same order, so that two writers cannot wait for each other in a circle.
    written = model.objects.bulk_create(
        [rows[uri] for uri in sorted(fresh)],
        update_conflicts=True,
        unique_fields=["uri"],
        update_fields=["name", "facts", "seen_at", *also],
        batch_size=_AT_ONCE // 10,
    )
    return {row.uri: row.pk for row in written}


def _merge_item(row: Item, known: list[Any]) -> None:
    """Complete what Spotify left out this time: tracks within an album, and playability without a market."""
    _, packed, album_id, show_id, recording = known
    is_partial = row.album_id is None and row.show_id is None and (album_id or show_id)
    before = bytes(packed)
    if is_partial:
        row.album_id, row.show_id = album_id, show_id
    if row.facts != before:
        was, facts = packing.unpack(before, ItemFacts), packing.unpack(row.facts, ItemFacts)
        row.facts = packing.pack(packing.completed(facts, was))
        if facts.isrc is None and was.isrc:
            row.recording = recording


def _merge_artist(row: Artist, known: list[Any]) -> None:
    row.facts = row.facts or bytes(known[1])


def _artist_uris(item: Track | Episode) -> list[str]:
    if isinstance(item, Episode) or item.is_local:
        return []
    return [artist.uri for artist in item.artists if artist.uri]


def _recording(item: Track | Episode) -> str:
    isrc = item.external_ids.isrc if isinstance(item, Track) and item.external_ids else None
    return isrc.upper().replace("-", "")[:40] if isrc else packing.key_of(item.uri or "")


def _clean(name: str) -> str:
    """PostgreSQL takes no NUL."""
    return name.replace("\x00", "")


def _plain(value: Any) -> Any:  # noqa: ANN401  # PostgreSQL hands out bytes as a memoryview
    return bytes(value) if isinstance(value, memoryview) else value


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
