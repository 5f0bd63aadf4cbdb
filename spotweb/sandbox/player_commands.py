"""Commanding a member's player: what is refused at once, and what is accepted and takes effect a little later."""

import json
import random
import re
from typing import Any, TypeGuard

from spotweb.sandbox import errors
from spotweb.sandbox.devices import Device
from spotweb.sandbox.generate import new_id
from spotweb.sandbox.player import Player
from spotweb.sandbox.profile_api import require_member
from spotweb.sandbox.routing import Call, operation
from spotweb.sandbox.scenes import DJ
from spotweb.sandbox.wire import Reply
from spotweb.sandbox.world import World

MODIFY = ["user-modify-playback-state"]
_MAX_URIS = 800
_ITEM_URI = re.compile(r"spotify:(track|episode):[0-9A-Za-z]{22}")
_CONTEXT_URI = re.compile(r"spotify:(album|artist|playlist|show):[0-9A-Za-z]{22}")


def _accepted(world: World) -> Reply:
    """Documented as 204; in practice mostly a 200 with an opaque token that is no JSON and says so nowhere."""
    mood = world.rng.random()
    if mood < 0.06:  # noqa: PLR2004
        return Reply(status=204)
    if mood < 0.1:  # noqa: PLR2004
        return Reply(status=202)
    token = f"{new_id(world.rng)}{world.rng.choice('-_')}{world.rng.getrandbits(16):04x}"
    return Reply(body=token.encode())


def _command(call: Call) -> Player:
    member = require_member(call)
    if not member.is_premium:
        raise errors.premium_required()
    return call.world.player(member.key)


def _target(call: Call, player: Player) -> Device:
    """The device that is meant: the named one if it can be reached, else the active one."""
    now, device_id = call.world.clock.now(), call.query.get("device_id", "")
    active = player.active_device()
    device = find_device(player, device_id, now=now) if device_id else active
    if device is None:
        raise errors.no_active_device()
    if device.is_restricted:
        raise errors.device_not_controllable()
    return device


def find_device(player: Player, device_id: str, *, now: float) -> Device:
    active = player.active_device()
    for device in player.devices:
        if device.id == device_id and device.can_be_reached(now, is_active=device is active):
            return device
    raise errors.device_not_found()


def _session(call: Call, player: Player, *forbidden: str) -> Device:
    """The device of a command that needs something going on; `forbidden` are the disallows that stop it."""
    device = _target(call, player)
    if not player.is_active:
        raise errors.no_active_device()
    if set(forbidden) & set(player.disallows()):
        raise errors.restriction_violated()
    return device


def _send(call: Call, player: Player, effect: str, **arguments: object) -> Reply:
    world = call.world
    player.schedule(effect, arguments, now=world.clock.now(), delay_s=world.settings.delay_ms / 1000)
    return _accepted(world)


# A decoded body may hold anything: each field is checked where it is used.
def _json_body(call: Call) -> dict[str, Any]:
    if not call.request.body:
        return {}
    try:
        body = json.loads(call.request.body)
    except ValueError as error:
        raise errors.bad_request("Malformed json") from error
    if not isinstance(body, dict):
        raise errors.bad_request("Malformed json")
    return body


def _required(call: Call, name: str) -> str:
    value = call.query.get(name, "")
    if not value:
        raise errors.bad_request(f"Missing required field: {name}")
    return value


@operation("start-a-users-playback", "PUT", "/me/player/play", scopes=MODIFY)
def play(call: Call) -> Reply:
    body = _json_body(call)
    position_ms = body.get("position_ms")
    if position_ms is not None and (not _is_count(position_ms)):
        raise errors.bad_request("Invalid position_ms")
    wanted = _check_wanted(call.world, body)
    player = _command(call)
    device = _target(call, player)
    if wanted is None:
        return _resume(call, player, device, position_ms)
    if "interrupting_playback" in player.disallows():
        raise errors.restriction_violated()
    context, uris = wanted
    if context == DJ:
        # Accepted, and then the music stops.
        return _send(call, player, "pause")
    tracks, position = _startable(call.world, uris, body, is_shuffled=player.shuffle)
    return _send(
        call,
        player,
        "play",
        device_id=device.id,
        context=context,
        tracks=tracks,
        position=position,
        position_ms=position_ms,
        replaces_queue=context is None,
    )


