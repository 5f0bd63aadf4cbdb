"""Adding to the queue of somebody else, who allows it: with their sign-in, and telling troubles as theirs."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.requests import MemberRequest
from player import commands
from player import household as company
from player.now_playing.forms import HostForm, LinesForm, QueueItemForm
from player.now_playing.responses import after, refuse
from player.playback import items as finding
from player.queue import jobs as adding
from spotweb.spotify.errors import DeviceGone, NoActiveDevice, PremiumRequired, ReconnectNeeded


def add_for(request: MemberRequest) -> HttpResponse:
    form = QueueItemForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    uri: str = form.cleaned_data["uri"]
    thing = finding.known_thing(request.user, uri)
    finding.note_use(request.user, uri)
    send = partial(commands.add_to_queue, uri=uri, added_by=request.user)
    return _for_host(request, send, name=thing.name if thing else "")


def add_lines_for(request: MemberRequest, form: LinesForm) -> HttpResponse:
    send = partial(adding.add_lines, lines=form.cleaned_data["lines"], added_by=request.user)
    return _for_host(request, send, name="")


def _for_host(request: MemberRequest, send: Callable[[Member], None], *, name: str) -> HttpResponse:
    form = HostForm(request.POST)
    host = company.host(request.user, form.cleaned_data["for_member"]) if form.is_valid() else None
    if host is None:
        messages.error(request, _("Nothing was added: this member does not let others add to their queue."))
        return after(request, None)
    try:
        send(host)
    except (NoActiveDevice, DeviceGone):
        said = _("Nothing was added: %(host)s has no device awake.")
    except PremiumRequired:
        said = _("Nothing was added: the Spotify account of %(host)s is on the free plan.")
    except ReconnectNeeded:
        said = _("Nothing was added: %(host)s has to sign in with Spotify again.")
    else:
        words = _("Added %(name)s to the queue of %(host)s.")
        if not name:
            words = _("On its way to the queue of %(host)s.")
        messages.success(request, words % {"name": name, "host": host.display_name})
        return after(request, None)
    messages.error(request, said % {"host": host.display_name})
    return after(request, None)
