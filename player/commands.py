"""The commands of the player. Each is sent to Spotify once; then the page shows what it will bring.

All name a device: the chosen one, or the one that is known, because paused playback loses its active device
after a while. They raise SpotifyError; after NoActiveDevice and DeviceGone a device has to be chosen.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from django.utils import timezone
from msgspec import structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library.saved import memberships
from player.managed_queue import actions as managed_queue
from player.models import PlayerEvent
from player.observation.events import record_event
from player.playback import predictions, refresh
from player.playback.attribution import Attribution, record_queued
from player.playback.first_playable import find_start
from player.playback.items import fetch_item, find_item
from player.playback.saved import get_asked_uri
from player.playback.state import Expectation, PlayerState, load_state
from player.playback.volume_limits import find_limit, load_with_rules
from spotweb.jobs.patience import write_beside
from spotweb.spotify import player
from spotweb.spotify.errors import (
    DeviceGone,
    DeviceRestricted,
    NoActiveDevice,
    PremiumRequired,
    RestrictionViolated,
    Unavailable,
    VolumeNotControllable,
)
from spotweb.spotify.http import Client
from spotweb.spotify.links import find_link
from spotweb.spotify.models import Episode, Playback, Track

# A device that was just chosen wakes up for about this long, looked at in steps.
WAKING_STEP_S, WAKING_STEPS = 0.4, 4


class Send(Protocol):
    def __call__(self, client: Client, *, device_id: str | None) -> object: ...


def play(member: Member, *, device_id: str | None = None) -> None:
    """Resume where it was, on `device_id` when it is given."""
    expected = Expectation(is_playing=True, device_id=device_id)
    predict = partial(predictions.with_playing, is_playing=True)
    _send_command(member, player.start_a_users_playback, expected, predict, device_id=device_id)


def pause(member: Member, *, device_id: str | None = None) -> None:
    predict = partial(predictions.with_playing, is_playing=False)
    _send_command(
        member, player.pause_a_users_playback, Expectation(is_playing=False), predict, device_id=device_id
    )


def skip_to_next(member: Member, *, times: int = 1, device_id: str | None = None) -> None:
    """Never repeated by itself: a lost answer may hide a success, and two would be skipped.

    `times` stands for several presses in a row. When one of them fails, the next read shows how far it came.
    """
    state = load_state(member)
    expected = Expectation(left_uri=_uri_to_leave(state), item_uri=_uri_after(state, times))
    send = partial(_repeat, player.skip_users_playback_to_next_track, times)
    predict = partial(predictions.with_next, times=times)
    _send_command(member, send, expected, predict, device_id=device_id)


def skip_to_previous(member: Member, *, times: int = 1, device_id: str | None = None) -> None:
    """What was before is not known here; the next read, right after this, shows it."""
    send = partial(_repeat, player.skip_users_playback_to_previous_track, times)
    predict = partial(predictions.with_position, position_ms=0)
    _send_command(member, send, Expectation(progress_ms=0), predict, device_id=device_id)


def seek(member: Member, *, position_ms: int, device_id: str | None = None) -> None:
    send = partial(player.seek_to_position_in_currently_playing_track, position_ms=position_ms)
    predict = partial(predictions.with_position, position_ms=position_ms)
    _send_command(member, send, Expectation(progress_ms=position_ms), predict, device_id=device_id)


def skip_by(member: Member, *, seconds: int, device_id: str | None = None) -> None:
    """Seek from where the item is now, within its length."""
    now = refresh.get_state(member, parts="playback")
    if now.playback is None or now.playback.item is None:
        raise NoActiveDevice
    target_ms = max((now.progress_ms or 0) + seconds * 1000, 0)
    duration_ms = now.playback.item.duration_ms or target_ms
    seek(member, position_ms=min(target_ms, duration_ms), device_id=device_id)


def set_volume(member: Member, *, volume_percent: int, device_id: str | None = None) -> None:
    """No louder than the quiet hours of the device allow."""
    state = load_with_rules(member)
    playing = state.playback.device if state.playback else None
    known = [*([playing] if playing else []), *(state.devices or ())]
    limit = find_limit(state, next((one for one in known if device_id in {None, one.id}), None))
    if limit:
        volume_percent = min(volume_percent, limit.ceiling)
    send = partial(player.set_volume_for_users_playback, volume_percent=volume_percent)
    predict = partial(predictions.with_volume, volume_percent=volume_percent)
    _send_command(member, send, Expectation(volume_percent=volume_percent), predict, device_id=device_id)


def set_shuffle(member: Member, *, state: bool, device_id: str | None = None) -> None:
    send = partial(player.toggle_shuffle_for_users_playback, state=state)
    predict = partial(predictions.with_shuffle, state=state)
    _send_command(member, send, Expectation(shuffle_state=state), predict, device_id=device_id)


def set_repeat(member: Member, *, state: str, device_id: str | None = None) -> None:
    """`state` is off, context or track."""
    send = partial(player.set_repeat_mode_on_users_playback, state=state)
    predict = partial(predictions.with_repeat, state=state)
    _send_command(member, send, Expectation(repeat_state=state), predict, device_id=device_id)


def add_to_queue(
    member: Member,
    *,
    uri: str,
    device_id: str | None = None,
    added_by: Member | None = None,
    name: str = "",
    is_next: bool = False,
) -> None:
    """Append one track or episode: behind what was queued by hand, in front of the context.

    Where this app keeps the queue, it goes there and Spotify gets it later; raises managed_queue's QueueFull.
    There alone `is_next` puts it in front. `name` for the log, where the caller knows it.
    """
    by = added_by or member
    if managed_queue.is_on(member):
        item = find_item(by, uri)
        if item is None and not name and managed_queue.may_look_up(member):
            item = fetch_item(by, uri)
        managed_queue.add_item(member, uri, item=item, name=name, added_by=by, is_next=is_next)
        return
    send_to_queue(member, uri=uri, device_id=device_id, added_by=by, name=name)


def send_to_queue(
    member: Member, *, uri: str, device_id: str | None, added_by: Member, name: str = ""
) -> None:
    """Append to Spotify's own queue, also where this app keeps one."""
    item = find_item(added_by, uri)
    attribution = Attribution(
        added_by=added_by.display_name, added_by_id=added_by.pk, added_at=timezone.now()
    )
    send = partial(player.add_to_queue, uri=uri)
    predict = partial(predictions.with_queued, item=item, attribution=attribution)
    _send_command(member, send, Expectation(queued_uri=uri), predict, device_id=device_id)
    write_beside(lambda: record_queued(member, uri, item=item, name=name, added_by=added_by))


