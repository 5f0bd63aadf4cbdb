"""Looks up albums, artists, tracks, shows, episodes, audiobooks and chapters by id, as their pages show them.

Single reads are the scarcest requests in development mode, so each `get_` function spends at most one, and
none for what is cached. The `find_` functions return what the household knows without asking Spotify.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from msgspec import Struct, structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library import models
from library.catalogue import response_cache, store
from library.catalogue.response_cache import A_DAY_S, CachedResponse, fetch_if_granted
from spotweb.spotify import catalog, modes
from spotweb.spotify.catalog import AlbumGroup
from spotweb.spotify.errors import SpotifyError, Throttled, Unavailable
from spotweb.spotify.models import (
    Album,
    Artist,
    Audiobook,
    AudioFeatures,
    Chapter,
    Episode,
    Page,
    Section,
    Show,
    Track,
)
from spotweb.storage.outages import skip_during_outage

T = TypeVar("T")

ALBUM_GROUPS: tuple[AlbumGroup, ...] = ("album", "single", "compilation", "appears_on")
# An artist's albums come ten at a time in development mode; the same page is then as good in both.
ALBUMS_PAGE_SIZE = 10
ROWS_PAGE_SIZE = 50
# How far an episode was heard changes while one listens.
HEARD_FRESH_S = 5 * 60
# As many tracks of an album as are shown when Spotify cannot list all of them.
MAX_KNOWN_TRACKS = 200


@dataclass(frozen=True)
class LookupResult(Generic[T]):
    """`error` is why only what the household knows is shown; null when Spotify has answered."""

    thing: T
    error: SpotifyError | None = None


class AnalysisSummary(Struct, frozen=True, kw_only=True):
    """How many bars, beats, tatums and segments a track has, and its sections."""

    bars: int = 0
    beats: int = 0
    tatums: int = 0
    segments: int = 0
    sections: tuple[Section, ...] = ()


def get_album(member: Member, id_: str) -> Album:
    """With its first fifty tracks, each of which knows its album as tracks do elsewhere."""
    album = catalog.get_an_album(spotify_for(member), id_)
    tracks = _with_album(album, album.tracks) if album.tracks else None
    _record_things(f"album {id_}", tracks.items if tracks else ())
    return structs.replace(album, tracks=tracks)


def get_album_tracks(member: Member, album: Album, *, offset: int) -> Page[Track]:
    """The page of an album's tracks that begins at `offset`, which the album may bring along."""
    if offset == 0 and album.tracks is not None:
        return album.tracks
    id_ = album.id or ""

    def fetch() -> Page[Track]:
        return catalog.get_an_albums_tracks(spotify_for(member), id_, limit=ROWS_PAGE_SIZE, offset=offset)

    page = response_cache.get_or_fetch(f"album {id_} {offset}", Page[Track], fetch, fresh_s=A_DAY_S).value
    return _with_album(album, page)


def _with_album(album: Album, page: Page[Track]) -> Page[Track]:
    embedded = structs.replace(album, tracks=None)
    return structs.replace(page, items=tuple(structs.replace(track, album=embedded) for track in page.items))


def _record_things(what: str, things: Sequence[Track | Episode | Artist | Show | Audiobook]) -> None:
    """Store the things of a page, so that what is saved or queued from it can be shown without a request."""
    if not things or not response_cache.is_first_today(what):
        return
    with skip_during_outage():
        store.save_items(thing for thing in things if isinstance(thing, Track | Episode))
        store.save_artists(thing for thing in things if isinstance(thing, Artist))
        store.save_shows(thing for thing in things if isinstance(thing, Show | Audiobook))


def get_artist(member: Member, id_: str) -> Artist:
    """In development mode the catalogue knows all that Spotify would send, once it knows the pictures."""
    indexed = None if modes.is_extended() else find_artist(id_)
    if indexed and indexed.images:
        return indexed
    artist = catalog.get_an_artist(spotify_for(member), id_)
    _record_things(f"artist {id_}", [artist])
    return artist


