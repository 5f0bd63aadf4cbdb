"""The player page over HTTP. Every act is a POST that answers with the page's part as it will be."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from player import commands, finding, live
from player.acts import ACTS, Wish, wish_of
from player.controls import controls_of
from player.forms import DeviceForm
from player.known import Live, load
from player.page import found_context, page_context, page_tag
from spotweb.htmx import show, wants_part
from spotweb.spotify.errors import DeviceGone, NoActiveDevice, PlayerRefused

TEMPLATE = "player/page.html"


@require_safe
def now(request: MemberRequest) -> HttpResponse:
    """The page, and what its open tabs ask for again and again: then only what has changed."""
    state = live.read(request.user)
    if wants_part(request) and request.htmx.ptag == page_tag(state, request.user):
        return _timed(HttpResponseNotModified(), state)
    return _show(request, state, {"is_watching": True, **found_context(request.user, request.GET)})


@require_safe
def find_items(request: MemberRequest) -> HttpResponse:
    """Only the results, while the member types; without a script the page itself shows them."""
    if not wants_part(request):
        return redirect(f"{reverse('player:now')}?{request.GET.urlencode()}")
    context = found_context(request.user, request.GET)
    context["controls"] = controls_of(load(request.user), request.user)
    return show(request, TEMPLATE, context, part="found", status=422 if context["find_form"].errors else 200)


@require_POST
def play(request: MemberRequest) -> HttpResponse:
    return _act(request, "play")


@require_POST
def pause(request: MemberRequest) -> HttpResponse:
    return _act(request, "pause")


@require_POST
def skip_to_next(request: MemberRequest) -> HttpResponse:
    return _act(request, "skip-to-next")


@require_POST
def skip_to_previous(request: MemberRequest) -> HttpResponse:
    return _act(request, "skip-to-previous")


@require_POST
def seek(request: MemberRequest) -> HttpResponse:
    return _act(request, "seek")


@require_POST
def skip_by(request: MemberRequest) -> HttpResponse:
    return _act(request, "skip-by")


@require_POST
def set_volume(request: MemberRequest) -> HttpResponse:
    return _act(request, "set-volume")


@require_POST
def set_shuffle(request: MemberRequest) -> HttpResponse:
    return _act(request, "set-shuffle")


@require_POST
def set_repeat(request: MemberRequest) -> HttpResponse:
    return _act(request, "set-repeat")


@require_POST
def add_to_queue(request: MemberRequest) -> HttpResponse:
    return _act(request, "add-to-queue")


@require_POST
def choose_device(request: MemberRequest) -> HttpResponse:
    """Move playback, or do there what found no device before."""
    form, wish = DeviceForm(request.POST), wish_of(request.POST)
    if not form.is_valid():
        return _refuse(request, form)
    device_id: str = form.cleaned_data["device_id"]
    try:
        if wish:
            commands.carry_out_on(request.user, wish.act.carry_out, device_id=device_id, **wish.values)
        else:
            commands.transfer(request.user, device_id=device_id)
    except (NoActiveDevice, DeviceGone) as error:
        return _ask_for_device(request, wish, error)
    return _after(request, wish)


@require_POST
def look_for_devices(request: MemberRequest) -> HttpResponse:
    """A device that was just switched on is found without waiting; what was wished for is kept."""
    wish = wish_of(request.POST)
    state = live.look_for_devices(request.user)
    if not wants_part(request) and not wish:
        return redirect(reverse("player:now") + "#devices")
    return _show(request, state, {"wish": wish, "has_looked": True})


@require_POST
def try_premium(request: MemberRequest) -> HttpResponse:
    commands.try_premium_again(request.user)
    return _after(request, None)


def _act(request: MemberRequest, name: str) -> HttpResponse:
    act = ACTS[name]
    form = act.form(request.POST)
    if not form.is_valid():
        return _refuse(request, form)
    wish = Wish(name, form.cleaned_data)
    try:
        act.carry_out(request.user, **wish.values)
    except (NoActiveDevice, DeviceGone) as error:
        return _ask_for_device(request, wish, error)
    return _after(request, wish)


def _after(request: MemberRequest, done: Wish | None) -> HttpResponse:
    if done and done.name == "add-to-queue":
        item = finding.recently_found(request.user, done.values["uri"])
        said = _("Added %(name)s to the queue.") % {"name": item.name} if item else _("Added to the queue.")
        messages.success(request, said)
    if not wants_part(request):
        return redirect("player:now")
    return _show(request, load(request.user), {})


def _refuse(request: MemberRequest, form: Form) -> HttpResponse:
    """Say what is wrong with what was sent; nothing was done."""
    said = [message for field_errors in form.errors.values() for message in field_errors]
    return _show(request, live.read(request.user), {"mistakes": said}, status=422)


def _ask_for_device(request: MemberRequest, wish: Wish | None, error: PlayerRefused) -> HttpResponse:
    """No device would do it: offer those there are, and keep in mind what it was."""
    state = live.look_for_devices(request.user)
    context = {"wish": wish, "is_device_gone": isinstance(error, DeviceGone)}
    return _show(request, state, context, status=error.status)


def _show(
    request: MemberRequest, state: Live, extra: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    context = page_context(state, request.user) | dict(extra)
    return _timed(show(request, TEMPLATE, context, part="part", status=status), state)


def _timed(response: HttpResponse, state: Live) -> HttpResponse:
    """Tell the page when to ask again, also when there is nothing new to show."""
    response.headers["Poll-Ms"] = str(state.poll_ms)
    add_never_cache_headers(response)
    return response
