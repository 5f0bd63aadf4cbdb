"""The acts on speakers of others: ask, answer, play through another account, stop, hide the notice."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from player.now_playing.actions import PendingCommand
from player.now_playing.device_forms import LoanAnswerForm, SpeakerForm
from player.now_playing.responses import attempt_command, respond, respond_invalid, respond_refused
from player.speaker_loans import actions, borrowed_player
from player.speaker_loans.endings import end_loan, find_lending
from player.speaker_loans.records import hide_notice
from player.speaker_loans.refusals import LoanRefusal, LoanRefused
from spotweb.web.texts.names import show_name


@require_POST
def ask_for_speaker(request: MemberRequest) -> HttpResponse:
    return _borrow(request, actions.ask)


@require_POST
def play_through(request: MemberRequest) -> HttpResponse:
    return _borrow(request, actions.play_through)


@require_POST
def answer_request(request: MemberRequest) -> HttpResponse:
    """Accept or decline what somebody asked for."""
    form = LoanAnswerForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    pk: int = form.cleaned_data["loan"]
    try:
        if form.cleaned_data["answer"] == "accept":
            actions.accept(request.user, pk)  # the notice says what plays now
        else:
            actions.decline(request.user, pk)
            messages.success(request, _("Declined."))
    except LoanRefused as error:
        messages.error(request, _describe_to_host(error))
    return respond(request)


@require_POST
def stop_borrowing(request: MemberRequest) -> HttpResponse:
    """The guest withdraws the request, or stops what plays there."""
    host, plays_on = actions.stop(request.user)
    if host:
        text = _("Stopped. The speaker is %(name)s’s again.")
        if plays_on:
            text = _("The speaker is %(name)s’s again. What plays there now wasn’t stopped.")
        messages.success(request, text % {"name": show_name(host)})
    return respond(request)


@require_POST
def reclaim_speaker(request: MemberRequest) -> HttpResponse:
    """The host goes on with what they listened to before; with nothing of that, it is just paused."""
    lending = find_lending(request.user)
    if lending is None:
        return respond(request)
    if lending.past_queue:
        command = PendingCommand("restore-queue", {"queue": lending.past_queue, "rest": None})
    else:
        command = PendingCommand("pause", {})
    refusal = attempt_command(request, command)
    if refusal is None or refusal.status_code == HTTPStatus.CONFLICT:  # also when it begins on another device
        end_loan(request.user, lending.pk, LoanRefusal.HOST_PLAYS)
    return refusal or respond(request)


@require_POST
def show_own_player(request: MemberRequest) -> HttpResponse:
    """Turn the bar to one's own player, or back to the borrowed one."""
    borrowed_player.show_own_player(request.user, is_own=request.POST.get("own") != "false")
    return respond(request)


@require_POST
def hide_loan(request: MemberRequest) -> HttpResponse:
    """The notice goes; the mark on what plays stays, and the list of devices has it still."""
    hide_notice(request.user)
    return respond(request)


def _borrow(request: MemberRequest, run: Callable[..., object]) -> HttpResponse:
    form = SpeakerForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    try:
        run(request.user, host_pk=form.host_pk, device_id=form.device_id)
    except LoanRefused as error:
        return respond_refused(request, error)
    return respond(request)


def _describe_to_host(error: LoanRefused) -> str:
    """What stands in their own way, they may know."""
    if error.reason == LoanRefusal.AWAY:
        return _("You’re in a private session, or Spotify isn’t answering. Nothing was played.")
    if error.reason == LoanRefusal.RECONNECT:
        return _("Sign in with Spotify again first. Nothing was played.")
    return error.text
