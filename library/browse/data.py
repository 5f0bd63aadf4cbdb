"""Asks Spotify for new releases, categories, recommendations, people, and the member's top lists.

All but the top lists raise Gone in development mode. Answers are cached for the whole household; what Spotify
does not grant to this app is empty.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import response_cache
from library.catalogue.response_cache import A_DAY_S, AN_HOUR_S, CachedResponse, fetch_if_granted
from spotweb.spotify import browse, catalog, playlists, profile
from spotweb.spotify.models import (
    Album,
    Artist,
    Category,
    FeaturedPlaylists,
    Page,
    Playlist,
    Recommendations,
    Track,
    User,
)
from spotweb.spotify.profile import TimeRange

T = TypeVar("T")

PAGE_SIZE = 20
MAX_RECOMMENDATIONS = 50
_NONE: tuple[str, ...] = ()
RANGES: tuple[TimeRange, ...] = ("short_term", "medium_term", "long_term")
TOP_PAGE_SIZE = 50


def get_new_releases(member: Member, *, offset: int = 0) -> Page[Album]:
    def fetch() -> Page[Album]:
        return browse.get_new_releases(spotify_for(member), limit=PAGE_SIZE, offset=offset)

    return response_cache.get_or_fetch(
        f"new {offset}", Page[Album], lambda: fetch_if_granted(fetch, Page[Album]()), fresh_s=AN_HOUR_S
    ).value


def get_featured(member: Member) -> FeaturedPlaylists:
    def fetch() -> FeaturedPlaylists:
        return browse.get_featured_playlists(spotify_for(member), limit=PAGE_SIZE)

    return response_cache.get_or_fetch(
        "featured", FeaturedPlaylists, lambda: fetch_if_granted(fetch, FeaturedPlaylists()), fresh_s=AN_HOUR_S
    ).value


def get_categories(member: Member) -> Page[Category]:
    def fetch() -> Page[Category]:
        return browse.get_categories(spotify_for(member), limit=50)

    return response_cache.get_or_fetch(
        "categories", Page[Category], lambda: fetch_if_granted(fetch, Page[Category]()), fresh_s=A_DAY_S
    ).value


def get_category(member: Member, category_id: str) -> Category:
    """Raises NotFound."""

    def fetch() -> Category:
        return browse.get_a_category(spotify_for(member), category_id)

    return response_cache.get_or_fetch(f"category {category_id}", Category, fetch, fresh_s=A_DAY_S).value


def get_category_playlists(member: Member, category_id: str, *, offset: int = 0) -> Page[Playlist]:
    def fetch() -> Page[Playlist]:
        return browse.get_a_categories_playlists(
            spotify_for(member), category_id, limit=PAGE_SIZE, offset=offset
        )

    what = f"playlists of category {offset} {category_id}"  # an id may end like a number
    return response_cache.get_or_fetch(
        what, Page[Playlist], lambda: fetch_if_granted(fetch, Page[Playlist]()), fresh_s=AN_HOUR_S
    ).value


def get_markets(member: Member) -> tuple[str, ...]:
    """Two-letter codes of the countries that have Spotify."""

    def fetch() -> tuple[str, ...]:
        return browse.get_available_markets(spotify_for(member))

    return response_cache.get_or_fetch(
        "markets", tuple[str, ...], lambda: fetch_if_granted(fetch, _NONE), fresh_s=A_DAY_S
    ).value


def get_genres(member: Member) -> tuple[str, ...]:
    """Return the genres that recommendations can start from, beside artists and tracks."""

    def fetch() -> tuple[str, ...]:
        return browse.get_recommendation_genres(spotify_for(member))

    return response_cache.get_or_fetch(
        "genres", tuple[str, ...], lambda: fetch_if_granted(fetch, _NONE), fresh_s=A_DAY_S
    ).value


def get_recommendations(
    member: Member,
    *,
    artists: Sequence[str],
    tracks: Sequence[str],
    genres: Sequence[str],
    tuning: Mapping[str, float],
    again: int = 0,
) -> Recommendations:
    """Return what goes with one to five seeds (ids): the same for an hour, others with another `again`.

    Raises Forbidden.
    """

    def fetch() -> Recommendations:
        return browse.get_recommendations(
            spotify_for(member),
            seed_artists=artists,
            seed_tracks=tracks,
            seed_genres=genres,
            tuning=tuning,
            limit=MAX_RECOMMENDATIONS,
        )

    wishes = [sorted(artists), sorted(tracks), sorted(genres), sorted(tuning.items()), again]
    return response_cache.get_or_fetch(
        f"recommendations {wishes}", Recommendations, fetch, fresh_s=AN_HOUR_S
    ).value


def get_seeds(
    member: Member, *, artists: Sequence[str], tracks: Sequence[str]
) -> tuple[list[Artist], list[Track]]:
    """Return the seeds as objects; those that Spotify does not have are left out."""

    def fetch_artists() -> tuple[Artist | None, ...]:
        return tuple(catalog.get_multiple_artists(spotify_for(member), artists))

    def fetch_tracks() -> tuple[Track | None, ...]:
        return tuple(catalog.get_several_tracks(spotify_for(member), tracks))

    found_artists = _get_seeds_of_kind("artists", artists, tuple[Artist | None, ...], fetch_artists)
    found_tracks = _get_seeds_of_kind("tracks", tracks, tuple[Track | None, ...], fetch_tracks)
    return [artist for artist in found_artists if artist], [track for track in found_tracks if track]


def _get_seeds_of_kind(
    name: str,
    ids: Sequence[str],
    kind: Any,  # noqa: ANN401  # a type form, as response_cache takes it
    fetch: Callable[[], tuple[T, ...]],
) -> tuple[T, ...]:
    if not ids:
        return ()
    return response_cache.get_or_fetch(f"seeds {name} {','.join(ids)}", kind, fetch, fresh_s=A_DAY_S).value


def get_user(member: Member, user_id: str) -> User:
    """Return a person's public profile. Raises NotFound."""

    def fetch() -> User:
        return profile.get_users_profile(spotify_for(member), user_id)

    return response_cache.get_or_fetch(f"user {user_id}", User, fetch, fresh_s=A_DAY_S).value


