"""How a loan ends: whose music plays, and what is done when it is no longer the guest's."""

import time
from functools import partial
from typing import Any

from msgspec import structs

from accounts.models import Member
from accounts.tokens import spotify_for
from player import commands, household
from player.managed_queue import actions as managed_queue
from player.models import SpeakerLoan
from player.observation.changes import is_private_session
from player.observation.past_queues import get_past_queue
from player.playback import refresh
from player.playback.state import GRACE_S, Lending, PlayerState, load_state, update_memo
from player.speaker_loans.plans import is_of_plan, unpack_plan
from player.speaker_loans.records import Status, change_status, make_offer, show_guest
from player.speaker_loans.refusals import LoanRefusal
from spotweb.jobs.patience import write_beside
from spotweb.spotify import player
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.models import Playback

# For so long after a start Spotify may still tell what played before.
SETTLES_WITHIN_S = 8.0


def find_end(lending: Lending, before: PlayerState, state: PlayerState) -> LoanRefusal | None:
    """Return why what plays in this state is no longer the guest's; null while it may be."""
    if _is_own_start(lending, state):
        return LoanRefusal.HOST_PLAYS
    if is_starting(lending):
        return None
    playback = state.playback
    if playback is None:  # a paused session falls asleep
        return LoanRefusal.GONE if before.playback and before.playback.is_playing else LoanRefusal.ENDED
    if is_private_session(state):
        return LoanRefusal.AWAY
    return LoanRefusal.HOST_PLAYS if _is_elsewhere(lending, playback) else None


def is_starting(lending: Lending) -> bool:
    return time.time() - lending.sent_at < SETTLES_WITHIN_S


def is_guests_music(loan: SpeakerLoan, lending: Lending, playback: Playback | None) -> bool:
    """Whether this is certainly what the guest has started; a single song of the host's has no context."""
    is_private = bool(playback and playback.device and playback.device.is_private_session)
    if playback is None or playback.device is None or is_private or _is_elsewhere(lending, playback):
        return False
    if lending.context_uri and _get_context_uri(playback) == lending.context_uri:
        return True
    return playback.item is not None and is_of_plan(unpack_plan(loan.plan), playback.item)


def _is_own_start(lending: Lending, state: PlayerState) -> bool:
    """Whether the host has just started something through this app; to pause and to skip is not that."""
    expected = state.expectation
    is_later = state.changed_at > lending.sent_at + GRACE_S
    return bool(is_later and expected and expected.starts and expected.is_current(time.time()))


def _is_elsewhere(lending: Lending, playback: Playback) -> bool:
    context_uri = _get_context_uri(playback)
    is_on_another = bool(playback.device and playback.device.id != lending.device_id)
    return is_on_another or bool(context_uri and context_uri != lending.context_uri)


def _get_context_uri(playback: Playback) -> str:
    return (playback.context.uri or "") if playback.context else ""


def find_lending(host: Member) -> Lending | None:
    """Return what plays for another member, looked at anew: null when it is over."""
    if load_state(host).memo.lending is None:
        return None
    refresh.request_refresh(host)
    return refresh.get_state(host, parts="playback").memo.lending


def end_loan(host: Member, pk: int, reason: LoanRefusal) -> None:
    """What plays is the host's own again; the guest is told, and the host offered what they had before."""
    lending = load_state(host).memo.lending
    loan = SpeakerLoan.objects.filter(pk=pk, host=host).select_related("host", "guest").first()
    if lending and lending.pk == pk:
        update_memo(host, lending=None, **make_offer(host, lending, reason))
        household.reset_listeners()
    if loan and change_status(loan, Status.PLAYING, Status.ENDED):
        show_guest(loan, Status.ENDED, reason=reason)
    if managed_queue.has_waiting(host):
        write_beside(partial(managed_queue.wake, host))


def is_allowed(loan: SpeakerLoan, host: Member) -> bool:
    """Agreed to once, or by the host's setting as it is now."""
    return loan.was_asked or (host.shares_speakers and host.lends_account != Member.Lending.NEVER)


def clear_loans_of_former_members() -> None:
    """Nothing is shown of somebody who has left."""
    members = {member.pk: member for member in Member.objects.all()}
    for member in members.values():
        memo = load_state(member).memo
        gone: dict[str, Any] = {}
        if memo.request and memo.request.guest_pk not in members:
            gone["request"] = None
        if memo.lending and memo.lending.guest_pk not in members:
            offer = make_offer(member, structs.replace(memo.lending, guest=""), LoanRefusal.STOPPED)
            gone |= {"lending": None, **offer}
        if memo.borrowing and memo.borrowing.host_pk not in members:
            gone["borrowing"] = None
        if memo.replaced and memo.replaced.is_lent:
            kept = get_past_queue(member, memo.replaced.pk)
            gone["replaced"] = structs.replace(memo.replaced, lent_to=kept.lent_to if kept else "")
        if gone:
            update_memo(member, **gone)


def pause_loan(loan: SpeakerLoan) -> bool:
    """Only what is still the guest's, as Spotify tells now; what has just been sent may not play yet.

    Return whether something plays on there, as far as can be told.
    """
    playback = None
    try:
        client = spotify_for(loan.host, purpose="button")
        playback = player.get_information_about_the_users_current_playback(client)
        lending = load_state(loan.host).memo.lending
        is_lent = lending is not None and lending.pk == loan.pk
        if lending and is_lent and (is_starting(lending) or is_guests_music(loan, lending, playback)):
            commands.pause(loan.host, device_id=lending.device_id)
            return False
    except SpotifyError:
        return playback is None or playback.is_playing
    return bool(playback and playback.is_playing)