def _resume(call: Call, player: Player, device: Device, position_ms: int | None) -> Reply:
    is_elsewhere = player.is_active and device is not player.active_device()
    if player.is_playing and not is_elsewhere:
        raise errors.restriction_violated()
    if player.item is None:
        raise errors.restriction_violated()
    return _send(call, player, "play", device_id=device.id, position_ms=position_ms)


def _check_wanted(world: World, body: dict[str, Any]) -> tuple[str | None, list[str | None]] | None:
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
        if not _ITEM_URI.fullmatch(uri):
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


def _startable(
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
    if not _is_count(position) or position >= len(uris):
        raise errors.bad_request("Invalid offset")
    return position


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


@operation("pause-a-users-playback", "PUT", "/me/player/pause", scopes=MODIFY)
def pause(call: Call) -> Reply:
    player = _command(call)
    _session(call, player, "pausing")
    if not player.is_playing:
        raise errors.restriction_violated()
    return _send(call, player, "pause")


@operation("skip-users-playback-to-next-track", "POST", "/me/player/next", scopes=MODIFY)
def skip_to_next(call: Call) -> Reply:
    player = _command(call)
    _session(call, player, "skipping_next")
    return _send(call, player, "next")


@operation("skip-users-playback-to-previous-track", "POST", "/me/player/previous", scopes=MODIFY)
def skip_to_previous(call: Call) -> Reply:
    player = _command(call)
    _session(call, player, "skipping_prev")
    return _send(call, player, "previous")


@operation("seek-to-position-in-currently-playing-track", "PUT", "/me/player/seek", scopes=MODIFY)
def seek(call: Call) -> Reply:
    _required(call, "position_ms")
    position_ms = call.number("position_ms", default=0, low=0, high=2**31)
    player = _command(call)
    _session(call, player, "seeking")
    if player.item is None:
        raise errors.restriction_violated()
    return _send(call, player, "seek", position_ms=position_ms)


@operation("set-repeat-mode-on-users-playback", "PUT", "/me/player/repeat", scopes=MODIFY)
def set_repeat(call: Call) -> Reply:
    state = _required(call, "state")
    if state not in {"track", "context", "off"}:
        raise errors.bad_request("Invalid state")
    player = _command(call)
    forbidden = {"track": ["toggling_repeat_track"], "context": ["toggling_repeat_context"], "off": []}
    _session(call, player, *forbidden[state])
    return _send(call, player, "repeat", state=state)


@operation("toggle-shuffle-for-users-playback", "PUT", "/me/player/shuffle", scopes=MODIFY)
def set_shuffle(call: Call) -> Reply:
    state = _required(call, "state")
    if state not in {"true", "false"}:
        raise errors.bad_request("Invalid state")
    player = _command(call)
    _session(call, player, "toggling_shuffle")
    return _send(call, player, "shuffle", state=state == "true")


@operation("set-volume-for-users-playback", "PUT", "/me/player/volume", scopes=MODIFY)
def set_volume(call: Call) -> Reply:
    _required(call, "volume_percent")
    percent = call.number("volume_percent", default=0, low=0, high=100)
    player = _command(call)
    device = _target(call, player)
    if not device.supports_volume:
        raise errors.cannot_control_volume()
    return _send(call, player, "volume", device_id=device.id, volume_percent=percent)


@operation("add-to-queue", "POST", "/me/player/queue", scopes=MODIFY)
def add_to_queue(call: Call) -> Reply:
    uri = _required(call, "uri")
    if not _ITEM_URI.fullmatch(uri) or call.world.catalog.playable(uri) is None:
        raise errors.bad_request(f"Invalid track uri: {uri}")
    player = _command(call)
    _session(call, player)
    return _send(call, player, "queue", uri=uri)


@operation("transfer-a-users-playback", "PUT", "/me/player", scopes=MODIFY)
def transfer(call: Call) -> Reply:
    body = _json_body(call)
    ids, wants_playing = body.get("device_ids"), body.get("play", False)
    if not isinstance(ids, list) or not ids or not all(isinstance(device_id, str) for device_id in ids):
        raise errors.bad_request("Missing required field: device_ids")
    if len(ids) > 1:
        raise errors.bad_request("Can not transfer playback to more than one device")
    if not isinstance(wants_playing, bool):
        raise errors.bad_request("Malformed json")
    player = _command(call)
    device = find_device(player, ids[0], now=call.world.clock.now())
    if device.is_restricted:
        raise errors.device_not_controllable()
    return _send(call, player, "transfer", device_id=device.id, play=wants_playing)
