"""Stores the household's shared facts about Spotify's catalogue as they arrive, and reads them back."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain, islice
from operator import itemgetter
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from library.catalogue import bulk_sql, packing
from library.catalogue.packing import AlbumFacts, ArtistFacts, ItemFacts, ShowFacts
from library.catalogue.recordings import clean_isrc, group_by_isrc, read_recording
from library.models import Album, AlbumCredit, Artist, CatalogueRow, Credit, Item, Show
from spotweb.spotify import models as spotify
from spotweb.spotify.models import Episode, Track

T = TypeVar("T")
RowValues = tuple[Any, ...]  # the values of the columns

_COLUMNS = ("name", "facts")
_ITEM_COLUMNS = ("name", "facts", "album_id", "show_id", "recording")
_SHOWN_COLUMNS = ("id", "uri", "name", "facts", "album_id", "show_id")

# A statement takes at most this many values; SQLite was built for 32,766 and PostgreSQL for twice that.
_BATCH_SIZE = 2000
# That something was seen again is worth a write only so often.
_SEEN_INTERVAL = timedelta(days=7)


def save_items(items: Iterable[Track | Episode]) -> dict[str, int]:
    """Store what Spotify sent of items, their albums, shows and artists. Returns the rows' keys by URI.

    Items without URI are left out. A track within an album comes without its album: the known one stays.
    """
    by_key = {packing.key_of(item.uri): item for item in items if item.uri}
    tracks = [item for item in by_key.values() if isinstance(item, Track)]
    of_albums = {track.album.uri: track.album for track in tracks if track.album and track.album.uri}
    by_tracks = chain.from_iterable(track.artists for track in tracks if not track.is_local)
    by_albums = chain.from_iterable(album.artists for album in of_albums.values())
    artists = save_artists(chain(by_tracks, by_albums))
    albums = _save_albums(of_albums, artists)
    shows = save_shows(item.show for item in by_key.values() if isinstance(item, Episode) and item.show)
    rows = {key: _build_item_row(item, albums, shows) for key, item in by_key.items()}
    pks, changed_keys = _find_changes(Item, _ITEM_COLUMNS, rows, merge=_merge_item)
    if changed_keys:
        _separate_recordings({key: by_key[key] for key in changed_keys}, rows)
        with transaction.atomic(savepoint=False):
            if changed := [pks[key] for key in changed_keys if key in pks]:
                Credit.objects.filter(item_id__in=changed).delete()
            pks |= _write_rows(Item, _ITEM_COLUMNS, rows, changed_keys)
            credits_ = [(pks[key], artists[uri]) for key in changed_keys for uri in _artist_uris(by_key[key])]
            bulk_sql.insert_rows(Credit, ("item_id", "artist_id"), credits_)
    return {item.uri: pks[key] for key, item in by_key.items() if item.uri}


def save_albums(albums: Iterable[spotify.Album]) -> dict[str, int]:
    """Store albums. Returns the rows' keys by URI; albums of local files have no URI and are left out."""
    by_uri = {album.uri: album for album in albums if album.uri}
    return _save_albums(by_uri, save_artists(chain.from_iterable(album.artists for album in by_uri.values())))


def save_artists(artists: Iterable[spotify.Artist]) -> dict[str, int]:
    """Store artists. Returns the rows' keys by URI. Without pictures, as within tracks, known ones stay."""
    by_uri: dict[str, spotify.Artist] = {}
    for artist in artists:
        if artist.uri and (artist.uri not in by_uri or artist.images):
            by_uri[artist.uri] = artist
    rows = {
        uri: (
            _without_nul(artist.name),
            packing.pack_facts(packing.get_artist_facts(artist)) if artist.images else b"",
        )
        for uri, artist in by_uri.items()
    }
    pks, fresh = _find_changes(Artist, _COLUMNS, rows, merge=_merge_artist)
    return pks | _write_rows(Artist, _COLUMNS, rows, fresh)


def save_shows(shows: Iterable[spotify.Show | spotify.Audiobook]) -> dict[str, int]:
    """Store podcasts and audiobooks. Returns the rows' keys by URI."""
    rows = {
        show.uri: (_without_nul(show.name), packing.pack_facts(packing.get_show_facts(show)))
        for show in shows
        if show.uri
    }
    pks, fresh = _find_changes(Show, _COLUMNS, rows)
    return pks | _write_rows(Show, _COLUMNS, rows, fresh)


def get_items(pks: Iterable[int]) -> dict[int, Track | Episode]:
    """Return items by key, as Spotify's objects; unknown keys are left out."""
    rows: list[tuple[Any, ...]] = []
    for chunk in split_chunks(dict.fromkeys(pks)):
        rows += bulk_sql.find_rows(Item, _SHOWN_COLUMNS, "id", chunk)
    return {row[0]: item for row, item in zip(rows, _build_objects(rows), strict=True)}


