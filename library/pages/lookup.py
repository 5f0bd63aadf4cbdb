"""Albums, artists, tracks, shows, episodes, audiobooks and chapters by id, as their pages show them.

Single reads are the scarcest there is in development mode, so each function spends at most one, and none for
what is kept. What the index knows without asking is `library.known`.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from msgspec import structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import response_cache as kept
from library.catalogue import store as catalogue
from library.catalogue.granted import if_granted
from library.catalogue.response_cache import A_DAY_S, Kept
from library.pages import known
from spotweb.spotify import catalog, modes
from spotweb.spotify.catalog import AlbumGroup
from spotweb.spotify.errors import Throttled, Unavailable
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

GROUPS: tuple[AlbumGroup, ...] = ("album", "single", "compilation", "appears_on")
# An artist's albums come ten at a time in development mode; the same page is then as good in both.
ALBUMS_A_PAGE = 10
ROWS_A_PAGE = 50
# How far an episode was heard changes while one listens.
HEARD_S = 5 * 60


def album(member: Member, id_: str) -> Album:
    """With its first fifty tracks, each of which knows its album as tracks do elsewhere."""
    found = catalog.get_an_album(spotify_for(member), id_)
    tracks = _within(found, found.tracks) if found.tracks else None
    _note(f"album {id_}", tracks.items if tracks else ())
    return structs.replace(found, tracks=tracks)


def tracks_of(member: Member, found: Album, *, offset: int) -> Page[Track]:
    """The page of an album's tracks that begins at `offset`, which the album may bring along."""
    if offset == 0 and found.tracks is not None:
        return found.tracks
    id_ = found.id or ""

    def fetch() -> Page[Track]:
        return catalog.get_an_albums_tracks(spotify_for(member), id_, limit=ROWS_A_PAGE, offset=offset)

    page = kept.read(f"album {id_} {offset}", Page[Track], fetch, fresh_s=A_DAY_S).value
    return _within(found, page)


def _within(found: Album, page: Page[Track]) -> Page[Track]:
    embedded = structs.replace(found, tracks=None)
    return structs.replace(page, items=tuple(structs.replace(track, album=embedded) for track in page.items))


def _note(what: str, things: Sequence[Track | Episode | Artist | Show | Audiobook]) -> None:
    """Whatever is saved or queued from a page can then be named and shown at once, for nothing."""
    if not things or not kept.is_first_today(what):
        return
    catalogue.keep(thing for thing in things if isinstance(thing, Track | Episode))
    catalogue.keep_artists(thing for thing in things if isinstance(thing, Artist))
    catalogue.keep_shows(thing for thing in things if isinstance(thing, Show | Audiobook))


def artist(member: Member, id_: str) -> Artist:
    """In development mode the index says all that Spotify would, once it knows the pictures."""
    indexed = None if modes.is_extended() else known.artist(id_)
    if indexed and indexed.images:
        return indexed
    found = catalog.get_an_artist(spotify_for(member), id_)
    _note(f"artist {id_}", [found])
    return found


def albums_of(member: Member, id_: str, *, group: AlbumGroup, offset: int = 0) -> Kept[Page[Album]]:
    """One page of an artist's albums of one group, newest first; kept for a day for the whole household."""

    def fetch() -> Page[Album]:
        return catalog.get_an_artists_albums(
            spotify_for(member), id_, include_groups=(group,), limit=ALBUMS_A_PAGE, offset=offset
        )

    return kept.read(f"artist {id_} {group} {offset}", Page[Album], fetch, fresh_s=A_DAY_S)


def top_tracks_of(member: Member, id_: str) -> tuple[Track, ...]:
    """Empty in development mode, and where Spotify does not grant them."""
    if not modes.is_extended():
        return ()

    def fetch() -> tuple[Track, ...]:
        return if_granted(lambda: catalog.get_an_artists_top_tracks(spotify_for(member), id_), ())

    return _beside(f"artist {id_} top", tuple[Track, ...], fetch)


