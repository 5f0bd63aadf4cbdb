"""Playlists and their rows as JSON, the way one caller gets to see them."""

import html
import json
import re

from spotweb.sandbox.api.operations import Call
from spotweb.sandbox.catalogue.models import Episode, Track
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.clock import format_iso
from spotweb.sandbox.core.messages import Json, JsonObject, encode_json
from spotweb.sandbox.model.playlists import Playlist, PlaylistRow

READ_PRIVATE, READ_SHARED = "playlist-read-private", "playlist-read-collaborative"
_ID = re.compile(r"[0-9A-Za-z]{22}")


def find_playlist(call: Call) -> Playlist:
    """The playlist of the path; Spotify's own are not there for apps in development mode."""
    playlist_id = call.params["playlist_id"]
    if not _ID.fullmatch(playlist_id):
        raise errors.invalid_id()
    playlist = call.world.playlists.get(playlist_id)
    if playlist is None or (playlist.is_editorial and call.world.is_development):
        raise errors.resource_not_found()
    return playlist


def is_open_to(call: Call, playlist: Playlist) -> bool:
    return call.member is not None and playlist.is_open_to(call.member.id)


def simple_playlist(call: Call, playlist: Playlist) -> JsonObject:
    serializer = call.world.serializer
    user = call.world.by_user_id(playlist.owner_id)
    owner = serializer.public_user(playlist.owner_id)
    owner["display_name"] = user.display_name if user else playlist.owner_name
    body: JsonObject = {
        **serializer.links("playlist", playlist.id),
        "collaborative": playlist.is_collaborative,
        # Spotify's own editors may write links; whatever members write is made harmless.
        "description": playlist.description if playlist.is_editorial else escape_text(playlist.description),
        "images": images_of(call, playlist) or None,
        "name": playlist.name,
        "owner": owner,
        "primary_color": None,
        "public": playlist.is_public,
        "snapshot_id": playlist.shown_snapshot(
            call.world.clock.now(), lag_s=call.world.settings.snapshot_lag_s
        ),
        "type": "playlist",
        "uri": playlist.uri,
    }
    contents = _contents(call, playlist)
    if contents is not None:
        body["items"] = contents
    if serializer.is_extended:
        body["tracks"] = {
            "href": serializer.href(f"/playlists/{playlist.id}/tracks"),
            "total": len(playlist.rows),
        }
    return body


def escape_text(description: str) -> str:
    """As Spotify sends it: safe to put into a page, which is what nobody expects of JSON."""
    return html.escape(description).replace("/", "&#x2F;")


def _contents(call: Call, playlist: Playlist) -> JsonObject | None:
    """How much is in it. Of other people's playlists development mode says nothing, in three ways."""
    contents: JsonObject = {
        "href": call.world.serializer.href(f"/playlists/{playlist.id}/items"),
        "total": len(playlist.rows),
    }
    if not call.world.is_development or is_open_to(call, playlist):
        return contents
    if playlist.id[-1].isdigit():
        return contents | {"total": 0}
    return contents | {"total": None} if playlist.id[-1].isupper() else None


def images_of(call: Call, playlist: Playlist) -> list[Json]:
    serializer, cover = call.world.serializer, playlist.shown_cover(call.world.clock.now())
    if cover in call.world.covers:
        return [{"height": None, "url": f"{call.world.base_url}/images/{cover}.jpg", "width": None}]
    if cover is not None:
        return serializer.images(cover)
    # Without a cover of its own, a playlist wears that of its first record.
    for row in playlist.rows[:20]:
        item = call.world.catalog.by_uri(row.uri) if row.uri else None
        if isinstance(item, Track) and item.album.cover:
            return serializer.images(item.album.cover)[:1]
    return []


def rows_json(call: Call, rows: list[PlaylistRow]) -> list[bytes]:
    """Rows encoded, and unfinished as tracks are."""
    with_episodes = "episode" in call.query.get("additional_types", "").split(",")
    return [_row_json(call, row, with_episodes=with_episodes) for row in rows]


def _row_json(call: Call, row: PlaylistRow, *, with_episodes: bool) -> bytes:
    item = _item_json(call, row, with_episodes=with_episodes)
    # Very old playlists know neither when nor by whom.
    added_at = b"null" if row.added_at is None else f'"{format_iso(row.added_at)}"'.encode()
    added_by = (
        b"null" if row.added_at is None else encode_json(call.world.serializer.public_user(row.added_by))
    )
    is_local = b"true" if row.uri and row.uri.startswith("spotify:local:") else b"false"
    parts = [b'{"added_at":', added_at, b',"added_by":', added_by, b',"is_local":', is_local]
    parts += [b',"primary_color":null,"item":', item]
    if call.world.serializer.is_extended:
        parts += [b',"track":', item]
    return b"".join([*parts, b',"video_thumbnail":{"url":null}}'])


def _item_json(call: Call, row: PlaylistRow, *, with_episodes: bool) -> bytes:
    serializer = call.world.serializer
    item = call.world.catalog.playable(row.uri) if row.uri else None
    if item is None:
        return b"null"
    if isinstance(item, Track):
        return serializer.track_json(item)[:-1] + b',"episode":false,"track":true}'
    if isinstance(item, Episode):
        body = serializer.episode(item) if with_episodes else serializer.episode_as_track(item)
        return encode_json(body | {"episode": True, "track": False})
    return encode_json(serializer.local(item) | {"episode": False, "track": True})


def decode_body(call: Call, rows: list[bytes]) -> list[Json]:
    whole: list[Json] = json.loads(call.world.serializer.finish(b"[" + b",".join(rows) + b"]"))
    return whole
