"""What changes the queue: adding many, to one's own queue or another member's, skipping far, saving it."""

import random
from collections.abc import Callable, Sequence
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Member
from accounts.requests import MemberRequest
from library.saved_pages import query
from library.saved_pages.kinds import PLAYABLE
from player import commands, household
from player.now_playing.actions import PendingCommand
from player.now_playing.forms import PlayFromForm
from player.now_playing.queue_forms import (
    ChosenForm,
    HostForm,
    LinesForm,
    PlayLinesForm,
    QueueItemForm,
    SaveQueueForm,
    SkipToForm,
)
from player.now_playing.responses import (
    TOO_MANY,
    announce_block,
    ask_for_device,
    attempt_pending,
    respond,
    respond_invalid,
    respond_player,
    respond_refused,
    run_command,
    run_pending,
)
from player.playback.attribution import list_queued
from player.playback.items import find_thing, is_single, record_use
from player.playback.state import PlayerState
from player.queue import jobs as queue_jobs
from player.queue.save import NothingToSave, SavedEmpty, save_as_playlist
from player.speaker_loans.borrowed_player import get_shown_state, load_shown_state, refuse_on_shown
from player.speaker_loans.refusals import LoanRefused
from spotweb.spotify.errors import DeviceGone, NoActiveDevice, PremiumRequired, ReconnectNeeded
from spotweb.spotify.player import MAX_URIS_PLAYED
from spotweb.web.htmx import wants_part
from spotweb.web.texts.names import show_name
from spotweb.web.texts.number_format import format_number

ROW_GONE = gettext_lazy("The queue has moved on, and this isn’t in it any more.")


@require_POST
def add_to_queue(request: MemberRequest) -> HttpResponse:
    """To one's own queue, or to that of somebody who allows it."""
    if not request.POST.get("for_member"):
        return run_command(request, "add-to-queue")
    form = QueueItemForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    uri: str = form.cleaned_data["uri"]
    thing = find_thing(request.user, uri)
    record_use(request.user, uri)
    run = partial(commands.add_to_queue, uri=uri, added_by=request.user)
    return _run_for_host(request, run, name=show_name(thing.name) if thing else "")


@require_POST
def play_queued(request: MemberRequest) -> HttpResponse:
    """Play on from a row of the queue: in what it comes from where that can be, else by skipping to it."""
    uri, place, context_uri = [*request.POST.get("row", "").split(" "), "", ""][:3]
    if not context_uri:
        return _skip_to(request, SkipToForm({"row": f"{place} {uri}"}))
    form = PlayFromForm({"uri": f"{context_uri} {uri}"})
    if not form.is_valid():
        return respond_invalid(request, form)
    return run_pending(request, PendingCommand("play-from", form.values))


@require_POST
def skip_to(request: MemberRequest) -> HttpResponse:
    return _skip_to(request, SkipToForm(request.POST))


def _skip_to(request: MemberRequest, form: SkipToForm) -> HttpResponse:
    if not form.is_valid():
        return respond_invalid(request, form)
    shown = load_shown_state(request.user)
    if shown.borrowed:
        return _skip_borrowed(request, form, shown)
    try:
        queue_jobs.skip_to_row(request.user, place=form.place, uri=form.uri)
    except queue_jobs.RowGone:
        form.add_error(None, ROW_GONE)
        return respond_invalid(request, form)
    except queue_jobs.TooManyJobs:
        form.add_error(None, TOO_MANY)
        return respond_invalid(request, form)
    return _respond_started(request)


def _skip_borrowed(request: MemberRequest, form: SkipToForm, shown: PlayerState) -> HttpResponse:
    """Play on from a row of the queue of a borrowed speaker: all that is shown from there on."""
    rows = [row.uri or "" for row in shown.queue.queue] if shown.queue else []
    if form.uri not in rows:
        form.add_error(None, ROW_GONE)
        return respond_invalid(request, form)
    at = form.place if rows[form.place : form.place + 1] == [form.uri] else rows.index(form.uri)
    return run_pending(request, PendingCommand("play-lines", {"uris": rows[at:]}))


@require_POST
def add_lines(request: MemberRequest) -> HttpResponse:
    """Pasted links, or one album or playlist. What cannot be queued stays in the field, with the reason."""
    form = LinesForm(request.POST)
    if not form.is_valid():
        return _respond_lines(request, form)
    if request.POST.get("for_member"):
        run = partial(queue_jobs.queue_uris, uris=form.uris, added_by=request.user)
        return _run_for_host(request, run, name="")
    command = PendingCommand("add-lines", form.values)
    try:
        refuse_on_shown(request.user, command.name)
        command.run(request.user)
    except LoanRefused as error:
        return respond_refused(request, error)
    except NoActiveDevice as error:
        return ask_for_device(request, command, error)
    except queue_jobs.TooManyJobs:
        form.add_error("lines", TOO_MANY)
        return _respond_lines(request, form)
    if len(form.uris) == 1:
        announce_block(request, form.uris[0])
    return _respond_started(request, form)


