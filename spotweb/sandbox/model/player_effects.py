"""What each accepted command does to a player when its time has come."""

from typing import cast

from spotweb.sandbox.model.player import Effect, Player

Arguments = dict[str, object]


def _play(player: Player, now: float, arguments: Arguments) -> None:
    """New items or a context; without either, go on with what there was."""
    tracks = cast("list[str] | None", arguments.get("tracks"))
    progress_ms = cast("int | None", arguments.get("position_ms"))
    player.activate(cast("str | None", arguments["device_id"]), now)
    if tracks:
        player.leave_item(now)
        player.load(cast("str | None", arguments.get("context")), tracks, cast("int", arguments["position"]))
        player.is_list, player.follows_edits = bool(arguments.get("replaces_queue")), False
        if player.is_list:
            player.queue.clear()
        player.start(tracks[player.order[player.position]], now, progress_ms=progress_ms or 0)
    else:
        player.set_position(player.progress(now) if progress_ms is None else progress_ms, now)
    player.is_playing = True


def _pause(player: Player, now: float, _arguments: Arguments) -> None:
    player.set_position(player.progress(now), now)
    player.is_playing = False


def _next(player: Player, now: float, _arguments: Arguments) -> None:
    player.skip_next(now)
    player.is_playing = True


def _previous(player: Player, now: float, _arguments: Arguments) -> None:
    player.skip_previous(now)
    player.is_playing = True


def _seek(player: Player, now: float, arguments: Arguments) -> None:
    position_ms = cast("int", arguments["position_ms"])
    length = player.duration_ms(player.item) if player.item else 0
    if length and position_ms >= length - player.seek_end_ms:
        # Past the end means the next one.
        player.skip_next(now)
    else:
        player.set_position(position_ms, now)


def _repeat(player: Player, now: float, arguments: Arguments) -> None:
    player.set_position(player.progress(now), now)
    player.repeat = cast("str", arguments["state"])


def _shuffle(player: Player, now: float, arguments: Arguments) -> None:
    player.set_position(player.progress(now), now)
    wanted = cast("bool", arguments["state"])
    if wanted and not player.shuffle:
        player.shuffle_order()
    elif player.shuffle and not wanted:
        player.straighten_order()
    player.shuffle = wanted


def _volume(player: Player, _now: float, arguments: Arguments) -> None:
    for device in player.devices:
        if device.id == arguments["device_id"]:
            device.volume_percent = cast("int", arguments["volume_percent"])


def _queue(player: Player, _now: float, arguments: Arguments) -> None:
    player.queue.append(cast("str", arguments["uri"]))


def _transfer(player: Player, now: float, arguments: Arguments) -> None:
    player.set_position(player.progress(now), now)
    player.activate(cast("str | None", arguments["device_id"]), now)
    player.waking_until = now + cast("float", arguments.get("wake_s", 0.0))
    if arguments["play"] and player.item is not None:
        player.is_playing = True


EFFECTS: dict[str, Effect] = {
    "play": _play,
    "pause": _pause,
    "next": _next,
    "previous": _previous,
    "seek": _seek,
    "repeat": _repeat,
    "shuffle": _shuffle,
    "volume": _volume,
    "queue": _queue,
    "transfer": _transfer,
}
