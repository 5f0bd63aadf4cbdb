"""Searches what the member has, then Spotify, ten of each kind a page; and resolves pasted links."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from msgspec import Struct, structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import response_cache
from library.catalogue.response_cache import CachedResponse
from library.catalogue.text import fold_text, has_all_words, sort_key, split_words
from library.models import IndexedPlaylist, SavedIndex
from library.saved import browse
from spotweb.jobs.patience import write_beside
from spotweb.spotify import catalog, modes, playlists, profile
from spotweb.spotify.catalog import SearchType
from spotweb.spotify.errors import Forbidden, NotFound
from spotweb.spotify.http import Client
from spotweb.spotify.links import Link, parse_link
from spotweb.spotify.models import Album, Episode, Playlist, SearchResults, SpotifyObject, Track

SEARCH_TYPES: tuple[SearchType, ...] = (
    "track",
    "album",
    "artist",
    "playlist",
    "show",
    "episode",
    "audiobook",
)
PAGE_SIZE = 10
# Of each kind while all are shown.
OVERVIEW_SIZES: Mapping[SearchType, int] = {"track": 6, "album": 4, "artist": 3}
DEFAULT_OVERVIEW_SIZE = 2
OWN_RESULTS_SIZE = 5
MAX_TEXT_LENGTH = 200
RESULTS_FRESH_S = 10 * 60
MAX_PAST_SEARCHES = 8
# Spotify's field filters. The words of some are searched here too; others only Spotify understands.
_LOCAL_FILTERS = re.compile(r"\b(artist|album|track):", re.IGNORECASE)
_SPOTIFY_FILTERS = re.compile(r"\b(year|upc|isrc|genre|tag):", re.IGNORECASE)
# Each link may cost a single read, of which the household has some hundred a day.
MAX_LINKS = 20
_GET_SEVERAL: Mapping[str, Callable[[Client, Iterable[str]], tuple[Any, ...]]] = {
    "track": catalog.get_several_tracks,
    "album": catalog.get_multiple_albums,
    "artist": catalog.get_multiple_artists,
    "show": catalog.get_multiple_shows,
    "episode": catalog.get_multiple_episodes,
    "audiobook": catalog.get_multiple_audiobooks,
    "chapter": catalog.get_several_chapters,
}


class OwnResults(Struct, frozen=True, kw_only=True):
    """What is saved, by kind, and playlists that have been read.

    `is_whole`: all that is saved has been read, so what is not found here is not saved.
    """

    things: Mapping[str, Sequence[SpotifyObject]] = {}
    playlists: Sequence[tuple[str, str]] = ()  # id and name
    is_whole: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.playlists and not any(self.things.values())


def search_own(member: Member, text: str) -> OwnResults | None:
    """Search the index for all words, in any order and also within words, without asking Spotify.

    None when the text has a field filter that only Spotify understands.
    """
    if _SPOTIFY_FILTERS.search(text):
        return None
    text = _LOCAL_FILTERS.sub(" ", text).replace('"', " ")
    words = split_words(text)
    if not words:
        return OwnResults()
    rows_by_kind = browse.search_all_kinds(member, text, limit=OWN_RESULTS_SIZE)
    return OwnResults(
        things={kind: [row.thing for row in rows] for kind, rows in rows_by_kind.items()},
        playlists=_find_playlists(member, words),
        is_whole=not SavedIndex.objects.filter(member=member, complete_at=None).exists(),
    )


def _find_playlists(member: Member, words: tuple[str, ...]) -> Sequence[tuple[str, str]]:
    names = IndexedPlaylist.objects.filter(member=member).values_list("playlist_id", "name")
    fitting = [(id_, name) for id_, name in names if has_all_words(words, fold_text(name))]
    return sorted(fitting, key=lambda playlist: (sort_key(playlist[1]), playlist[0]))[:OWN_RESULTS_SIZE]


def search_spotify(
    member: Member, text: str, *, kind: SearchType | None = None, offset: int = 0
) -> CachedResponse[SearchResults]:
    """Return one page of one kind; without a kind the first page of all kinds, which is one request as well.

    `offset` goes up to catalog.MAX_SEARCH_OFFSET. The same words are asked once in ten minutes.
    """
    words = " ".join(text.split())
    if kind is None or offset == 0:
        response = _fetch_results(member, words, types=SEARCH_TYPES, offset=0)
        return response if kind is None else structs.replace(response, value=_only_kind(response.value, kind))
    return _fetch_results(member, words, types=(kind,), offset=offset)


def search_kinds(
    member: Member, words: str, *, types: Sequence[SearchType], offset: int = 0
) -> SearchResults:
    """Ask Spotify for one page of these kinds: as many of each as it gives in development mode."""
    return catalog.search(spotify_for(member), words, types=types, limit=PAGE_SIZE, offset=offset)


def _fetch_results(
    member: Member, words: str, *, types: Sequence[SearchType], offset: int
) -> CachedResponse[SearchResults]:
    def fetch() -> SearchResults:
        return search_kinds(member, words, types=types, offset=offset)

    what = f"search {','.join(types)} {offset} {words.casefold()}"
    return response_cache.get_or_fetch(what, SearchResults, fetch, fresh_s=RESULTS_FRESH_S, member=member)


def _only_kind(results: SearchResults, kind: SearchType) -> SearchResults:
    return SearchResults(**{f"{kind}s": getattr(results, f"{kind}s")})


def get_past_searches(member: Member) -> list[str]:
    """Return the searches that led to something, here or on the player page, latest first."""
    return list(member.past_searches.values_list("words", flat=True)[:MAX_PAST_SEARCHES])


def record_search(member: Member, words: str) -> None:
    words = " ".join(words.split())[:MAX_TEXT_LENGTH]
    if not words:
        return
    write_beside(lambda: _store_search(member, words))


def _store_search(member: Member, words: str) -> None:
    member.past_searches.update_or_create(words=words, defaults={"searched_at": timezone.now()})
    surplus = list(member.past_searches.values_list("pk", flat=True)[MAX_PAST_SEARCHES:])
    member.past_searches.filter(pk__in=surplus).delete()


def delete_searches(member: Member, words: str = "") -> None:
    """Delete one search, or without words all of them."""
    searches = member.past_searches.all()
    (searches.filter(words=words) if words else searches).delete()


def parse_links(text: str) -> list[Link]:
    """Return the links of a text, each once, at most MAX_LINKS. Raises LinkError for a word that is none."""
    links = [parse_link(word) for word in text.split()]
    return list(dict.fromkeys(links))[:MAX_LINKS]


def get_linked_things(member: Member, links: Sequence[Link]) -> list[Any]:
    """Return what links lead to, in their order; null where Spotify has nothing or does not show it."""
    client = spotify_for(member)
    things: dict[Link, Any] = {}
    for kind in dict.fromkeys(link.kind for link in links):
        of_kind = [link for link in links if link.kind == kind]
        if kind in _GET_SEVERAL:
            things |= zip(of_kind, _GET_SEVERAL[kind](client, [link.id for link in of_kind]), strict=True)
        else:
            things |= {link: _get_single(client, link) for link in of_kind}
    return [things[link] for link in links]


def fetch_thing(member: Member, link: Link) -> Track | Episode | Album | Playlist:
    """Return the one thing behind a link to a track, an episode, an album or a playlist, no contents.

    Raises NotFound and Forbidden.
    """
    client = spotify_for(member)
    if link.kind == "track":
        return catalog.get_track(client, link.id)
    if link.kind == "episode":
        return catalog.get_an_episode(client, link.id)
    if link.kind == "album":
        return structs.replace(catalog.get_an_album(client, link.id), tracks=None)
    return structs.replace(playlists.get_playlist(client, link.id), items=None)


def _get_single(client: Client, link: Link) -> Any:  # noqa: ANN401  # a Playlist or a User
    try:
        if link.kind == "playlist":
            return playlists.get_playlist(client, link.id)
        return profile.get_users_profile(client, link.id) if modes.is_extended() else None
    except (NotFound, Forbidden):
        return None