def get_items_by_uri(uris: Iterable[str]) -> dict[str, Track | Episode]:
    """Return items by URI, as Spotify's objects; unknown URIs are left out."""
    rows: list[tuple[Any, ...]] = []
    for chunk in split_chunks({packing.key_of(uri): None for uri in uris}):
        rows += bulk_sql.find_rows(Item, _SHOWN_COLUMNS, "uri", chunk)
    return {item.uri: item for item in _build_objects(rows) if item.uri}


def get_albums(pks: Iterable[int]) -> dict[int, spotify.Album]:
    """Return albums by key, as Spotify's objects without their tracks."""
    return {
        pk: packing.build_album(uri, name, packing.unpack_facts(facts, AlbumFacts))
        for pk, uri, name, facts in _read_rows(Album, pks)
    }


def get_artists(pks: Iterable[int]) -> dict[int, spotify.Artist]:
    return {
        pk: packing.build_artist(uri, name, packing.unpack_facts(facts, ArtistFacts))
        for pk, uri, name, facts in _read_rows(Artist, pks)
    }


def get_shows(pks: Iterable[int]) -> dict[int, spotify.Show | spotify.Audiobook]:
    return {
        pk: packing.build_show(uri, name, packing.unpack_facts(facts, ShowFacts))
        for pk, uri, name, facts in _read_rows(Show, pks)
    }


# By the column of a saved item that points at them.
GETTERS: Mapping[str, Callable[[Iterable[int]], Mapping[int, Any]]] = {
    "item": get_items,
    "album": get_albums,
    "show": get_shows,
    "artist": get_artists,
}


def get_pks_by_uri(model: type[CatalogueRow], uris: Iterable[str]) -> dict[str, int]:
    """Return the rows' keys by URI; unknown URIs are left out."""
    pks: dict[str, int] = {}
    by_key = {packing.key_of(uri): uri for uri in uris}
    for chunk in split_chunks(by_key):
        for key, pk in bulk_sql.find_rows(model, ("uri", "id"), "uri", chunk):
            pks[by_key[key]] = pk
    return pks


def _build_objects(rows: Collection[tuple[Any, ...]]) -> Iterator[Track | Episode]:
    """Build Spotify's objects in the order of the rows, which have `_SHOWN_COLUMNS`."""
    of_albums = get_albums(row[4] for row in rows if row[4])
    of_shows = get_shows(row[5] for row in rows if row[5])
    people = _ArtistCache()
    for _, uri, name, packed, album_id, show_id in rows:
        facts = packing.unpack_facts(packed, ItemFacts)
        if uri.startswith("spotify:episode:"):
            show = of_shows.get(show_id)
            yield packing.build_episode(
                uri, name, facts, show=show if isinstance(show, spotify.Show) else None
            )
        else:
            yield packing.build_track(uri, name, facts, album=of_albums.get(album_id), people=people)


class _ArtistCache(dict[tuple[str | None, str], spotify.Artist]):
    def __missing__(self, key: tuple[str | None, str]) -> spotify.Artist:
        artist = self[key] = packing.build_credited_artist(*key)
        return artist


def _read_rows(model: type[CatalogueRow], pks: Iterable[int]) -> Iterator[tuple[int, str, str, Any]]:
    for chunk in split_chunks(dict.fromkeys(pks)):
        yield from bulk_sql.find_rows(model, ("id", "uri", "name", "facts"), "id", chunk)


def _save_albums(albums: Mapping[str, spotify.Album], artists: Mapping[str, int]) -> dict[str, int]:
    rows = {
        uri: (_without_nul(album.name), packing.pack_facts(packing.get_album_facts(album)))
        for uri, album in albums.items()
    }
    pks, fresh = _find_changes(Album, _COLUMNS, rows)
    if fresh:
        with transaction.atomic(savepoint=False):
            if changed := [pks[uri] for uri in fresh if uri in pks]:
                AlbumCredit.objects.filter(album_id__in=changed).delete()
            pks |= _write_rows(Album, _COLUMNS, rows, fresh)
            credits_ = [
                (pks[uri], artists[artist.uri])
                for uri in fresh
                for artist in albums[uri].artists
                if artist.uri
            ]
            bulk_sql.insert_rows(AlbumCredit, ("album_id", "artist_id"), credits_)
    return pks


def _build_item_row(item: Track | Episode, albums: Mapping[str, int], shows: Mapping[str, int]) -> RowValues:
    album = albums.get(item.album.uri or "") if isinstance(item, Track) and item.album else None
    show = shows.get(item.show.uri or "") if isinstance(item, Episode) and item.show else None
    return (
        _without_nul(item.name),
        packing.pack_facts(packing.get_item_facts(item)),
        album,
        show,
        _name_recording(item),
    )