@require_POST
def play_lines(request: MemberRequest) -> HttpResponse:
    """Pasted links, instead of all that was to come."""
    form = PlayLinesForm(request.POST)
    if not form.is_valid():
        return _respond_lines(request, form)
    return run_pending(request, PendingCommand("play-lines", form.values))


@require_POST
def play_saved(request: MemberRequest) -> HttpResponse:
    """Play what is selected, or all that the page of saved things shows: as many as Spotify takes at once.

    That they are cut is said; shuffled means picked from all of them.
    """
    form = ChosenForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    uris = form.cleaned_data["uris"] or _shown_uris(request, form)
    if not uris or not all(is_single(uri) for uri in uris):
        form.add_error(None, _("There is nothing to play here: only single songs and episodes can be."))
        return respond_invalid(request, form)
    count = len(uris)
    if form.cleaned_data["shuffle"]:
        uris = random.sample(uris, min(count, MAX_URIS_PLAYED))  # nobody's secret
    command = PendingCommand("play-lines", {"uris": uris[:MAX_URIS_PLAYED]})
    if refusal := attempt_pending(request, command):
        return refusal
    if count > MAX_URIS_PLAYED:
        text = _("Spotify takes %(most)s at once: %(most)s of these %(count)s play now.")
        messages.success(request, text % {"most": MAX_URIS_PLAYED, "count": format_number(count)})
    return respond(request, command)


@require_POST
def queue_saved(request: MemberRequest) -> HttpResponse:
    """Queue what is selected on a page of saved things."""
    form = ChosenForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    uris: Sequence[str] = form.cleaned_data["uris"]
    if not 0 < len(uris) <= queue_jobs.MAX_LINES:
        form.add_error(None, _out_of_bounds(len(uris)))
        return respond_invalid(request, form)
    command = PendingCommand("add-lines", {"uris": uris})
    if refusal := attempt_pending(request, command):
        return refusal
    text = ngettext(
        "%(count)s item goes to the queue.", "%(count)s items go to the queue, one by one.", len(uris)
    )
    messages.success(request, text % {"count": len(uris)})
    return respond(request, command)


@require_POST
def save_queue(request: MemberRequest) -> HttpResponse:
    form = SaveQueueForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    name = form.cleaned_data["name"]
    try:
        count = save_as_playlist(request.user, name=name)
    except NothingToSave:
        form.add_error(None, _("There is nothing in the queue that a playlist can hold."))
        return respond_invalid(request, form)
    except SavedEmpty:
        text = _("“%(name)s” was made, but Spotify didn’t take all of the songs. Look into it.")
        messages.error(request, text % {"name": name})
        return respond(request)
    text = ngettext("Saved %(count)s item as “%(name)s”.", "Saved %(count)s items as “%(name)s”.", count)
    messages.success(request, text % {"count": count, "name": name})
    return respond(request)


@require_safe
def added_page(request: MemberRequest) -> HttpResponse:
    return render(request, "player/queue/added.html", {"log": list_queued(request.user)})


def _respond_started(request: MemberRequest, form: LinesForm | None = None) -> HttpResponse:
    if not wants_part(request) and (form is None or not form.pasted.left_out):
        return redirect("player:now")
    context = {"lines_form": form, "is_paste_taken": form is not None}
    return respond_player(request, load_shown_state(request.user), context)


def _respond_lines(request: MemberRequest, form: LinesForm) -> HttpResponse:
    return respond_player(request, get_shown_state(request.user), {"lines_form": form}, status=422)


def _run_for_host(request: MemberRequest, run: Callable[[Member], None], *, name: str) -> HttpResponse:
    """Run a command on the queue of another member, with their sign-in; errors are told as theirs."""
    form = HostForm(request.POST)
    host = household.find_host(request.user, form.cleaned_data["for_member"]) if form.is_valid() else None
    if host is None:
        messages.error(request, _("Nothing was added: this member doesn’t let others add to their queue."))
        return respond(request)
    try:
        run(host)
    except (NoActiveDevice, DeviceGone):
        problem = _("Nothing was added: %(host)s has no device awake.")
    except PremiumRequired:
        problem = _("Nothing was added: the Spotify account of %(host)s is on the free plan.")
    except ReconnectNeeded:
        problem = _("Nothing was added: %(host)s has to sign in with Spotify again.")
    else:
        text = _("Added “%(name)s” to the queue of %(host)s.")
        if not name:
            text = _("On its way to the queue of %(host)s.")
        messages.success(request, text % {"name": name, "host": host.display_name})
        return respond(request)
    messages.error(request, problem % {"host": host.display_name})
    return respond(request)


def _shown_uris(request: MemberRequest, form: ChosenForm) -> list[str]:
    kind = form.cleaned_data["kind"]
    if kind not in PLAYABLE:
        return []
    return query.get_selected_uris(
        request.user, query.parse_query(kind, request.POST), first=form.cleaned_data["from"]
    )


def _out_of_bounds(count: int) -> str:
    if not count:
        return _("Choose at least one row first.")
    text = _("At most %(most)s at once; these are %(count)s. Nothing was added. A playlist holds more.")
    return text % {"most": queue_jobs.MAX_LINES, "count": format_number(count)}
