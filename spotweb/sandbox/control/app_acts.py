"""What a member does in Spotify's own app or at the speaker, and what happens to a session without anybody.

Each takes effect at once: Spotify's own app waits for nothing.
"""

from collections.abc import Callable
from typing import TypeAlias

from spotweb.sandbox.control.orders import Order, OrderBody, get_member_key, make_refusal
from spotweb.sandbox.core.messages import Json, Request
from spotweb.sandbox.model.player import Player
from spotweb.sandbox.world.player_scenes import true_state
from spotweb.sandbox.world.world import World

# Takes the world, the player, the body and the moment.
Act: TypeAlias = Callable[[World, Player, OrderBody, float], None]


def _act_in_app(world: World, told: OrderBody, _request: Request, rest: str) -> Json:
    key, act = get_member_key(world, rest), _ACTS.get(str(told.get("act")))
    if act is None:
        raise make_refusal(f"act is one of {', '.join(_ACTS)}")
    player, now = world.player(key), world.clock.now()
    if "device" in told:
        _choose_device(player, told["device"], now)
    act(world, player, told, now)
    world.player(key)
    return true_state(world, key)


def _choose_device(player: Player, name: object, now: float) -> None:
    device = next((device for device in player.devices if name in {device.id, device.name}), None)
    if device is None:
        raise make_refusal("no such device")
    device.is_unpaired = False
    player.set_position(player.progress(now), now)
    player.activate(device.id, now)


def _start(world: World, player: Player, told: OrderBody, now: float) -> None:
    """A context, or one item of it. What was queued by hand stays, and edits of the playlist arrive."""
    context, item = told.get("context"), told.get("item")
    items = world.context_items(str(context))
    if items is None:
        raise make_refusal(f"no such context: {context}")
    tracks = [uri for uri in items if uri is not None and world.can_play(uri)]
    if not tracks or (item is not None and item not in tracks):
        raise make_refusal("nothing to play there")
    if player.active_device() is None:
        _choose_device(player, player.devices[0].name, now)
    player.leave_item(now)
    player.load(str(context), tracks, tracks.index(item) if item else 0)
    player.is_list, player.follows_edits = False, True
    player.start(tracks[player.order[player.position]], now)
    player.is_playing = True


def _queue(world: World, player: Player, told: OrderBody, _now: float) -> None:
    _refuse_where_greyed_out(player)
    uris = told.get("uris", [])
    if not isinstance(uris, list) or not all(world.catalog.playable(str(uri)) for uri in uris):
        raise make_refusal("uris is a list of playable items")
    player.queue += uris


def _reorder(_world: World, player: Player, told: OrderBody, _now: float) -> None:
    """Give the queue by hand another order, or fewer rows."""
    _refuse_where_greyed_out(player)
    uris = told.get("uris")
    if not isinstance(uris, list) or not set(uris) <= set(player.queue):
        raise make_refusal("uris are rows of the queue")
    player.queue = list(uris)


def _clear(_world: World, player: Player, _told: OrderBody, _now: float) -> None:
    _refuse_where_greyed_out(player)
    player.queue.clear()


def _refuse_where_greyed_out(player: Player) -> None:
    if player.is_list:
        raise make_refusal("the queue cannot be edited in this session", status=409)


def _skip(_world: World, player: Player, told: OrderBody, now: float) -> None:
    for _ in range(int(told.get("times", 1))):
        player.skip_next(now)
    player.is_playing = True


def _previous(_world: World, player: Player, _told: OrderBody, now: float) -> None:
    player.skip_previous(now)


def _pause(_world: World, player: Player, _told: OrderBody, now: float) -> None:
    player.set_position(player.progress(now), now)
    player.is_playing = False


def _resume(_world: World, player: Player, _told: OrderBody, now: float) -> None:
    if player.active_device() is None:
        _choose_device(player, player.devices[0].name, now)
    player.set_position(player.progress(now), now)
    player.is_playing = True


def _seek(_world: World, player: Player, told: OrderBody, now: float) -> None:
    player.set_position(int(told.get("position_ms", 0)), now)


def _end(_world: World, player: Player, _told: OrderBody, now: float) -> None:
    player.end_session(now)


def _lose(_world: World, player: Player, _told: OrderBody, now: float) -> None:
    player.lose_device(now)


def _stall(_world: World, player: Player, told: OrderBody, _now: float) -> None:
    player.stall(float(told.get("seconds", 1)))


_ACTS: dict[str, Act] = {
    "start": _start,
    "queue": _queue,
    "reorder": _reorder,
    "clear": _clear,
    "skip": _skip,
    "previous": _previous,
    "pause": _pause,
    "resume": _resume,
    "seek": _seek,
    "end": _end,
    "lose-device": _lose,
    "stall": _stall,
}

ORDERS: dict[tuple[str, str], Order] = {("POST", "app"): _act_in_app}
