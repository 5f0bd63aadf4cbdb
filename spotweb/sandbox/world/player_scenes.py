"""How players are set up: the household's own evening, and any scene that control asks for."""

import random
from collections.abc import Iterable
from typing import Any

from spotweb.sandbox.catalogue.generate import new_id
from spotweb.sandbox.catalogue.models import uri_of
from spotweb.sandbox.core.messages import JsonObject
from spotweb.sandbox.model.devices import ELSEWHERE, FURNITURE, Device
from spotweb.sandbox.model.player import HISTORY_SIZE, Play, Player
from spotweb.sandbox.world.world import World

DJ = "spotify:playlist:37i9dQZF1EYkqdzj48dyYq"
LOCAL_FILE = "spotify:local:Otis+Kettlewell:Shed+Tapes:Rain+on+a+Tin+Roof:214"
SCENES = ("playing", "nothing", "idle", "paused", "podcast", "local", "ad", "dj", "unknown", "private")


class SceneError(ValueError):
    """What was wished for makes no sense; the text says why."""


# The household's evening


def furnish_players(world: World) -> None:
    for key in world.members:
        player = world.players[key] = world.new_player()
        player.devices = _devices(world, key)
        player.history = _past_plays(world, key)
    evening: dict[str, JsonObject] = {
        "ada": {
            "context": _playlist_of(world, "ada"),
            "progress_ms": 64_000,
            "repeat": "context",
            "offset": 3,
            "queue": _things_to_queue(world),
        },
        "ben": {
            "scene": "paused",
            "context": uri_of(world.catalog.albums[2]),
            "progress_ms": 97_000,
            "offset": 1,
        },
        "ines": {"scene": "podcast", "progress_ms": 754_000},
    }
    for key, wish in evening.items():
        if key in world.players:
            set_scene(world, key, wish)


def _devices(world: World, key: str) -> list[Device]:
    rng = random.Random(f"devices {world.seed} {key}")  # noqa: S311 - furniture
    now = world.clock.now()
    devices = []
    for number, (name, kind, extra) in enumerate(FURNITURE.get(key, ELSEWHERE)):
        fields: dict[str, Any] = dict(extra)  # the table holds only fields of Device
        devices.append(
            Device(
                id=f"{rng.getrandbits(160):040x}",
                name=name,
                type=kind,
                idle_since=now - number * 240,
                **fields,
            )
        )
    return devices


def _past_plays(world: World, key: str) -> list[Play]:
    rng = random.Random(f"history {world.seed} {key}")  # noqa: S311 - invented listening
    plays: list[Play] = []
    moment = world.clock.now() - rng.randint(400, 9000)
    while len(plays) < HISTORY_SIZE:
        album = rng.choice(world.catalog.albums[:300])
        for track in reversed(album.tracks[: rng.randint(1, 6)]):
            plays.append(Play(uri_of(track), round(moment, 3), uri_of(album)))
            moment -= track.duration_ms / 1000
        moment -= rng.randint(0, 40_000)
    return plays[:HISTORY_SIZE]


def _playlist_of(world: World, key: str) -> str:
    owner = world.members[key].id
    return next(playlist.uri for playlist in world.playlists.values() if playlist.owner_id == owner)


def _things_to_queue(world: World) -> list[str]:
    tracks = [
        track for album in world.catalog.albums[:40] for track in album.tracks[:1] if not track.restriction
    ]
    return [uri_of(tracks[7]), uri_of(world.catalog.shows[0].episodes[1]), uri_of(tracks[12])]


# Control


# Values come from a control request's JSON: each is checked before it is used.
def set_scene(world: World, key: str, wish: dict[str, Any]) -> None:
    """Put a member's player into a scene, at once; what is not named is as usual there."""
    scene = wish.get("scene", "playing")
    if scene not in SCENES:
        msg = f"scene is one of {', '.join(SCENES)}"
        raise SceneError(msg)
    player, now = world.player(key), world.clock.now()
    if "devices" in wish:
        player.devices = [_device(fields, now=now) for fields in wish["devices"]]
    _reset(player, now)
    if scene != "nothing":
        _set_device(player, wish, now=now, is_private=scene == "private")
        _set_items(world, player, scene, wish)
    player.queue = _known(world, wish.get("queue", []))
    player.repeat, player.shuffle = wish.get("repeat", "off"), bool(wish.get("shuffle", False))
    player.smart_shuffle = bool(wish.get("smart_shuffle", False))
    player.is_playing = scene not in {"nothing", "idle", "paused"}
    player.set_position(int(wish.get("progress_ms", 0)), now)


