"""Spotify's shop window, of which nothing is left in development mode: there each of these raises Gone.

An hour's answers are the same for the whole household. What Spotify does not grant to this app is empty.
"""

from collections.abc import Mapping, Sequence

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import response_cache as kept
from library.catalogue.granted import if_granted
from library.catalogue.response_cache import A_DAY_S, AN_HOUR_S
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

A_PAGE = 20
A_LIST = 50
_NONE: tuple[str, ...] = ()


def new_releases(member: Member, *, offset: int = 0) -> Page[Album]:
    def fetch() -> Page[Album]:
        return browse.get_new_releases(spotify_for(member), limit=A_PAGE, offset=offset)

    return kept.read(
        f"new {offset}", Page[Album], lambda: if_granted(fetch, Page[Album]()), fresh_s=AN_HOUR_S
    ).value


def featured(member: Member) -> FeaturedPlaylists:
    def fetch() -> FeaturedPlaylists:
        return browse.get_featured_playlists(spotify_for(member), limit=A_PAGE)

    return kept.read(
        "featured", FeaturedPlaylists, lambda: if_granted(fetch, FeaturedPlaylists()), fresh_s=AN_HOUR_S
    ).value


def categories(member: Member) -> Page[Category]:
    def fetch() -> Page[Category]:
        return browse.get_categories(spotify_for(member), limit=50)

    return kept.read(
        "categories", Page[Category], lambda: if_granted(fetch, Page[Category]()), fresh_s=A_DAY_S
    ).value


def category(member: Member, category_id: str) -> Category:
    """Raises NotFound."""

    def fetch() -> Category:
        return browse.get_a_category(spotify_for(member), category_id)

    return kept.read(f"category {category_id}", Category, fetch, fresh_s=A_DAY_S).value


def playlists_in(member: Member, category_id: str, *, offset: int = 0) -> Page[Playlist]:
    def fetch() -> Page[Playlist]:
        return browse.get_a_categories_playlists(
            spotify_for(member), category_id, limit=A_PAGE, offset=offset
        )

    what = f"category {category_id} {offset}"
    return kept.read(
        what, Page[Playlist], lambda: if_granted(fetch, Page[Playlist]()), fresh_s=AN_HOUR_S
    ).value


def markets(member: Member) -> tuple[str, ...]:
    """Two-letter codes of the countries that have Spotify."""

    def fetch() -> tuple[str, ...]:
        return browse.get_available_markets(spotify_for(member))

    return kept.read("markets", tuple[str, ...], lambda: if_granted(fetch, _NONE), fresh_s=A_DAY_S).value


def genres(member: Member) -> tuple[str, ...]:
    """What recommendations can begin with, beside artists and songs."""

    def fetch() -> tuple[str, ...]:
        return browse.get_recommendation_genres(spotify_for(member))

    return kept.read("genres", tuple[str, ...], lambda: if_granted(fetch, _NONE), fresh_s=A_DAY_S).value


def recommendations(
    member: Member,
    *,
    artists: Sequence[str],
    tracks: Sequence[str],
    genres: Sequence[str],
    tuning: Mapping[str, float],
) -> Recommendations:
    """What goes with one to five seeds; ids. Each time anew: Spotify deals other ones. Raises Forbidden."""
    return browse.get_recommendations(
        spotify_for(member),
        seed_artists=artists,
        seed_tracks=tracks,
        seed_genres=genres,
        tuning=tuning,
        limit=A_LIST,
    )


def seeds(
    member: Member, *, artists: Sequence[str], tracks: Sequence[str]
) -> tuple[list[Artist], list[Track]]:
    """The seeds by name; those that Spotify does not have are left out."""
    client = spotify_for(member)
    found_artists = catalog.get_multiple_artists(client, artists) if artists else ()
    found_tracks = catalog.get_several_tracks(client, tracks) if tracks else ()
    return [artist for artist in found_artists if artist], [track for track in found_tracks if track]


def user(member: Member, user_id: str) -> User:
    """What everybody may know of somebody. Raises NotFound."""

    def fetch() -> User:
        return profile.get_users_profile(spotify_for(member), user_id)

    return kept.read(f"user {user_id}", User, fetch, fresh_s=A_DAY_S).value


def playlists_by(member: Member, user_id: str, *, offset: int = 0) -> Page[Playlist]:
    """Those that they show on their profile."""

    def fetch() -> Page[Playlist]:
        return playlists.get_list_users_playlists(spotify_for(member), user_id, limit=A_PAGE, offset=offset)

    what = f"user {user_id} playlists {offset}"
    return kept.read(what, Page[Playlist], fetch, fresh_s=AN_HOUR_S, member=member).value
