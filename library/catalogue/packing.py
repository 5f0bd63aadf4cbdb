"""Packs what is only shown of artists, albums, shows and items into one column, and builds Spotify's objects
from it. A page of rows is read in the time that twenty columns would take to become Python values.
"""

import hashlib
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct, structs

from spotweb.spotify.answers import struct_types
from spotweb.spotify.models import (
    Album,
    Artist,
    Audiobook,
    Episode,
    ExternalIds,
    ExternalUrls,
    Image,
    Restrictions,
    Show,
    Track,
)
from spotweb.spotify.models.spoken_word import Author

F = TypeVar("F", bound=Struct)

# An index of PostgreSQL takes no more than 2,700 bytes; the URI of a local file may be longer.
_MAX_KEY_LENGTH = 500
_LOCAL = "spotify:local:"

Images = tuple[tuple[str, int | None, int | None], ...]
Names = tuple[tuple[str | None, str], ...]  # (id, name); the id is null in local files


class ArtistFacts(Struct, frozen=True, array_like=True, gc=False):
    images: Images = ()


class AlbumFacts(Struct, frozen=True, array_like=True, gc=False):
    album_type: str | None = None
    artists: Names = ()
    images: Images = ()
    release_date: str | None = None
    precision: str | None = None
    total_tracks: int | None = None
    restriction: str | None = None


class ShowFacts(Struct, frozen=True, array_like=True, gc=False):
    """`by` is the publisher, or the authors of an audiobook."""

    images: Images = ()
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    explicit: bool = False
    total: int | None = None


class ItemFacts(Struct, frozen=True, array_like=True, gc=False):
    """`album` is the name of a local file's album; `images` and the release date are an episode's."""

    duration_ms: int = 0
    explicit: bool = False
    is_playable: bool | None = None
    artists: Names = ()
    disc_number: int = 1
    track_number: int = 0
    isrc: str | None = None
    restriction: str | None = None
    album: str | None = None
    images: Images = ()
    release_date: str | None = None
    precision: str | None = None
    long_uri: str | None = None


def key_of(uri: str) -> str:
    """Return by what a row is found: its URI, or the beginning of a long one and a digest."""
    if len(uri) <= _MAX_KEY_LENGTH:
        return uri
    return f"{uri[:_MAX_KEY_LENGTH]}#{hashlib.sha256(uri.encode()).hexdigest()}"


def pack_facts(facts: Struct) -> bytes:
    return _encoder.encode(facts)


def unpack_facts(facts: bytes, kind: type[F]) -> F:
    """Empty bytes are facts of which nothing is known yet."""
    return struct_types.unpack(facts, kind) if facts else kind()


def get_artist_facts(artist: Artist) -> ArtistFacts:
    return ArtistFacts(_pack_images(artist.images))


def get_album_facts(album: Album) -> AlbumFacts:
    return AlbumFacts(
        album.album_type,
        _get_names(album.artists),
        _pack_images(album.images),
        album.release_date,
        album.release_date_precision,
        album.total_tracks,
        album.restrictions.reason if album.restrictions else None,
    )


def get_show_facts(show: Show | Audiobook) -> ShowFacts:
    if isinstance(show, Show):
        return ShowFacts(
            _pack_images(show.images), show.publisher, explicit=show.explicit, total=show.total_episodes
        )
    authors = tuple(author.name for author in show.authors)
    narrators = tuple(narrator.name for narrator in show.narrators)
    return ShowFacts(
        _pack_images(show.images), show.publisher, authors, narrators, show.explicit, show.total_chapters
    )


def get_item_facts(item: Track | Episode) -> ItemFacts:
    uri = item.uri or ""
    long_uri = uri if key_of(uri) != uri else None
    restriction = item.restrictions.reason if item.restrictions else None
    if isinstance(item, Episode):
        return ItemFacts(
            item.duration_ms,
            item.explicit,
            item.is_playable,
            restriction=restriction,
            images=_pack_images(item.images),
            release_date=item.release_date,
            precision=item.release_date_precision,
            long_uri=long_uri,
        )
    is_of_no_album = item.album is not None and not item.album.uri
    return ItemFacts(
        item.duration_ms,
        item.explicit,
        item.is_playable,
        _get_names(item.artists),
        item.disc_number,
        item.track_number,
        item.external_ids.isrc if item.external_ids else None,
        restriction,
        album=item.album.name if item.album and is_of_no_album else None,
        long_uri=long_uri,
    )


