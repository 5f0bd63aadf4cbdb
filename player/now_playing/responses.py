"""How every command is answered: with the player's part as it will be, or with what stands in the way.

A command that was given on the bar of another page is answered with the bar alone, one that was given in the
popover of devices with both.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import MemberRequest
from player import household
from player.managed_queue.actions import MAX_ITEMS, QueueFull, find_block, find_copy, is_fair, is_on
from player.now_playing.actions import COMMANDS, STARTS, PendingCommand
from player.now_playing.bar import Bar, bar_of
from player.now_playing.context import Listeners, list_devices, player_context, volume_of
from player.now_playing.device_forms import LoanForm
from player.playback import refresh
from player.playback.controls import controls_of, is_on_free_plan
from player.playback.devices import device_lines, preferred_device
from player.playback.items import find_list, find_thing, is_single, record_use
from player.playback.saved import with_library_saved
from player.playback.state import MAX_POLL_MS, PlayerState, count_poll_ms
from player.playback.volume_limits import describe_limit, find_current_limit
from player.queue.jobs import TooManyJobs
from player.sleep_timer.context import make_sleep_panel
from player.speaker_loans.actions import has_borrowed
from player.speaker_loans.borrowed_player import (
    STEERED_COMMANDS,
    get_shown_state,
    load_shown_state,
    run_on_shown,
    show_own_player,
    steer,
)
from player.speaker_loans.refusals import LoanRefused
from spotweb.jobs.notices import collect_notices
from spotweb.spotify.errors import DeviceGone, NoActiveDevice, PlayerRefused
from spotweb.spotify.models import Device
from spotweb.web import undo
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.redirects import return_url
from spotweb.web.texts.names import show_name

TEMPLATE, BAR_TEMPLATE = "player/page.html", "player/player_bar.html"
DEVICES_TEMPLATE = "player/devices/panel.html"
TOO_MANY = gettext_lazy("Five things are under way already. Wait for one of them, or cancel it.")


def run_command(request: MemberRequest, name: str) -> HttpResponse:
    """Run the command that was posted to the URL of this name."""
    return _run_form(request, name, request.POST)


@undo.handles("player-set-saved")
def _undo_set_saved(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    return _run_form(request, "set-saved", values)


def _run_form(request: MemberRequest, name: str, values: Mapping[str, str]) -> HttpResponse:
    form = COMMANDS[name].form(values)
    if not form.is_valid():
        return respond_invalid(request, form)
    command = PendingCommand(name, form.values)
    if name in STEERED_COMMANDS and values.get("loan"):
        return _steer(request, command, LoanForm({"loan": values["loan"]}))
    return run_pending(request, command)


def _steer(request: MemberRequest, command: PendingCommand, form: LoanForm) -> HttpResponse:
    """Of a borrowed speaker; the button tells which loan it was shown for."""
    if not form.is_valid():
        return respond_invalid(request, form)
    try:
        steer(request.user, form.cleaned_data["loan"], command.name, command.values)
    except LoanRefused as error:
        return respond_refused(request, error)
    return respond(request, command)


def run_pending(
    request: MemberRequest, command: PendingCommand, *, device_id: str | None = None
) -> HttpResponse:
    return attempt_pending(request, command, device_id=device_id) or respond(request, command)


def attempt_pending(
    request: MemberRequest, command: PendingCommand, *, device_id: str | None = None
) -> HttpResponse | None:
    """Run it on the player that pages show. Return nothing when it was done, else why not.

    With a device it is for the member's own player.
    """
    try:
        if not device_id and run_on_shown(request.user, command.name, command.values):
            return None
    except LoanRefused as error:
        return respond_refused(request, error)
    answer = attempt_command(request, command, device_id=device_id)
    if answer is None and command.name in STARTS:  # on one's own player, which is shown then
        show_own_player(request.user, is_own=True)
    return answer


def attempt_command(
    request: MemberRequest, command: PendingCommand, *, device_id: str | None = None
) -> HttpResponse | None:
    """Return nothing when it was done, else the answer that asks for a device (409) or says why not (422)."""
    try:
        try:
            if device_id is None:
                command.run(request.user)
            else:
                command.run_on(request.user, device_id)
        except (NoActiveDevice, DeviceGone) as error:
            state = refresh.fetch_devices(request.user)
            if not _is_done_on_preferred(request, command, error, state):
                return _offer_devices(request, command, error, state)
    except TooManyJobs:
        return _respond_mistakes(request, [TOO_MANY])
    except QueueFull:
        messages.error(request, _("The queue is full: at most %(most)s songs.") % {"most": MAX_ITEMS})
        return respond(request)
    return None


def respond(request: MemberRequest, done: PendingCommand | None = None) -> HttpResponse:
    """Answer after something was done; `done` is announced when the page alone does not show it."""
    if done:
        _announce(request, done)
    if not wants_part(request):
        return redirect(_return_url(request))
    return respond_player(request, load_shown_state(request.user), {})


def respond_refused(request: MemberRequest, error: LoanRefused) -> HttpResponse:
    """Tell the guest of a speaker why nothing was done."""
    messages.error(request, error.text)
    return respond(request)


def respond_invalid(request: MemberRequest, form: Form) -> HttpResponse:
    """Tell what is wrong with the form; nothing was done."""
    mistakes = [message for field_errors in form.errors.values() for message in field_errors]
    return _respond_mistakes(request, mistakes)


def ask_for_device(
    request: MemberRequest, command: PendingCommand | None, error: PlayerRefused
) -> HttpResponse:
    """No device would do it: take the preferred one, or offer all and carry the command along."""
    state = refresh.fetch_devices(request.user)
    if command and _is_done_on_preferred(request, command, error, state):
        return respond(request, command)
    return _offer_devices(request, command, error, state)


def respond_player(
    request: MemberRequest,
    state: PlayerState,
    extra: Mapping[str, Any],
    *,
    status: int = 200,
    others: Listeners | None = None,
) -> HttpResponse:
    """Show the player, or the bar where the request came from the bar of another page."""
    state = with_library_saved(state, request.user)
    if _is_from(request, "bar"):
        return with_poll_time(respond_bar(request, state, extra, status=status), state)
    if _is_from(request, "device-popover"):
        return with_poll_time(respond_devices(request, state, extra, part="answer", status=status), state)
    others = household.list_others(request.user) if others is None else others
    context = player_context(state, request.user, others) | dict(extra)
    if not context.get("is_watching"):  # whole pages bring them, polls leave what stands there
        context.setdefault("jobs", collect_notices(request, "player:now"))
    return with_poll_time(render_page(request, TEMPLATE, context, part="part", status=status), state)


def respond_bar(
    request: MemberRequest,
    state: PlayerState,
    extra: Mapping[str, Any],
    *,
    status: int = 200,
    bar: Bar | None = None,
) -> HttpResponse:
    """Show the bar alone. `extra` is what a refused command has to ask: which device, or what was wrong.

    `bar` is the bar of this state, where it has been made already.
    """
    choosable = [line for line in device_lines(state) if line.is_choosable]
    bar = bar or bar_of(state, request.user)
    context = {"bar": bar, "choosable_devices": choosable, **extra}
    return render_page(request, BAR_TEMPLATE, context, part="answer", status=status)


def respond_devices(
    request: MemberRequest,
    state: PlayerState,
    extra: Mapping[str, Any],
    *,
    part: str,
    status: int = 200,
    others: Listeners | None = None,
) -> HttpResponse:
    """Show the popover of devices; as an "answer" with the bar, which shows the same player."""
    controls = controls_of(state, request.user)
    others = household.list_others(request.user) if others is None else others
    speakers = household.list_speakers(others, state)
    context = {
        "state": state,
        "playback": state.playback,
        "device_lines": list_devices(state, speakers),
        "controls": controls,
        "is_free": is_on_free_plan(state, request.user),
        "sleep": make_sleep_panel(state, is_free=request.user.is_premium is False),
        "quiet_text": describe_limit(state),
        "volume": None if controls.set_volume else volume_of(state.playback),
        "listeners": _list_elsewhere(others, speakers),
        "speakers": speakers,
        "has_borrowed": bool(speakers) and has_borrowed(request.user),
        "checked_at": datetime.fromtimestamp(state.devices_at, UTC),
        "bar": bar_of(state, request.user),
        **extra,
    }
    return render_page(request, DEVICES_TEMPLATE, context, part=part, status=status)


def _list_elsewhere(listeners: Listeners, speakers: list[household.SharedSpeaker]) -> Listeners:
    """Those who listen on something that stands in no other line."""
    shown = {(speaker.host_pk, speaker.name) for speaker in speakers}
    return tuple(one for one in listeners if one.device and (one.pk, one.device) not in shown)


def with_poll_time(
    response: HttpResponse,
    state: PlayerState,
    rhythm: refresh.Rhythm = refresh.WATCHED,
    *,
    most_ms: int = MAX_POLL_MS,
) -> HttpResponse:
    """Tell the page when to ask again, after `most_ms` at the latest, also when nothing has changed."""
    poll_ms = count_poll_ms(state, refresh.get_due_at(state, rhythm))
    response.headers["Poll-Ms"] = str(min(poll_ms, most_ms))
    return response


def _is_from(request: MemberRequest, place: str) -> bool:
    return wants_part(request) and request.headers.get("HX-Target", "").endswith(f"#{place}")


def _return_url(request: MemberRequest) -> str:
    """Without a script a command of the bar leads back to the page it was given on."""
    return return_url(request, reverse("player:now"))


def _respond_mistakes(request: MemberRequest, mistakes: Sequence[object]) -> HttpResponse:
    return respond_player(request, get_shown_state(request.user), {"mistakes": mistakes}, status=422)


def _offer_devices(
    request: MemberRequest, command: PendingCommand | None, error: PlayerRefused, state: PlayerState
) -> HttpResponse:
    context = {"pending": command, "is_device_gone": isinstance(error, DeviceGone)}
    return respond_player(request, state, context, status=error.status)


def _is_done_on_preferred(
    request: MemberRequest, command: PendingCommand, error: PlayerRefused, state: PlayerState
) -> bool:
    preferred = preferred_device(state)
    if preferred is None or not isinstance(error, NoActiveDevice):
        return False
    return _is_done_on(request, command, preferred)


def _is_done_on(request: MemberRequest, command: PendingCommand, device: Device) -> bool:
    try:
        command.run_on(request.user, device.id or "")
    except (NoActiveDevice, DeviceGone):
        return False
    messages.success(
        request, _("This happens on %(device)s, your preferred device.") % {"device": show_name(device.name)}
    )
    return True


def _announce(request: MemberRequest, done: PendingCommand) -> None:
    if done.name == "set-saved":
        return _announce_saved(request, uri=done.values["uri"], saved=done.values["saved"])
    if done.name == "set-volume":
        return _announce_limit(request, asked=done.values["volume_percent"])
    if done.name not in {"add-to-queue", "play-next", "play-item", "play-from", "shuffle-item"}:
        return None
    record_use(request.user, done.values["uri"])
    thing = find_thing(request.user, done.values["uri"])
    name = show_name(thing.name) if thing else ""
    if done.name in {"add-to-queue", "play-next"} and not is_single(done.values["uri"]):
        return announce_block(request, done.values["uri"])
    if done.name in {"add-to-queue", "play-next"}:
        text = _("Added “%(name)s” to the queue.") % {"name": name} if name else _("Added to the queue.")
        if done.name == "play-next" and is_on(request.user):  # else Spotify has put it at the end
            text = _("“%(name)s” plays next.") % {"name": name} if name else _("It plays next.")
            if is_fair(request.user):
                text = _("It is the next of yours: people take turns.")
        is_elsewhere = load_shown_state(request.user).borrowed is not None
        if copy := None if is_elsewhere else find_copy(request.user, done.values["uri"]):
            where = {"place": copy.place, "block": show_name(copy.block)}
            text += (
                " "
                + (
                    _("It is already in “%(block)s”, at %(place)s.")
                    if copy.block
                    else _("It is already at %(place)s.")
                )
                % where
            )
        messages.success(request, text)
    elif _return_url(request) != reverse("player:now"):  # there it is seen
        messages.success(request, _("“%(name)s” plays now.") % {"name": name} if name else _("It plays now."))
    return None


def announce_block(request: MemberRequest, uri: str) -> None:
    """Say where an album or a playlist waits already; that it is being added is said by its job."""
    known = find_list(request.user, uri)
    if known and is_on(request.user) and (place := find_block(request.user, uri)):
        text = _("“%(name)s” is already at %(place)s.")
        messages.success(request, text % {"name": show_name(known.name), "place": place})


def _announce_limit(request: MemberRequest, *, asked: int) -> None:
    """Why it isn't as loud as it was asked for."""
    limit = find_current_limit(load_shown_state(request.user))
    if limit and asked > limit.ceiling:
        messages.info(request, limit.text + ".")


def _announce_saved(request: MemberRequest, *, uri: str, saved: bool) -> None:
    is_episode = uri.startswith("spotify:episode:")
    if saved:
        text = _("Added to Your Episodes.") if is_episode else _("Added to Liked Songs.")
    else:
        text = _("Removed from Your Episodes.") if is_episode else _("Removed from Liked Songs.")
    opposite = {"uri": uri, "saved": "false" if saved else "true"}
    undo.offer(request, text, action="player-set-saved", values=opposite)
