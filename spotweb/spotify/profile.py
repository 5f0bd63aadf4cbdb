"""The member's profile, what they listen to most, and the profiles of other users."""

from operator import attrgetter
from typing import Literal, overload

from spotweb.spotify import object_cache
from spotweb.spotify.arguments import id_of
from spotweb.spotify.errors import BadResponse, InvalidRequest
from spotweb.spotify.http import Client
from spotweb.spotify.models import Artist, Page, Profile, Track, User
from spotweb.spotify.object_cache import ObjectRef
from spotweb.spotify.paging import PagedList, fetch_page

TimeRange = Literal["short_term", "medium_term", "long_term"]

TOP_ARTISTS: PagedList[Artist] = PagedList(
    operation="get-users-top-artists-and-tracks",
    answer=Page[Artist | None],
    key_of=attrgetter("uri"),
    ids={"type": "artists"},
)
TOP_TRACKS: PagedList[Track] = PagedList(
    operation="get-users-top-artists-and-tracks",
    answer=Page[Track | None],
    key_of=attrgetter("uri"),
    ids={"type": "tracks"},
)


def get_current_users_profile(client: Client) -> Profile:
    """Needs no scope; NotOnAllowlist shows here first. Web API: get-current-users-profile.

    Raises BadResponse when it does not say whose profile it is.
    """
    operation = "get-current-users-profile"
    profile = client.fetch(Profile, operation)
    if not profile.account_key:
        message = "a profile of nobody"
        raise BadResponse(message, operation=operation)
    return profile


def get_user_id(client: Client) -> str:
    """The member's own id, which some paths of extended mode hold; asked for once a day."""
    return object_cache.get_or_fetch(
        client, ObjectRef(Profile, "get-current-users-profile", "me", None, client.key)
    ).id


@overload
def get_users_top_artists_and_tracks(
    client: Client,
    type: Literal["artists"],
    *,
    time_range: TimeRange = ...,
    limit: int = ...,
    offset: int = ...,
) -> Page[Artist]: ...


@overload
def get_users_top_artists_and_tracks(
    client: Client,
    type: Literal["tracks"],
    *,
    time_range: TimeRange = ...,
    limit: int = ...,
    offset: int = ...,
) -> Page[Track]: ...


def get_users_top_artists_and_tracks(
    client: Client,
    type: Literal["artists", "tracks"],  # noqa: A002  # Spotify's word
    *,
    time_range: TimeRange = "medium_term",
    limit: int = 50,
    offset: int = 0,
) -> Page[Artist] | Page[Track]:
    """Whole artists, fifty a request. About four weeks, half a year, or a year. Needs user-top-read.

    Web API: get-users-top-artists-and-tracks.
    """
    if type == "artists":
        return fetch_page(client, TOP_ARTISTS.with_params(time_range=time_range), limit=limit, offset=offset)
    if type == "tracks":
        return fetch_page(client, TOP_TRACKS.with_params(time_range=time_range), limit=limit, offset=offset)
    message = "only artists and tracks have a top"
    raise InvalidRequest(message, operation=TOP_TRACKS.operation)


def get_users_profile(client: Client, user: str) -> User:
    """What everybody may know of a user. Gone in development mode. Web API: get-users-profile."""
    operation = "get-users-profile"
    return client.fetch(User, operation, ids={"user_id": id_of(user, "user", operation=operation)})