def _find_changes(
    model: type[CatalogueRow],
    columns: Sequence[str],
    rows: dict[str, RowValues],
    *,
    merge: Callable[[RowValues, RowValues], RowValues] | None = None,
) -> tuple[dict[str, int], list[str]]:
    """Return the keys of known rows by URI, and the URIs of what is new or has changed.

    `merge` completes a new row from the known one.
    """
    pks: dict[str, int] = {}
    changed: list[str] = []
    old: list[int] = []
    stale = timezone.now() - _SEEN_INTERVAL
    for chunk in split_chunks(rows):
        for uri, pk, seen_at, *rest in bulk_sql.find_rows(
            model, ("uri", "id", "seen_at", *columns), "uri", chunk
        ):
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


def _write_rows(
    model: type[CatalogueRow], columns: Sequence[str], rows: Mapping[str, RowValues], fresh: Sequence[str]
) -> dict[str, int]:
    """Returns the keys of what was written."""
    if not fresh:
        return {}
    now = bulk_sql.adapt_datetime(timezone.now())
    # Always in the same order, so that two writers cannot wait for each other in a circle.
    values = [(uri, now, *rows[uri]) for uri in sorted(fresh)]
    bulk_sql.insert_rows(
        model, ("uri", "seen_at", *columns), values, unique=["uri"], update=["seen_at", *columns]
    )
    pks: dict[str, int] = {}
    for chunk in split_chunks(fresh):
        pks.update(bulk_sql.find_rows(model, ("uri", "id"), "uri", chunk))
    return pks


def _merge_item(row: RowValues, known: RowValues) -> RowValues:
    """Complete what Spotify left out: the album of a track within it, playability without a market."""
    name, packed, album, show, recording = row
    facts, was = packing.unpack_facts(packed, ItemFacts), packing.unpack_facts(known[1], ItemFacts)
    if album is None and show is None:
        album, show = known[2], known[3]
    if was.isrc and facts.isrc in {None, was.isrc} and known[4]:
        recording = known[4]
    return name, packing.pack_facts(packing.complete_facts(facts, was)), album, show, recording


def _merge_artist(row: RowValues, known: RowValues) -> RowValues:
    return row[0], row[1] or known[1]


def _artist_uris(item: Track | Episode) -> list[str]:
    if isinstance(item, Episode) or item.is_local:
        return []
    return [artist.uri for artist in item.artists if artist.uri]


def get_recordings(pks: Iterable[int]) -> dict[int, str]:
    """Return by what the recordings of items are recognised, by their keys."""
    named: dict[int, str] = {}
    for chunk in split_chunks(dict.fromkeys(pks)):
        named |= dict(bulk_sql.find_rows(Item, ("id", "recording"), "id", chunk))
    return named


def _name_recording(item: Track | Episode) -> str:
    """Return what is the same for a recording under several ids: its ISRC, else its URI."""
    isrc = clean_isrc(item.external_ids.isrc) if isinstance(item, Track) and item.external_ids else ""
    return isrc or packing.key_of(item.uri or "")


def _separate_recordings(items: Mapping[str, Track | Episode], rows: dict[str, RowValues]) -> None:
    """Let an item keep its ISRC only where it is the recording of those that have it already.

    Labels give one ISRC to a song and its live version, or to two parts; then the later one goes by its URI.
    """
    by_name: dict[str, list[str]] = {}
    for key, item in items.items():
        if rows[key][4] != key and rows[key][4] == _name_recording(item):
            by_name.setdefault(rows[key][4], []).append(key)
    known = _list_items_by_recording(by_name, but=items)
    for name, keys in by_name.items():
        holders = known.get(name, [])
        if len(holders) + len(keys) == 1:
            continue
        readings = [read_recording(item) for item in (*holders, *(items[key] for key in keys))]
        groups = [sorted(group) for group in group_by_isrc(readings)]
        keeping = [group for group in groups if group[0] < max(len(holders), 1)]
        for group in groups if keeping else ():
            for place in group if group not in keeping else ():
                key = keys[place - len(holders)]
                rows[key] = (*rows[key][:4], keys[group[0] - len(holders)])


def _list_items_by_recording(
    names: Iterable[str], *, but: Collection[str]
) -> dict[str, list[Track | Episode]]:
    found: dict[str, list[Track | Episode]] = {}
    for chunk in split_chunks(names):
        here = bulk_sql.find_rows(Item, ("recording", "id", *_SHOWN_COLUMNS[1:]), "recording", chunk)
        listed = sorted((row for row in here if row[2] not in but), key=itemgetter(1))
        for row, item in zip(listed, _build_objects([row[1:] for row in listed]), strict=True):
            found.setdefault(row[0], []).append(item)
    return found


def _without_nul(name: str) -> str:
    """PostgreSQL takes no NUL."""
    return name.replace("\x00", "")


def get_uris(model: type[CatalogueRow], pks: Iterable[int]) -> dict[int, str]:
    """Return URIs by key; for local files with long URIs their row key, which cannot be played or saved."""
    uris: dict[int, str] = {}
    for chunk in split_chunks(dict.fromkeys(pks)):
        uris |= dict(bulk_sql.find_rows(model, ("id", "uri"), "id", chunk))
    return uris


def split_chunks(values: Iterable[T], size: int = _BATCH_SIZE) -> Iterator[list[T]]:
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk
