"""Making playlists, and changing what they are called and how they look."""

import base64
import binascii
import re
import secrets
from typing import Any

from spotweb.sandbox.api.operations import SECOND_CUT, Call, operation, require_member
from spotweb.sandbox.api.play_request import json_body
from spotweb.sandbox.api.playlist_json import find_playlist
from spotweb.sandbox.api.playlist_writes import MODIFY, require_modify_scope
from spotweb.sandbox.api.playlists import full_playlist
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Reply, json_reply
from spotweb.sandbox.model.playlists import Playlist

MAX_PLAYLISTS = 11_000
_MAX_NAME, _MAX_DESCRIPTION = 100, 300
_MAX_COVER = 256 * 1024  # of base64, not of picture
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def new_playlist_id() -> str:
    return "".join(secrets.choice(_BASE62) for _ in range(22))


@operation("create-playlist", "POST", "/me/playlists", any_of=MODIFY)
def create_playlist(call: Call) -> Reply:
    member, body = require_member(call), json_body(call)
    _check_details(body)
    if not body.get("name"):
        raise errors.bad_request("Missing required field: name")
    is_public, is_collaborative = body.get("public") is not False, body.get("collaborative") is True
    if is_collaborative and is_public:
        raise errors.bad_request("Collaborative playlists can't be public")
    require_modify_scope(call, is_public=is_public, is_collaborative=is_collaborative)
    shelf = call.world.libraries[member.key]["playlist"]
    if len(shelf) >= MAX_PLAYLISTS:
        raise errors.forbidden()
    playlist = Playlist(
        id=new_playlist_id(),
        name=body["name"],
        description=body.get("description") or "",
        owner_id=member.id,
        owner_name=member.display_name,
        # Who asks for a private one gets it listed on the profile all the same.
        is_public=not is_collaborative,
        is_collaborative=is_collaborative,
        is_touched=True,
    )
    playlist.write([], now=call.world.clock.now())
    call.world.playlists[playlist.id] = playlist
    shelf.add(playlist.id, call.world.clock.now())
    return json_reply(full_playlist(call, playlist), status=201)


@operation(
    "create-playlist-for-user",
    "POST",
    "/users/{user_id}/playlists",
    any_of=MODIFY,
    gone_since=SECOND_CUT,
)
def create_playlist_for_user(call: Call) -> Reply:
    if call.params["user_id"] != require_member(call).id:
        raise errors.api_error(403, "You cannot create a playlist for another user.")
    return create_playlist(call)


@operation("change-playlist-details", "PUT", "/playlists/{playlist_id}", any_of=MODIFY)
def change_details(call: Call) -> Reply:
    """Only the owner may. `public: false` is answered with success, and changes nothing."""
    playlist, body = _own(call), json_body(call)
    _check_details(body)
    if body.get("description") == "":
        raise errors.bad_request("Attribute description is empty")
    if body.get("name") == "":
        raise errors.bad_request("Attribute name is empty")
    is_collaborative = body.get("collaborative", playlist.is_collaborative) is True
    if is_collaborative and body.get("public", playlist.is_public):
        raise errors.bad_request("Collaborative playlists can't be public")
    require_modify_scope(call, is_public=playlist.is_public, is_collaborative=is_collaborative)
    playlist.name = body.get("name") or playlist.name
    playlist.description = body.get("description") or playlist.description
    if is_collaborative:
        playlist.is_public = False
    elif playlist.is_collaborative or body.get("public") is True:
        playlist.is_public = True
    playlist.is_collaborative = is_collaborative
    playlist.is_touched = True
    playlist.write(playlist.rows, now=call.world.clock.now())
    return Reply()


def _own(call: Call) -> Playlist:
    member, playlist = require_member(call), find_playlist(call)
    if playlist.owner_id != member.id:
        raise errors.forbidden()
    return playlist


# The body is decoded JSON: whatever a caller may send.
def _check_details(body: dict[str, Any]) -> None:
    for name, kind in (("name", str), ("description", str), ("public", bool), ("collaborative", bool)):
        if body.get(name) is not None and type(body[name]) is not kind:
            raise errors.bad_request(f"Invalid {name}")
    name, description = body.get("name") or "", body.get("description") or ""
    if len(name) > _MAX_NAME:
        raise errors.bad_request("Attribute name is too long")
    if len(description) > _MAX_DESCRIPTION:
        raise errors.bad_request("Attribute description is too long")
    if "\n" in description or "\r" in description or _ADDRESS.search(description):
        raise errors.bad_request("Invalid description")


@operation("upload-custom-playlist-cover", "PUT", "/playlists/{playlist_id}/images", any_of=MODIFY)
def upload_cover(call: Call) -> Reply:
    """The body is the base64 text of a JPEG, in one line; it shows a moment later."""
    require_member(call)
    if "ugc-image-upload" not in call.scopes:
        raise errors.api_error(401, "Unauthorized.")
    playlist, body = _own(call), call.request.body
    require_modify_scope(call, is_public=playlist.is_public, is_collaborative=playlist.is_collaborative)
    if len(body) > _MAX_COVER:
        raise errors.api_error(413, "Request Entity Too Large")
    try:
        jpeg = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise errors.bad_request("Bad request") from error
    if not jpeg.startswith(b"\xff\xd8\xff"):
        raise errors.bad_request("Bad request")
    now = call.world.clock.now()
    playlist.cover = playlist.shown_cover(now)
    playlist.next_cover = f"ab67706c{secrets.token_hex(16)}"
    playlist.cover_at = now + call.world.settings.delay_ms / 1000
    playlist.is_touched = True
    call.world.covers[playlist.next_cover] = jpeg
    _drop_old_covers(call)
    return Reply(status=202)


def _drop_old_covers(call: Call) -> None:
    in_use = {
        cover for playlist in call.world.playlists.values() for cover in (playlist.cover, playlist.next_cover)
    }
    for name in set(call.world.covers) - in_use:
        del call.world.covers[name]
