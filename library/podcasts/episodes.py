"""Gathers the newest episodes from the first pages of a member's saved podcasts.

Spotify lists the episodes of one podcast at a time, and how far they were heard is the member's own. So one
refresh asks for the eight podcasts that were not asked for longest; what they answer is kept for days.
"""

from collections.abc import Sequence

from django.core.cache import cache
from msgspec import Struct

from accounts.models import Member
from library.models import SavedIndex
from library.pages import lookup
from library.saved import browse
from spotweb.spotify.errors import NotFound, SpotifyError
from spotweb.spotify.models import Episode, Show

MAX_REQUESTS = 8
REFRESH_EVERY_S = 600
MAX_EPISODES = 60
MAX_STARTED = 6
# As many podcasts as are looked at; more than that are followed by few.
MAX_SHOWS = 200
# A few seconds at the beginning or before the end are no place to go on from.
_MIN_HEARD_MS, _OVER_MS = 10_000, 30_000


class PodcastFeed(Struct, frozen=True, kw_only=True):
    """`started` are those heard in part, `newest` the others, both newest first.

    `unread_count` podcasts were not asked for yet. `error` is why Spotify did not answer the last refresh.
    """

    started: tuple[Episode, ...] = ()
    newest: tuple[Episode, ...] = ()
    show_count: int = 0
    unread_count: int = 0
    read_at: float = 0.0
    error: SpotifyError | None = None


def get_feed(member: Member, *, error: SpotifyError | None = None) -> PodcastFeed:
    """Return what is known, without asking Spotify."""
    shows = _get_shows(member)
    pages = [page for show in shows if (page := lookup.get_known_show_episodes(member, show))]
    episodes = [episode for page in pages for episode in page.value.items if episode.uri]
    episodes.sort(key=lambda episode: episode.release_date or "", reverse=True)
    started = [episode for episode in episodes if is_started(episode)]
    newest = [episode for episode in episodes if not is_started(episode)]
    return PodcastFeed(
        started=tuple(started[:MAX_STARTED]),
        newest=tuple(newest[:MAX_EPISODES]),
        show_count=len(shows),
        unread_count=len(shows) - len(pages),
        read_at=max((page.fetched_at for page in pages), default=0.0),
        error=error,
    )


def is_refresh_due(member: Member) -> bool:
    return bool(_get_shows(member)) and cache.get(_cache_key(member)) is None


def refresh_feed(member: Member) -> PodcastFeed:
    """Ask for the podcasts that were not asked for longest, when ten minutes are over."""
    error: SpotifyError | None = None
    if cache.add(_cache_key(member), 1, REFRESH_EVERY_S):
        for show in _choose_shows(member):
            try:
                error = lookup.get_show_episodes(member, show).error
            except NotFound:  # Spotify has lost it; the others are there
                continue
            except SpotifyError as refusal:
                error = refusal
            if error:  # the next one would be refused like this one
                break
    return get_feed(member, error=error)


def is_started(episode: Episode) -> bool:
    point = episode.resume_point
    if point is None or point.fully_played:
        return False
    heard_ms = point.resume_position_ms
    return heard_ms >= _MIN_HEARD_MS and episode.duration_ms - heard_ms >= _OVER_MS


def _choose_shows(member: Member) -> Sequence[Show]:
    def get_read_at(show: Show) -> float:
        page = lookup.get_known_show_episodes(member, show)
        return page.fetched_at if page else 0.0

    return sorted(_get_shows(member), key=get_read_at)[:MAX_REQUESTS]


def _get_shows(member: Member) -> list[Show]:
    rows = browse.get_page(member, SavedIndex.Kind.SHOW, limit=MAX_SHOWS).rows
    return [row.thing for row in rows if isinstance(row.thing, Show) and row.thing.id]


def _cache_key(member: Member) -> str:
    return f"podcasts:refreshed:{member.pk}"