def related_to(member: Member, id_: str) -> tuple[Artist, ...]:
    """Empty in development mode, and where Spotify does not grant them."""
    if not modes.is_extended():
        return ()

    def fetch() -> tuple[Artist, ...]:
        return if_granted(lambda: catalog.get_an_artists_related_artists(spotify_for(member), id_), ())

    return _beside(f"artist {id_} related", tuple[Artist, ...], fetch)


def track(member: Member, id_: str) -> Track:
    """In development mode the index says all that Spotify would, and costs nothing."""
    indexed = None if modes.is_extended() else known.track(id_)
    if indexed:
        return indexed
    found = catalog.get_track(spotify_for(member), id_)
    _note(f"track {id_}", [found])
    return found


def sound_of(member: Member, ids: Sequence[str]) -> tuple[AudioFeatures | None, ...]:
    """How tracks sound, in their order; empty in development mode, and where Spotify does not grant it."""
    if not modes.is_extended() or not ids:
        return ()

    def fetch() -> tuple[AudioFeatures | None, ...]:
        client = spotify_for(member)
        if len(ids) == 1:
            return if_granted(lambda: (catalog.get_audio_features(client, ids[0]),), ())
        return if_granted(lambda: catalog.get_several_audio_features(client, ids), ())

    return _beside(f"sound {','.join(ids)}", tuple[AudioFeatures | None, ...], fetch)


def analysis_of(member: Member, id_: str) -> AudioAnalysis:
    """Some hundred KB, so it is not kept. Raises NotFound or Forbidden where there is none."""
    return catalog.get_audio_analysis(spotify_for(member), id_)


def _beside(
    what: str,
    kind: Any,  # noqa: ANN401  # a type form, as kept.read takes it
    fetch: Callable[[], tuple[T, ...]],
) -> tuple[T, ...]:
    """What only adds to a page: without it, when Spotify cannot be asked, the page is still one."""
    try:
        return kept.read(what, kind, fetch, fresh_s=A_DAY_S).value
    except (Throttled, Unavailable):
        return ()


def show(member: Member, id_: str) -> Show:
    found = catalog.get_a_show(spotify_for(member), id_)
    _note(f"show {id_}", [found])
    return found


def episodes_of(member: Member, found: Show, *, offset: int = 0) -> Kept[Page[Episode]]:
    """One page, newest first, with how far the member has heard each."""

    def fetch() -> Page[Episode]:
        page = catalog.get_a_shows_episodes(
            spotify_for(member), found.id or "", limit=ROWS_A_PAGE, offset=offset
        )
        episodes = tuple(structs.replace(one, show=found) for one in page.items)
        _note(f"show {found.id} {offset}", episodes)
        return structs.replace(page, items=episodes)

    return kept.read(f"show {found.id} {offset}", Page[Episode], fetch, fresh_s=HEARD_S, member=member)


def episode(member: Member, id_: str) -> Episode:
    found = catalog.get_an_episode(spotify_for(member), id_)
    _note(f"episode {id_}", [found])
    return found


def audiobook(member: Member, id_: str) -> Audiobook:
    found = catalog.get_an_audiobook(spotify_for(member), id_)
    # Saved it is under this URI; Spotify sends that of a show.
    _note(f"audiobook {id_}", [structs.replace(found, uri=f"spotify:audiobook:{id_}")])
    return found


def chapters_of(member: Member, found: Audiobook, *, offset: int = 0) -> Kept[Page[Chapter]]:
    """One page in their order, with how far the member has heard each."""

    def fetch() -> Page[Chapter]:
        return catalog.get_audiobook_chapters(
            spotify_for(member), found.id or "", limit=ROWS_A_PAGE, offset=offset
        )

    return kept.read(f"audiobook {found.id} {offset}", Page[Chapter], fetch, fresh_s=HEARD_S, member=member)


def chapter(member: Member, id_: str) -> Chapter:
    return catalog.get_a_chapter(spotify_for(member), id_)
