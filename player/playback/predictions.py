"""What a command will bring, shown until Spotify confirms it."""

import time

from msgspec import structs

from player.playback.attribution import Mark
from player.playback.state import Live
from spotweb.spotify.models import Actions, Device, Item, Playback


def with_playing(live: Live, *, is_playing: bool) -> Live:
    # What Spotify disallowed in the one state says nothing about the other: the opposite is always possible.
    moved = _with_playback(_at(live, live.progress_ms), is_playing=is_playing)
    if moved.playback is None:
        return moved
    allowed = structs.replace(moved.playback.disallows, pausing=False, resuming=False)
    return _with_playback(moved, actions=Actions(disallows=allowed))


def with_position(live: Live, *, position_ms: int) -> Live:
    return _at(live, position_ms)


def with_next(live: Live, *, times: int = 1) -> Live:
    """The first of the queue plays, or after several skips a later one; without it only Spotify knows."""
    if live.playback is None or live.queue is None or len(live.queue.queue) < times:
        return live
    item, *rest = live.queue.queue[times - 1 :]
    queue = structs.replace(live.queue, currently_playing=item, queue=tuple(rest))
    live = structs.replace(live, queue=queue, marks=live.marks[1:])
    return _with_playback(_at(live, 0), item=item)


def with_queued(live: Live, *, item: Item | None, mark: Mark) -> Live:
    """Behind what was queued by hand, in front of the context. An unknown item waits for the read."""
    if item is None or live.queue is None:
        return live
    place, rows = len(live.marks), live.queue.queue
    queue = structs.replace(live.queue, queue=(*rows[:place], item, *rows[place:]))
    return structs.replace(live, queue=queue, marks=(*live.marks, mark))


def with_item(live: Live, *, item: Item | None) -> Live:
    """Something else plays; what follows it only Spotify knows."""
    if item is None:
        return live
    queue = structs.replace(live.queue, currently_playing=item, queue=()) if live.queue else None
    return _with_playback(_at(structs.replace(live, queue=queue, marks=()), 0), item=item, is_playing=True)


def with_row(live: Live, *, uri: str) -> Live:
    """A row of the queue plays; what was queued by hand stays in front of what follows it."""
    rows = live.queue.queue if live.queue else ()
    place = next((number for number, item in enumerate(rows) if item.uri == uri), None)
    if live.queue is None or place is None:
        return live
    by_hand, item = rows[: len(live.marks)], rows[place]
    following = rows[max(place + 1, len(by_hand)) :]
    queue = structs.replace(live.queue, currently_playing=item, queue=(*by_hand, *following))
    return _with_playback(_at(structs.replace(live, queue=queue), 0), item=item, is_playing=True)


def with_shuffle(live: Live, *, state: bool) -> Live:
    return _with_playback(live, shuffle_state=state)


def with_repeat(live: Live, *, state: str) -> Live:
    return _with_playback(live, repeat_state=state)


def with_volume(live: Live, *, volume_percent: int) -> Live:
    if live.playback is None or live.playback.device is None:
        return live
    return _with_playback(live, device=structs.replace(live.playback.device, volume_percent=volume_percent))


def with_device(live: Live, *, device_id: str, is_playing: bool | None) -> Live:
    """The chosen device is the active one. What it will play where nothing played is not known."""
    devices = tuple(
        structs.replace(device, is_active=device.id == device_id) for device in live.devices or ()
    )
    chosen: Device | None = next((device for device in devices if device.is_active), None)
    live = structs.replace(live, devices=devices)
    if chosen is None:
        return live
    playback = live.playback or Playback()
    plays = playback.is_playing if is_playing is None else is_playing
    return structs.replace(live, playback=structs.replace(playback, device=chosen, is_playing=plays))


def _with_playback(live: Live, **changes: object) -> Live:
    if live.playback is None:
        return live
    return structs.replace(live, playback=structs.replace(live.playback, **changes))


def _at(live: Live, position_ms: int | None) -> Live:
    """The position counts from now on."""
    if live.playback is None:
        return live
    moved = _with_playback(live, progress_ms=position_ms)
    return structs.replace(moved, playback_at=time.time())
