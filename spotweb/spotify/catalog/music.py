"""Tracks, albums and artists by id, URI or link, and what belongs to them."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Literal

from spotweb.spotify import object_cache
from spotweb.spotify.arguments import id_of
from spotweb.spotify.batches import Batch, fetch_several
from spotweb.spotify.http import Client
from spotweb.spotify.models import Album, Artist, Page, Track
from spotweb.spotify.object_cache import ObjectRef
from spotweb.spotify.paging import PagedList, fetch_page

AlbumGroup = Literal["album", "single", "appears_on", "compilation"]

_TRACKS = Batch(
    kind=Track, operation="get-several-tracks", single="get-track", link_kind="track", name="tracks"
)
_ALBUMS = Batch(
    kind=Album, operation="get-multiple-albums", single="get-an-album", link_kind="album", name="albums"
)
_ARTISTS = Batch(
    kind=Artist, operation="get-multiple-artists", single="get-an-artist", link_kind="artist", name="artists"
)


def get_track(client: Client, track: str, *, market: str | None = None) -> Track:
    """Kept for a day. Web API: get-track. Raises NotFound."""
    return object_cache.get_or_fetch(
        client, ObjectRef(Track, "get-track", id_of(track, "track", operation="get-track"), market)
    )


def get_several_tracks(
    client: Client, tracks: Iterable[str], *, market: str | None = None
) -> tuple[Track | None, ...]:
    """In the order asked for, None where there is none. Web API: get-several-tracks.

    50 a request in extended mode; in development mode one by one, of which at most 20 may not be kept.
    """
    return fetch_several(client, _TRACKS, tracks, market=market)


def get_an_album(client: Client, album: str, *, market: str | None = None) -> Album:
    """With its first 50 tracks; kept for a day. Web API: get-an-album. Raises NotFound."""
    operation = "get-an-album"
    return object_cache.get_or_fetch(
        client, ObjectRef(Album, operation, id_of(album, "album", operation=operation), market)
    )


def get_multiple_albums(
    client: Client, albums: Iterable[str], *, market: str | None = None
) -> tuple[Album | None, ...]:
    """As get_several_tracks; 20 a request in extended mode. Web API: get-multiple-albums."""
    return fetch_several(client, _ALBUMS, albums, market=market)


def tracks_of(album: str) -> PagedList[Track]:
    """All tracks of an album, for paging.collect."""
    operation = "get-an-albums-tracks"
    return PagedList(
        operation=operation,
        answer=Page[Track | None],
        key_of=attrgetter("uri"),
        ids={"id": id_of(album, "album", operation=operation)},
    )


def get_an_albums_tracks(
    client: Client, album: str, *, limit: int = 50, offset: int = 0, market: str | None = None
) -> Page[Track]:
    """Without the album in each. Web API: get-an-albums-tracks."""
    return fetch_page(client, tracks_of(album).with_params(market=market), limit=limit, offset=offset)


def get_an_artist(client: Client, artist: str) -> Artist:
    """Kept for a day. Web API: get-an-artist. Raises NotFound."""
    operation = "get-an-artist"
    return object_cache.get_or_fetch(
        client, ObjectRef(Artist, operation, id_of(artist, "artist", operation=operation))
    )


def get_multiple_artists(client: Client, artists: Iterable[str]) -> tuple[Artist | None, ...]:
    """As get_several_tracks. Web API: get-multiple-artists."""
    return fetch_several(client, _ARTISTS, artists)


def albums_of(artist: str, *, include_groups: Sequence[AlbumGroup] = ()) -> PagedList[Album]:
    """All albums of an artist, for paging.collect; all groups unless said."""
    operation = "get-an-artists-albums"
    return PagedList(
        operation=operation,
        answer=Page[Album | None],
        key_of=attrgetter("uri"),
        ids={"id": id_of(artist, "artist", operation=operation)},
        params={"include_groups": ",".join(include_groups) or None},
    )


def get_an_artists_albums(
    client: Client,
    artist: str,
    *,
    include_groups: Sequence[AlbumGroup] = (),
    limit: int | None = None,
    offset: int = 0,
    market: str | None = None,
) -> Page[Album]:
    """At most 10 in development mode, 50 in extended. Web API: get-an-artists-albums."""
    listing = albums_of(artist, include_groups=include_groups).with_params(market=market)
    return fetch_page(client, listing, limit=limit, offset=offset)


def get_an_artists_top_tracks(client: Client, artist: str, *, market: str | None = None) -> tuple[Track, ...]:
    """Up to ten. Gone in development mode. Web API: get-an-artists-top-tracks."""
    operation = "get-an-artists-top-tracks"
    ids = {"id": id_of(artist, "artist", operation=operation)}
    answer = client.fetch(dict[str, tuple[Track | None, ...]], operation, ids=ids, params={"market": market})
    return tuple(track for track in answer.get("tracks", ()) if track)


def get_an_artists_related_artists(client: Client, artist: str) -> tuple[Artist, ...]:
    """Up to twenty. Gone in development mode. Web API: get-an-artists-related-artists."""
    operation = "get-an-artists-related-artists"
    ids = {"id": id_of(artist, "artist", operation=operation)}
    answer = client.fetch(dict[str, tuple[Artist | None, ...]], operation, ids=ids)
    return tuple(artist for artist in answer.get("artists", ()) if artist)
