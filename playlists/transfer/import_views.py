"""Bringing lists in over HTTP: the file, the progress, the review line by line, and what becomes of it."""

import re
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import structs

from accounts.requests import MemberRequest
from accounts.tokens import spotify_for
from playlists import slices
from playlists.models import ImportLine, ImportRun
from playlists.sync import access
from playlists.sync.index import get_known_playlists
from playlists.transfer import import_adding
from playlists.transfer import import_context as pages
from playlists.transfer import import_job as identifying
from playlists.transfer import imports as importing
from playlists.transfer.formats.values import link_of
from playlists.transfer.forms import AddForm, ChooseForm, ImportForm, WordsForm
from playlists.transfer.import_adding import Added
from playlists.transfer.import_context import Shown, State
from spotweb.spotify import catalog
from spotweb.spotify.errors import NotFound, SpotifyError
from spotweb.spotify.models import Episode, Track
from spotweb.web.error_messages import get_spotify_message
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.undo import say_with_undo
from spotweb.web.uploads import was_too_large

NEW, REVIEW, LINE = (
    "playlists/transfer/import.html",
    "playlists/transfer/run.html",
    "playlists/transfer/line.html",
)
_RUNS_SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: MemberRequest) -> HttpResponse:
    slices.revive(request.user)
    if request.method != "POST":
        return _show_new(request, ImportForm(initial={"into": request.GET.get("into", "")}))
    form = ImportForm(request.POST, request.FILES)
    form.is_too_large = was_too_large(request)
    if not form.is_valid():
        return _show_new(request, form, status=422)
    name = form.source.rpartition(".")[0] or form.source or _("Pasted list")
    runs = importing.start(
        request.user, form.found, name=name, source=form.source, playlist_id=form.cleaned_data["into"]
    )
    if len(runs) > 1:
        messages.success(
            request, _("The file holds %(count)s lists; each is an import of its own.") % {"count": len(runs)}
        )
        return redirect("playlists:import")
    return redirect("playlists:import-run", runs[0].pk)


def _show_new(request: MemberRequest, form: ImportForm, *, status: int = 200) -> HttpResponse:
    into = access.find_in_library(request.user, form["into"].value() or "")
    context = {
        "form": form,
        "into": into,
        "runs": request.user.imports.filter(is_put_away=False)[:_RUNS_SHOWN],
    }
    return render_page(request, NEW, context, part="form", status=status)


@never_cache
@require_safe
def run_page(request: MemberRequest, pk: int) -> HttpResponse:
    """How far it is, and what was found. Polled while it goes on: what is looked at stays as it is then."""
    slices.revive(request.user)
    run = _run(request, pk)
    if "poll" not in request.GET:
        return _show_run(request, run)
    return _show_run(request, run, part="progress" if run.is_under_way else "finished")


@require_POST
def cancel(request: MemberRequest, pk: int) -> HttpResponse:
    slices.cancel(_run(request, pk))
    return _after(request, pk)


@require_POST
def go_on(request: MemberRequest, pk: int) -> HttpResponse:
    slices.go_on(_run(request, pk))
    return _after(request, pk)


@require_POST
def forget(request: MemberRequest, pk: int) -> HttpResponse:
    """What was added to playlists stays there."""
    run = _run(request, pk)
    importing.put_away(run)
    words = _("Removed “%(name)s” from your imports.") % {"name": run.name}
    undo = reverse("playlists:put-import-back", args=[pk])
    say_with_undo(request, words, url=undo, values={}, target="#view")
    return redirect("playlists:import")


@require_POST
def put_back(request: MemberRequest, pk: int) -> HttpResponse:
    importing.put_back(_run(request, pk))
    return redirect("playlists:import-run", pk)


@require_POST
def take_guesses(request: MemberRequest, pk: int) -> HttpResponse:
    count = importing.take_guesses(_run(request, pk))
    said = ngettext(
        "Took the best guess for %(count)s line.", "Took the best guesses for %(count)s lines.", count
    )
    undo = reverse("playlists:give-guesses-back", args=[pk])
    say_with_undo(request, said % {"count": count}, url=undo, values={}, target="#import-run")
    return _after(request, pk)


@require_POST
def give_guesses_back(request: MemberRequest, pk: int) -> HttpResponse:
    importing.give_guesses_back(_run(request, pk))
    return _after(request, pk)


