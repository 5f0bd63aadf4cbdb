"""What the worker does for a sleep timer: it looks seldom, is there at the end, and pauses.

By time the volume goes down first, a slice for each step, so that other work goes on in between; it comes
back once it is quiet. At the end of a song there is no fade: the pause is sent in its last second.
"""

import time
from typing import NoReturn

from django.db import transaction

from accounts.models import Member
from player import commands
from player.models import PlayerEvent
from player.observation.events import record_event
from player.playback import refresh
from player.playback.state import PlayerState, StopReason, update_memo
from player.sleep_timer.actions import AGAIN_WITHIN_S, make_again, restore_volume, set_volume, show_timer
from spotweb.jobs.models import Job
from spotweb.jobs.run import Run

FADE_S, FADE_STEPS = 20.0, 4
# A song that ends so soon is waited for; until then the worker does other things.
NEAR_S = 2.5
# The pause is sent so long before the end: the way to Spotify and the device takes most of it.
LEAD_S = 0.9
# Spotify tells of the next song a moment after the last one ended.
AFTER_END_S = 1.5
PAUSED_LOOK_S = 90.0
MAX_LOOK_S = 600.0
GIVES_UP_AFTER_S = 8 * 3600
AGAIN_LOOK_S = 20.0


def run_sleep_timer(run: Run) -> None:
    """One look, or the end, after which `hide_timer` is called. Deferred until the next look."""
    payload, member = run.job.payload, run.job.member
    if payload["phase"] == "slept":
        _watch_for_play(run)
        return
    if time.time() - payload["began_at"] > GIVES_UP_AFTER_S:
        return
    left_s = (payload["ends_at"] or 0) - time.time()
    if left_s > FADE_S + 1:
        run.defer_to(payload["ends_at"] - FADE_S)
    if left_s > 0 and "volume" in payload:
        _fade(run)
    state = refresh.get_state(member, parts="playback")
    if _has_moved(state, payload["device_id"]):
        facts = {"from": payload["device"], "device": _name_device(state)}
        record_event(member, PlayerEvent.Kind.AWAKE, facts, is_own=False)
        return
    if payload["ends_at"]:
        if state.playback and state.playback.is_playing:
            _end_by_time(run, state)
        return
    _follow_songs(run, state)


def hide_timer(job: Job) -> None:
    """However it ended, no page shows it any more, and the volume is as before."""
    update_memo(job.member, sleep=None)
    transaction.on_commit(lambda: restore_volume(job.member, job.payload))


def _follow_songs(run: Run, state: PlayerState) -> None:
    payload, member = run.job.payload, run.job.member
    playback = state.playback
    if playback is None or not playback.is_playing or playback.item is None:
        run.defer_to(time.time() + PAUSED_LOOK_S)
    uri = playback.item.uri
    if payload["item_uri"] not in {None, uri}:
        was_last = _is_last(payload, payload["item_uri"])
        payload = {**payload, "item_uri": uri, "songs": max(payload["songs"] - 1, 0)}
        if was_last:  # it was missed: the next one begins again when Play is pressed
            commands.pause(member)
            commands.seek(member, position_ms=0)
            _record_sleep(run)
        run.save(payload=payload)
        show_timer(member, payload)
    elif payload["item_uri"] is None:
        payload = {**payload, "item_uri": uri}
        run.save(payload=payload)
    left_s = ((playback.item.duration_ms or 0) - (state.progress_ms or 0)) / 1000
    if not _is_last(payload, uri):
        run.defer_to(time.time() + min(left_s + AFTER_END_S, MAX_LOOK_S))
    if left_s > NEAR_S + 2:
        run.defer_to(time.time() + min(left_s - NEAR_S, MAX_LOOK_S))
    run.pause(max(left_s - LEAD_S, 0))
    commands.pause(member)
    _correct_miss(run, member, uri)
    _record_sleep(run)


def _is_last(payload: dict[str, object], uri: object) -> bool:
    return payload["songs"] == 1 if not payload["last_uri"] else payload["last_uri"] == uri


def _correct_miss(run: Run, member: Member, uri: str | None) -> None:
    """When the next song had begun already, go back to its beginning."""
    run.pause(1.0)
    refresh.request_refresh(member)
    state = refresh.get_state(member, parts="playback")
    if state.playback and state.playback.item and state.playback.item.uri != uri:
        commands.seek(member, position_ms=0)


def _end_by_time(run: Run, state: PlayerState) -> None:
    """Begin to fade, or pause when it is time."""
    payload, device = run.job.payload, state.playback.device if state.playback else None
    if time.time() < payload["ends_at"]:
        volume = (device.volume_percent if device and device.supports_volume else 0) or 0
        run.save(payload={**payload, "volume": volume})
        _fade(run)
    commands.pause(run.job.member)
    restore_volume(run.job.member, payload)
    _record_sleep(run)


def _fade(run: Run) -> NoReturn:
    """One step quieter; the worker is free until the next. How quiet follows from the time left."""
    payload, step_s = run.job.payload, FADE_S / FADE_STEPS
    steps_left = min(int((payload["ends_at"] - time.time()) / step_s) + 1, FADE_STEPS)
    quieter = payload["volume"] * steps_left // (FADE_STEPS + 1)
    if not payload["volume"]:
        run.defer_to(payload["ends_at"])
    if not set_volume(run.job.member, quieter, device_id=payload["device_id"]):
        run.save(payload={**payload, "volume": 0})
        run.defer_to(payload["ends_at"])
    run.defer_to(payload["ends_at"] - (steps_left - 1) * step_s)


def _record_sleep(run: Run) -> NoReturn:
    """It has paused. Play within two minutes means the same again, from a page or at the speaker."""
    member, payload = run.job.member, {**run.job.payload, "phase": "slept", "slept_at": time.time()}
    record_event(member, PlayerEvent.Kind.SLEPT, {}, is_own=True)
    run.save(payload=payload)
    show_timer(member, payload, slept_at=time.time())
    update_memo(member, stop=StopReason(kind=PlayerEvent.Kind.SLEPT, at=time.time()))
    run.defer_to(time.time() + AGAIN_LOOK_S)


def _watch_for_play(run: Run) -> None:
    payload, member = run.job.payload, run.job.member
    state = refresh.get_state(member, parts="playback")
    if state.playback and state.playback.is_playing:
        again = make_again(payload)
        run.save(payload=again)
        show_timer(member, again)
        run.defer_to(time.time() + 1)
    if time.time() - payload["slept_at"] < AGAIN_WITHIN_S:
        run.defer_to(time.time() + AGAIN_LOOK_S)


def _has_moved(state: PlayerState, device_id: str | None) -> bool:
    device = state.playback.device if state.playback else None
    return bool(device_id and device and device.id and device.id != device_id)


def _name_device(state: PlayerState) -> str:
    return state.playback.device.name if state.playback and state.playback.device else ""
