"""What the worker does for a queue that is kept here: a look after each song, and one row sent for each."""

import time
from typing import NoReturn

from django.utils import timezone
from msgspec import structs

from accounts.models import Member
from accounts.tokens import spotify_for
from player.managed_queue import actions
from player.managed_queue.engine import (
    LONG_PAUSE_S,
    LONG_PAUSED_LOOK_S,
    PAUSED_LOOK_S,
    Armed,
    Outcome,
    PlayerLook,
    find_next_look,
    make_plan,
)
from player.models import ManagedItem, ManagedQueue
from player.playback import refresh
from player.playback.attribution import record_queued
from player.playback.context_rows import is_of_context
from player.playback.items import unpack_item
from player.playback.state import PlayerState
from spotweb.jobs.models import Job
from spotweb.jobs.patience import write_beside
from spotweb.jobs.run import Run
from spotweb.spotify import player
from spotweb.spotify.errors import (
    DeviceGone,
    NoActiveDevice,
    RestrictionViolated,
    ScopeMissing,
    SpotifyError,
    Unavailable,
)

State = ManagedItem.State

# Whether a lost answer hid a success shows in Spotify's queue after this.
DOUBT_S = 6.0
# Later than this it is judged like any other row.
DOUBT_ENDS_S = 60.0
# A row that was taken out of Spotify's queue so often is not sent again.
MAX_SENT = 2
TROUBLE_LOOK_S = 30.0
# Spotify may carry out two commands in the other order.
BETWEEN_COMMANDS_S = 1.2


def run_managed_queue(run: Run) -> None:
    """One look. Ends when the queue is turned off or empty; else deferred until the next look."""
    member = run.job.member
    queue = actions.find_queue(member)
    if queue is None or not queue.is_on:
        return
    state = refresh.get_state(member, parts="playback")
    if state.memo.lending:  # another member plays here; afterwards the queue goes on
        run.defer_to(time.time() + PAUSED_LOOK_S)
    if state.trouble:
        until = state.trouble.until.timestamp() if state.trouble.until else 0.0
        _store_note(queue, "trouble")
        run.defer_to(max(until, time.time() + TROUBLE_LOOK_S))
    seen = _see(state)
    if not seen.is_playing or seen.item_uri is None:
        _wait_for_music(run, queue, seen, has_device=state.playback is not None)
    if is_of_context(member, state.playback, state.queue) is False:
        seen = structs.replace(seen, is_stranger=True)
    _follow(run, member, queue, seen)


def _follow(run: Run, member: Member, queue: ManagedQueue, seen: PlayerLook) -> None:
    """Record what has become of the armed row, and arm the next one."""
    armed = actions.find_armed(queue)
    if armed and armed.is_doubtful:
        seen = _resolve_doubt(run, member, armed, seen)
        armed = actions.find_armed(queue)
    rows = actions.list_waiting(queue)
    last = _read_last(queue)
    plan = make_plan(_as_armed(armed), last, seen, has_next=bool(rows))
    if plan.outcome == Outcome.UNKNOWN:
        seen = structs.replace(seen, coming=_read_coming(member))
        plan = make_plan(_as_armed(armed), last, seen, has_next=bool(rows))
    if armed and plan.outcome == Outcome.MAYBE_LOST:
        seen = structs.replace(seen, heard=_read_heard(member, since=armed.armed_at or 0.0))
        plan = make_plan(_as_armed(armed), last, seen, has_next=bool(rows))
    if armed and plan.outcome not in {None, Outcome.WAITS}:
        _record_outcome(armed, plan.outcome)
        rows = actions.list_waiting(queue)
    kept = structs.replace(seen, coming=None, heard=None)
    ManagedQueue.objects.filter(pk=queue.pk).update(last=structs.asdict(kept), note="", paused_at=None)
    if plan.arms and rows:
        _send(run, member, rows[0], seen)
    if plan.skips:
        run.pause(BETWEEN_COMMANDS_S)
        player.skip_users_playback_to_next_track(spotify_for(member))
        refresh.request_refresh(member)
        run.defer_to(time.time() + BETWEEN_COMMANDS_S * 2)
    actions.show_change(member)
    if actions.find_armed(queue):
        run.defer_to(time.time() + plan.look_in_s)
    if actions.list_waiting(queue):  # added while Spotify was asked
        run.defer_to(time.time() + 1)


def continue_queue(job: Job) -> None:
    """What was added in the moment in which the job ended has it begin again; a failure is told."""
    if job.state == Job.State.DONE and actions.has_waiting(job.member):
        actions.wake(job.member)
    elif job.state == Job.State.FAILED:
        ManagedQueue.objects.filter(member=job.member).update(note="failed")
        actions.show_change(job.member)


@refresh.register_observer
def observe(member: Member, before: PlayerState, after: PlayerState) -> PlayerState:
    """What a page has just seen need not be asked for again."""
    memo = after.memo.managed
    if memo and memo.is_on and memo.count and _has_changed(before, after):
        write_beside(lambda: actions.wake(member))
    return after


def _has_changed(before: PlayerState, after: PlayerState) -> bool:
    was, now = _see(before), _see(after)
    return (was.item_uri, was.is_playing) != (now.item_uri, now.is_playing)


