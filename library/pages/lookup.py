"""Albums, artists, tracks, shows, episodes, audiobooks and chapters by id, as their pages show them.

Single reads are the scarcest there is in development mode, so each function spends at most one, and none for
what is kept. What the index knows without asking is `library.known`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from msgspec import structs

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
    AudioAnalysis,
    Audiobook,
    AudioFeatures,
    Chapter,
    Episode,
    Page,
    Show,
    Track,
)

T = TypeVar("T")

ALBUM_GROUPS: tuple[AlbumGroup, ...] = ("album", "single", "compilation", "appears_on")
# An artist's albums come ten at a time in development mode; the same page is then as good in both.
ALBUMS_PAGE_SIZE = 10
ROWS_PAGE_SIZE = 50
# How far an episode was heard changes while one listens.
HEARD_FRESH_S = 5 * 60


def get_album(member: Member, id_: str) -> Album:
    """With its first fifty tracks, each of which knows its album as tracks do elsewhere."""
    found = catalog.get_an_album(spotify_for(member), id_)
    tracks = _with_album(found, found.tracks) if found.tracks else None
    _record_things(f"album {id_}", tracks.items if tracks else ())
    return structs.replace(found, tracks=tracks)


def get_album_tracks(member: Member, found: Album, *, offset: int) -> Page[Track]:
    """The page of an album's tracks that begins at `offset`, which the album may bring along."""
    if offset == 0 and found.tracks is not None:
        return found.tracks
    id_ = found.id or ""

    def fetch() -> Page[Track]:
        return catalog.get_an_albums_tracks(spotify_for(member), id_, limit=ROWS_PAGE_SIZE, offset=offset)

    page = response_cache.get_or_fetch(f"album {id_} {offset}", Page[Track], fetch, fresh_s=A_DAY_S).value
    return _with_album(found, page)


def _with_album(found: Album, page: Page[Track]) -> Page[Track]:
    embedded = structs.replace(found, tracks=None)
    return structs.replace(page, items=tuple(structs.replace(track, album=embedded) for track in page.items))


def _record_things(what: str, things: Sequence[Track | Episode | Artist | Show | Audiobook]) -> None:
    """Whatever is saved or queued from a page can then be named and shown at once, for nothing."""
    if not things or not response_cache.is_first_today(what):
        return
    store.save_items(thing for thing in things if isinstance(thing, Track | Episode))
    store.save_artists(thing for thing in things if isinstance(thing, Artist))
    store.save_shows(thing for thing in things if isinstance(thing, Show | Audiobook))


def get_artist(member: Member, id_: str) -> Artist:
    """In development mode the index says all that Spotify would, once it knows the pictures."""
    indexed = None if modes.is_extended() else find_artist(id_)
    if indexed and indexed.images:
        return indexed
    found = catalog.get_an_artist(spotify_for(member), id_)
    _record_things(f"artist {id_}", [found])
    return found


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
    """In development mode the index says all that Spotify would, and costs nothing."""
    indexed = None if modes.is_extended() else find_track(id_)
    if indexed:
        return indexed
    found = catalog.get_track(spotify_for(member), id_)
    _record_things(f"track {id_}", [found])
    return found


def get_audio_features(member: Member, ids: Sequence[str]) -> tuple[AudioFeatures | None, ...]:
    """How tracks sound, in their order; empty in development mode, and where Spotify does not grant it."""
    if not modes.is_extended() or not ids:
        return ()

    def fetch() -> tuple[AudioFeatures | None, ...]:
        client = spotify_for(member)
        if len(ids) == 1:
            return fetch_if_granted(lambda: (catalog.get_audio_features(client, ids[0]),), ())
        return fetch_if_granted(lambda: catalog.get_several_audio_features(client, ids), ())

    return _fetch_optional(f"sound {','.join(ids)}", tuple[AudioFeatures | None, ...], fetch)


def get_audio_analysis(member: Member, id_: str) -> AudioAnalysis:
    """Some hundred KB, so it is not kept. Raises NotFound or Forbidden where there is none."""
    return catalog.get_audio_analysis(spotify_for(member), id_)


def _fetch_optional(
    what: str,
    kind: Any,  # noqa: ANN401  # a type form, as kept.read takes it
    fetch: Callable[[], tuple[T, ...]],
) -> tuple[T, ...]:
    """What only adds to a page: without it, when Spotify cannot be asked, the page is still one."""
    try:
        return response_cache.get_or_fetch(what, kind, fetch, fresh_s=A_DAY_S).value
    except (Throttled, Unavailable):
        return ()


