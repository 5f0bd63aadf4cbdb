"""A host's player as its guest sees and steers it, while what the guest has started plays there.

Each command is sent for one loan, after a fresh read that shows the guest's music on the lent device.
Nothing of the host's own is shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from msgspec import structs

from accounts.models import Member
from accounts.tokens import spotify_for
from player import commands
from player.models import SpeakerLoan
from player.playback import refresh
from player.playback.controls import Controls, controls_of
from player.playback.items import is_single
from player.playback.state import (
    BorrowedPlayer,
    Lending,
    ManagedMemo,
    PlayerMemo,
    PlayerState,
    load_state,
    update_memo,
)
from player.speaker_loans.actions import start_again
from player.speaker_loans.endings import end_loan, find_end, is_allowed, is_guests_music, is_starting
from player.speaker_loans.plans import LoanPlan, pack_plan, plan_context, plan_uris, unpack_plan
from player.speaker_loans.refusals import LoanRefusal, LoanRefused, translate_error
from spotweb.spotify import player
from spotweb.spotify.errors import ReconnectNeeded, SpotifyError
from spotweb.spotify.models import Device, Playback

# By the names of their URLs. Shuffle and repeat would outlast the loan as settings of the host's account.
_COMMANDS: Mapping[str, Callable[..., None]] = {
    "play": commands.play,
    "pause": commands.pause,
    "skip-to-next": commands.skip_to_next,
    "skip-to-previous": commands.skip_to_previous,
    "seek": commands.seek,
    "skip-by": commands.skip_by,
    "set-volume": commands.set_volume,
}
_REFUSED_COMMANDS = {"set-shuffle", "set-repeat"}
STEERED_COMMANDS = {*_COMMANDS, *_REFUSED_COMMANDS}
# What no key of a player does, but a row of any page: on the player that pages show.
_REFUSED_STARTS = {
    "shuffle-item": LoanRefusal.HOST_SETTING,
    "play-next": LoanRefusal.ONE_BY_ONE,
    "add-lines": LoanRefusal.ONE_BY_ONE,
}
_STARTS = {"play-item", "play-from", "play-lines", "add-to-queue"}


def load_shown_state(member: Member) -> PlayerState:
    """Return the state that pages show, without asking Spotify: of one's own player, or the borrowed one."""
    own = load_state(member)
    loan = _find_shown_loan(member, own)
    return _show_loan(own, loan, load_state(loan.host)) if loan else own


def load_shown_controls(member: Member) -> Controls:
    """Return what of the player that pages show can be steered, without asking Spotify."""
    return controls_of(load_shown_state(member), member)


def get_shown_state(member: Member, *, rhythm: refresh.Rhythm = refresh.WATCHED) -> PlayerState:
    """As `refresh.get_state`, of the player that pages show."""
    own = refresh.get_state(member, rhythm=rhythm)
    loan = _find_shown_loan(member, own)
    if loan is None:
        return own
    try:
        state = refresh.get_state(loan.host, rhythm=rhythm)
    except ReconnectNeeded:  # the host's, not the guest's
        end_loan(loan.host, loan.pk, LoanRefusal.RECONNECT)
        return load_state(member)
    except SpotifyError:
        state = load_state(loan.host)
    # When that read has seen it end, the guest's own state says so by now.
    return _show_loan(own, loan, state) if state.memo.lending else load_state(member)


def show_own_player(member: Member, *, is_own: bool) -> None:
    """Turn the bar to one's own player, or back to the borrowed one, while the loan goes on."""
    borrowing = load_state(member).memo.borrowing
    if borrowing and borrowing.is_playing and borrowing.shows_own is not is_own:
        update_memo(member, borrowing=structs.replace(borrowing, shows_own=is_own))


def steer(guest: Member, pk: int, name: str, values: Mapping[str, Any]) -> None:
    """Send a command to the lent device with the host's sign-in. Raises LoanRefused and SpotifyError."""
    loan = guest.borrowed_speakers.filter(pk=pk).select_related("host__grant", "guest").first()
    if loan is None or loan.status != SpeakerLoan.Status.PLAYING:
        raise LoanRefused(LoanRefusal.NO_LONGER, device=loan.device_name if loan else "")
    if name in _REFUSED_COMMANDS:
        raise _refuse(loan, LoanRefusal.HOST_SETTING)
    # Each press is checked by itself: the host may come between two.
    presses = [{**values, "times": 1}] * values["times"] if "times" in values else [values]
    with _translated_errors(loan):
        for press in presses:
            _check_is_guests(loan)
            _COMMANDS[name](loan.host, device_id=loan.device_id, **press)


def run_on_shown(guest: Member, name: str, values: Mapping[str, Any]) -> bool:
    """Play or queue something on the borrowed speaker. False where pages show the guest's own player.

    Raises LoanRefused and SpotifyError.
    """
    refuse_on_shown(guest, name)
    loan = _find_shown_loan(guest, load_state(guest)) if name in _STARTS else None
    if loan is None:
        return False
    plan = None if name == "add-to-queue" else _make_plan(guest, **values)
    with _translated_errors(loan):
        device = _check_is_guests(loan)
        if plan is None:
            _add_to_queue(loan, values["uri"])
        else:
            start_again(loan, plan, device)
    return True


def refuse_on_shown(guest: Member, name: str) -> None:
    """Raises LoanRefused for what no borrowed speaker takes, where pages show one."""
    loan = _find_shown_loan(guest, load_state(guest)) if name in _REFUSED_STARTS else None
    if loan:
        raise _refuse(loan, _REFUSED_STARTS[name])


