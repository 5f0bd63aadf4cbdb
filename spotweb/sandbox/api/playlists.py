"""Reading playlists: the lists of lists, one list, its items."""

from urllib.parse import quote

from spotweb.sandbox.api.catalogue import check_market
from spotweb.sandbox.api.fields import parse_fields
from spotweb.sandbox.api.operations import SECOND_CUT, Call, operation, require_member
from spotweb.sandbox.api.playlist_json import (
    READ_PRIVATE,
    READ_SHARED,
    decode_body,
    find_playlist,
    images_of,
    is_open_to,
    rows_json,
    simple_playlist,
)
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply, page_reply
from spotweb.sandbox.model.playlists import Playlist

_PAGE, _OLD_PAGE = 50, 100
_CARRIED = ("additional_types", "fields", "market")


@operation(
    "get-a-list-of-current-users-playlists",
    "GET",
    "/me/playlists",
    scopes=[READ_PRIVATE],
    bucket="playlists",
)
def get_my_playlists(call: Call) -> Reply:
    """One's own and what one follows; in development mode a bare null for each of Spotify's own."""
    shelf = call.world.libraries[require_member(call).key]["playlist"]
    followed = [call.world.playlists[playlist_id] for playlist_id in shelf.newest_first()]
    return answer_playlists(call, followed, path="/me/playlists")


def answer_playlists(call: Call, playlists: list[Playlist], *, path: str) -> Reply:
    limit = call.number("limit", default=20, low=1, high=_PAGE)
    offset = call.number("offset", default=0, low=0, high=100_000)
    seen = [playlist for playlist in playlists if READ_SHARED in call.scopes or not playlist.is_collaborative]
    items: list[Json] = [_listed(call, playlist) for playlist in seen[offset : offset + limit]]
    return json_reply(
        call.world.serializer.page(items, path=path, total=len(seen), limit=limit, offset=offset)
    )


def _listed(call: Call, playlist: Playlist) -> JsonObject | None:
    is_hidden = playlist.is_editorial and call.world.is_development
    return None if is_hidden else simple_playlist(call, playlist)


@operation("get-playlist", "GET", "/playlists/{playlist_id}", bucket="playlists")
def get_playlist(call: Call) -> Reply:
    playlist = find_playlist(call)
    check_market(call)
    _check_scopes(call, playlist)
    body = full_playlist(call, playlist)
    wanted = call.query.get("fields", "")
    return json_reply(parse_fields(wanted).filter_object(body) if wanted else body)


def _check_scopes(call: Call, playlist: Playlist) -> None:
    if not is_open_to(call, playlist):
        return
    if playlist.is_collaborative and READ_SHARED not in call.scopes:
        raise errors.insufficient_scope()
    if not playlist.is_public and not playlist.is_collaborative and READ_PRIVATE not in call.scopes:
        raise errors.insufficient_scope()


def full_playlist(call: Call, playlist: Playlist) -> JsonObject:
    """The items come with it, where the caller may see them; else there is no such key at all."""
    body = simple_playlist(call, playlist) | {"images": images_of(call, playlist)}
    body.pop("items", None)
    if not call.world.is_development:
        body["tracks"] = _embedded(call, playlist, "tracks")
        body["followers"] = {"href": None, "total": followers_of(call, playlist)}
    if not call.world.is_development or is_open_to(call, playlist):
        body["items"] = _embedded(call, playlist, "items")
    return body


def followers_of(call: Call, playlist: Playlist) -> int:
    house = sum(
        playlist.id in library["playlist"] and call.world.members[key].id != playlist.owner_id
        for key, library in call.world.libraries.items()
    )
    return playlist.fans + house


def _embedded(call: Call, playlist: Playlist, part: str) -> JsonObject:
    limit = _PAGE if call.world.is_development else _OLD_PAGE
    rows = decode_body(call, rows_json(call, list(playlist.rows[:limit])))
    return _page(call, playlist, part, rows, limit=limit, offset=0, carried=("additional_types", "market"))


def _page(
    call: Call,
    playlist: Playlist,
    part: str,
    rows: list[Json],
    *,
    limit: int,
    offset: int,
    carried: tuple[str, ...] = _CARRIED,
) -> JsonObject:
    carries = "".join(f"&{name}={quote(call.query[name])}" for name in carried if name in call.query)
    return call.world.serializer.page(
        rows,
        path=f"/playlists/{playlist.id}/{part}",
        total=len(playlist.rows),
        limit=limit,
        offset=offset,
        query=carries,
    )


@operation(
    "get-playlists-items",
    "GET",
    "/playlists/{playlist_id}/items",
    scopes=[READ_PRIVATE],
    bucket="playlists",
)
def get_playlist_items(call: Call) -> Reply:
    playlist = find_playlist(call)
    # Whose collaborative list it is does not matter; who can only look may not look inside.
    if call.world.is_development and not is_open_to(call, playlist):
        raise errors.forbidden()
    return _items(call, playlist, "items", default=20)


@operation(
    "get-playlists-tracks",
    "GET",
    "/playlists/{playlist_id}/tracks",
    scopes=[READ_PRIVATE],
    gone_since=SECOND_CUT,
)
def get_playlist_tracks(call: Call) -> Reply:
    return _items(call, find_playlist(call), "tracks", default=_OLD_PAGE)


def _items(call: Call, playlist: Playlist, part: str, *, default: int) -> Reply:
    check_market(call)
    _check_scopes(call, playlist)
    # The description says 50 in both modes, but in extended mode pages of 100 have always been answered.
    maximum = _PAGE if call.world.is_development else _OLD_PAGE
    limit = call.number("limit", default=default, low=1, high=maximum)
    offset = call.number("offset", default=0, low=0, high=100_000)
    rows = rows_json(call, list(playlist.rows[offset : offset + limit]))
    wanted = call.query.get("fields", "")
    if not wanted:
        reply = page_reply(_page(call, playlist, part, [], limit=limit, offset=offset), rows)
        reply.body = call.world.serializer.finish(reply.body)
        return reply
    page = _page(call, playlist, part, decode_body(call, rows), limit=limit, offset=offset)
    return json_reply(parse_fields(wanted).filter_object(page))


@operation("get-playlist-cover", "GET", "/playlists/{playlist_id}/images", bucket="playlists")
def get_playlist_cover(call: Call) -> Reply:
    return json_reply(images_of(call, find_playlist(call)))
