"""Ask for a speaker, answer, play through another account, stop."""

import time
from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from msgspec import structs

from accounts.models import Member
from player import commands, household
from player.models import PlayerEvent, SpeakerLoan
from player.observation.changes import is_private_session
from player.observation.events import record_event
from player.observation.past_queues import delete_past_queue, store_lost_queue
from player.playback import predictions, refresh
from player.playback.items import find_item, is_single
from player.playback.state import (
    ASKED_FOR_S,
    Lending,
    LoanRequest,
    PlayerState,
    load_state,
    update_memo,
    update_state,
)
from player.speaker_loans.endings import end_loan, is_allowed, pause_loan
from player.speaker_loans.plans import LoanPlan, make_plan, pack_plan, unpack_plan, with_position
from player.speaker_loans.records import Status, change_status, make_offer, show_guest, show_title
from player.speaker_loans.refusals import LoanRefusal, LoanRefused, translate_error
from spotweb.jobs import actions
from spotweb.jobs.patience import write_beside
from spotweb.spotify.errors import (
    ReconnectNeeded,
    RestrictionViolated,
    SpotifyError,
)
from spotweb.spotify.models import Device, Playback, UnknownItem

LOAN = "speaker-loan"
# Spotify may carry out two commands in the other order.
BETWEEN_COMMANDS_S = 0.8
# The worker looks first when the request that started it must be through.
FIRST_LOOK_S = 5.0
# No start takes longer, or its process has ended.
_BEGINS_WITHIN_S = 60.0
# Older ones are deleted; the last tells that the guest has read what borrowing means.
KEPT_FOR = timedelta(days=1)


def has_borrowed(guest: Member) -> bool:
    """Whether they know already what the other's history will show."""
    return guest.borrowed_speakers.exists()


def ask(guest: Member, *, host_pk: int, device_id: str) -> SpeakerLoan:
    """Ask the host, who has a minute to answer. Raises LoanRefused and SpotifyError."""
    host = _find_host(guest, host_pk)
    device, _state = _check_speaker(host, device_id)
    _check_free(host, guest)
    plan = make_plan(guest)
    _lapse_requests(host)
    loan = _create_loan(host, guest, device, plan, Status.ASKED)
    update_memo(
        host,
        request=LoanRequest(
            pk=loan.pk,
            guest_pk=guest.pk,
            guest=guest.display_name,
            device=device.name,
            title=plan.title,
            at=time.time(),
        ),
    )
    show_guest(loan, Status.ASKED)
    return loan


def accept(host: Member, pk: int) -> SpeakerLoan:
    """Play what was asked for, once. Raises LoanRefused when it was answered, withdrawn, or is too late."""
    update_memo(host, request=None)
    loan = _find_request(host, pk)
    plan = with_position(unpack_plan(loan.plan), loan.guest)
    try:
        device, state = _check_speaker(host, loan.device_id)
        _check_free(host, loan.guest)
        _end_previous(host, loan.guest)
        if not change_status(loan, Status.ASKED, Status.PLAYING, was_asked=True):
            raise LoanRefused(LoanRefusal.GUEST_GONE)
        _start(loan, plan, device, state)
    except (LoanRefused, SpotifyError) as error:
        reason = error.reason if isinstance(error, LoanRefused) else LoanRefusal.AWAY
        _fail(loan, reason)
        raise
    return loan


def decline(host: Member, pk: int) -> None:
    update_memo(host, request=None)
    loan = _find_request(host, pk)
    if change_status(loan, Status.ASKED, Status.DECLINED):
        show_guest(loan, Status.DECLINED)


def play_through(guest: Member, *, host_pk: int, device_id: str) -> SpeakerLoan:
    """Play through the account of a host who has allowed it. Raises LoanRefused and SpotifyError."""
    host = _find_host(guest, host_pk)
    if host.lends_account == Member.Lending.NEVER:
        raise LoanRefused(LoanRefusal.NOT_ALLOWED, name=host.display_name)
    device, state = _check_speaker(host, device_id)
    _check_free(host, guest)
    is_listening = bool(state.playback and state.playback.is_playing and not state.memo.lending)
    if not household.is_lent_now(host.lends_account, is_host_listening=is_listening):
        raise LoanRefused(LoanRefusal.LISTENING, name=host.display_name)
    plan = make_plan(guest)
    _end_previous(host, guest)
    loan = _create_loan(host, guest, device, plan, Status.PLAYING)
    try:
        _start(loan, plan, device, state)
    except (LoanRefused, SpotifyError):
        change_status(loan, Status.PLAYING, Status.FAILED)
        raise
    return loan


