"""Search: one request for all kinds of things."""

from collections.abc import Sequence
from typing import Literal, TypeVar

from msgspec import Struct

from spotweb.spotify import modes
from spotweb.spotify.errors import InvalidRequest
from spotweb.spotify.http import Client
from spotweb.spotify.models import (
    Album,
    Artist,
    Audiobook,
    Episode,
    Page,
    Playlist,
    SearchResults,
    Show,
    Track,
)
from spotweb.spotify.transport import Params

T = TypeVar("T")
SearchType = Literal["album", "artist", "playlist", "track", "show", "episode", "audiobook"]
MAX_SEARCH_OFFSET = 1000


class _RawResults(Struct, frozen=True, kw_only=True):
    """As it comes: literal nulls stand among the results, above all among playlists."""

    tracks: Page[Track | None] = Page()
    albums: Page[Album | None] = Page()
    artists: Page[Artist | None] = Page()
    playlists: Page[Playlist | None] = Page()
    shows: Page[Show | None] = Page()
    episodes: Page[Episode | None] = Page()
    audiobooks: Page[Audiobook | None] = Page()


def search(
    client: Client,
    q: str,
    *,
    types: Sequence[SearchType] = ("track", "episode"),
    limit: int = 10,
    offset: int = 0,
    market: str | None = None,
) -> SearchResults:
    """Up to `limit` results of each type: at most 10 in development mode, 50 in extended. Web API: search.

    One request for all types. Ranges of offset: 0 to 1000. The member's country decides the market by itself.
    """
    if not q.strip() or not types or not 0 <= offset <= MAX_SEARCH_OFFSET:
        message = "nothing to search for, or an offset out of range"
        raise InvalidRequest(message, operation="search")
    params: Params = {
        "q": q.strip(),
        "type": ",".join(types),
        "limit": modes.check_limit("search", limit),
        "offset": offset,
        "market": market,
    }
    answer = client.fetch(_RawResults, "search", params=params)
    return SearchResults(
        tracks=_without_nulls(answer.tracks),
        albums=_without_nulls(answer.albums),
        artists=_without_nulls(answer.artists),
        playlists=_without_nulls(answer.playlists),
        shows=_without_nulls(answer.shows),
        episodes=_without_nulls(answer.episodes),
        audiobooks=_without_nulls(answer.audiobooks),
    )


def _without_nulls(page: Page[T | None]) -> Page[T]:
    return Page(
        items=tuple(item for item in page.items if item is not None),
        total=page.total,
        limit=page.limit,
        offset=page.offset,
        next=page.next,
    )
