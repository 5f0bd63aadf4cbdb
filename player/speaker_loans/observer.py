"""Notices from the states of a host's player that what plays there is no longer the guest's."""

import time
from functools import partial

from accounts.household import on_member_deleted, on_sharing_changed
from accounts.models import Member
from player.observation.changes import is_private_session
from player.playback.refresh import register_observer
from player.playback.state import GRACE_S, Lending, PlayerState, load_state
from player.speaker_loans.actions import clear_loans_of_former_members, end_loan, end_refused_loans
from player.speaker_loans.refusals import LoanRefusal
from spotweb.jobs.patience import write_beside

# For so long after a start Spotify may still tell what played before.
SETTLES_WITHIN_S = 8.0

on_member_deleted(clear_loans_of_former_members)
on_sharing_changed(end_refused_loans)


@register_observer
def observe(member: Member, before: PlayerState, after: PlayerState) -> PlayerState:
    """End the loan that is over. Costs nothing for all others."""
    lending = after.memo.lending
    if lending is None or not lending.sent_at or after.trouble:
        return after
    reason = _find_end(lending, before, after)
    if reason is None:
        return after
    write_beside(partial(end_loan, member, lending.pk, reason))
    return load_state(member)


def _find_end(lending: Lending, before: PlayerState, state: PlayerState) -> LoanRefusal | None:
    if _is_own_start(lending, state):
        return LoanRefusal.HOST_PLAYS
    if time.time() - lending.sent_at < SETTLES_WITHIN_S:
        return None
    playback = state.playback
    if playback is None:  # a paused session falls asleep
        return LoanRefusal.GONE if before.playback and before.playback.is_playing else LoanRefusal.ENDED
    if is_private_session(state):
        return LoanRefusal.AWAY
    context_uri = (playback.context.uri or "") if playback.context else ""
    is_elsewhere = bool(playback.device and playback.device.id != lending.device_id)
    if is_elsewhere or (context_uri and context_uri != lending.context_uri):
        return LoanRefusal.HOST_PLAYS
    return None


def _is_own_start(lending: Lending, state: PlayerState) -> bool:
    """Whether the host has just started something through this app; to pause and to skip is not that."""
    expected = state.expectation
    is_later = state.changed_at > lending.sent_at + GRACE_S
    return bool(is_later and expected and expected.starts and expected.is_current(time.time()))