def get_artist_albums(
    member: Member, id_: str, *, group: AlbumGroup, offset: int = 0
) -> CachedResponse[Page[Album]]:
    """One page of an artist's albums of one group, newest first; kept for a day for the whole household."""

    def fetch() -> Page[Album]:
        return catalog.get_an_artists_albums(
            spotify_for(member), id_, include_groups=(group,), limit=ALBUMS_PAGE_SIZE, offset=offset
        )

    return response_cache.get_or_fetch(f"artist {id_} {group} {offset}", Page[Album], fetch, fresh_s=A_DAY_S)


def get_top_tracks(member: Member, id_: str) -> tuple[Track, ...]:
    """Empty in development mode, and where Spotify does not grant them."""
    if not modes.is_extended():
        return ()

    def fetch() -> tuple[Track, ...]:
        return fetch_if_granted(lambda: catalog.get_an_artists_top_tracks(spotify_for(member), id_), ())

    return _fetch_optional(f"artist {id_} top", tuple[Track, ...], fetch)


def get_related_artists(member: Member, id_: str) -> tuple[Artist, ...]:
    """Empty in development mode, and where Spotify does not grant them."""
    if not modes.is_extended():
        return ()

    def fetch() -> tuple[Artist, ...]:
        return fetch_if_granted(lambda: catalog.get_an_artists_related_artists(spotify_for(member), id_), ())

    return _fetch_optional(f"artist {id_} related", tuple[Artist, ...], fetch)


def get_track(member: Member, id_: str) -> Track:
    """In development mode the catalogue knows all that Spotify would send, and costs nothing."""
    indexed = None if modes.is_extended() else find_track(id_)
    if indexed:
        return indexed
    track = catalog.get_track(spotify_for(member), id_)
    _record_things(f"track {id_}", [track])
    return track


def get_audio_features(member: Member, ids: Sequence[str]) -> tuple[AudioFeatures | None, ...]:
    """Return how tracks sound, in their order; empty in development mode, and where it is not granted."""
    if not modes.is_extended() or not ids:
        return ()

    def fetch() -> tuple[AudioFeatures | None, ...]:
        client = spotify_for(member)
        if len(ids) == 1:
            return fetch_if_granted(lambda: (catalog.get_audio_features(client, ids[0]),), ())
        return fetch_if_granted(lambda: catalog.get_several_audio_features(client, ids), ())

    return _fetch_optional(f"sound {','.join(ids)}", tuple[AudioFeatures | None, ...], fetch)


def get_analysis_summary(member: Member, id_: str) -> AnalysisSummary:
    """Return what a page shows of some hundred KB. Raises NotFound or Forbidden where there is none."""

    def fetch() -> AnalysisSummary:
        analysis = catalog.get_audio_analysis(spotify_for(member), id_)
        return AnalysisSummary(
            bars=len(analysis.bars),
            beats=len(analysis.beats),
            tatums=len(analysis.tatums),
            segments=len(analysis.segments),
            sections=analysis.sections,
        )

    return response_cache.get_or_fetch(f"analysis {id_}", AnalysisSummary, fetch, fresh_s=A_DAY_S).value


def _fetch_optional(
    what: str,
    kind: Any,  # noqa: ANN401  # a type form, as kept.read takes it
    fetch: Callable[[], tuple[T, ...]],
) -> tuple[T, ...]:
    """Return what only adds to a page; empty when Spotify cannot be asked."""
    try:
        return response_cache.get_or_fetch(what, kind, fetch, fresh_s=A_DAY_S).value
    except (Throttled, Unavailable):
        return ()


def get_show(member: Member, id_: str) -> Show:
    show = catalog.get_a_show(spotify_for(member), id_)
    _record_things(f"show {id_}", [show])
    return show


def get_show_episodes(member: Member, show: Show, *, offset: int = 0) -> CachedResponse[Page[Episode]]:
    """One page, newest first, with how far the member has heard each."""

    def fetch() -> Page[Episode]:
        page = catalog.get_a_shows_episodes(
            spotify_for(member), show.id or "", limit=ROWS_PAGE_SIZE, offset=offset
        )
        episodes = tuple(structs.replace(episode, show=show) for episode in page.items)
        _record_things(f"show {show.id} {offset}", episodes)
        return structs.replace(page, items=episodes)

    return response_cache.get_or_fetch(
        f"show {show.id} {offset}", Page[Episode], fetch, fresh_s=HEARD_FRESH_S, member=member
    )


