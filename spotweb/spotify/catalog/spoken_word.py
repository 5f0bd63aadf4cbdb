"""Shows with their episodes, audiobooks with their chapters, by id, URI or link.

Those of another market are NotFound. Episodes, chapters and audiobooks say how far the member has heard, so
they are kept for that member alone.
"""

from collections.abc import Iterable
from operator import attrgetter

from spotweb.spotify import object_cache
from spotweb.spotify.arguments import id_of
from spotweb.spotify.batches import Batch, fetch_several
from spotweb.spotify.http import Client
from spotweb.spotify.models import Audiobook, Chapter, Episode, Page, Show
from spotweb.spotify.object_cache import ObjectRef
from spotweb.spotify.paging import PagedList, fetch_page

_SHOWS = Batch(
    kind=Show,
    operation="get-multiple-shows",
    single="get-a-show",
    link_kind="show",
    name="shows",
)
_EPISODES = Batch(
    kind=Episode,
    operation="get-multiple-episodes",
    single="get-an-episode",
    link_kind="episode",
    name="episodes",
    is_personal=True,
)
_AUDIOBOOKS = Batch(
    kind=Audiobook,
    operation="get-multiple-audiobooks",
    single="get-an-audiobook",
    link_kind="audiobook",
    name="audiobooks",
    is_personal=True,
)
_CHAPTERS = Batch(
    kind=Chapter,
    operation="get-several-chapters",
    single="get-a-chapter",
    link_kind="chapter",
    name="chapters",
    is_personal=True,
)


def get_a_show(client: Client, show: str, *, market: str | None = None) -> Show:
    """Kept for a day. Needs user-read-playback-position. Web API: get-a-show."""
    operation = "get-a-show"
    id_ = id_of(show, "show", operation=operation)
    return object_cache.get_or_fetch(client, ObjectRef(Show, operation, id_, market))


def get_multiple_shows(
    client: Client, shows: Iterable[str], *, market: str | None = None
) -> tuple[Show | None, ...]:
    """As catalog.get_several_tracks. Web API: get-multiple-shows."""
    return fetch_several(client, _SHOWS, shows, market=market)


def episodes_of(show: str) -> PagedList[Episode]:
    """All episodes of a show, newest first, for paging.collect."""
    operation = "get-a-shows-episodes"
    return PagedList(
        operation=operation,
        answer=Page[Episode | None],
        key_of=attrgetter("uri"),
        ids={"id": id_of(show, "show", operation=operation)},
    )


def get_a_shows_episodes(
    client: Client, show: str, *, limit: int = 50, offset: int = 0, market: str | None = None
) -> Page[Episode]:
    """Newest first. Needs user-read-playback-position. Web API: get-a-shows-episodes."""
    return fetch_page(client, episodes_of(show).with_params(market=market), limit=limit, offset=offset)


def get_an_episode(client: Client, episode: str, *, market: str | None = None) -> Episode:
    """Kept for a day, for this member. Needs user-read-playback-position. Web API: get-an-episode."""
    operation = "get-an-episode"
    id_ = id_of(episode, "episode", operation=operation)
    return object_cache.get_or_fetch(client, ObjectRef(Episode, operation, id_, market, client.key))


def get_multiple_episodes(
    client: Client, episodes: Iterable[str], *, market: str | None = None
) -> tuple[Episode | None, ...]:
    """As catalog.get_several_tracks. Web API: get-multiple-episodes."""
    return fetch_several(client, _EPISODES, episodes, market=market)


def get_an_audiobook(client: Client, audiobook: str, *, market: str | None = None) -> Audiobook:
    """With how far it was heard. In a few countries only. Web API: get-an-audiobook."""
    operation = "get-an-audiobook"
    id_ = id_of(audiobook, "audiobook", operation=operation)
    return object_cache.get_or_fetch(client, ObjectRef(Audiobook, operation, id_, market, client.key))


def get_multiple_audiobooks(
    client: Client, audiobooks: Iterable[str], *, market: str | None = None
) -> tuple[Audiobook | None, ...]:
    """As catalog.get_several_tracks. Web API: get-multiple-audiobooks."""
    return fetch_several(client, _AUDIOBOOKS, audiobooks, market=market)


def chapters_of(audiobook: str) -> PagedList[Chapter]:
    """All chapters of an audiobook, for paging.collect."""
    operation = "get-audiobook-chapters"
    return PagedList(
        operation=operation,
        answer=Page[Chapter | None],
        key_of=attrgetter("uri"),
        ids={"id": id_of(audiobook, "audiobook", operation=operation)},
    )


def get_audiobook_chapters(
    client: Client, audiobook: str, *, limit: int = 50, offset: int = 0, market: str | None = None
) -> Page[Chapter]:
    """In their order. Web API: get-audiobook-chapters."""
    return fetch_page(client, chapters_of(audiobook).with_params(market=market), limit=limit, offset=offset)


def get_a_chapter(client: Client, chapter: str, *, market: str | None = None) -> Chapter:
    """Kept for a day, for this member. Web API: get-a-chapter."""
    operation = "get-a-chapter"
    id_ = id_of(chapter, "chapter", operation=operation)
    return object_cache.get_or_fetch(client, ObjectRef(Chapter, operation, id_, market, client.key))


def get_several_chapters(
    client: Client, chapters: Iterable[str], *, market: str | None = None
) -> tuple[Chapter | None, ...]:
    """As catalog.get_several_tracks. Web API: get-several-chapters."""
    return fetch_several(client, _CHAPTERS, chapters, market=market)