def complete_facts(facts: ItemFacts, was: ItemFacts) -> ItemFacts:
    """Add what Spotify sent before and left out this time: it sends little of tracks within an album."""
    return structs.replace(
        facts,
        isrc=facts.isrc or was.isrc,
        is_playable=was.is_playable if facts.is_playable is None else facts.is_playable,
        images=facts.images or was.images,
    )


def build_artist(uri: str, name: str, facts: ArtistFacts) -> Artist:
    id_ = id_in(uri)
    return Artist(
        id=id_,
        uri=uri,
        name=name,
        images=_build_images(facts.images),
        external_urls=_build_urls("artist", id_),
    )


def build_album(uri: str, name: str, facts: AlbumFacts) -> Album:
    id_ = id_in(uri)
    return Album(
        id=id_,
        uri=uri,
        name=name,
        album_type=facts.album_type,
        artists=_build_artists(facts.artists),
        images=_build_images(facts.images),
        release_date=facts.release_date,
        release_date_precision=facts.precision,
        total_tracks=facts.total_tracks,
        restrictions=Restrictions(reason=facts.restriction) if facts.restriction else None,
        external_urls=_build_urls("album", id_),
    )


def build_show(uri: str, name: str, facts: ShowFacts) -> Show | Audiobook:
    id_ = id_in(uri)
    images = _build_images(facts.images)
    if uri.startswith("spotify:audiobook:"):
        return Audiobook(
            id=id_,
            uri=uri,
            name=name,
            images=images,
            publisher=facts.publisher,
            authors=tuple(Author(name=each) for each in facts.authors),
            narrators=tuple(Author(name=each) for each in facts.narrators),
            explicit=facts.explicit,
            total_chapters=facts.total,
            external_urls=_build_urls("audiobook", id_),
        )
    return Show(
        id=id_,
        uri=uri,
        name=name,
        images=images,
        publisher=facts.publisher,
        explicit=facts.explicit,
        total_episodes=facts.total,
        external_urls=_build_urls("show", id_),
    )


def build_track(
    uri: str,
    name: str,
    facts: ItemFacts,
    *,
    album: Album | None,
    people: Mapping[tuple[str | None, str], Artist],
) -> Track:
    """`people` are the artists by id and name, so that each is built once for a long list."""
    is_local = uri.startswith(_LOCAL)
    id_ = None if is_local else id_in(uri)
    return Track(
        id=id_,
        uri=facts.long_uri or uri,
        name=name,
        external_urls=_NO_URLS if is_local else _build_urls("track", id_),
        album=album or (Album(name=facts.album) if facts.album is not None else None),
        artists=tuple([people[each] for each in facts.artists]),
        duration_ms=facts.duration_ms,
        explicit=facts.explicit,
        is_local=is_local,
        is_playable=facts.is_playable,
        disc_number=facts.disc_number,
        track_number=facts.track_number,
        external_ids=ExternalIds(isrc=facts.isrc) if facts.isrc else None,
        restrictions=Restrictions(reason=facts.restriction) if facts.restriction else None,
    )


def build_episode(uri: str, name: str, facts: ItemFacts, *, show: Show | None) -> Episode:
    id_ = id_in(uri)
    return Episode(
        id=id_,
        uri=uri,
        name=name,
        external_urls=_build_urls("episode", id_),
        show=show,
        images=_build_images(facts.images),
        duration_ms=facts.duration_ms,
        explicit=facts.explicit,
        is_playable=facts.is_playable,
        release_date=facts.release_date,
        release_date_precision=facts.precision,
        restrictions=Restrictions(reason=facts.restriction) if facts.restriction else None,
    )


def build_credited_artist(id_: str | None, name: str) -> Artist:
    """Build an artist as tracks and albums name them."""
    if id_ is None:
        return Artist(name=name)
    return Artist(id=id_, uri=f"spotify:artist:{id_}", name=name, external_urls=_build_urls("artist", id_))


def id_in(uri: str) -> str:
    return uri.rpartition(":")[2]


def _build_artists(names: Names) -> tuple[Artist, ...]:
    return tuple(build_credited_artist(id_, name) for id_, name in names)


def _get_names(artists: tuple[Artist, ...]) -> Names:
    return tuple([(artist.id, artist.name) for artist in artists])


def _pack_images(images: tuple[Image, ...]) -> Images:
    return tuple([(image.url, image.width, image.height) for image in images])


def _build_images(images: Images) -> tuple[Image, ...]:
    return tuple([Image(url=url, width=width, height=height) for url, width, height in images])


def _build_urls(kind: str, id_: str | None) -> ExternalUrls:
    return ExternalUrls(spotify=f"https://open.spotify.com/{kind}/{id_}")


_NO_URLS = ExternalUrls()
_encoder = msgspec.msgpack.Encoder()
