"""Notices from the states of a host's player that what plays there is no longer the guest's."""

from functools import partial

from accounts.household import on_member_deleted, on_sharing_changed
from accounts.models import Member
from player.playback.refresh import register_observer
from player.playback.state import PlayerState, load_state
from player.speaker_loans.actions import end_refused_loans
from player.speaker_loans.endings import clear_loans_of_former_members, end_loan, find_end
from spotweb.jobs.patience import write_beside

on_member_deleted(clear_loans_of_former_members)
on_sharing_changed(end_refused_loans)


@register_observer
def observe(member: Member, before: PlayerState, after: PlayerState) -> PlayerState:
    """End the loan that is over. Costs nothing for all others."""
    lending = after.memo.lending
    if lending is None or not lending.sent_at or after.trouble:
        return after
    reason = find_end(lending, before, after)
    if reason is None:
        return after
    write_beside(partial(end_loan, member, lending.pk, reason))
    return load_state(member)
