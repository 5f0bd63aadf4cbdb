"""Control over playlists and libraries: what Spotify's own apps can do, and the Web API cannot."""

from spotweb.sandbox.api.playlist_details import new_playlist_id
from spotweb.sandbox.control.orders import Order, OrderBody, get_member_key, make_refusal
from spotweb.sandbox.core.messages import Json, JsonObject, Request
from spotweb.sandbox.model.playlists import Playlist, PlaylistRow
from spotweb.sandbox.world.world import World


def _describe(playlist: Playlist) -> JsonObject:
    return {
        "uri": playlist.uri,
        "id": playlist.id,
        "name": playlist.name,
        "owner": playlist.owner_id,
        "public": playlist.is_public,
        "collaborative": playlist.is_collaborative,
        "snapshot_id": playlist.versions[-1].snapshot_id,
        "items": [row.uri for row in playlist.rows],
    }


def _playlists(world: World, _told: OrderBody, _request: Request, rest: str) -> Json:
    if rest:
        return _describe(_get_playlist(world, rest))
    return [_describe(playlist) for playlist in world.playlists.values()]


def _get_playlist(world: World, playlist_id: str) -> Playlist:
    playlist = world.playlists.get(playlist_id)
    if playlist is None:
        raise make_refusal("there is no such playlist", status=404)
    return playlist


def _rows(world: World, told: OrderBody, member_id: str) -> list[PlaylistRow]:
    """Any items: local files, and null for what has vanished, too."""
    items = told.get("items", [])
    if not isinstance(items, list):
        raise make_refusal("items is a list of URIs and nulls")
    for uri in items:
        if uri is not None and (not isinstance(uri, str) or world.catalog.playable(uri) is None):
            raise make_refusal(f"{uri} is no item")
    return [PlaylistRow(uri, float(int(world.clock.now())), member_id) for uri in items]


def _create_playlist(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    """A playlist of a member's, or of a stranger's (`owner` is then any other name)."""
    owner = str(told.get("owner", ""))
    if not owner:
        raise make_refusal("owner is a member or a stranger's name")
    key = owner if owner in world.members else ""
    owner_id = world.members[key].id if key else owner
    playlist = Playlist(
        id=new_playlist_id(),
        name=str(told.get("name", "A playlist")),
        description=str(told.get("description", "")),
        owner_id=owner_id,
        owner_name=world.members[key].display_name if key else owner,
        is_public=told.get("public", True) is True,
        is_collaborative=told.get("collaborative", False) is True,
        invited=tuple(
            world.members[get_member_key(world, invited)].id for invited in told.get("invited", [])
        ),
        is_touched=True,
    )
    playlist.write(_rows(world, told, owner_id), now=world.clock.now())
    world.playlists[playlist.id] = playlist
    for follower in {key, *told.get("followers", [])} - {""}:
        world.libraries[get_member_key(world, follower)]["playlist"].add(playlist.id, world.clock.now())
    return _describe(playlist)


def _replace_items(world: World, told: OrderBody, _request: Request, rest: str) -> Json:
    """Give it other items, as somebody with Spotify's app could: nobody else is asked."""
    playlist = _get_playlist(world, rest)
    member = told.get("member")
    by = world.members[get_member_key(world, member)].id if member else playlist.owner_id
    new = _rows(world, told, by)
    kept = list(playlist.rows) if told.get("append") is True else []
    playlist.write([*kept, *new], now=world.clock.now())
    playlist.is_touched = True
    return _describe(playlist)


def _relink(world: World, told: OrderBody, _request: Request, rest: str) -> Json:
    """Tracks that stay saved, and that Spotify says are not when it is asked about their ids."""
    ids = told.get("relinked", [])
    if not isinstance(ids, list) or not all(world.catalog.track(str(id_)) for id_ in ids):
        raise make_refusal("relinked is a list of ids of tracks")
    shelf = world.libraries[get_member_key(world, rest)]["track"]
    shelf.relinked = {str(id_) for id_ in ids}
    return {"relinked": sorted(shelf.relinked)}


def _library(world: World, _told: OrderBody, _request: Request, rest: str) -> Json:
    library = world.libraries[get_member_key(world, rest)]
    return {kind: shelf.newest_first() for kind, shelf in library.items()}


ORDERS: dict[tuple[str, str], Order] = {
    ("GET", "playlists"): _playlists,
    ("POST", "playlists"): _create_playlist,
    ("PUT", "playlists"): _replace_items,
    ("GET", "library"): _library,
    ("PUT", "library"): _relink,
}
