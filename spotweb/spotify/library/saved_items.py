"""What a member has saved and whom they follow: newest first, 50 a page, in both modes.

Things that Spotify lost are null or left out, so a page may hold fewer than 50 and `total` more than comes.
All of it needs user-library-read, except followed artists (user-follow-read).
"""

from operator import attrgetter

from msgspec import Struct

from spotweb.spotify.arguments import id_of
from spotweb.spotify.http import Client
from spotweb.spotify.models import (
    Artist,
    Audiobook,
    CursorPage,
    Page,
    SavedAlbum,
    SavedAudiobook,
    SavedEpisode,
    SavedShow,
    SavedTrack,
)
from spotweb.spotify.paging import PagedList, fetch_cursor_page, fetch_page


class _AudiobookRow(Audiobook, frozen=True, kw_only=True):
    """Bare, as the official description says, or wrapped like everything else that is saved."""

    added_at: str | None = None
    audiobook: Audiobook | None = None


class _Followed(Struct, frozen=True, kw_only=True):
    artists: CursorPage[Artist | None] = CursorPage()


def _audiobook(row: _AudiobookRow | None) -> SavedAudiobook | None:
    if row is None:
        return None
    return SavedAudiobook(added_at=row.added_at, audiobook=row.audiobook or row)


def _track_key(saved: SavedTrack) -> str | None:
    return saved.track.uri if saved.track else None


def _album_key(saved: SavedAlbum) -> str | None:
    return saved.album.uri if saved.album else None


def _episode_key(saved: SavedEpisode) -> str | None:
    return saved.episode.uri if saved.episode else None


def _show_key(saved: SavedShow) -> str | None:
    return saved.show.uri if saved.show else None


def _audiobook_key(saved: SavedAudiobook) -> str | None:
    return saved.audiobook.uri if saved.audiobook else None


# Whole collections, for paging.collect.
SAVED_TRACKS: PagedList[SavedTrack] = PagedList(
    operation="get-users-saved-tracks", answer=Page[SavedTrack | None], key_of=_track_key
)
SAVED_ALBUMS: PagedList[SavedAlbum] = PagedList(
    operation="get-users-saved-albums", answer=Page[SavedAlbum | None], key_of=_album_key
)
SAVED_EPISODES: PagedList[SavedEpisode] = PagedList(
    operation="get-users-saved-episodes", answer=Page[SavedEpisode | None], key_of=_episode_key
)
SAVED_SHOWS: PagedList[SavedShow] = PagedList(
    operation="get-users-saved-shows", answer=Page[SavedShow | None], key_of=_show_key
)
SAVED_AUDIOBOOKS: PagedList[SavedAudiobook] = PagedList(
    operation="get-users-saved-audiobooks",
    answer=Page[_AudiobookRow | None],
    entry_of=_audiobook,
    key_of=_audiobook_key,
)
FOLLOWED_ARTISTS: PagedList[Artist] = PagedList(
    operation="get-followed",
    answer=_Followed,
    page_of=attrgetter("artists"),
    key_of=attrgetter("uri"),
    params={"type": "artist"},
    is_by_cursor=True,
)


def get_users_saved_tracks(
    client: Client, *, limit: int = 50, offset: int = 0, market: str | None = None
) -> Page[SavedTrack]:
    """Web API: get-users-saved-tracks."""
    return fetch_page(client, SAVED_TRACKS.with_params(market=market), limit=limit, offset=offset)


def get_users_saved_albums(
    client: Client, *, limit: int = 50, offset: int = 0, market: str | None = None
) -> Page[SavedAlbum]:
    """Each with its first 50 tracks. Web API: get-users-saved-albums."""
    return fetch_page(client, SAVED_ALBUMS.with_params(market=market), limit=limit, offset=offset)


def get_users_saved_episodes(
    client: Client, *, limit: int = 50, offset: int = 0, market: str | None = None
) -> Page[SavedEpisode]:
    """Needs user-read-playback-position as well. Web API: get-users-saved-episodes."""
    return fetch_page(client, SAVED_EPISODES.with_params(market=market), limit=limit, offset=offset)


def get_users_saved_shows(client: Client, *, limit: int = 50, offset: int = 0) -> Page[SavedShow]:
    """Saved audiobooks may stand among them. Web API: get-users-saved-shows."""
    return fetch_page(client, SAVED_SHOWS, limit=limit, offset=offset)


def get_users_saved_audiobooks(client: Client, *, limit: int = 50, offset: int = 0) -> Page[SavedAudiobook]:
    """Forbidden or NotFound outside the few countries with audiobooks.

    Web API: get-users-saved-audiobooks.
    """
    return fetch_page(client, SAVED_AUDIOBOOKS, limit=limit, offset=offset)


def get_followed(client: Client, *, limit: int = 50, after: str | None = None) -> CursorPage[Artist]:
    """Followed artists, in Spotify's order; `after` is the last artist of the page before.

    Web API: get-followed.
    """
    if after is not None:
        after = id_of(after, "artist", operation=FOLLOWED_ARTISTS.operation)
    return fetch_cursor_page(client, FOLLOWED_ARTISTS, limit=limit, after=after)
