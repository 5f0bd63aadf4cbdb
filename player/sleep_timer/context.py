"""The sleep timer as pages show it: what runs, and what can be chosen."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from player.playback.state import PlayerState, SleepTimer
from player.sleep_timer import actions
from spotweb.spotify.models import Episode, UnknownItem
from spotweb.web.texts.time_format import format_time


@dataclass(frozen=True)
class SleepPanel:
    """`choices` are values and labels; `text` says when the music stops, empty when no timer runs.

    `can_start`: something plays that can be paused.
    """

    text: str
    choices: list[tuple[str, str]]
    can_start: bool


def make_sleep_panel(state: PlayerState, *, is_free: bool) -> SleepPanel:
    playback = state.playback
    minutes = [(str(count), _("%(count)s min") % {"count": count}) for count in actions.MINUTES]
    item = playback.item if playback else None
    this = _("This episode") if isinstance(item, Episode) else _("This song")
    if isinstance(item, UnknownItem):
        this = _("This chapter")
    songs = [("songs-1", this)] + [
        (f"songs-{count}", _("%(count)s songs") % {"count": count}) for count in actions.SONGS[1:]
    ]
    if actions.can_end_with_album(state):
        songs.append((actions.ALBUM, _("This album")))
    timer = state.memo.sleep
    running = timer if timer and not timer.slept_at else None
    return SleepPanel(
        text=_describe(running) if running else "",
        choices=[*minutes, *songs],
        can_start=bool(playback and playback.is_playing and not is_free),
    )


def describe_shortly(timer: SleepTimer | None) -> str:
    """For the bar; empty without a timer that runs."""
    if timer is None or timer.slept_at:
        return ""
    if timer.ends_at:
        return _("%(count)s min") % {"count": _minutes_left(timer.ends_at)}
    if timer.is_album:
        return _("Album")
    return ngettext("%(count)s song", "%(count)s songs", timer.songs) % {"count": timer.songs}


def _describe(timer: SleepTimer) -> str:
    if timer.ends_at:
        facts = {
            "count": _minutes_left(timer.ends_at),
            "time": format_time(datetime.fromtimestamp(timer.ends_at, UTC)),
        }
        return _("%(count)s min left, pauses at %(time)s") % facts
    if timer.is_album:
        return _("Pauses at the end of this album")
    text = ngettext("Pauses at the end of this song", "Pauses after %(count)s more songs", timer.songs)
    return text % {"count": timer.songs}


def _minutes_left(ends_at: float) -> int:
    return max(-int((time.time() - ends_at) // 60), 1)