def start_again(loan: SpeakerLoan, plan: LoanPlan, device: Device) -> None:
    """The guest plays something else within the loan. After LoanRefused and SpotifyError it is as before."""
    state = load_state(loan.host)
    if state.memo.lending is None or state.memo.lending.pk != loan.pk:  # it has just ended
        raise LoanRefused(LoanRefusal.NO_LONGER, name=loan.host.display_name, device=loan.device_name)
    _play(loan, plan, device, state)
    show_title(loan, plan.title)


def stop(guest: Member) -> tuple[str, bool]:
    """Withdraw the request, or stop what plays and leave the speaker to its host.

    Return the host's name, and whether something plays on there: the host's own, or what could not be paused.
    """
    borrowing = load_state(guest).memo.borrowing
    if borrowing is None:
        return "", False
    update_memo(guest, borrowing=None)
    loan = guest.borrowed_speakers.filter(pk=borrowing.pk).select_related("host", "guest").first()
    if loan is None:
        return borrowing.host, False
    plays_on = False
    if change_status(loan, Status.ASKED, Status.WITHDRAWN):
        update_memo(loan.host, request=None)
    elif loan.status == Status.PLAYING:
        plays_on = _stop_loan(loan)
    return loan.host.display_name, plays_on


def end_refused_loans(host: Member) -> None:
    """The host has changed what others may do: what is no longer allowed ends now."""
    household.reset_listeners()
    memo = load_state(host).memo.current
    if memo.request and not host.shares_speakers:
        with suppress(LoanRefused):
            decline(host, memo.request.pk)
    loan = host.speaker_loans.filter(status=Status.PLAYING).select_related("host", "guest").first()
    if loan and not is_allowed(loan, host):
        pause_loan(loan)
        end_loan(host, loan.pk, LoanRefusal.REVOKED)


def _stop_loan(loan: SpeakerLoan) -> bool:
    plays_on = pause_loan(loan)
    end_loan(loan.host, loan.pk, LoanRefusal.STOPPED)
    return plays_on


# --- Who may ----------------------------------------------------------------------------------------------


def _find_host(guest: Member, pk: int) -> Member:
    host = household.find_speaker_host(guest, pk)
    if host is None:
        raise LoanRefused(LoanRefusal.GONE)
    return host


def _check_speaker(host: Member, device_id: str) -> tuple[Device, PlayerState]:
    """Return the speaker, and the player of its host as it is now."""
    if not household.can_lend(host):
        is_free = host.is_premium is False
        raise LoanRefused(
            LoanRefusal.NO_PREMIUM if is_free else LoanRefusal.RECONNECT, name=host.display_name
        )
    try:
        refresh.request_refresh(host)
        state = refresh.get_state(host)
        current = state.playback.device if state.playback else None
        if current is None or current.id != device_id:
            state = refresh.fetch_devices(host)
    except ReconnectNeeded:
        raise LoanRefused(LoanRefusal.RECONNECT, name=host.display_name) from None
    if is_private_session(state) or state.trouble:
        raise LoanRefused(LoanRefusal.AWAY, name=host.display_name)
    current = state.playback.device if state.playback else None
    known = [*([current] if current else []), *(state.devices or ())]
    device = next((device for device in known if device.id == device_id), None)
    if device is None or not household.is_speaker(device):
        household.reset_listeners()
        raise LoanRefused(LoanRefusal.GONE, device=device.name if device else "")
    return device, state


def _check_free(host: Member, guest: Member) -> None:
    others = SpeakerLoan.objects.filter(host=host, status=Status.PLAYING).exclude(guest=guest)
    if others.exists():
        raise LoanRefused(LoanRefusal.PLAYING_ALREADY, name=host.display_name)