def _device(fields: dict[str, Any], *, now: float) -> Device:
    if not isinstance(fields, dict) or "name" not in fields:
        msg = "each device has at least a name"
        raise SceneError(msg)
    defaults: dict[str, Any] = {
        "id": new_id(random.Random(fields["name"])),  # noqa: S311 - an id
        "type": "Speaker",
        "idle_since": now,
    }
    try:
        return Device(**(defaults | fields))
    except TypeError as error:
        raise SceneError(str(error)) from error


def _reset(player: Player, now: float) -> None:
    player.pending.clear()
    player.scene, player.item, player.context = "", None, None
    player.is_list, player.follows_edits = False, False
    player.tracks, player.order, player.position, player.is_from_queue = [], [], 0, False
    player.is_active, player.is_playing = False, False
    for device in player.devices:
        device.is_private_session = False
        device.idle_since = max(device.idle_since, now - 600)


def _set_device(player: Player, wish: dict[str, Any], *, now: float, is_private: bool) -> None:
    wanted = wish.get("device")
    matches = [device for device in player.devices if wanted is None or wanted in {device.id, device.name}]
    if not matches:
        msg = "no such device"
        raise SceneError(msg)
    player.activate(matches[0].id, now)
    matches[0].is_private_session = is_private
    matches[0].is_unpaired = False  # a scene is what happened in Spotify's own app


def _set_items(world: World, player: Player, scene: str, wish: dict[str, Any]) -> None:
    item, context = _defaults(world, scene, wish)
    if scene in {"ad", "dj", "unknown"}:
        player.scene = scene
    if context == DJ or scene in {"ad", "unknown", "idle"}:
        player.context, player.item = context, item
        return
    tracks = _known(world, wish.get("tracks", []))
    if context is not None and not tracks:
        uris = world.context_items(context)
        if uris is None:
            msg = f"no such context: {context}"
            raise SceneError(msg)
        tracks = [uri for uri in uris if uri is not None and world.can_play(uri)]
    tracks = tracks or ([item] if item else [])
    offset = tracks.index(item) if item in tracks else int(wish.get("offset", 0))
    player.load(context, tracks, min(offset, max(0, len(tracks) - 1)))
    player.item = item or (tracks[player.position] if tracks else None)


def _defaults(world: World, scene: str, wish: dict[str, Any]) -> tuple[str | None, str | None]:
    """The item and the context of a scene."""
    item, context = wish.get("item"), wish.get("context")
    if item is not None:
        _known(world, [item])
    elif scene == "podcast" and context is None:
        episode = world.catalog.shows[0].episodes[0]
        return uri_of(episode), uri_of(episode.show)
    elif scene == "local":
        return LOCAL_FILE, context
    elif scene == "dj":
        return None, DJ
    elif scene in {"playing", "paused", "private"} and context is None and not wish.get("tracks"):
        context = uri_of(world.catalog.albums[0])
    return item, context


def _known(world: World, uris: Iterable[str]) -> list[str]:
    listed = list(uris)
    for uri in listed:
        if not isinstance(uri, str) or world.catalog.playable(uri) is None:
            msg = f"nothing playable: {uri}"
            raise SceneError(msg)
    return listed


def true_state(world: World, key: str) -> JsonObject:
    """What the Web API does not tell: the queue by hand apart from the context, and what is under way."""
    player, now = world.player(key), world.clock.now()
    return {
        "scene": player.scene,
        "is_active": player.is_active,
        "is_playing": player.is_playing,
        "item": player.item,
        "context": player.context,
        "is_from_queue": player.is_from_queue,
        "progress_ms": player.progress(now),
        "queue": list(player.queue),
        "rest_of_context": [player.tracks[index] for index in player.order[player.position + 1 :]],
        "repeat": player.repeat,
        "shuffle": player.shuffle,
        "device": player.active_id,
        "devices": [device.as_json(is_active=device is player.active_device()) for device in player.devices],
        "pending": [waiting.effect for waiting in player.pending],
        "plays": len(player.history),
    }
