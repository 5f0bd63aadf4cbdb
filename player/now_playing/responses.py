"""How every act is answered: with the player's part as it will be, or with what stands in the way."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from player import commands, jobs
from player import household as company
from player.now_playing.actions import ACTS, Wish
from player.now_playing.bar_parts import is_bar_wanted, say_saved, show_bar, way_back
from player.now_playing.context import Others, page_context
from player.playback import items as finding
from player.playback import knowing_devices
from player.playback import refresh as live
from player.playback import saved as liking
from player.playback.state import Live, load
from spotweb.spotify.errors import DeviceGone, NoActiveDevice, PlayerRefused
from spotweb.spotify.models import Device
from spotweb.web.htmx import show, wants_part

TEMPLATE = "player/page.html"


def act(request: MemberRequest, name: str) -> HttpResponse:
    wanted = ACTS[name]
    form = wanted.form(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    return fulfil(request, Wish(name, form.cleaned_data))


def fulfil(request: MemberRequest, wish: Wish) -> HttpResponse:
    try:
        wish.act.carry_out(request.user, **wish.values)
    except (NoActiveDevice, DeviceGone) as error:
        return ask_for_device(request, wish, error)
    return after(request, wish)


def after(request: MemberRequest, done: Wish | None) -> HttpResponse:
    if done:
        _say(request, done)
    if not wants_part(request):
        return redirect(way_back(request))
    return show_player(request, load(request.user), {})


def _say(request: MemberRequest, done: Wish) -> None:
    if done.name == "set-saved":
        return say_saved(request, uri=done.values["uri"], saved=done.values["saved"])
    if done.name not in {"add-to-queue", "play-item", "play-from", "shuffle-item"}:
        return None
    finding.note_use(request.user, done.values["uri"])
    thing = finding.known_thing(request.user, done.values["uri"])
    if done.name == "add-to-queue":
        said = _("Added %(name)s to the queue.") % {"name": thing.name} if thing else _("Added to the queue.")
        messages.success(request, said)
    elif way_back(request) != reverse("player:now"):  # there it is seen
        messages.success(
            request, _("%(name)s plays now.") % {"name": thing.name} if thing else _("It plays now.")
        )
    return None


def refuse(request: MemberRequest, form: Form) -> HttpResponse:
    """Say what is wrong with what was sent; nothing was done."""
    said = [message for field_errors in form.errors.values() for message in field_errors]
    return show_player(request, live.read(request.user), {"mistakes": said}, status=422)


def ask_for_device(request: MemberRequest, wish: Wish | None, error: PlayerRefused) -> HttpResponse:
    """No device would do it: take the preferred one, or offer all, and keep in mind what it was for."""
    state = live.look_for_devices(request.user)
    preferred = knowing_devices.preferred_among(state)
    if wish and preferred and isinstance(error, NoActiveDevice) and _is_done_on(request, wish, preferred):
        return after(request, wish)
    context = {"wish": wish, "is_device_gone": isinstance(error, DeviceGone)}
    return show_player(request, state, context, status=error.status)


def _is_done_on(request: MemberRequest, wish: Wish, device: Device) -> bool:
    try:
        commands.carry_out_on(request.user, wish.act.carry_out, device_id=device.id or "", **wish.values)
    except (NoActiveDevice, DeviceGone):
        return False
    messages.success(
        request, _("This happens on %(device)s, your preferred device.") % {"device": device.name}
    )
    return True


def show_player(
    request: MemberRequest,
    state: Live,
    extra: Mapping[str, Any],
    *,
    status: int = 200,
    others: Others | None = None,
) -> HttpResponse:
    state = liking.as_known(state, request.user)
    if is_bar_wanted(request):
        return timed(show_bar(request, state, extra, status=status), state)
    others = company.of(request.user) if others is None else others
    context = page_context(state, request.user, others) | dict(extra)
    if not context.get("is_watching"):  # whole pages bring them, polls leave what stands there
        context.setdefault("jobs", jobs.to_show(request.user))
    return timed(show(request, TEMPLATE, context, part="part", status=status), state)


def timed(response: HttpResponse, state: Live) -> HttpResponse:
    """Tell the page when to ask again, also when there is nothing new to show."""
    response.headers["Poll-Ms"] = str(state.poll_ms)
    add_never_cache_headers(response)
    return response