def get_user_playlists(member: Member, user_id: str, *, offset: int = 0) -> Page[Playlist]:
    """Return the playlists that a person shows on their profile."""

    def fetch() -> Page[Playlist]:
        return playlists.get_list_users_playlists(
            spotify_for(member), user_id, limit=PAGE_SIZE, offset=offset
        )

    what = f"playlists of user {offset} {user_id}"
    return response_cache.get_or_fetch(what, Page[Playlist], fetch, fresh_s=AN_HOUR_S, member=member).value


def describe_range(time_range: str) -> str:
    labels = {"short_term": _("Last 4 weeks"), "medium_term": _("Last 6 months"), "long_term": _("Last year")}
    return labels.get(time_range, "")


def get_top_artists(
    member: Member, time_range: TimeRange, *, offset: int = 0
) -> CachedResponse[Page[Artist]]:
    """Return the artists a member listens to most, most heard first; asked once an hour."""

    def fetch() -> Page[Artist]:
        return profile.get_users_top_artists_and_tracks(
            spotify_for(member), "artists", time_range=time_range, limit=TOP_PAGE_SIZE, offset=offset
        )

    name = _name_top_artists(time_range, offset)
    return response_cache.get_or_fetch(name, Page[Artist], fetch, fresh_s=AN_HOUR_S, member=member)


def get_known_top_artists(member: Member, time_range: TimeRange) -> CachedResponse[Page[Artist]] | None:
    """Return the first page as last read, without asking Spotify."""
    return response_cache.get_cached(_name_top_artists(time_range, 0), Page[Artist], member=member)


def _name_top_artists(time_range: TimeRange, offset: int) -> str:
    return f"top artists {time_range} {offset}"


def get_top_tracks(member: Member, time_range: TimeRange, *, offset: int = 0) -> CachedResponse[Page[Track]]:
    """Return the tracks a member listens to most, most heard first; asked once an hour."""

    def fetch() -> Page[Track]:
        return profile.get_users_top_artists_and_tracks(
            spotify_for(member), "tracks", time_range=time_range, limit=TOP_PAGE_SIZE, offset=offset
        )

    what = f"top tracks {time_range} {offset}"
    return response_cache.get_or_fetch(what, Page[Track], fetch, fresh_s=AN_HOUR_S, member=member)
