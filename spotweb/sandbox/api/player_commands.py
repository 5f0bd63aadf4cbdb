"""Commanding a player: what is refused at once, and what is accepted and takes effect a little later."""

from typing import Any

from spotweb.sandbox.api.operations import Call, operation, require_member
from spotweb.sandbox.api.play_request import ITEM_URI, is_count, json_body, startable, wanted_of
from spotweb.sandbox.catalogue.generate import new_id
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Reply
from spotweb.sandbox.model.devices import Device
from spotweb.sandbox.model.player import Player
from spotweb.sandbox.world.player_scenes import DJ
from spotweb.sandbox.world.world import World

MODIFY = ["user-modify-playback-state"]


def _accepted(world: World) -> Reply:
    """Documented as 204; in practice mostly a 200 with an opaque token that is no JSON."""
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
    device_id = call.query.get("device_id", "")
    active = player.active_device()
    device = find_device(call, player, device_id) if device_id else active
    if device is None:
        raise errors.no_active_device()
    if device.is_restricted:
        raise errors.device_not_controllable()
    return device


def find_device(call: Call, player: Player, device_id: str) -> Device:
    active, now = player.active_device(), call.world.clock.now()
    for device in player.devices:
        is_here = device.id == device_id and device.can_be_reached(now, is_active=device is active)
        # Speakers that listen on the network can be taken over; the rest cannot even be seen.
        if is_here and (device is active or not call.world.is_held(require_member(call).key, device)):
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


def _required(call: Call, name: str) -> str:
    value = call.query.get(name, "")
    if not value:
        raise errors.bad_request(f"Missing required field: {name}")
    return value


@operation("start-a-users-playback", "PUT", "/me/player/play", scopes=MODIFY)
def play(call: Call) -> Reply:
    body = json_body(call)
    position_ms = body.get("position_ms")
    if position_ms is not None and (not is_count(position_ms)):
        raise errors.bad_request("Invalid position_ms")
    wanted = wanted_of(call.world, body)
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
    if context is not None and _starts_silently(call, uris, body, is_shuffled=player.shuffle):
        return _send(call, player, "pause")
    tracks, position = startable(call.world, uris, body, is_shuffled=player.shuffle)
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


def _starts_silently(call: Call, uris: list[str | None], body: dict[str, Any], *, is_shuffled: bool) -> bool:
    """Without an offset Spotify may accept a context whose first item is not available, and play nothing."""
    if not call.world.settings.unplayable_start_is_silent or is_shuffled or body.get("offset") is not None:
        return False
    return bool(uris) and (uris[0] is None or not call.world.can_play(uris[0]))


def _resume(call: Call, player: Player, device: Device, position_ms: int | None) -> Reply:
    is_elsewhere = player.is_active and device is not player.active_device()
    if player.is_playing and not is_elsewhere:
        raise errors.restriction_violated()
    if player.item is None:
        raise errors.restriction_violated()
    return _send(call, player, "play", device_id=device.id, position_ms=position_ms)


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
    if not ITEM_URI.fullmatch(uri) or call.world.catalog.playable(uri) is None:
        raise errors.bad_request(f"Invalid track uri: {uri}")
    player = _command(call)
    _session(call, player)
    return _send(call, player, "queue", uri=uri)


@operation("transfer-a-users-playback", "PUT", "/me/player", scopes=MODIFY)
def transfer(call: Call) -> Reply:
    body = json_body(call)
    ids, wants_playing = body.get("device_ids"), body.get("play", False)
    if not isinstance(ids, list) or not ids or not all(isinstance(device_id, str) for device_id in ids):
        raise errors.bad_request("Missing required field: device_ids")
    if len(ids) > 1:
        raise errors.bad_request("Can not transfer playback to more than one device")
    if not isinstance(wants_playing, bool):
        raise errors.bad_request("Malformed json")
    player = _command(call)
    device = find_device(call, player, ids[0])
    if device.is_restricted:
        raise errors.device_not_controllable()
    wake_s = call.world.settings.wake_ms / 1000
    return _send(call, player, "transfer", device_id=device.id, play=wants_playing, wake_s=wake_s)