def play_item(
    member: Member, *, uri: str, position_ms: int | None = None, device_id: str | None = None
) -> None:
    """One song or episode by itself, or an album, artist, playlist or show from its beginning.

    `position_ms` is a moment within the song or episode.
    """
    playing = load_state(member).playback
    predict: Callable[[PlayerState], PlayerState] = predictions.without_change
    if uri.startswith(("spotify:track:", "spotify:episode:")):
        send = partial(player.start_a_users_playback, uris=(uri,), position_ms=position_ms)
        predict = partial(predictions.with_item, item=find_item(member, uri))
    else:
        # Shuffled, it does not begin with its first item.
        offset_uri = None if playing and playing.shuffle_state else find_start(member, uri)
        send = partial(player.start_a_users_playback, context_uri=uri, offset_uri=offset_uri)
    _send_command(member, send, _expect_start(playing, uri), predict, device_id=device_id)


def shuffle_item(member: Member, *, uri: str, device_id: str | None = None) -> None:
    """An album, an artist or a playlist in random order, from its first note on."""
    # Shuffled beforehand, it does not begin with its first track; where nothing plays, none can be shuffled.
    playing = load_state(member).playback
    if playing:
        set_shuffle(member, state=True, device_id=device_id)
    play_item(member, uri=uri, device_id=device_id)
    if not playing:
        set_shuffle(member, state=True, device_id=device_id)


def play_uris(
    member: Member, *, uris: Sequence[str], position_ms: int | None = None, device_id: str | None = None
) -> None:
    """Play one thing alone, or several items; instead of what plays and what was to come.

    At most MAX_URIS_PLAYED. `position_ms` is a moment within the first.
    """
    if len(uris) == 1:
        play_item(member, uri=uris[0], position_ms=position_ms, device_id=device_id)
        return
    send = partial(player.start_a_users_playback, uris=tuple(uris), position_ms=position_ms)
    predict = partial(predictions.with_item, item=find_item(member, uris[0]))
    expected = _expect_start(load_state(member).playback, uris[0])
    _send_command(member, send, expected, predict, device_id=device_id)


def play_from(
    member: Member,
    *,
    context_uri: str,
    uri: str,
    position: int | None = None,
    position_ms: int | None = None,
    device_id: str | None = None,
) -> None:
    """Play an album, a playlist or a show from one of its items on. What was queued by hand stays queued.

    `position` (from 0) tells which copy where the item stands there several times: Spotify would take the
    first. `position_ms` is a moment within the item.
    """
    own_uri = _find_uri_in_context(member, context_uri, uri)
    offset: dict[str, Any] = {"offset_uri": own_uri} if position is None else {"offset_position": position}
    send = partial(player.start_a_users_playback, context_uri=context_uri, position_ms=position_ms, **offset)
    expected = _expect_start(load_state(member).playback, uri)
    _send_command(member, send, expected, partial(predictions.with_row, uri=uri), device_id=device_id)


