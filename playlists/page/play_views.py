"""Chosen rows to the player: to be heard now, or queued. Answered by the player's bar."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from player.now_playing.actions import PendingCommand
from player.now_playing.responses import ask_for_device, respond, respond_invalid
from player.queue import jobs as queue_jobs
from playlists.page import context as page
from playlists.page.forms import RowsForm
from spotweb.spotify.errors import DeviceGone, NoActiveDevice
from spotweb.spotify.player import MAX_URIS_PLAYED

NOTHING_PLAYABLE = gettext_lazy("Local files and what has vanished cannot be played from here.")
TOO_MANY = gettext_lazy("Five things are under way already. Wait for one of them, or cancel it.")


@require_POST
def play(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Instead of what plays; as many as Spotify takes at once."""
    return _send(request, playlist_id, "play-lines", most=MAX_URIS_PLAYED)


@require_POST
def queue(request: MemberRequest, playlist_id: str) -> HttpResponse:
    return _send(request, playlist_id, "add-lines", most=queue_jobs.MAX_LINES)


def _send(request: MemberRequest, playlist_id: str, act: str, *, most: int) -> HttpResponse:
    form = RowsForm(request.POST)
    uris = page.chosen_uris(request.user, playlist_id, **form.rows) if form.is_valid() else []
    if form.is_valid() and not uris:
        form.add_error(None, NOTHING_PLAYABLE)
    if not form.is_valid():
        return respond_invalid(request, form)
    command = PendingCommand(act, {"uris": uris[:most]})
    try:
        command.run(request.user)
    except (NoActiveDevice, DeviceGone) as error:
        return ask_for_device(request, command, error)
    except queue_jobs.TooManyJobs:
        form.add_error(None, TOO_MANY)
        return respond_invalid(request, form)
    messages.success(request, _said(act, uris, most=most))
    return respond(request)


def _said(act: str, uris: Sequence[str], *, most: int) -> str:
    numbers = {"count": min(len(uris), most), "total": len(uris)}
    if act == "play-lines":
        whole, cut = _("Playing %(count)d items."), _("Playing the first %(count)d of %(total)d items.")
    else:
        whole = _("Queueing %(count)d items, one after the other.")
        cut = _("Queueing the first %(count)d of %(total)d items: more would take all evening.")
    return (whole if len(uris) <= most else cut) % numbers
