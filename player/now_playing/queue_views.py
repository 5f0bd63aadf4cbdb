"""What takes more than one request: adding many, skipping far, and the jobs that do it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from player import jobs
from player.now_playing import hosts
from player.now_playing.actions import Wish
from player.now_playing.forms import KeepQueueForm, LinesForm, PlayLinesForm, SkipToForm
from player.now_playing.responses import TEMPLATE, act, after, ask_for_device, refuse, show_player
from player.playback import refresh as live
from player.playback import remembering
from player.playback.state import load
from player.queue import save as keeping
from player.queue import skipping
from spotweb.spotify.errors import NoActiveDevice
from spotweb.web.htmx import show, wants_part

TOO_MANY = gettext_lazy("Five things are under way already. Wait for one of them, or cancel it.")


@require_POST
def skip_to(request: MemberRequest) -> HttpResponse:
    form = SkipToForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    try:
        skipping.start(request.user, place=form.place, uri=form.uri)
    except skipping.RowGone:
        form.add_error(None, _("The queue has moved on, and this is not in it any more."))
        return refuse(request, form)
    except jobs.TooManyJobs:
        return _too_many(request, form)
    return _started(request)


@require_POST
def add_lines(request: MemberRequest) -> HttpResponse:
    """Pasted links, or one album or playlist. What cannot be queued stays in the field, with the reason."""
    form = LinesForm(request.POST)
    if not form.is_valid():
        return _show_lines(request, form)
    if request.POST.get("for_member"):
        return hosts.add_lines_for(request, form)
    wish = Wish("add-lines", form.cleaned_data)
    try:
        wish.act.carry_out(request.user, **wish.values)
    except NoActiveDevice as error:
        return ask_for_device(request, wish, error)
    except jobs.TooManyJobs:
        form.add_error("lines", TOO_MANY)
        return _show_lines(request, form)
    return _started(request, form)


@require_POST
def play_lines(request: MemberRequest) -> HttpResponse:
    """Pasted links, instead of all that was to come."""
    form = PlayLinesForm(request.POST)
    if not form.is_valid():
        return _show_lines(request, form)
    return act(request, "play-lines")


@require_POST
def keep_queue(request: MemberRequest) -> HttpResponse:
    form = KeepQueueForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    name = form.cleaned_data["name"]
    try:
        count = keeping.keep_queue(request.user, name=name)
    except keeping.NothingToKeep:
        form.add_error(None, _("There is nothing in the queue that a playlist can hold."))
        return refuse(request, form)
    except keeping.KeptEmpty:
        words = _("“%(name)s” was made, but Spotify did not take all of the songs. Look into it.")
        messages.error(request, words % {"name": name})
        return after(request, None)
    said = ngettext("Saved %(count)s item as “%(name)s”.", "Saved %(count)s items as “%(name)s”.", count)
    messages.success(request, said % {"count": count, "name": name})
    return after(request, None)


@never_cache
@require_safe
def added_page(request: MemberRequest) -> HttpResponse:
    return render(request, "player/added.html", {"log": remembering.log_of(request.user)})


@never_cache
@require_safe
def jobs_part(request: MemberRequest) -> HttpResponse:
    """How far the jobs are, asked for while one is under way."""
    return _show_jobs(request)


@require_POST
def cancel_job(request: MemberRequest, pk: int) -> HttpResponse:
    jobs.cancel(request.user, pk)
    return _show_jobs(request)


@require_POST
def dismiss_job(request: MemberRequest, pk: int) -> HttpResponse:
    jobs.dismiss(request.user, pk)
    return _show_jobs(request)


@require_POST
def go_on_with_job(request: MemberRequest, pk: int) -> HttpResponse:
    jobs.go_on(request.user, pk)
    return _show_jobs(request)


def _show_jobs(request: MemberRequest) -> HttpResponse:
    if not wants_part(request):
        return redirect("player:now")
    return show(request, TEMPLATE, {"jobs": jobs.to_show(request.user)}, part="jobs")


def _started(request: MemberRequest, form: LinesForm | None = None) -> HttpResponse:
    if not wants_part(request) and (form is None or not form.pasted.left_out):
        return redirect("player:now")
    return show_player(request, load(request.user), {"lines_form": form, "is_paste_taken": form is not None})


def _show_lines(request: MemberRequest, form: LinesForm) -> HttpResponse:
    return show_player(request, live.read(request.user), {"lines_form": form}, status=422)


def _too_many(request: MemberRequest, form: SkipToForm) -> HttpResponse:
    form.add_error(None, TOO_MANY)
    return refuse(request, form)
