"""How a command that was given on the bar is answered, and where it leads without a script."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from player.now_playing.bar import bar_of
from player.playback.devices import device_lines
from player.playback.state import Live
from spotweb.web.htmx import show, wants_part
from spotweb.web.undo import say_with_undo

TEMPLATE = "_bar_answer.html"


def is_bar_wanted(request: MemberRequest) -> bool:
    """Whether a command was given on the bar of another page than the player's."""
    return wants_part(request) and request.headers.get("HX-Target", "").endswith("#bar")


def show_bar(
    request: MemberRequest, state: Live, extra: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The bar alone. `extra` is what a refused command has to ask: which device, or what was wrong."""
    choosable = [line for line in device_lines(state) if not line.reason]
    context = {"bar": bar_of(state, request.user), "choosable_devices": choosable, **extra}
    return show(request, TEMPLATE, context, part="part", status=status)


def way_back(request: MemberRequest) -> str:
    """Without a script a command of the bar leads back to the page it was given on."""
    where = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return where if is_ours else reverse("player:now")


def say_saved(request: MemberRequest, *, uri: str, saved: bool) -> None:
    is_episode = uri.startswith("spotify:episode:")
    if saved:
        words = _("Added to Your Episodes.") if is_episode else _("Added to Liked Songs.")
    else:
        words = _("Removed from Your Episodes.") if is_episode else _("Removed from Liked Songs.")
    opposite = {"uri": uri, "saved": "false" if saved else "true"}
    say_with_undo(request, words, url=reverse("player:set-saved"), values=opposite)