def _find_uri_in_context(member: Member, context_uri: str, uri: str) -> str:
    """Of a version that Spotify plays in the place of another the one that the context holds."""
    item = find_item(member, uri)
    if not isinstance(item, Track | Episode):
        return uri
    link = find_link(context_uri, kinds=("playlist",))
    own_uri = memberships.find_own_uri(member, link.id, item) if link else None
    return own_uri or get_asked_uri(item) or uri


def transfer(member: Member, *, device_id: str, play: bool | None = None) -> None:
    """Move playback to another device. `play` starts it there; null leaves it as it is."""

    def send_transfer(client: Client, *, device_id: str | None) -> None:
        player.transfer_a_users_playback(client, device_id or "", play=play)

    expected = Expectation(device_id=device_id, is_playing=play or None)
    predict = partial(predictions.with_device, device_id=device_id, is_playing=play)
    _send_command(member, send_transfer, expected, predict, device_id=device_id)


def run_on_device(member: Member, command: Callable[..., None], *, device_id: str, **values: object) -> None:
    """Run a command that found no active device before, on the one that is chosen now."""
    try:
        command(member, device_id=device_id, **values)
    except NoActiveDevice:
        transfer(member, device_id=device_id)
        _wait_until_active(member, device_id)
        command(member, device_id=device_id, **values)


def try_premium_again(member: Member) -> None:
    """Clear that Spotify called the account Free: it may have changed, and Spotify has been wrong."""
    _store_premium(member, is_premium=None)


def _expect_start(playing: Playback | None, uri: str) -> Expectation:
    left_uri = playing.item.uri if playing and playing.item and playing.item.uri != uri else None
    return Expectation(is_playing=True, left_uri=left_uri, starts=True)


def _send_command(
    member: Member,
    send: Send,
    expected: Expectation,
    predict: Callable[[PlayerState], PlayerState],
    *,
    device_id: str | None,
) -> None:
    client = spotify_for(member)
    try:
        send(client, device_id=device_id or load_state(member).device_id)
    except PremiumRequired:
        _store_premium(member, is_premium=False)
        raise
    except RestrictionViolated as error:
        is_about_the_device = isinstance(error, VolumeNotControllable | DeviceRestricted)
        if is_about_the_device or not _is_so_already(client, expected):
            refresh.request_refresh(member)
            raise
    except (NoActiveDevice, DeviceGone, Unavailable):
        refresh.request_refresh(member)  # what is known is wrong, or the lost answer hides a success
        raise
    _store_premium(member, is_premium=True)
    refresh.expect_change(member, expected, predict=predict)


def _is_so_already(client: Client, expected: Expectation) -> bool:
    """Spotify refuses to pause what is paused: then somebody else was faster, and all is well."""
    # No state shows a skip, or that it was this command that queued; and that something plays does not mean
    # that it is what was to begin.
    visible = structs.replace(expected, left_uri=None, item_uri=None, queued_uri=None)
    if expected.starts or visible == Expectation():
        return False
    playback = player.get_information_about_the_users_current_playback(client)
    return visible.is_met_by(playback, now=time.time())


def _repeat(send: Send, times: int, client: Client, *, device_id: str | None) -> None:
    for _ in range(times):
        send(client, device_id=device_id)


def _uri_after(state: PlayerState, times: int) -> str | None:
    """Where several skips end, so that no read on the way there is taken for the end. One skip needs no such
    word, and Spotify may play another version of what it announced."""
    coming = state.queue.queue if state.queue else ()
    return coming[times - 1].uri if 1 < times <= len(coming) else None


def _uri_to_leave(state: PlayerState) -> str | None:
    """Null when the same item follows: then no read can tell whether the skip has happened."""
    playing = state.playback.item if state.playback else None
    coming = state.queue.queue[0] if state.queue and state.queue.queue else None
    is_another = playing is not None and coming is not None and coming.uri != playing.uri
    return playing.uri if playing and is_another else None


def _wait_until_active(member: Member, device_id: str) -> None:
    client = spotify_for(member)
    for _ in range(WAKING_STEPS):
        # Spotify answers a transfer before the device is awake, and the command would be refused again.
        time.sleep(WAKING_STEP_S)
        playback = player.get_information_about_the_users_current_playback(client)
        if playback and playback.device and playback.device.id == device_id:
            return


def _store_premium(member: Member, *, is_premium: bool | None) -> None:
    if member.is_premium is is_premium:
        return
    member.is_premium = is_premium
    write_beside(lambda: member.save(update_fields=["is_premium"]))
    if is_premium is False:
        write_beside(lambda: record_event(member, PlayerEvent.Kind.PREMIUM, {}, is_own=True))
