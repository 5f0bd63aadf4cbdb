"""The poll of the bar."""

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from player.now_playing.bar import bar_of
from player.now_playing.bar_parts import show_bar
from player.now_playing.responses import timed
from player.playback import refresh as live
from player.playback import saved as liking
from spotweb.web.htmx import wants_part


@require_safe
def bar(request: MemberRequest) -> HttpResponse:
    """What the bar of any page asks for again and again; the same read as the player page's answers it."""
    if not wants_part(request):
        return redirect("player:now")
    state = liking.as_known(live.read(request.user), request.user)
    if request.htmx.ptag == bar_of(state, request.user).tag:
        return timed(HttpResponseNotModified(), state)
    return timed(show_bar(request, state, {"is_watching": True}), state)
