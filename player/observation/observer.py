"""Compares each state of a player with the one before, and writes down what has happened."""

import time
from functools import partial

from accounts.models import Member
from player.models import PlayerEvent
from player.observation.changes import Change, find_changes, find_lost_rows, is_private_session, is_same_song
from player.observation.events import make_stop, record_event
from player.observation.past_queues import delete_past_queue, store_lost_queue
from player.playback.refresh import register_observer
from player.playback.state import PlayerState, ReplacedQueue, StopReason, load_state, update_memo
from spotweb.jobs.patience import write_beside

# What Spotify shows so soon after a command of ours is its effect.
OWN_FOR_S = 12.0

Kind = PlayerEvent.Kind
# Not what this member did while another plays through the account.
_OF_GUEST = {Kind.STARTED, Kind.SKIPPED, Kind.PAUSED, Kind.RESUMED, Kind.ENDED, Kind.AUTOPLAY}


@register_observer
def observe(member: Member, before: PlayerState, after: PlayerState) -> PlayerState:
    """Record events and lost queues; costs nothing when nothing has happened."""
    is_own = time.time() - after.changed_at < OWN_FOR_S
    changes = find_changes(before, after, is_own=is_own)
    for change in changes:
        if after.memo.lending and change.kind in _OF_GUEST:
            continue
        write_beside(partial(record_event, member, change.kind, change.facts, is_own=is_own))
    if lost := _find_lost(before, after):
        write_beside(partial(_record_lost, member, before, after, lost, is_own=is_own))
    elif _is_back(after):
        write_beside(partial(_drop_offer, member, after))
    stop = _find_stop(changes, before, after, is_own=is_own)
    if stop != after.memo.stop:
        return update_memo(member, stop=stop)
    return load_state(member) if lost or after.memo.replaced else after


def _find_lost(before: PlayerState, after: PlayerState) -> tuple[int, ...]:
    is_private = is_private_session(before) or is_private_session(after)
    # While another member plays here, what was queued before is put aside already.
    is_hidden = is_private or after.trouble or after.memo.lending
    return () if is_hidden else find_lost_rows(before, after)


def _is_back(after: PlayerState) -> bool:
    """Whether the queue came back with its device."""
    replaced = after.memo.replaced
    return bool(replaced and replaced.is_device_lost and after.playback and after.attributions)


def _drop_offer(member: Member, after: PlayerState) -> None:
    if after.memo.replaced:
        delete_past_queue(member, after.memo.replaced.pk)
    update_memo(member, replaced=None)


def _find_stop(
    changes: list[Change], before: PlayerState, after: PlayerState, *, is_own: bool
) -> StopReason | None:
    stop, kinds = after.memo.stop, {change.kind for change in changes}
    if after.playback and after.playback.is_playing and Kind.SKIPS not in kinds:
        # A device that skips everything plays for a moment in between, but no song for two reads.
        return stop if stop and stop.kind == Kind.SKIPS and not is_same_song(before, after) else None
    for change in changes:
        if change.kind == Kind.ENDED and stop and stop.kind == Kind.SKIPS:
            continue
        if change.kind == Kind.PAUSED or make_stop(change.kind, change.facts, is_own=is_own):
            return make_stop(change.kind, change.facts, is_own=is_own)
    return stop


def _record_lost(
    member: Member, before: PlayerState, after: PlayerState, lost: tuple[int, ...], *, is_own: bool
) -> None:
    kept = store_lost_queue(member, before, after, lost, is_own=is_own)
    count = len(kept.rows)
    record_event(member, Kind.REPLACED, {"count": str(count)}, is_own=is_own)
    is_lost = after.playback is None
    replaced = ReplacedQueue(pk=kept.pk, at=time.time(), count=count, is_own=is_own, is_device_lost=is_lost)
    update_memo(member, replaced=replaced)