@require_POST
def add(request: MemberRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    form = AddForm(request.POST)
    if not form.is_valid():
        return _show_run(request, run, form=form, status=422)
    try:
        added = import_adding.add(run, **form.cleaned_data)
    except import_adding.NothingToAdd:
        form.add_error(None, _("Nothing of it is left to add: all of it is in that playlist."))
        return _show_run(request, run, form=form, status=422)
    except import_adding.AddedMeanwhile:
        form.add_error(None, _("This was added a moment ago. Press once more to add it again."))
        return _show_run(request, _run(request, pk), form=form, status=409)
    except SpotifyError as error:
        return _show_run(request, run, form=form, trouble=error)
    _say(request, added)
    return redirect("playlists:playlist", added.playlist.spotify_id)


def _say(request: MemberRequest, added: Added) -> None:
    if not added.edit.is_done:  # work in the background speaks for itself
        messages.success(request, added.said)
        return
    undo = reverse("playlists:undo", args=[added.playlist.spotify_id])
    say_with_undo(request, added.said, url=undo, values={"edit": str(added.edit.pk)})


@never_cache
@require_safe
def line(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """One line, with what a search by the member's own words brings."""
    run = _run(request, pk)
    form = WordsForm(request.GET)
    found = (
        _found(request, form.cleaned_data["q"])
        if form.is_valid() and form.cleaned_data["q"].strip()
        else None
    )
    one = structs.replace(_line(run, number), found=found, q=form.data.get("q", ""))
    return _show_line(request, run, one, form=form, status=422 if form.errors else 200)


@require_POST
def choose(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    run, form = _run(request, pk), ChooseForm(request.POST)
    if not form.is_valid():
        return _show_line(request, run, _line(run, number), form=form, status=422)
    importing.choose(run, number, form.cleaned_data["uri"])
    return _after_line(request, run, number)


@require_POST
def leave_out(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    run = _run(request, pk)
    importing.leave_out(run, number)
    return _after_line(request, run, number)


@require_POST
def reconsider(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    run = _run(request, pk)
    importing.reconsider(run, number)
    return _after_line(request, run, number)


def _run(request: MemberRequest, pk: int) -> ImportRun:
    return get_object_or_404(request.user.imports, pk=pk)


def _line(run: ImportRun, number: int) -> Shown:
    return pages.shown(run, [get_object_or_404(ImportLine, run=run, number=number)])[0]


def _found(request: MemberRequest, words: str) -> tuple[Track | Episode, ...]:
    client, link = spotify_for(request.user), link_of(words)
    if link is None:
        return identifying.keep(identifying.find_any(client, words))
    try:
        read = catalog.get_track if link.kind == "track" else catalog.get_an_episode
        return identifying.keep([read(client, link.id)])
    except NotFound:
        return ()


def _after(request: MemberRequest, pk: int) -> HttpResponse:
    if not wants_part(request):
        return redirect("playlists:import-run", pk)
    return _show_run(request, _run(request, pk))


def _after_line(request: MemberRequest, run: ImportRun, number: int) -> HttpResponse:
    if not wants_part(request):
        state, page = _place(request)
        return redirect(
            f"{reverse('playlists:import-run', args=[run.pk])}?show={state}&page={page}#line-{number}"
        )
    return _show_line(request, run, _line(run, number))


def _place(request: MemberRequest) -> tuple[str, int]:
    """Which lines the member is looking at, and which page of them."""
    sent = request.POST if request.method == "POST" else request.GET
    state, number = sent.get("show", ""), sent.get("page", "")
    return state if state in pages.GROUPS else "", int(number) if re.fullmatch(r"[0-9]{1,4}", number) else 1


def _show_run(
    request: MemberRequest,
    run: ImportRun,
    *,
    form: AddForm | None = None,
    trouble: SpotifyError | None = None,
    status: int = 200,
    part: str = "run",
) -> HttpResponse:
    counts = importing.counts(run)
    context = {"run": run, **_groups_context(request, counts)}
    if part != "progress":
        page = pages.page_of(run, str(context["state"]), _place(request)[1])
        context |= {"page": page, "lines": pages.shown(run, list(page.object_list))}
        context |= _add_context(request, run, form)
    if trouble:
        context |= {"refusal": get_spotify_message(trouble), "until": getattr(trouble, "until", None)}
        status = trouble.status
    return render_page(request, REVIEW, context, part=part, status=status)


def _groups_context(request: MemberRequest, counts: importing.Counts) -> dict[str, object]:
    wanted, number = _place(request)
    groups = pages.groups(counts, beside=wanted)
    state = wanted or (groups[0].state if groups else State.SURE)
    return {"counts": counts, "groups": groups, "state": state, "wanted": wanted, "page_number": number}


def _add_context(request: MemberRequest, run: ImportRun, form: AddForm | None) -> Mapping[str, object]:
    lists = [entry.playlist for entry in get_known_playlists(request.user) if entry.can_edit]
    start = {"into": run.playlist_id, "name": run.name[:100], "skip_there": True}
    return {"form": form or AddForm(initial=start), "lists": lists}


def _show_line(
    request: MemberRequest,
    run: ImportRun,
    one: Shown,
    *,
    form: ChooseForm | WordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "run": run,
        "one": one,
        "line_form": form,
        **_groups_context(request, importing.counts(run)),
        **_add_context(request, run, None),
    }
    return render_page(request, LINE, context, part="answer", status=status)
