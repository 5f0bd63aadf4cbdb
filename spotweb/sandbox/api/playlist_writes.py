"""Changing what is in a playlist. Every write makes a version, and answers with its snapshot id."""

import re
from typing import Any

from spotweb.sandbox.api.operations import SECOND_CUT, Call, operation, require_member
from spotweb.sandbox.api.play_request import is_count, json_body
from spotweb.sandbox.api.playlist_json import find_playlist
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Reply, json_reply
from spotweb.sandbox.model.playlists import (
    MAX_ITEMS,
    Playlist,
    PlaylistRow,
    SnapshotForgotten,
    SnapshotUnknown,
    with_added,
    with_moved,
    without,
)

MODIFY_PUBLIC, MODIFY_PRIVATE = "playlist-modify-public", "playlist-modify-private"
MODIFY = (MODIFY_PUBLIC, MODIFY_PRIVATE)
_ITEM_URI = re.compile(r"spotify:(track|episode):[0-9A-Za-z]{22}")
_PER_REQUEST = 100


def require_modify_scope(call: Call, *, is_public: bool, is_collaborative: bool) -> None:
    """Which of the two scopes is needed hangs on the playlist; collaborative ones need both."""
    needed = set(MODIFY) if is_collaborative else {MODIFY_PUBLIC if is_public else MODIFY_PRIVATE}
    if not needed <= call.scopes:
        raise errors.insufficient_scope()


def _editable(call: Call) -> Playlist:
    member, playlist = require_member(call), find_playlist(call)
    if not playlist.is_open_to(member.id):
        raise errors.forbidden()
    require_modify_scope(call, is_public=playlist.is_public, is_collaborative=playlist.is_collaborative)
    return playlist


def _write(call: Call, playlist: Playlist, rows: list[PlaylistRow], *, status: int = 200) -> Reply:
    playlist.is_touched = True
    snapshot_id = playlist.write(rows, now=call.world.clock.now())
    return json_reply({"snapshot_id": snapshot_id}, status=status)


# Add


@operation("add-items-to-playlist", "POST", "/playlists/{playlist_id}/items", any_of=MODIFY)
def add_items(call: Call) -> Reply:
    # spotipy has sent a mere list for years, so it is taken.
    playlist, body = _editable(call), json_body(call, bare="uris")
    uris = _wanted_uris(call, body)
    if not uris:
        raise errors.bad_request("No uris provided")
    if len(playlist.rows) + len(uris) > MAX_ITEMS:
        # A 403 is documented; this is what full lists really answer.
        raise errors.api_error(500, "Server error.")
    rows = with_added(playlist.rows, _new_rows(call, uris), _position(call, playlist, body))
    return _write(call, playlist, rows, status=201)


@operation(
    "add-tracks-to-playlist",
    "POST",
    "/playlists/{playlist_id}/tracks",
    any_of=MODIFY,
    gone_since=SECOND_CUT,
)
def add_tracks(call: Call) -> Reply:
    return add_items(call)


# The body is decoded JSON: whatever a caller may send.
def _wanted_uris(call: Call, body: dict[str, Any]) -> list[str] | None:
    """The URIs of the query, or else those of the body, which the query silently overrides."""
    wanted = body.get("uris")
    if "uris" in call.query:
        wanted = [uri for uri in call.query["uris"].split(",") if uri]
    if wanted is None:
        return None
    if not isinstance(wanted, list):
        raise errors.bad_request("Invalid uris")
    return _checked(call, wanted)


def _checked(call: Call, uris: list[object]) -> list[str]:
    if len(uris) > _PER_REQUEST:
        raise errors.bad_request("You can add a maximum of 100 tracks per request.")
    known = []
    for uri in uris:
        if not isinstance(uri, str) or not _ITEM_URI.fullmatch(uri):
            raise errors.bad_request(f"Invalid track uri: {uri}")
        if call.world.catalog.playable(uri) is None:
            raise errors.bad_request("Payload contains a non-existing ID")
        known.append(uri)
    return known


