"""The player page and the bar over HTTP. Every command is a POST that answers with the part as it will be."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from library.search import results
from player import commands, household
from player.now_playing.actions import PendingCommand
from player.now_playing.bar import bar_of
from player.now_playing.context import page_tag, queue_context
from player.now_playing.device_forms import DeviceForm
from player.now_playing.responses import (
    TEMPLATE,
    ask_for_device,
    respond,
    respond_bar,
    respond_devices,
    respond_invalid,
    respond_player,
    run_command,
    run_pending,
    with_poll_time,
)
from player.now_playing.search import search_context
from player.playback import refresh
from player.playback.controls import controls_of
from player.playback.devices import toggle_preferred
from player.playback.saved import with_library_saved
from player.playback.state import HOST_POLL_MS, MAX_POLL_MS
from player.speaker_loans.borrowed_player import (
    get_shown_state,
    load_shown_controls,
    load_shown_state,
    show_own_player,
)
from spotweb.jobs.activity import announce_finished
from spotweb.jobs.notices import collect_notices
from spotweb.spotify.errors import DeviceGone, NoActiveDevice
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.texts.names import show_name

# While something runs the bar asks us this often; Spotify is not asked more often for it.
POLL_MS_WHILE_WORKING = 3000


@require_safe
def player_page(request: MemberRequest) -> HttpResponse:
    """The page, and what its open tabs ask for again and again: then only what has changed."""
    rhythm, most_ms = _rhythm_of(request), _get_most_ms(request)
    state = get_shown_state(request.user, rhythm=rhythm)
    others = household.list_others(request.user)
    household.refresh_listeners(others)
    if wants_part(request):
        shown = with_library_saved(state, request.user)
        if request.htmx.ptag == page_tag(shown, request.user, others):
            return with_poll_time(HttpResponseNotModified(), state, rhythm, most_ms=most_ms)
    context: dict[str, object] = {"is_watching": True}
    if not wants_part(request):
        # Polls leave the search, the jobs and the question for a device as they stand.
        context |= search_context(request.user, request.GET)
        context |= {"jobs": collect_notices(request, "player:now")}
    response = respond_player(request, state, context, others=others)
    return with_poll_time(response, state, rhythm, most_ms=most_ms)


@require_safe
def bar_part(request: MemberRequest) -> HttpResponse:
    """What the bar of any page asks for again and again; the same read as the player page's answers it."""
    if not wants_part(request):
        return redirect("player:now")
    rhythm = _rhythm_of(request)
    state = with_library_saved(get_shown_state(request.user, rhythm=rhythm), request.user)
    bar = bar_of(state, request.user)
    has_news = announce_finished(request, bar.activity.finished)
    is_same = request.htmx.ptag == bar.tag and not has_news  # no toast comes with "not modified"
    answer = (
        HttpResponseNotModified() if is_same else respond_bar(request, state, {"is_watching": True}, bar=bar)
    )
    response = with_poll_time(answer, state, rhythm, most_ms=_get_most_ms(request))
    if bar.activity.running:
        response.headers["Poll-Ms"] = str(min(int(response.headers["Poll-Ms"]), POLL_MS_WHILE_WORKING))
    return response


def _rhythm_of(request: MemberRequest) -> refresh.Rhythm:
    """As player-poll.js tells: whether the page was touched within the last minute."""
    return refresh.UNTOUCHED if "Untouched" in request.headers else refresh.WATCHED


def _get_most_ms(request: MemberRequest) -> int:
    """For such a poll Spotify is not asked more often."""
    return HOST_POLL_MS if request.user.shares_speakers else MAX_POLL_MS


@require_safe
def devices_panel(request: MemberRequest) -> HttpResponse:
    """Devices, volume and who listens where, as far as it is known; the panel then asks for what is old."""
    if not wants_part(request):
        return redirect(reverse("player:now") + "#devices")
    others = household.list_others(request.user)
    household.refresh_listeners(others)
    household.refresh_speakers(others)
    state = load_shown_state(request.user)
    is_old = refresh.are_devices_old(state) and not controls_of(state, request.user).choose_device
    return respond_devices(request, state, {"is_old": is_old}, part="panel", others=others)


@require_safe
def queue_panel(request: MemberRequest) -> HttpResponse:
    """The queue beside any page, from what the bar has read."""
    if not wants_part(request):
        return redirect(reverse("player:now") + "#up-next-title")
    context = queue_context(load_shown_state(request.user), request.user)
    return render_page(request, "player/queue/panel.html", context, part="panel")


@require_safe
def find_items(request: MemberRequest) -> HttpResponse:
    """Only the results, while the member types; without a script the page itself shows them."""
    if not wants_part(request):
        return redirect(f"{reverse('player:now')}?{request.GET.urlencode()}")
    context = search_context(request.user, request.GET)
    context["controls"] = load_shown_controls(request.user)
    return render_page(
        request, TEMPLATE, context, part="found", status=422 if context["find_form"].errors else 200
    )


@require_POST
def delete_searches(request: MemberRequest) -> HttpResponse:
    results.delete_searches(request.user)
    if not wants_part(request):
        return redirect("player:now")
    return render_page(request, TEMPLATE, search_context(request.user, {}), part="found")


@require_POST
def command(request: MemberRequest, name: str) -> HttpResponse:
    """Run a command that needs no more than its form; `name` is that of its URL."""
    return run_command(request, name)


@require_POST
def choose_device(request: MemberRequest) -> HttpResponse:
    """Move playback, or do there what found no device before."""
    return _choose_device(request, play=None)


@require_POST
def play_on(request: MemberRequest) -> HttpResponse:
    """Move playback, and have it play there."""
    return _choose_device(request, play=True)


@require_POST
def prefer_device(request: MemberRequest) -> HttpResponse:
    """The one to take when none is active; pressed once more, none is."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    device = toggle_preferred(request.user, form.cleaned_data["device_id"])
    if device:
        text = _("%(device)s is taken from now on when no device is active.") % {
            "device": show_name(device.name)
        }
        messages.success(request, text)
    return respond(request)


@require_POST
def find_devices(request: MemberRequest) -> HttpResponse:
    """A device that was just switched on is found without waiting; a pending command is carried along."""
    pending = PendingCommand.from_post(request.POST)
    refresh.fetch_devices(request.user)
    state = load_shown_state(request.user)
    if not wants_part(request) and not pending:
        return redirect(reverse("player:now") + "#devices")
    return respond_player(request, state, {"pending": pending, "has_looked": True})


@require_POST
def try_premium(request: MemberRequest) -> HttpResponse:
    commands.try_premium_again(request.user)
    return respond(request)


def _choose_device(request: MemberRequest, *, play: bool | None) -> HttpResponse:
    form, pending = DeviceForm(request.POST), PendingCommand.from_post(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    device_id: str = form.cleaned_data["device_id"]
    if pending:
        return run_pending(request, pending, device_id=device_id)
    try:
        commands.transfer(request.user, device_id=device_id, play=play)
    except (NoActiveDevice, DeviceGone) as error:
        return ask_for_device(request, None, error)
    show_own_player(request.user, is_own=True)
    return respond(request)
