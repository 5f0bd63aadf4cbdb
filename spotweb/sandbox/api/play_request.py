"""What a body asks to play: checked word for word, and turned into the items that will sound."""

import json
import random
import re
from typing import Any, TypeGuard

from spotweb.sandbox.api.operations import Call
from spotweb.sandbox.core import errors
from spotweb.sandbox.world.player_scenes import DJ
from spotweb.sandbox.world.world import World

ITEM_URI = re.compile(r"spotify:(track|episode):[0-9A-Za-z]{22}")
_CONTEXT_URI = re.compile(r"spotify:(album|artist|playlist|show):[0-9A-Za-z]{22}")
_MAX_URIS = 800


# A decoded body may hold anything: each field is checked where it is used.
def json_body(call: Call, *, bare: str = "") -> dict[str, Any]:
    """The body's fields. `bare` names the field that a body of a mere list stands for, where one is taken."""
    if not call.request.body:
        return {}
    try:
        body = json.loads(call.request.body)
    except ValueError as error:
        raise errors.bad_request("Malformed json") from error
    if bare and isinstance(body, list):
        return {bare: body}
    if not isinstance(body, dict):
        raise errors.bad_request("Malformed json")
    return body


def wanted_of(world: World, body: dict[str, Any]) -> tuple[str | None, list[str | None]] | None:
    """The context and its items, or None when nothing in particular is wanted."""
    context, uris = body.get("context_uri"), body.get("uris")
    if context is not None and uris is not None:
        raise errors.bad_request("Can not specify both context_uri and uris")
    if uris is not None:
        return None, [*_check_uris(uris)]
    if context is None:
        return None
    return _check_context(world, context, has_offset=body.get("offset") is not None)


def _check_uris(uris: object) -> list[str]:
    if not isinstance(uris, list) or not uris or not all(isinstance(uri, str) for uri in uris):
        raise errors.bad_request("Invalid uris")
    if len(uris) > _MAX_URIS:
        raise errors.api_error(413, "Request Entity Too Large")
    for uri in uris:
        if not ITEM_URI.fullmatch(uri):
            raise errors.bad_request(f"Invalid track uri: {uri}")
    return uris


def _check_context(world: World, context: object, *, has_offset: bool) -> tuple[str, list[str | None]]:
    if not isinstance(context, str) or not context.startswith("spotify:"):
        raise errors.bad_request("Invalid context uri")
    if context == DJ:
        return context, []
    if not _CONTEXT_URI.fullmatch(context):
        raise errors.bad_request("Non supported context uri")
    if has_offset and context.split(":")[1] == "artist":
        raise errors.bad_request("can't have offset for context type: ARTIST")
    items = world.context_items(context)
    if items is None:
        raise errors.resource_not_found()
    return context, items


def startable(
    world: World, uris: list[str | None], body: dict[str, Any], *, is_shuffled: bool
) -> tuple[list[str], int]:
    """What can be played of `uris`, and the index of the first to play; what can't be is passed over."""
    start = _offset(uris, body.get("offset"))
    playable = [index for index, uri in enumerate(uris) if uri is not None and world.can_play(uri)]
    if start is None:
        start = random.Random(str(uris)).choice(playable) if is_shuffled and playable else 0  # noqa: S311
    elif len(uris) == 1 and not playable:
        raise errors.restriction_violated()
    at = next((place for place, index in enumerate(playable) if index >= start), 0)
    if not playable:
        raise errors.restriction_violated()
    return [uri for index in playable if (uri := uris[index]) is not None], at


def _offset(uris: list[str | None], offset: object) -> int | None:
    if offset is None:
        return None
    if not isinstance(offset, dict):
        raise errors.bad_request("Invalid offset")
    if "uri" in offset:
        if offset["uri"] not in uris:
            raise errors.restriction_violated()
        return uris.index(offset["uri"])
    position = offset.get("position")
    if not is_count(position) or position >= len(uris):
        raise errors.bad_request("Invalid offset")
    return position


def is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
