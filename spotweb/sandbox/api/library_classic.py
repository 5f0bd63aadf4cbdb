"""The older ways to save and follow, one path for each kind, which extended mode has kept."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from spotweb.sandbox.api.library import READ_LIBRARY, shelf_of
from spotweb.sandbox.api.library_writes import thing_exists
from spotweb.sandbox.api.operations import SECOND_CUT, Call, Handler, operation, require_member
from spotweb.sandbox.api.play_request import json_body
from spotweb.sandbox.api.playlist_json import READ_PRIVATE, find_playlist
from spotweb.sandbox.api.playlist_writes import MODIFY, MODIFY_PRIVATE, MODIFY_PUBLIC
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, Reply, json_reply

MODIFY_LIBRARY, MODIFY_FOLLOWING = "user-library-modify", "user-follow-modify"
_ID = re.compile(r"[0-9A-Za-z]{22}")
# Albums come twenty at a time, everything else fifty.
MOST = {"album": 20}
_MOST = 50


def _ids(call: Call, kind: str) -> list[str]:
    """From the query, or else from the body."""
    most = MOST.get(kind, _MOST)
    ids: list[Any] = []
    if "ids" in call.query:
        ids = call.ids(most)
    elif call.request.body:
        ids = _listed(call.request.body)
    if not ids:
        raise errors.bad_request("Missing required field: ids")
    if len(ids) > most:
        raise errors.bad_request("Too many ids requested")
    if kind != "user" and not all(isinstance(id_, str) and _ID.fullmatch(id_) for id_ in ids):
        raise errors.invalid_id()
    return [str(id_) for id_ in ids]


# Decoded JSON of a caller: each entry is checked by `_ids`.
def _listed(body: bytes) -> list[Any]:
    """An object with ids is what is described; a bare list has always been accepted too."""
    try:
        decoded = json.loads(body)
    except ValueError as error:
        raise errors.bad_request("Malformed json") from error
    listed = decoded.get("ids") if isinstance(decoded, dict) else decoded
    return listed if isinstance(listed, list) else []


def _save(kind: str) -> Handler:
    def save(call: Call) -> Reply:
        shelf, ids, now = shelf_of(call, kind), _ids(call, kind), call.world.clock.now()
        if not all(thing_exists(call, kind, thing_id) for thing_id in ids):
            raise errors.resource_not_found()
        for thing_id in ids:
            shelf.add(thing_id, float(int(now)))
        return Reply()

    return save


def _remove(kind: str) -> Handler:
    def remove(call: Call) -> Reply:
        shelf = shelf_of(call, kind)
        for thing_id in _ids(call, kind):
            shelf.remove(thing_id)
        return Reply()

    return remove


def _check(kind: str) -> Handler:
    def check(call: Call) -> Reply:
        shelf = shelf_of(call, kind)
        flags: list[Json] = [shelf.seems_to_hold(thing_id) for thing_id in _ids(call, kind)]
        return json_reply(flags)

    return check


def _register(kind: str) -> None:
    path, write = f"/me/{kind}s", [MODIFY_LIBRARY]
    saving = _save_tracks if kind == "track" else _save(kind)
    operation(f"save-{kind}s-user", "PUT", path, scopes=write, gone_since=SECOND_CUT)(saving)
    operation(f"remove-{kind}s-user", "DELETE", path, scopes=write, gone_since=SECOND_CUT)(_remove(kind))
    operation(
        f"check-users-saved-{kind}s",
        "GET",
        f"{path}/contains",
        scopes=[READ_LIBRARY],
        gone_since=SECOND_CUT,
    )(_check(kind))


def _save_tracks(call: Call) -> Reply:
    """Tracks may bring dates of their own, so that an import keeps its order."""
    shelf = shelf_of(call, "track")
    stamped = json_body(call).get("timestamped_ids") if call.request.body[:1] == b"{" else None
    if stamped is None:
        return _save("track")(call)
    if not isinstance(stamped, list) or not 0 < len(stamped) <= _MOST:
        raise errors.bad_request("Invalid timestamped_ids")
    for thing_id, moment in [_stamp(call, entry) for entry in stamped]:
        shelf.add(thing_id, moment)
    return Reply()


def _stamp(call: Call, entry: object) -> tuple[str, float]:
    if not isinstance(entry, dict) or not thing_exists(call, "track", str(entry.get("id"))):
        raise errors.bad_request("Invalid timestamped_ids")
    try:
        moment = datetime.fromisoformat(str(entry.get("added_at")))
    except ValueError as error:
        raise errors.bad_request("Invalid added_at") from error
    if moment.tzinfo is None:
        raise errors.bad_request("Invalid added_at")
    return str(entry["id"]), moment.timestamp()


for _kind in ("track", "album", "episode", "show", "audiobook"):
    _register(_kind)


# Following


def _followed_kind(call: Call) -> str:
    kind = call.query.get("type", "")
    if kind not in {"artist", "user"}:
        raise errors.bad_request("Invalid type")
    return kind


def _without_content(handler: Callable[[str], Handler]) -> Handler:
    def answer(call: Call) -> Reply:
        require_member(call)
        handler(_followed_kind(call))(call)
        return Reply(status=204)

    return answer


operation("follow-artists-users", "PUT", "/me/following", scopes=[MODIFY_FOLLOWING], gone_since=SECOND_CUT)(
    _without_content(_save)
)
operation(
    "unfollow-artists-users", "DELETE", "/me/following", scopes=[MODIFY_FOLLOWING], gone_since=SECOND_CUT
)(_without_content(_remove))


@operation(
    "check-current-user-follows",
    "GET",
    "/me/following/contains",
    scopes=["user-follow-read"],
    gone_since=SECOND_CUT,
)
def check_follows(call: Call) -> Reply:
    return _check(_followed_kind(call))(call)


@operation(
    "follow-playlist",
    "PUT",
    "/playlists/{playlist_id}/followers",
    any_of=MODIFY,
    gone_since=SECOND_CUT,
)
def follow_playlist(call: Call) -> Reply:
    """Following in public and in private need different scopes."""
    shelf, playlist = shelf_of(call, "playlist"), find_playlist(call)
    is_public = json_body(call).get("public") is not False
    if (MODIFY_PUBLIC if is_public else MODIFY_PRIVATE) not in call.scopes:
        raise errors.insufficient_scope()
    shelf.add(playlist.id, float(int(call.world.clock.now())))
    return Reply()


@operation(
    "unfollow-playlist",
    "DELETE",
    "/playlists/{playlist_id}/followers",
    any_of=MODIFY,
    gone_since=SECOND_CUT,
)
def unfollow_playlist(call: Call) -> Reply:
    shelf_of(call, "playlist").remove(find_playlist(call).id)
    return Reply()


@operation(
    "check-if-user-follows-playlist",
    "GET",
    "/playlists/{playlist_id}/followers/contains",
    gone_since=SECOND_CUT,
)
def check_follows_playlist(call: Call) -> Reply:
    """Whether the caller does; `ids`, when given, is the caller's own id alone."""
    member, playlist = require_member(call), find_playlist(call)
    if call.query.get("ids", member.id) != member.id:
        raise errors.forbidden()
    if not playlist.is_public and READ_PRIVATE not in call.scopes:
        raise errors.insufficient_scope()
    return json_reply([playlist.id in shelf_of(call, "playlist")])
