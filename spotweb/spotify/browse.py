"""Browsing Spotify's shop window. All of it is gone in development mode, where each raises Gone unasked."""

from collections.abc import Iterable, Mapping
from operator import attrgetter

from msgspec import Struct, structs

from spotweb.spotify import modes
from spotweb.spotify.arguments import check_position, ids_of
from spotweb.spotify.errors import InvalidRequest
from spotweb.spotify.http import Client
from spotweb.spotify.models import Album, Category, FeaturedPlaylists, Page, Playlist, Recommendations
from spotweb.spotify.paging import PagedList, fetch_page
from spotweb.spotify.transport import Params

MAX_SEEDS = 5

_TUNABLE = frozenset(
    {
        "acousticness",
        "danceability",
        "duration_ms",
        "energy",
        "instrumentalness",
        "key",
        "liveness",
        "loudness",
        "mode",
        "popularity",
        "speechiness",
        "tempo",
        "time_signature",
        "valence",
    }
)


class _Albums(Struct, frozen=True, kw_only=True):
    albums: Page[Album | None] = Page()


class _Categories(Struct, frozen=True, kw_only=True):
    categories: Page[Category | None] = Page()


class _Playlists(Struct, frozen=True, kw_only=True):
    message: str = ""
    playlists: Page[Playlist | None] = Page()


def _category(row: Category | None) -> Category | None:
    """One without id leads nowhere."""
    return row if row and row.id else None


NEW_RELEASES: PagedList[Album] = PagedList(
    operation="get-new-releases", answer=_Albums, page_of=attrgetter("albums"), key_of=attrgetter("uri")
)
CATEGORIES: PagedList[Category] = PagedList(
    operation="get-categories",
    answer=_Categories,
    page_of=attrgetter("categories"),
    entry_of=_category,
    key_of=attrgetter("id"),
)


def get_new_releases(client: Client, *, limit: int = 50, offset: int = 0) -> Page[Album]:
    """Albums lately released. Web API: get-new-releases."""
    return fetch_page(client, NEW_RELEASES, limit=limit, offset=offset)


def get_featured_playlists(
    client: Client, *, locale: str | None = None, limit: int = 50, offset: int = 0
) -> FeaturedPlaylists:
    """What Spotify puts up front; `locale` such as de_DE. Web API: get-featured-playlists."""
    operation = "get-featured-playlists"
    params: Params = {
        "locale": locale,
        "limit": modes.check_limit(operation, limit),
        "offset": check_position(offset, operation=operation),
    }
    answer = client.fetch(_Playlists, operation, params=params)
    page = answer.playlists
    kept = tuple(playlist for playlist in page.items if playlist)
    shown = Page(items=kept, total=page.total, limit=page.limit, offset=page.offset, next=page.next)
    return FeaturedPlaylists(message=answer.message, playlists=shown)


def get_categories(
    client: Client, *, locale: str | None = None, limit: int = 50, offset: int = 0
) -> Page[Category]:
    """Web API: get-categories."""
    return fetch_page(client, CATEGORIES.with_params(locale=locale), limit=limit, offset=offset)


def get_a_category(client: Client, category_id: str, *, locale: str | None = None) -> Category:
    """Web API: get-a-category. Raises NotFound."""
    ids = {"category_id": category_id}
    category = client.fetch(Category, "get-a-category", ids=ids, params={"locale": locale})
    return structs.replace(category, id=category.id or category_id)


def playlists_of_category(category_id: str) -> PagedList[Playlist]:
    """All playlists of a category, for paging.collect."""
    return PagedList(
        operation="get-a-categories-playlists",
        answer=_Playlists,
        page_of=attrgetter("playlists"),
        key_of=attrgetter("uri"),
        ids={"category_id": category_id},
    )


def get_a_categories_playlists(
    client: Client, category_id: str, *, limit: int = 50, offset: int = 0
) -> Page[Playlist]:
    """Web API: get-a-categories-playlists."""
    return fetch_page(client, playlists_of_category(category_id), limit=limit, offset=offset)


def get_recommendations(
    client: Client,
    *,
    seed_artists: Iterable[str] = (),
    seed_tracks: Iterable[str] = (),
    seed_genres: Iterable[str] = (),
    tuning: Mapping[str, float] | None = None,
    limit: int = 20,
    market: str | None = None,
) -> Recommendations:
    """Up to 100 tracks that go with one to five seeds of all kinds together. Web API: get-recommendations.

    `tuning`: min_, max_ and target_ of what AudioFeatures holds, or popularity, such as {"min_energy": 0.7}.
    """
    operation = "get-recommendations"
    artists, tracks, genres = list(seed_artists), list(seed_tracks), list(seed_genres)
    if not 1 <= len(artists) + len(tracks) + len(genres) <= MAX_SEEDS:
        message = f"1 to {MAX_SEEDS} seeds"
        raise InvalidRequest(message, operation=operation)
    params: dict[str, str | int | bool | None] = {
        "seed_artists": ",".join(ids_of(artists, "artist", operation=operation)) if artists else None,
        "seed_tracks": ",".join(ids_of(tracks, "track", operation=operation)) if tracks else None,
        "seed_genres": ",".join(genres) or None,
        "limit": modes.check_limit(operation, limit),
        "market": market,
    }
    for name, value in (tuning or {}).items():
        params[_tunable(name, operation)] = str(value)
    return client.fetch(Recommendations, operation, params=params)


def get_recommendation_genres(client: Client) -> tuple[str, ...]:
    """What may be a seed_genre. Web API: get-recommendation-genres."""
    return client.fetch(dict[str, tuple[str, ...]], "get-recommendation-genres").get("genres", ())


def get_available_markets(client: Client) -> tuple[str, ...]:
    """Two-letter codes of the countries with Spotify. Web API: get-available-markets."""
    return client.fetch(dict[str, tuple[str, ...]], "get-available-markets").get("markets", ())


def _tunable(name: str, operation: str) -> str:
    bound, _, attribute = name.partition("_")
    if bound not in {"min", "max", "target"} or attribute not in _TUNABLE:
        message = "recommendations cannot be tuned by that"
        raise InvalidRequest(message, operation=operation)
    return name