def get_known_show_episodes(member: Member, show: Show) -> CachedResponse[Page[Episode]] | None:
    """Return the first page as last read, without asking Spotify."""
    return response_cache.get_cached(f"show {show.id} 0", Page[Episode], member=member)


def get_episode(member: Member, id_: str) -> Episode:
    episode = catalog.get_an_episode(spotify_for(member), id_)
    _record_things(f"episode {id_}", [episode])
    return episode


def get_audiobook(member: Member, id_: str) -> Audiobook:
    audiobook = catalog.get_an_audiobook(spotify_for(member), id_)
    # It is saved under this URI; Spotify sends that of a show.
    _record_things(f"audiobook {id_}", [structs.replace(audiobook, uri=f"spotify:audiobook:{id_}")])
    return audiobook


def get_audiobook_chapters(
    member: Member, audiobook: Audiobook, *, offset: int = 0
) -> CachedResponse[Page[Chapter]]:
    """One page in their order, with how far the member has heard each."""

    def fetch() -> Page[Chapter]:
        return catalog.get_audiobook_chapters(
            spotify_for(member), audiobook.id or "", limit=ROWS_PAGE_SIZE, offset=offset
        )

    return response_cache.get_or_fetch(
        f"audiobook {audiobook.id} {offset}", Page[Chapter], fetch, fresh_s=HEARD_FRESH_S, member=member
    )


def get_chapter(member: Member, id_: str) -> Chapter:
    return catalog.get_a_chapter(spotify_for(member), id_)


def get_or_find(read: Callable[[], T], known: Callable[[], T | None]) -> LookupResult[T]:
    """Return what Spotify sends, else what the household knows; raises the error when that is nothing."""
    try:
        return LookupResult(read())
    except (Throttled, Unavailable) as error:
        thing = known()
        if thing is None:
            raise
        return LookupResult(thing, error)


def find_album(id_: str) -> Album | None:
    """Return an album with those of its tracks that a member of the household has."""
    pk = _find_pk(models.Album, f"spotify:album:{id_}")
    if pk is None:
        return None
    album = store.get_albums([pk])[pk]
    track_pks = (
        models.Item.objects.filter(album_id=pk).order_by("pk").values_list("pk", flat=True)[:MAX_KNOWN_TRACKS]
    )
    tracks = [item for item in store.get_items(track_pks).values() if isinstance(item, Track)]
    tracks.sort(key=lambda track: (track.disc_number, track.track_number, track.name))
    return structs.replace(album, tracks=Page(items=tuple(tracks), total=album.total_tracks))


def find_artist(id_: str) -> Artist | None:
    pk = _find_pk(models.Artist, f"spotify:artist:{id_}")
    return None if pk is None else store.get_artists([pk])[pk]


def find_show(id_: str) -> Show | None:
    show = _find_show_or_audiobook(id_)
    return show if isinstance(show, Show) else None


def find_audiobook(id_: str) -> Audiobook | None:
    audiobook = _find_show_or_audiobook(id_)
    return audiobook if isinstance(audiobook, Audiobook) else None


def _find_show_or_audiobook(id_: str) -> Show | Audiobook | None:
    for kind in ("show", "audiobook"):
        pk = _find_pk(models.Show, f"spotify:{kind}:{id_}")
        if pk is not None:
            return store.get_shows([pk])[pk]
    return None


def find_track(id_: str) -> Track | None:
    track = store.get_items_by_uri([f"spotify:track:{id_}"]).get(f"spotify:track:{id_}")
    return track if isinstance(track, Track) else None


def find_episode(id_: str) -> Episode | None:
    episode = store.get_items_by_uri([f"spotify:episode:{id_}"]).get(f"spotify:episode:{id_}")
    return episode if isinstance(episode, Episode) else None


def _find_pk(model: type[models.CatalogueRow], uri: str) -> int | None:
    return store.get_pks_by_uri(model, [uri]).get(uri)