def _new_rows(call: Call, uris: list[str]) -> list[PlaylistRow]:
    member, now = require_member(call), call.world.clock.now()
    return [PlaylistRow(uri, float(int(now)), member.id) for uri in uris]


def _position(call: Call, playlist: Playlist, body: dict[str, Any]) -> int | None:
    if "position" in call.query:
        return call.number("position", default=0, low=0, high=len(playlist.rows))
    position = body.get("position")
    if position is None:
        return None
    if not is_count(position) or position > len(playlist.rows):
        raise errors.bad_request("Invalid position")
    return position


# Reorder or replace


@operation("reorder-or-replace-playlists-items", "PUT", "/playlists/{playlist_id}/items", any_of=MODIFY)
def reorder_or_replace_items(call: Call) -> Reply:
    """Replacing takes what local files and vanished items there were along: nothing can add them again."""
    playlist, body = _editable(call), json_body(call)
    uris = _wanted_uris(call, body)
    if uris is not None and "range_start" in body:
        raise errors.bad_request("Can not specify both uris and range_start")
    if uris is not None:
        return _write(call, playlist, _new_rows(call, uris))
    if "range_start" not in body:
        raise errors.bad_request("No uris provided")
    return _write(call, playlist, _reordered(playlist, body))


@operation(
    "reorder-or-replace-playlists-tracks",
    "PUT",
    "/playlists/{playlist_id}/tracks",
    any_of=MODIFY,
    gone_since=SECOND_CUT,
)
def reorder_or_replace_tracks(call: Call) -> Reply:
    return reorder_or_replace_items(call)


def _reordered(playlist: Playlist, body: dict[str, Any]) -> list[PlaylistRow]:
    then = _rows_of_snapshot(playlist, body)
    start, before, length = body["range_start"], body.get("insert_before"), body.get("range_length", 1)
    if not (is_count(start) and is_count(before) and is_count(length) and length):
        raise errors.bad_request("Invalid range")
    if start + length > len(then) or before > len(then):
        raise errors.bad_request("Given positions are out of bounds")
    return with_moved(playlist.rows, then, start=start, length=length, before=before)


def _rows_of_snapshot(playlist: Playlist, body: dict[str, Any]) -> list[PlaylistRow]:
    """The rows as the caller knew them. An old snapshot is no mistake: the change is merged."""
    snapshot_id = body.get("snapshot_id")
    if snapshot_id is None:
        return list(playlist.rows)
    try:
        return list(playlist.version(str(snapshot_id)).rows)
    except SnapshotUnknown as unknown:
        raise errors.bad_request("Invalid base62") from unknown
    except SnapshotForgotten as forgotten:
        raise errors.api_error(502, "Error while loading resource") from forgotten


# Remove


@operation("remove-items-playlist", "DELETE", "/playlists/{playlist_id}/items", any_of=MODIFY)
def remove_items(call: Call) -> Reply:
    return _remove(call, "items")


@operation(
    "remove-tracks-playlist",
    "DELETE",
    "/playlists/{playlist_id}/tracks",
    any_of=MODIFY,
    gone_since=SECOND_CUT,
)
def remove_tracks(call: Call) -> Reply:
    return _remove(call, "tracks")


def _remove(call: Call, key: str) -> Reply:
    """Every copy of each URI goes: positions are accepted, and ignored."""
    playlist, body = _editable(call), json_body(call)
    listed = body.get(key)
    entries = listed if isinstance(listed, list) else []
    uris = [entry["uri"] for entry in entries if isinstance(entry, dict) and "uri" in entry]
    if not uris or len(uris) < len(entries):
        raise errors.bad_request("No uris provided")
    gone = set(_checked(call, uris))
    then = _rows_of_snapshot(playlist, body)
    rows = without(playlist.rows, then, gone)
    if len(rows) == len(playlist.rows):
        return json_reply({"snapshot_id": playlist.versions[-1].snapshot_id})
    return _write(call, playlist, rows)
