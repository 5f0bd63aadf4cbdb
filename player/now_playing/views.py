"""The player page over HTTP. Every act is a POST that answers with the page's part as it will be."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from library.search import results
from player import commands, jobs
from player import household as company
from player.now_playing import hosts
from player.now_playing.actions import wish_of
from player.now_playing.context import page_tag
from player.now_playing.forms import DeviceForm
from player.now_playing.responses import TEMPLATE, act, after, ask_for_device, refuse, show_player, timed
from player.now_playing.search import found_context
from player.playback import knowing_devices
from player.playback import refresh as live
from player.playback import saved as liking
from player.playback.controls import controls_of
from player.playback.state import load
from spotweb.spotify.errors import DeviceGone, NoActiveDevice
from spotweb.web.htmx import show, wants_part


@require_safe
def now(request: MemberRequest) -> HttpResponse:
    """The page, and what its open tabs ask for again and again: then only what has changed."""
    state = live.read(request.user)
    others = company.of(request.user)
    company.ask_after(others)
    known = liking.as_known(state, request.user) if wants_part(request) else state
    if wants_part(request) and request.htmx.ptag == page_tag(known, request.user, others):
        return timed(HttpResponseNotModified(), state)
    context: dict[str, object] = {"is_watching": True}
    if not wants_part(
        request
    ):  # polls leave the search, the jobs and the question for a device as they stand
        context |= found_context(request.user, request.GET)
        context |= {"jobs": jobs.to_show(request.user)}
    return show_player(request, state, context, others=others)


@require_safe
def find_items(request: MemberRequest) -> HttpResponse:
    """Only the results, while the member types; without a script the page itself shows them."""
    if not wants_part(request):
        return redirect(f"{reverse('player:now')}?{request.GET.urlencode()}")
    context = found_context(request.user, request.GET)
    context["controls"] = controls_of(load(request.user), request.user)
    return show(request, TEMPLATE, context, part="found", status=422 if context["find_form"].errors else 200)


@require_POST
def forget_searches(request: MemberRequest) -> HttpResponse:
    results.delete_searches(request.user)
    if not wants_part(request):
        return redirect("player:now")
    return show(request, TEMPLATE, found_context(request.user, {}), part="found")


@require_POST
def play(request: MemberRequest) -> HttpResponse:
    return act(request, "play")


@require_POST
def pause(request: MemberRequest) -> HttpResponse:
    return act(request, "pause")


@require_POST
def skip_to_next(request: MemberRequest) -> HttpResponse:
    return act(request, "skip-to-next")


@require_POST
def skip_to_previous(request: MemberRequest) -> HttpResponse:
    return act(request, "skip-to-previous")


@require_POST
def seek(request: MemberRequest) -> HttpResponse:
    return act(request, "seek")


@require_POST
def skip_by(request: MemberRequest) -> HttpResponse:
    return act(request, "skip-by")


@require_POST
def set_volume(request: MemberRequest) -> HttpResponse:
    return act(request, "set-volume")


@require_POST
def set_shuffle(request: MemberRequest) -> HttpResponse:
    return act(request, "set-shuffle")


@require_POST
def set_repeat(request: MemberRequest) -> HttpResponse:
    return act(request, "set-repeat")


@require_POST
def play_from(request: MemberRequest) -> HttpResponse:
    return act(request, "play-from")


@require_POST
def play_item(request: MemberRequest) -> HttpResponse:
    return act(request, "play-item")


@require_POST
def shuffle_item(request: MemberRequest) -> HttpResponse:
    return act(request, "shuffle-item")


@require_POST
def add_to_queue(request: MemberRequest) -> HttpResponse:
    """To one's own queue, or to that of somebody who allows it."""
    if request.POST.get("for_member"):
        return hosts.add_for(request)
    return act(request, "add-to-queue")


@require_POST
def set_saved(request: MemberRequest) -> HttpResponse:
    return act(request, "set-saved")


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
        return refuse(request, form)
    device = knowing_devices.prefer(request.user, form.cleaned_data["device_id"])
    if device:
        words = _("%(device)s is taken from now on when no device is active.") % {"device": device.name}
        messages.success(request, words)
    return after(request, None)


def _choose_device(request: MemberRequest, *, play: bool | None) -> HttpResponse:
    form, wish = DeviceForm(request.POST), wish_of(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    device_id: str = form.cleaned_data["device_id"]
    try:
        if wish:
            commands.carry_out_on(request.user, wish.act.carry_out, device_id=device_id, **wish.values)
        else:
            commands.transfer(request.user, device_id=device_id, play=play)
    except (NoActiveDevice, DeviceGone) as error:
        return ask_for_device(request, wish, error)
    return after(request, wish)


@require_POST
def look_for_devices(request: MemberRequest) -> HttpResponse:
    """A device that was just switched on is found without waiting; what was wished for is kept."""
    wish = wish_of(request.POST)
    state = live.look_for_devices(request.user)
    if not wants_part(request) and not wish:
        return redirect(reverse("player:now") + "#devices")
    return show_player(request, state, {"wish": wish, "has_looked": True})


@require_POST
def try_premium(request: MemberRequest) -> HttpResponse:
    commands.try_premium_again(request.user)
    return after(request, None)
