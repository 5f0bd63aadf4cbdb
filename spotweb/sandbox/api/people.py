"""The member, what they listen to most, and other users."""

import random

from spotweb.sandbox.api.operations import SECOND_CUT, Call, operation, require_member
from spotweb.sandbox.api.playlist_json import READ_PRIVATE
from spotweb.sandbox.api.playlists import answer_playlists
from spotweb.sandbox.catalogue.models import Artist, Track
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, Reply, json_reply
from spotweb.sandbox.world.demo_data import rank_favourites

_RANGES = {"short_term": 28, "medium_term": 182, "long_term": 365}  # days
_PAGE = 50


@operation("get-current-users-profile", "GET", "/me")
def get_current_users_profile(call: Call) -> Reply:
    return json_reply(call.world.serializer.private_user(require_member(call), scopes=call.scopes))


def _require_user(call: Call) -> str:
    user_id = call.params["user_id"]
    if call.world.by_user_id(user_id) is None and not call.world.playlists_of(user_id):
        raise errors.resource_not_found()
    return user_id


@operation("get-users-profile", "GET", "/users/{user_id}", gone_since=SECOND_CUT)
def get_user(call: Call) -> Reply:
    user_id, serializer = _require_user(call), call.world.serializer
    member = call.world.by_user_id(user_id)
    name = member.display_name if member else call.world.playlists_of(user_id)[0].owner_name
    body = serializer.public_user(user_id) | {
        "display_name": name,
        "followers": {"href": None, "total": member.followers if member else len(user_id) * 3},
        "images": serializer.images(member.cover)[:2] if member else [],
    }
    return json_reply(body)


@operation(
    "get-list-users-playlists",
    "GET",
    "/users/{user_id}/playlists",
    scopes=[READ_PRIVATE],
    gone_since=SECOND_CUT,
)
def get_playlists_of_user(call: Call) -> Reply:
    """Of other people, the public ones; of oneself, the same as /me/playlists has."""
    user_id = _require_user(call)
    path = f"/users/{user_id}/playlists"
    if call.member is not None and call.member.id == user_id:
        shelf = call.world.libraries[call.member.key]["playlist"]
        return answer_playlists(
            call, [call.world.playlists[playlist] for playlist in shelf.newest_first()], path=path
        )
    return answer_playlists(
        call, [playlist for playlist in call.world.playlists_of(user_id) if playlist.is_public], path=path
    )


@operation("get-users-top-artists-and-tracks", "GET", "/me/top/{type}", scopes=["user-top-read"])
def get_top(call: Call) -> Reply:
    kind, term = call.params["type"], call.query.get("time_range") or "medium_term"
    if kind not in {"artists", "tracks"}:
        raise errors.service_not_found()
    if term not in _RANGES:
        raise errors.bad_request("Invalid time_range")
    limit = call.number("limit", default=20, low=1, high=_PAGE)
    offset = call.number("offset", default=0, low=0, high=100_000)
    artists = _top_artists(call, term)
    listed: list[Artist] | list[Track] = artists if kind == "artists" else _top_tracks(call, artists, term)
    items: list[Json] = [_serialize(call, item) for item in listed[offset : offset + limit]]
    carries = f"&time_range={term}" if "time_range" in call.query else ""
    return json_reply(
        call.world.serializer.page(
            items, path=f"/me/top/{kind}", total=len(listed), limit=limit, offset=offset, query=carries
        )
    )


def _serialize(call: Call, item: Artist | Track) -> Json:
    serializer = call.world.serializer
    return serializer.artist(item) if isinstance(item, Artist) else serializer.track(item)


def _top_artists(call: Call, term: str) -> list[Artist]:
    """Taste changes slowly: the shorter the time, the more it differs from what was always liked."""
    member, world = require_member(call), call.world
    rng = random.Random(f"top {world.seed} {member.key} {term}")  # noqa: S311 - invented listening
    ranked = [
        (place, number) for place, number in enumerate(rank_favourites(world.catalog, member.key, world.seed))
    ]
    drift = 400 // _RANGES[term]
    ranked.sort(key=lambda ranked_artist: ranked_artist[0] + rng.random() * drift)
    return [world.catalog.artists[number] for _, number in ranked]


def _top_tracks(call: Call, artists: list[Artist], term: str) -> list[Track]:
    """What was played lately comes first in the short run; else the best-known of the top artists."""
    world, tracks = call.world, []
    if term == "short_term":
        plays = world.players[require_member(call).key].history
        counts: dict[str, int] = {}
        for play in plays:
            counts[play.uri] = counts.get(play.uri, 0) + 1
        often = sorted((uri for uri, count in counts.items() if count > 1), key=lambda uri: -counts[uri])
        tracks = [track for uri in often if (track := world.catalog.track(uri.rpartition(":")[2]))]
    for rank in range(3):
        tracks += [top[rank] for artist in artists if len(top := world.catalog.top_tracks(artist)) > rank]
    return list(dict.fromkeys(tracks))
