"""What a command will bring, shown until Spotify confirms it."""

import time

from msgspec import structs

from player.playback.attribution import Attribution
from player.playback.state import PlayerState
from spotweb.spotify.links import uri_kind
from spotweb.spotify.models import Actions, Context, Device, Item, Playback, Queue


def with_playing(before: PlayerState, *, is_playing: bool) -> PlayerState:
    # What Spotify disallowed in the one state says nothing about the other: the opposite is always possible.
    moved = _with_playback(_at(before, before.progress_ms), is_playing=is_playing)
    if moved.playback is None:
        return moved
    allowed = structs.replace(moved.playback.disallows, pausing=False, resuming=False)
    return _with_playback(moved, actions=Actions(disallows=allowed))


def with_position(before: PlayerState, *, position_ms: int) -> PlayerState:
    return _at(before, position_ms)


def with_next(before: PlayerState, *, times: int = 1) -> PlayerState:
    """The first of the queue plays, or after several skips a later one; without it only Spotify knows."""
    if before.playback is None or before.queue is None or len(before.queue.queue) < times:
        return before
    item, *rest = before.queue.queue[times - 1 :]
    queue = structs.replace(before.queue, currently_playing=item, queue=tuple(rest))
    after = structs.replace(before, queue=queue, attributions=before.attributions[1:])
    return _with_playback(_at(after, 0), item=item)


def with_queued(before: PlayerState, *, item: Item | None, attribution: Attribution) -> PlayerState:
    """Behind what was queued by hand, in front of the context. An unknown item waits for the read."""
    if item is None or before.queue is None:
        return before
    place, rows = len(before.attributions), before.queue.queue
    queue = structs.replace(before.queue, queue=(*rows[:place], item, *rows[place:]))
    return structs.replace(before, queue=queue, attributions=(*before.attributions, attribution))


def without_change(before: PlayerState) -> PlayerState:
    """What a context begins with only Spotify knows; what was queued by hand stays queued."""
    return before


def with_item(before: PlayerState, *, item: Item | None) -> PlayerState:
    """Something else plays, and nothing that was queued; what follows it only Spotify knows.

    An unknown item waits for the read.
    """
    playing = item or (before.queue.currently_playing if before.queue else None)
    queue = structs.replace(before.queue, currently_playing=playing, queue=()) if before.queue else None
    after = structs.replace(before, queue=queue, attributions=())
    return _with_playback(_at(after, 0), item=item, is_playing=True) if item else after


def with_start(
    before: PlayerState, *, item: Item, device: Device, context_uri: str, position_ms: int
) -> PlayerState:
    """Something of another member's plays, and nothing of what there was before."""
    context = Context(type=uri_kind(context_uri) or "", uri=context_uri) if context_uri else None
    playback = structs.replace(
        before.playback or Playback(),
        device=structs.replace(device, is_active=True),
        item=item,
        context=context,
        currently_playing_type=item.type,
        is_playing=True,
    )
    after = structs.replace(
        before,
        playback=playback,
        context_name="",
        queue=Queue(currently_playing=item),
        attributions=(),
        follows_context=None,
    )
    return _at(after, position_ms)


def with_row(before: PlayerState, *, uri: str) -> PlayerState:
    """A row of the queue plays; what was queued by hand stays in front of what follows it."""
    rows = before.queue.queue if before.queue else ()
    place = next((number for number, item in enumerate(rows) if item.uri == uri), None)
    if before.queue is None or place is None:
        return before
    by_hand, item = rows[: len(before.attributions)], rows[place]
    following = rows[max(place + 1, len(by_hand)) :]
    queue = structs.replace(before.queue, currently_playing=item, queue=(*by_hand, *following))
    return _with_playback(_at(structs.replace(before, queue=queue), 0), item=item, is_playing=True)


def with_shuffle(before: PlayerState, *, state: bool) -> PlayerState:
    return _with_playback(before, shuffle_state=state)


def with_repeat(before: PlayerState, *, state: str) -> PlayerState:
    return _with_playback(before, repeat_state=state)


def with_volume(before: PlayerState, *, volume_percent: int) -> PlayerState:
    if before.playback is None or before.playback.device is None:
        return before
    return _with_playback(
        before, device=structs.replace(before.playback.device, volume_percent=volume_percent)
    )


def with_device(before: PlayerState, *, device_id: str, is_playing: bool | None) -> PlayerState:
    """The chosen device is the active one. What it will play where nothing played is not known."""
    devices = tuple(
        structs.replace(device, is_active=device.id == device_id) for device in before.devices or ()
    )
    chosen: Device | None = next((device for device in devices if device.is_active), None)
    after = structs.replace(before, devices=devices)
    if chosen is None:
        return after
    playback = after.playback or Playback()
    plays = playback.is_playing if is_playing is None else is_playing
    return structs.replace(after, playback=structs.replace(playback, device=chosen, is_playing=plays))


def _with_playback(before: PlayerState, **changes: object) -> PlayerState:
    if before.playback is None:
        return before
    return structs.replace(before, playback=structs.replace(before.playback, **changes))


def _at(before: PlayerState, position_ms: int | None) -> PlayerState:
    """The position counts from now on."""
    if before.playback is None:
        return before
    moved = _with_playback(before, progress_ms=position_ms)
    return structs.replace(moved, playback_at=time.time())