def _find_request(host: Member, pk: int) -> SpeakerLoan:
    """Raises LoanRefused for one that is over, or of somebody who has left."""
    loan = SpeakerLoan.objects.filter(host=host, pk=pk).select_related("host", "guest").first()
    if loan is None or loan.status == Status.WITHDRAWN:
        raise LoanRefused(LoanRefusal.GUEST_GONE)
    is_late = (timezone.now() - loan.began_at).total_seconds() >= ASKED_FOR_S
    if loan.status != Status.ASKED or is_late:
        raise LoanRefused(LoanRefusal.OVER)
    return loan


def _lapse_requests(host: Member) -> None:
    late = timezone.now() - timedelta(seconds=ASKED_FOR_S)
    SpeakerLoan.objects.filter(host=host, status=Status.ASKED, began_at__lte=late).update(
        status=Status.LAPSED
    )


def _create_loan(
    host: Member, guest: Member, device: Device, plan: LoanPlan, status: SpeakerLoan.Status
) -> SpeakerLoan:
    """Raises LoanRefused when another guest was faster; the database decides who."""
    over = guest.borrowed_speakers.filter(changed_at__lt=timezone.now() - KEPT_FOR)
    newest = guest.borrowed_speakers.first()
    over.exclude(status=Status.PLAYING).exclude(pk=newest.pk if newest else 0).delete()
    try:
        with transaction.atomic():
            return SpeakerLoan.objects.create(
                host=host,
                guest=guest,
                device_id=device.id or "",
                device_name=device.name[:200],
                status=status,
                plan=pack_plan(plan),
            )
    except IntegrityError:
        is_request = status == Status.ASKED
        reason = LoanRefusal.ASKED_ALREADY if is_request else LoanRefusal.PLAYING_ALREADY
        raise LoanRefused(reason, name=host.display_name) from None


# --- Playing ----------------------------------------------------------------------------------------------


def _start(loan: SpeakerLoan, plan: LoanPlan, device: Device, state: PlayerState) -> None:
    """Put aside what the host listens to, play the guest's music, and say so on the pages of both."""
    update_memo(loan.host, replaced=None, request=None)
    _play(loan, plan, device, state)
    show_guest(loan, Status.PLAYING)
    guest_playback = load_state(loan.guest).playback
    if guest_playback and guest_playback.is_playing:  # it has moved here
        _pause(loan.guest)
    # And from any other speaker, which no page of theirs would steer any more.
    others = loan.guest.borrowed_speakers.filter(status=Status.PLAYING).exclude(pk=loan.pk)
    for other in others.select_related("host", "guest"):
        _stop_loan(other)


def _play(loan: SpeakerLoan, plan: LoanPlan, device: Device, state: PlayerState) -> None:
    host, guest = loan.host, loan.guest
    before = state.memo.lending
    is_again = before is not None and before.pk == loan.pk
    kept = before.past_queue if before else _put_aside(host, guest, state)
    lending = Lending(
        pk=loan.pk,
        guest_pk=guest.pk,
        guest=guest.display_name,
        device_id=device.id or "",
        device=device.name,
        title=plan.title,
        context_uri=plan.context_uri,
        past_queue=kept,
    )
    update_memo(host, lending=lending)
    if not is_again:  # should this process end before the music has begun
        _watch(loan, within_s=_BEGINS_WITHIN_S)
    try:
        played_context = _send(host, plan, device.id or "", state, keeps_queue=is_again)
    except SpotifyError as error:
        if before and is_again:  # that plays on
            update_memo(host, lending=before)
        else:
            # Of the same guest something may play on, which nobody marks any more.
            offer = make_offer(host, before, LoanRefusal.STOPPED) if before else {}
            update_memo(host, lending=None, **offer)
        if kept and not before:
            delete_past_queue(host, kept)
        raise translate_error(error, host=host.display_name, device=loan.device_name) from error
    _show_host(host, guest, plan, device, structs.replace(lending, context_uri=played_context))
    loan.plan = pack_plan(plan)
    SpeakerLoan.objects.filter(pk=loan.pk).update(plan=loan.plan, past_queue=kept)
    household.reset_listeners()
    _record(loan, plan)
    _watch(loan, within_s=FIRST_LOOK_S)