def _see(state: PlayerState) -> PlayerLook:
    playback = state.playback
    item = playback.item if playback else None
    return PlayerLook(
        at=time.time(),
        item_uri=item.uri if item else None,
        context_uri=playback.context.uri if playback and playback.context else None,
        progress_s=(state.progress_ms or 0) / 1000,
        duration_s=(item.duration_ms if item else 0) / 1000,
        is_playing=bool(playback and playback.is_playing),
    )


def _wait_for_music(run: Run, queue: ManagedQueue, seen: PlayerLook, *, has_device: bool) -> NoReturn:
    """Paused, or no device: the queue is kept."""
    paused_at = queue.paused_at or timezone.now()
    note = "paused" if has_device else "no_device"
    # Else the pause would count as time in which something else was played.
    last = structs.asdict(seen) if seen.item_uri and queue.last else queue.last
    ManagedQueue.objects.filter(pk=queue.pk).update(paused_at=paused_at, note=note, last=last)
    if queue.note != note:
        actions.show_change(run.job.member)
    is_long = (timezone.now() - paused_at).total_seconds() > LONG_PAUSE_S
    look_in_s = find_next_look(seen, is_armed=actions.find_armed(queue) is not None)
    run.defer_to(time.time() + (LONG_PAUSED_LOOK_S if is_long else look_in_s))


def _resolve_doubt(run: Run, member: Member, armed: ManagedItem, seen: PlayerLook) -> PlayerLook:
    """Whether a row whose answer was lost stands in Spotify's queue; it is never sent twice on a guess."""
    if time.time() - (armed.armed_at or 0) < DOUBT_S:
        run.defer_to((armed.armed_at or 0) + DOUBT_S)
    coming = _read_coming(member)
    is_old = time.time() - (armed.armed_at or 0) > DOUBT_ENDS_S  # it may have been played in the meantime
    if armed.uri in coming or seen.item_uri == armed.uri or is_old:
        ManagedItem.objects.filter(pk=armed.pk).update(is_doubtful=False)
    else:
        _return_to_waiting(armed)
    return structs.replace(seen, coming=coming)


def _return_to_waiting(row: ManagedItem) -> None:
    """It is not with Spotify, and is the next to be sent."""
    ManagedItem.objects.filter(pk=row.pk, state=State.ARMED).update(
        state=State.WAITING, is_doubtful=False, armed_at=None, place=0
    )


def _record_outcome(armed: ManagedItem, outcome: Outcome | None) -> None:
    changes: dict[str, object] = {"state": State.PLAYED, "changed_at": timezone.now()}
    if armed.is_unwanted:
        changes["state"] = State.REMOVED
    elif outcome == Outcome.PASSED or (outcome == Outcome.LOST and armed.sent_count >= MAX_SENT):
        changes["is_passed"] = True
    elif outcome == Outcome.LOST:
        _return_to_waiting(armed)
        return
    ManagedItem.objects.filter(pk=armed.pk, state=State.ARMED).update(**changes)


def _send(run: Run, member: Member, row: ManagedItem, seen: PlayerLook) -> None:
    """Arm this row. It is in doubt from before it is sent, since the worker may be ended in between."""
    run.heartbeat()
    is_ours = ManagedItem.objects.filter(pk=row.pk, state=State.WAITING).update(
        state=State.ARMED,
        is_doubtful=True,
        armed_at=time.time(),
        before_uri=(seen.item_uri or "")[:400],
        sent_count=row.sent_count + 1,
        changed_at=timezone.now(),
    )
    if not is_ours:  # it was removed in this moment
        run.defer_to(time.time() + 1)
    try:
        player.add_to_queue(spotify_for(member), row.uri)
    except SpotifyError as error:
        if not (isinstance(error, Unavailable) and error.is_outcome_unknown):
            _return_to_waiting(row)
        if not isinstance(error, NoActiveDevice | DeviceGone | RestrictionViolated):
            raise
        refresh.request_refresh(member)
        run.defer_to(time.time() + TROUBLE_LOOK_S)
    ManagedItem.objects.filter(pk=row.pk).update(is_doubtful=False)
    record_queued(member, row.uri, item=unpack_item(row.item), name=row.name, added_by=row.added_by)
    refresh.request_queue(member)


def _read_coming(member: Member) -> tuple[str, ...]:
    return tuple(item.uri for item in player.get_queue(spotify_for(member)).queue if item.uri)


def _read_heard(member: Member, *, since: float) -> tuple[str, ...]:
    """What Spotify counts as played since; without the right to ask, nothing."""
    try:
        page = player.get_recently_played(spotify_for(member), limit=20, after=int(since * 1000))
    except ScopeMissing:
        return ()
    return tuple(play.track.uri for play in page.items if play.track.uri)


def _as_armed(row: ManagedItem | None) -> Armed | None:
    if row is None:
        return None
    return Armed(
        uri=row.uri,
        duration_s=row.duration_ms / 1000,
        before_uri=row.before_uri or None,
        is_unwanted=row.is_unwanted,
    )


def _read_last(queue: ManagedQueue) -> PlayerLook | None:
    return PlayerLook(**{**queue.last, "coming": None, "heard": None}) if queue.last else None


def _store_note(queue: ManagedQueue, note: str) -> None:
    if queue.note != note:
        ManagedQueue.objects.filter(pk=queue.pk).update(note=note)
        actions.show_change(queue.member)
