"""/me/library: saving, removing and checking things of all kinds by their URIs."""

import re
from collections.abc import Callable

from spotweb.sandbox.api.operations import Call, operation, require_member
from spotweb.sandbox.api.playlist_json import READ_PRIVATE
from spotweb.sandbox.api.playlist_writes import MODIFY_PUBLIC
from spotweb.sandbox.catalogue.models import Audiobook
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Reply, json_reply
from spotweb.sandbox.model.libraries import SavedList

MAX_URIS = 40
_URI = re.compile(r"spotify:(track|album|show|episode|audiobook|artist|playlist):([0-9A-Za-z]{22})")
_USER_URI = re.compile(r"spotify:user:([^:,\s]{1,64})")
_SAVE = ("user-library-modify", "user-follow-modify", MODIFY_PUBLIC)
_CHECK = ("user-library-read", "user-follow-read", READ_PRIVATE)
_FOLLOWED = {"artist": 1, "user": 1, "playlist": 2}


def _parse_uris(call: Call, scopes: tuple[str, str, str]) -> list[tuple[str, str]]:
    """(kind, id) for each URI of the query, in its order. One request may mix kinds, if all are allowed."""
    require_member(call)
    wanted = [_parse_uri(call, uri) for uri in call.ids(MAX_URIS, name="uris")]
    needed = {scopes[_FOLLOWED.get(kind, 0)] for kind, _ in wanted}
    if not needed <= call.scopes:
        raise errors.insufficient_scope()
    return wanted


def _parse_uri(call: Call, uri: str) -> tuple[str, str]:
    user = _USER_URI.fullmatch(uri)
    if user:
        return "user", user[1]
    parts = _URI.fullmatch(uri)
    if not parts:
        raise errors.bad_request(f"Invalid uri: {uri}")
    kind, thing_id = parts.groups()
    # Spotify gives audiobooks the URIs of shows.
    is_book = kind == "show" and isinstance(call.world.catalog.get("audiobook", thing_id), Audiobook)
    return ("audiobook" if is_book else kind), thing_id


def thing_exists(call: Call, kind: str, thing_id: str) -> bool:
    if kind == "user":
        return True
    if kind == "playlist":
        return thing_id in call.world.playlists
    return call.world.catalog.get(kind, thing_id) is not None


def _apply_to_each(call: Call, scopes: tuple[str, str, str], act: Callable[[SavedList, str], None]) -> Reply:
    library = call.world.libraries[require_member(call).key]
    for kind, thing_id in _parse_uris(call, scopes):
        act(library[kind], thing_id)
    return Reply()


@operation("save-library-items", "PUT", "/me/library", any_of=_SAVE)
def save_items(call: Call) -> Reply:
    """All or nothing: one thing that does not exist, and none of them is saved."""
    for kind, thing_id in _parse_uris(call, _SAVE):
        if not thing_exists(call, kind, thing_id):
            raise errors.bad_request(f"Invalid uri: spotify:{kind}:{thing_id}")
    now = call.world.clock.now()
    return _apply_to_each(call, _SAVE, lambda shelf, thing_id: shelf.add(thing_id, float(int(now))))


@operation("remove-library-items", "DELETE", "/me/library", any_of=_SAVE)
def remove_items(call: Call) -> Reply:
    """A playlist of one's own goes from the library, and nowhere else: it can't be deleted."""
    return _apply_to_each(call, _SAVE, lambda shelf, thing_id: shelf.remove(thing_id))


@operation("check-library-contains", "GET", "/me/library/contains", any_of=_CHECK, bucket="library")
def check_contains(call: Call) -> Reply:
    library = call.world.libraries[require_member(call).key]
    return json_reply([library[kind].seems_to_hold(thing_id) for kind, thing_id in _parse_uris(call, _CHECK)])