def get_show(member: Member, id_: str) -> Show:
    found = catalog.get_a_show(spotify_for(member), id_)
    _record_things(f"show {id_}", [found])
    return found


def get_show_episodes(member: Member, found: Show, *, offset: int = 0) -> CachedResponse[Page[Episode]]:
    """One page, newest first, with how far the member has heard each."""

    def fetch() -> Page[Episode]:
        page = catalog.get_a_shows_episodes(
            spotify_for(member), found.id or "", limit=ROWS_PAGE_SIZE, offset=offset
        )
        episodes = tuple(structs.replace(one, show=found) for one in page.items)
        _record_things(f"show {found.id} {offset}", episodes)
        return structs.replace(page, items=episodes)

    return response_cache.get_or_fetch(
        f"show {found.id} {offset}", Page[Episode], fetch, fresh_s=HEARD_FRESH_S, member=member
    )


def get_episode(member: Member, id_: str) -> Episode:
    found = catalog.get_an_episode(spotify_for(member), id_)
    _record_things(f"episode {id_}", [found])
    return found


def get_audiobook(member: Member, id_: str) -> Audiobook:
    found = catalog.get_an_audiobook(spotify_for(member), id_)
    # Saved it is under this URI; Spotify sends that of a show.
    _record_things(f"audiobook {id_}", [structs.replace(found, uri=f"spotify:audiobook:{id_}")])
    return found


def get_audiobook_chapters(
    member: Member, found: Audiobook, *, offset: int = 0
) -> CachedResponse[Page[Chapter]]:
    """One page in their order, with how far the member has heard each."""

    def fetch() -> Page[Chapter]:
        return catalog.get_audiobook_chapters(
            spotify_for(member), found.id or "", limit=ROWS_PAGE_SIZE, offset=offset
        )

    return response_cache.get_or_fetch(
        f"audiobook {found.id} {offset}", Page[Chapter], fetch, fresh_s=HEARD_FRESH_S, member=member
    )


def get_chapter(member: Member, id_: str) -> Chapter:
    return catalog.get_a_chapter(spotify_for(member), id_)


# As many songs of an album as are shown when Spotify cannot tell all of them.
MAX_KNOWN_TRACKS = 200


@dataclass(frozen=True)
class LookupResult(Generic[T]):
    """`trouble` is why only what the household knows is shown; null when Spotify has told."""

    thing: T
    trouble: SpotifyError | None = None


def look_up(read: Callable[[], T], known: Callable[[], T | None]) -> LookupResult[T]:
    """What Spotify says, else what the household knows. Raises what reading raises when that is nothing."""
    try:
        return LookupResult(read())
    except (Throttled, Unavailable) as trouble:
        thing = known()
        if thing is None:
            raise
        return LookupResult(thing, trouble)


def find_album(id_: str) -> Album | None:
    """With those of its songs that somebody of the household has."""
    key = _find_pk(models.Album, f"spotify:album:{id_}")
    if key is None:
        return None
    found = store.get_albums([key])[key]
    keys = models.Item.objects.filter(album_id=key).values_list("pk", flat=True)[:MAX_KNOWN_TRACKS]
    tracks = [item for item in store.get_items(keys).values() if isinstance(item, Track)]
    tracks.sort(key=lambda track: (track.disc_number, track.track_number, track.name))
    return structs.replace(found, tracks=Page(items=tuple(tracks), total=found.total_tracks))


def find_artist(id_: str) -> Artist | None:
    key = _find_pk(models.Artist, f"spotify:artist:{id_}")
    return None if key is None else store.get_artists([key])[key]


def find_show(id_: str) -> Show | None:
    found = _find_show_or_audiobook(id_)
    return found if isinstance(found, Show) else None


def find_audiobook(id_: str) -> Audiobook | None:
    found = _find_show_or_audiobook(id_)
    return found if isinstance(found, Audiobook) else None


def _find_show_or_audiobook(id_: str) -> Show | Audiobook | None:
    for kind in ("show", "audiobook"):
        key = _find_pk(models.Show, f"spotify:{kind}:{id_}")
        if key is not None:
            return store.get_shows([key])[key]
    return None


def find_track(id_: str) -> Track | None:
    found = store.get_items_by_uri([f"spotify:track:{id_}"]).get(f"spotify:track:{id_}")
    return found if isinstance(found, Track) else None


def find_episode(id_: str) -> Episode | None:
    found = store.get_items_by_uri([f"spotify:episode:{id_}"]).get(f"spotify:episode:{id_}")
    return found if isinstance(found, Episode) else None


def _find_pk(model: type[models.CatalogueRow], uri: str) -> int | None:
    return store.get_pks_by_uri(model, [uri]).get(uri)