def _show_host(host: Member, guest: Member, plan: LoanPlan, device: Device, lending: Lending) -> None:
    """What plays is marked as the guest's in the moment in which it is shown."""
    item = find_item(guest, plan.item_uri) or UnknownItem(uri=plan.item_uri, name=plan.title)

    def show_start(state: PlayerState) -> PlayerState:
        started = predictions.with_start(
            state, item=item, device=device, context_uri=lending.context_uri, position_ms=plan.position_ms
        )
        marked = structs.replace(lending, sent_at=time.time())
        return structs.replace(started, memo=structs.replace(started.memo, lending=marked))

    update_state(host, show_start)


def _put_aside(host: Member, guest: Member, state: PlayerState) -> int | None:
    """Keep what the host listens to, with what they queued, although nothing of the queue is lost yet."""
    if state.playback is None or state.playback.item is None:
        return None
    rows = range(len(state.attributions))
    return store_lost_queue(host, state, state, rows, is_own=False, lent_to=guest).pk


def _send(host: Member, plan: LoanPlan, device_id: str, state: PlayerState, *, keeps_queue: bool) -> str:
    """Return the context that was started; empty where it was a list."""
    playback = state.playback
    if plan.context_uri:
        if not keeps_queue and (state.attributions or not state.follows_context):
            _empty_queue(host, plan, device_id, playback)
        try:
            _send_context(host, plan, device_id)
        except RestrictionViolated:
            if not plan.uris:
                raise
        else:
            return plan.context_uri
    if playback and playback.shuffle_state:
        # Or it would begin with any of them. It comes back with the host's own music.
        with suppress(SpotifyError):
            commands.set_shuffle(host, state=False)
    commands.play_uris(host, uris=plan.at_once, position_ms=plan.position_ms, device_id=device_id)
    return ""


def _send_context(host: Member, plan: LoanPlan, device_id: str) -> None:
    if not plan.item_uri:
        commands.play_item(host, uri=plan.context_uri, device_id=device_id)
        return
    commands.play_from(
        host,
        context_uri=plan.context_uri,
        uri=plan.item_uri,
        position_ms=plan.position_ms,
        device_id=device_id,
    )


def _empty_queue(host: Member, plan: LoanPlan, device_id: str, playback: Playback | None) -> None:
    """A context leaves queued songs in front of it; only a song by itself removes them."""
    item = playback.item if playback else None
    is_usable = bool(item and item.uri and is_single(item.uri))
    uri = item.uri if item and item.uri and is_usable else plan.item_uri
    position_ms = (playback.progress_ms if playback and is_usable else None) or 0
    commands.play_item(host, uri=uri, position_ms=position_ms, device_id=device_id)
    time.sleep(BETWEEN_COMMANDS_S)


def _end_previous(host: Member, guest: Member) -> None:
    """The same guest starts something else; what the host had before that stays put aside."""
    SpeakerLoan.objects.filter(host=host, guest=guest, status=Status.PLAYING).update(
        status=Status.ENDED, changed_at=timezone.now()
    )


def _pause(member: Member) -> None:
    with suppress(SpotifyError):
        commands.pause(member)


def _fail(loan: SpeakerLoan, reason: LoanRefusal) -> None:
    if change_status(loan, Status.ASKED, Status.FAILED) or change_status(loan, Status.PLAYING, Status.FAILED):
        show_guest(loan, Status.FAILED, reason=reason)


def _watch(loan: SpeakerLoan, *, within_s: float) -> None:
    run_after = timezone.now() + timedelta(seconds=within_s)
    payload = {"loan": loan.pk, "sent": 0}
    key = f"speaker-loan:{loan.host_id}"
    job = actions.get_lock_holder(key)
    if job is None or not actions.restart(job, payload=payload, run_after=run_after):
        with suppress(actions.LockTaken):
            actions.start(LOAN, member=loan.host, payload=payload, lock_key=key, run_after=run_after)


def _record(loan: SpeakerLoan, plan: LoanPlan) -> None:
    kinds = PlayerEvent.Kind
    facts = {"title": plan.title[:200], "device": loan.device_name}
    for member, other, kind in ((loan.host, loan.guest, kinds.LENT), (loan.guest, loan.host, kinds.BORROWED)):
        told = {**facts, "member": str(other.pk)}
        write_beside(partial(record_event, member, kind, told, is_own=member is loan.guest))
