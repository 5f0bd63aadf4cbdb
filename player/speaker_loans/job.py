"""What the worker does while a guest plays: it appends what did not fit, and ends the loan when it is over.

One read for each song, with all pages closed. What was handed on is counted before it is sent: a song twice
is worse than one too few.
"""

import time

from accounts.tokens import spotify_for
from player.models import SpeakerLoan
from player.playback import refresh
from player.playback.attribution import record_queued
from player.playback.items import find_item
from player.playback.state import PlayerState
from player.speaker_loans.endings import end_loan, is_allowed
from player.speaker_loans.plans import LoanPlan, unpack_plan
from player.speaker_loans.records import show_title
from player.speaker_loans.refusals import LoanRefusal
from spotweb.jobs.models import Job
from spotweb.jobs.run import Run
from spotweb.spotify import player
from spotweb.spotify.errors import DeviceGone, NoActiveDevice, ReconnectNeeded, RestrictionViolated

AFTER_END_S = 1.5
MAX_LOOK_S, PAUSED_LOOK_S = 180.0, 60.0
# Paused for so long, the guest has gone.
PAUSED_MOST_S = 600.0
# Of a list longer than Spotify takes at once, so many are appended when the last but this many plays.
APPENDED_AT_ONCE, APPENDED_BEFORE_END = 10, 1
SEND_PAUSE_S = 0.4


def run_loan(run: Run) -> None:
    """One look. Ends with the loan; else deferred until the next song."""
    payload = run.job.payload
    loan = _find_loan(payload["loan"])
    if loan is None:
        return
    try:
        state = refresh.get_state(loan.host, parts="playback")
    except ReconnectNeeded:
        end_loan(loan.host, loan.pk, LoanRefusal.RECONNECT)
        return
    lending = state.memo.lending
    if not lending or lending.pk != loan.pk or not lending.sent_at:
        # What was begun and never sent, or what the observer has just seen end.
        end_loan(loan.host, loan.pk, LoanRefusal.GONE)
        return
    if not is_allowed(loan, loan.host):
        end_loan(loan.host, loan.pk, LoanRefusal.REVOKED)
        return
    if state.playback and state.playback.item:
        show_title(loan, state.playback.item.name)
    if not (state.playback and state.playback.is_playing):
        _wait_for_play(run, loan)
        return
    run.save(payload={**payload, "paused_at": 0})
    _append(run, loan, unpack_plan(loan.plan), state)
    run.defer_to(time.time() + min(_get_seconds_left(state) + AFTER_END_S, MAX_LOOK_S))


def end_lost_loan(job: Job) -> None:
    """However the watch ended, nobody is left marked as playing."""
    loan = _find_loan(job.payload["loan"])
    if loan:
        end_loan(loan.host, loan.pk, LoanRefusal.GONE)


def _find_loan(pk: int) -> SpeakerLoan | None:
    playing = SpeakerLoan.objects.filter(pk=pk, status=SpeakerLoan.Status.PLAYING)
    return playing.select_related("host", "guest").first()


def _wait_for_play(run: Run, loan: SpeakerLoan) -> None:
    payload = run.job.payload
    paused_at = payload.get("paused_at") or time.time()
    if time.time() - paused_at >= PAUSED_MOST_S:
        end_loan(loan.host, loan.pk, LoanRefusal.ENDED)
        return
    run.save(payload={**payload, "paused_at": paused_at})
    run.defer_to(time.time() + PAUSED_LOOK_S)


def _append(run: Run, loan: SpeakerLoan, plan: LoanPlan, state: PlayerState) -> None:
    """Queue the guest's own rows at once, the rest of a long list when the first hundred come to an end."""
    rows, sent = plan.later, run.job.payload["sent"]
    is_due = bool(plan.context_uri) or _is_near_end(plan, sent, state)
    if sent >= len(rows) or not is_due:
        return
    client = spotify_for(loan.host, purpose="background")
    count = len(rows) if plan.context_uri else APPENDED_AT_ONCE
    for uri, name in rows[sent : sent + count]:
        run.heartbeat(payload={**run.job.payload, "sent": run.job.payload["sent"] + 1})
        try:
            player.add_to_queue(client, uri, device_id=loan.device_id)
        except (NoActiveDevice, DeviceGone, RestrictionViolated):
            break
        item = find_item(loan.guest, uri)
        record_queued(loan.host, uri, item=item, name=name, added_by=loan.guest)
        run.pause(SEND_PAUSE_S)
    refresh.request_refresh(loan.host)


def _is_near_end(plan: LoanPlan, sent: int, state: PlayerState) -> bool:
    handed = [*plan.at_once, *(uri for uri, _name in plan.later[:sent])]
    item = state.playback.item if state.playback else None
    return item is not None and item.uri in handed[-1 - APPENDED_BEFORE_END :]


def _get_seconds_left(state: PlayerState) -> float:
    item = state.playback.item if state.playback else None
    return max(((item.duration_ms if item else 0) or 0) - (state.progress_ms or 0), 0) / 1000
