"""Playing and queueing what a member has saved: what was ticked, or what the page of saved things shows."""

import random
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from library.saved_pages import query
from library.saved_pages.kinds import PLAYABLE
from player import jobs
from player.now_playing.actions import Wish
from player.now_playing.forms import ChosenForm
from player.now_playing.queue_views import TOO_MANY
from player.now_playing.responses import fulfil, refuse
from player.playback import items as finding
from player.queue.jobs import MOST_LINES
from spotweb.spotify.player import MOST_URIS_PLAYED

SINGLE = tuple(f"spotify:{kind}:" for kind in finding.QUEUEABLE)


@require_POST
def play_saved(request: MemberRequest) -> HttpResponse:
    """As many as Spotify takes at once, and that is said; shuffled means picked from all of them."""
    form = ChosenForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    uris = form.cleaned_data["uris"] or _shown(request, form)
    if not uris or not all(uri.startswith(SINGLE) for uri in uris):
        form.add_error(None, _("There is nothing to play here: only single songs and episodes can be."))
        return refuse(request, form)
    count = len(uris)
    if form.cleaned_data["shuffle"]:
        uris = random.sample(uris, min(count, MOST_URIS_PLAYED))  # nobody's secret
    response = fulfil(request, _wish("play-lines", uris[:MOST_URIS_PLAYED]))
    if count > MOST_URIS_PLAYED and response.status_code < HTTPStatus.BAD_REQUEST:
        said = _("Spotify takes %(most)s at once: %(most)s of these %(count)s play now.")
        messages.success(request, said % {"most": MOST_URIS_PLAYED, "count": f"{count:,}"})
    return response


@require_POST
def queue_saved(request: MemberRequest) -> HttpResponse:
    form = ChosenForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    uris = form.cleaned_data["uris"]
    if not 0 < len(uris) <= MOST_LINES:
        form.add_error(None, _bounds(len(uris)))
        return refuse(request, form)
    try:
        response = fulfil(request, _wish("add-lines", uris))
    except jobs.TooManyJobs:
        form.add_error(None, TOO_MANY)
        return refuse(request, form)
    if response.status_code < HTTPStatus.BAD_REQUEST:
        said = ngettext(
            "%(count)s item goes to the queue.", "%(count)s items go to the queue, one by one.", len(uris)
        )
        messages.success(request, said % {"count": len(uris)})
    return response


def _shown(request: MemberRequest, form: ChosenForm) -> list[str]:
    kind = form.cleaned_data["kind"]
    if kind not in PLAYABLE:
        return []
    return query.get_selected_uris(
        request.user, query.parse_query(kind, request.POST), first=form.cleaned_data["from"]
    )


def _wish(name: str, uris: list[str]) -> Wish:
    return Wish(name, {"lines": "\n".join(uris)})


def _bounds(count: int) -> str:
    if not count:
        return _("Choose at least one row first.")
    said = _("At most %(most)s at once; these are %(count)s. Nothing was added. A playlist holds more.")
    return said % {"most": MOST_LINES, "count": f"{count:,}"}