def _make_plan(
    guest: Member,
    *,
    uri: str = "",
    context_uri: str = "",
    uris: Sequence[str] = (),
    position_ms: int | None = None,
    position: int | None = None,  # noqa: ARG001  # which copy it is, only the guest's own player is told
) -> LoanPlan:
    if context_uri:
        return plan_context(guest, context_uri, item_uri=uri, position_ms=position_ms)
    if uri and not is_single(uri):
        return plan_context(guest, uri, position_ms=position_ms)
    return plan_uris(guest, uris or [uri], position_ms=position_ms)


def _add_to_queue(loan: SpeakerLoan, uri: str) -> None:
    commands.send_to_queue(loan.host, uri=uri, device_id=loan.device_id, added_by=loan.guest)
    loan.refresh_from_db(fields=["plan"])  # another press may have added to it meanwhile
    plan = unpack_plan(loan.plan)
    loan.plan = pack_plan(structs.replace(plan, added=(*plan.added, uri)))
    loan.save(update_fields=["plan"])


def _find_shown_loan(guest: Member, own: PlayerState) -> SpeakerLoan | None:
    borrowing = own.memo.borrowing
    if borrowing is None or not borrowing.is_playing or borrowing.shows_own:
        return None
    playing = SpeakerLoan.objects.filter(pk=borrowing.pk, guest=guest, status=SpeakerLoan.Status.PLAYING)
    return playing.select_related("host__grant", "guest").first()


def _check_is_guests(loan: SpeakerLoan) -> Device:
    """Return the lent device. Raises LoanRefused unless Spotify tells that the guest's music plays there."""
    client = spotify_for(loan.host, purpose="button")
    playback = player.get_information_about_the_users_current_playback(client)
    known = load_state(loan.host)  # after the read: what the host has started meanwhile counts
    lending = known.memo.lending
    if lending is None or lending.pk != loan.pk or not is_allowed(loan, loan.host):
        end_loan(loan.host, loan.pk, LoanRefusal.REVOKED if lending else LoanRefusal.GONE)
        raise _refuse(loan, LoanRefusal.NO_LONGER)
    if not lending.sent_at:
        raise _refuse(loan, LoanRefusal.STARTING)
    reason = find_end(lending, known, structs.replace(known, playback=playback))
    if reason:
        end_loan(loan.host, loan.pk, reason)
        refresh.request_refresh(loan.host)
        raise _refuse(loan, reason)
    device = playback.device if playback else None
    if device is None or not is_guests_music(loan, lending, playback):
        raise _refuse(loan, LoanRefusal.STARTING if is_starting(lending) else LoanRefusal.NOT_YOURS)
    return device


@contextmanager
def _translated_errors(loan: SpeakerLoan) -> Iterator[None]:
    """Trouble of the host's account is told as theirs; without their sign-in it is over."""
    try:
        yield
    except SpotifyError as error:
        if isinstance(error, ReconnectNeeded):
            end_loan(loan.host, loan.pk, LoanRefusal.RECONNECT)
        host, device = loan.host.display_name, loan.device_name
        raise translate_error(error, host=host, device=device) from error


def _refuse(loan: SpeakerLoan, reason: LoanRefusal) -> LoanRefused:
    return LoanRefused(reason, name=loan.host.display_name, device=loan.device_name)


def _show_loan(own: PlayerState, loan: SpeakerLoan, state: PlayerState) -> PlayerState:
    """The guest's own devices and notices stay; all else is what plays there, where that is the guest's."""
    lending = state.memo.lending
    if lending is None or lending.pk != loan.pk or not lending.sent_at or not is_allowed(loan, loan.host):
        return own
    is_guests = is_guests_music(loan, lending, state.playback)
    has_queue = is_guests and state.queue_at > lending.sent_at
    return structs.replace(
        own,
        playback=state.playback if is_guests else _make_silent_playback(lending, state),
        playback_at=state.playback_at,
        context_name=state.context_name if is_guests else "",
        queue=state.queue if has_queue else None,
        queue_at=state.queue_at,
        queue_source=state.queue_source if has_queue else None,
        attributions=state.attributions if has_queue else (),
        follows_context=state.follows_context if has_queue else None,
        due_at=state.due_at,
        changed_at=state.changed_at,
        expectation=state.expectation,
        trouble=state.trouble,
        queue_trouble=state.queue_trouble if has_queue else None,
        memo=PlayerMemo(
            request=own.memo.request,
            lending=own.memo.lending,
            borrowing=own.memo.borrowing,
            quiet=state.memo.quiet,
            managed=ManagedMemo(),
        ),
        borrowed=_describe_player(loan, lending, is_guests=is_guests),
    )


def _make_silent_playback(lending: Lending, state: PlayerState) -> Playback:
    """What is the host's own is not told; nor that it plays."""
    current = state.playback.device if state.playback else None
    if current is None or current.id != lending.device_id:
        current = Device(id=lending.device_id, name=lending.device, type="Speaker")
    return Playback(device=structs.replace(current, volume_percent=None))


def _describe_player(loan: SpeakerLoan, lending: Lending, *, is_guests: bool) -> BorrowedPlayer:
    shown = BorrowedPlayer(pk=loan.pk, host=loan.host.display_name, device=loan.device_name)
    if is_guests:
        return shown
    if is_starting(lending):
        return structs.replace(shown, title=_("Starting…"), refusal=_refuse(loan, LoanRefusal.STARTING).text)
    return structs.replace(
        shown, title=_("Not your music"), refusal=_refuse(loan, LoanRefusal.NOT_YOURS).text
    )
