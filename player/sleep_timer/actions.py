"""Start, prolong and turn off the sleep timer."""

import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.models import Member
from library.pages import lookup
from player import commands
from player.playback import refresh
from player.playback.context import find_album_link
from player.playback.state import PlayerState, SleepTimer, load_state, update_memo
from spotweb.jobs import actions
from spotweb.jobs.models import Job
from spotweb.jobs.patience import write_beside
from spotweb.spotify.errors import DeviceGone, NoActiveDevice, SpotifyError, VolumeNotControllable
from spotweb.spotify.models import Playback

SLEEP = "sleep-timer"
MINUTES = (15, 30, 45, 60)
MAX_MINUTES = 300
SONGS = (1, 2, 3, 5)
ALBUM = "album"
# Play within so long after the timer has paused means: the same again.
AGAIN_WITHIN_S = 120


class NothingPlays(Exception):
    """There is nothing that could be paused."""


class TimerBusy(Exception):
    """The timer is just ending."""


def start_timer(member: Member, *, after: str) -> None:
    """`after`: minutes ("30"), songs ("songs-1") or "album". Replaces a timer that runs.

    Raises NothingPlays, TimerBusy and SpotifyError.
    """
    state = refresh.get_state(member, parts="playback")
    playback = state.playback
    if playback is None or not playback.is_playing:
        raise NothingPlays
    _run_timer(member, _make_payload(member, playback, after))


def prolong_timer(member: Member, *, minutes: int) -> None:
    """Add minutes to a timer that runs by time; another becomes one that ends so much from now."""
    job = find_job(member)
    ends_at = (job.payload["ends_at"] if job else None) or time.time()
    left = (max(ends_at, time.time()) - time.time()) / 60
    start_timer(member, after=str(min(round(left + minutes), MAX_MINUTES)))


def cancel_timer(member: Member) -> None:
    job = find_job(member)
    if job:
        actions.cancel(member, job.pk)
    update_memo(member, sleep=None)


def play(member: Member, *, device_id: str | None = None) -> None:
    """Resume; shortly after the timer has paused, with the same timer again."""
    commands.play(member, device_id=device_id)
    timer = load_state(member).memo.sleep
    job = find_job(member)
    if timer and timer.slept_at and job:
        with suppress(TimerBusy, actions.LockTaken):  # another tab was faster
            write_beside(partial(restart_timer, member, job.payload))


def restart_timer(member: Member, payload: dict[str, Any]) -> None:
    """The same once more, from now on."""
    _run_timer(member, make_again(payload))


def make_again(payload: dict[str, Any]) -> dict[str, Any]:
    """What the timer does when it begins once more now."""
    minutes = payload["minutes"]
    return {
        **payload,
        "phase": "running",
        "songs": payload["songs_at_start"],
        "item_uri": None,
        "ends_at": time.time() + minutes * 60 if minutes else None,
        "began_at": time.time(),
    }


def find_job(member: Member) -> Job | None:
    return actions.get_lock_holder(_lock_key(member))


def show_timer(member: Member, payload: dict[str, Any], *, slept_at: float = 0.0) -> None:
    """Have all pages show it."""
    timer = SleepTimer(
        ends_at=payload["ends_at"],
        songs=payload["songs"],
        is_album=bool(payload["last_uri"]),
        slept_at=slept_at,
    )
    update_memo(member, sleep=timer)


def restore_volume(member: Member, payload: dict[str, Any]) -> None:
    """Undo the fade of a timer, as far as it had begun."""
    volume = payload.pop("volume", 0)
    if volume:
        with suppress(SpotifyError):
            set_volume(member, volume, device_id=payload["device_id"])


def set_volume(member: Member, volume_percent: int, *, device_id: str | None) -> bool:
    """False where the device doesn't allow it, or is gone."""
    try:
        commands.set_volume(member, volume_percent=volume_percent, device_id=device_id)
    except (VolumeNotControllable, NoActiveDevice, DeviceGone):
        return False
    return True


def can_end_with_album(state: PlayerState) -> bool:
    playback = state.playback
    return bool(playback and find_album_link(playback) and not playback.shuffle_state)


def _make_payload(member: Member, playback: Playback, after: str) -> dict[str, Any]:
    minutes = int(after) if after.isdecimal() else 0
    songs = int(after.removeprefix("songs-")) if after.startswith("songs-") else 0
    last_uri = _find_last_of_album(member, playback) if after == ALBUM else ""
    if not minutes and not songs and not last_uri:
        songs = 1
    return {
        "phase": "running",
        "minutes": minutes,
        "ends_at": time.time() + minutes * 60 if minutes else None,
        "songs": songs,
        "songs_at_start": songs,
        "item_uri": playback.item.uri if playback.item else None,
        "last_uri": last_uri,
        "device_id": playback.device.id if playback.device else None,
        "device": playback.device.name if playback.device else "",
        "began_at": time.time(),
    }


def _find_last_of_album(member: Member, playback: Playback) -> str:
    """Empty where what plays is no album, or a longer one than Spotify tells at once."""
    link = find_album_link(playback)
    tracks = lookup.get_album(member, link.id).tracks if link else None
    if tracks is None or not tracks.items or tracks.next:
        return ""
    return tracks.items[-1].uri or ""


def _run_timer(member: Member, payload: dict[str, Any]) -> None:
    """Start the job, or have the one that there is begin anew, and show the timer."""
    run_after = timezone.now() + timedelta(seconds=1)
    job = find_job(member)
    if job is None:
        key = _lock_key(member)
        actions.start(
            SLEEP, member=member, started_by=member, payload=payload, lock_key=key, run_after=run_after
        )
    else:
        before = job.payload
        if not actions.restart(job, payload=payload, run_after=run_after):
            raise TimerBusy
        restore_volume(member, before)
    show_timer(member, payload)


def _lock_key(member: Member) -> str:
    return f"sleep-timer:{member.pk}"
