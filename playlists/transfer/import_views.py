"""Bringing lists in over HTTP: the file, the progress, the review line by line, and what becomes of it."""

import re
from collections.abc import Mapping

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import structs

from accounts.requests import MemberRequest
from accounts.tokens import spotify_for
from playlists.models import ImportLine, ImportRun
from playlists.page import responses
from playlists.sync import access
from playlists.sync.index import get_known_playlists
from playlists.transfer import import_context, import_job, imports, upload_context, uploads
from playlists.transfer.formats.rows import ListKind, parse_item_link
from playlists.transfer.forms import AddImportForm, ChooseItemForm, ImportForm, SearchLineForm
from playlists.transfer.import_context import ShownLine, State
from playlists.transfer.imports import ImportAddition
from spotweb.jobs import actions as jobs
from spotweb.jobs.sweep import sweep_member_jobs
from spotweb.spotify import catalog
from spotweb.spotify.errors import NotFound, SpotifyError
from spotweb.spotify.models import Episode, Track
from spotweb.web import undo
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.texts.error_messages import get_spotify_message
from spotweb.web.texts.names import show_name
from spotweb.web.uploads import was_too_large

NEW, REVIEW, LINE = (
    "playlists/transfer/import.html",
    "playlists/transfer/run.html",
    "playlists/transfer/line.html",
)
_RUNS_PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: MemberRequest) -> HttpResponse:
    sweep_member_jobs(request.user)
    if request.method != "POST":
        return _show_import_page(request, ImportForm(initial={"into": request.GET.get("into", "")}))
    form = ImportForm(request.POST, request.FILES)
    form.is_too_large = was_too_large(request)
    if not form.is_valid():
        return _show_import_page(request, form, status=422)
    into = form.cleaned_data["into"]
    if len(form.read) != 1 or not form.read[0].can_start:
        upload = uploads.store_upload(request.user, form.read, playlist_id=into)
        return redirect("playlists:import-upload", upload.pk)
    name = form.read[0].stem or _("Pasted list")
    runs = uploads.start_at_once(request.user, form.read[0], name=name, playlist_id=into)
    if len(runs) > 1:
        messages.success(
            request,
            _("The file contains %(count)s lists; each is an import of its own.") % {"count": len(runs)},
        )
        return redirect("playlists:import")
    return redirect("playlists:import-run", runs[0].pk)


def _get_runs(request: MemberRequest) -> Page[ImportRun]:
    runs = request.user.imports.select_related("job").filter(is_hidden=False)
    return Paginator(runs, _RUNS_PER_PAGE).get_page(request.GET.get("page", ""))


def _show_import_page(request: MemberRequest, form: ImportForm, *, status: int = 200) -> HttpResponse:
    into = access.find_in_library(request.user, form["into"].value() or "")
    context = {
        "form": form,
        "into": into,
        "runs": _get_runs(request),
        "uploads": upload_context.list_open_uploads(request.user),
    }
    return render_page(request, NEW, context, part="form", status=status)


@require_safe
def run_page(request: MemberRequest, pk: int) -> HttpResponse:
    """How far it is, and what was found. Polled while it goes on: what is looked at stays as it is then."""
    sweep_member_jobs(request.user)
    run = _get_run(request, pk)
    if "saved" in request.GET:
        return _show_run(request, run, part="saving")
    if "poll" not in request.GET:
        return _show_run(request, run)
    return _show_run(request, run, part="progress" if run.job.is_active else "finished")


@require_POST
def cancel_import(request: MemberRequest, pk: int) -> HttpResponse:
    jobs.cancel(request.user, _get_run(request, pk).job_id)
    return _respond(request, pk)


@require_POST
def resume_import(request: MemberRequest, pk: int) -> HttpResponse:
    jobs.resume(request.user, _get_run(request, pk).job_id)
    return _respond(request, pk)


@require_POST
def hide_import(request: MemberRequest, pk: int) -> HttpResponse:
    """What was added to playlists stays there."""
    run = _get_run(request, pk)
    imports.hide_import(run)
    words = _("Removed “%(name)s” from your imports.") % {"name": show_name(run.name)}
    undo.offer(request, words, action="import-hide", values={"run": str(pk)})
    return redirect("playlists:import")


@undo.handles("import-hide", target="#view")
def _undo_hide(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    pk = int(values["run"])
    imports.unhide_import(_get_run(request, pk))
    return redirect("playlists:import-run", pk)


@require_POST
def accept_guesses(request: MemberRequest, pk: int) -> HttpResponse:
    count = imports.accept_guesses(_get_run(request, pk))
    text = ngettext(
        "Took the best guess for %(count)s line.", "Took the best guesses for %(count)s lines.", count
    )
    undo.offer(request, text % {"count": count}, action="import-accept-guesses", values={"run": str(pk)})
    return _respond(request, pk)


@undo.handles("import-accept-guesses", target="#import-run")
def _undo_accept_guesses(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    return reject_guesses(request, int(values["run"]))


@require_POST
def reject_guesses(request: MemberRequest, pk: int) -> HttpResponse:
    imports.reject_guesses(_get_run(request, pk))
    return _respond(request, pk)


@require_POST
def add_import(request: MemberRequest, pk: int) -> HttpResponse:
    run = _get_run(request, pk)
    form = AddImportForm(request.POST)
    if not form.is_valid():
        return _show_run(request, run, form=form, status=422)
    if form.cleaned_data["into"] == imports.LIBRARY:
        return _save_to_library(request, run, form)
    values = {name: value for name, value in form.cleaned_data.items() if name != "kinds"}
    try:
        added = imports.add_to_playlist(run, **values)
    except imports.NothingToAdd:
        form.add_error(None, _("Nothing of it is left to add: all of it is in that playlist."))
        return _show_run(request, run, form=form, status=422)
    except imports.AddedMeanwhile:
        form.add_error(None, _("This was added a moment ago. Press once more to add it again."))
        return _show_run(request, _get_run(request, pk), form=form, status=409)
    except SpotifyError as error:
        return _show_run(request, run, form=form, trouble=error)
    _announce(request, added)
    return redirect("playlists:playlist", added.playlist.spotify_id)


def _save_to_library(request: MemberRequest, run: ImportRun, form: AddImportForm) -> HttpResponse:
    try:
        imports.save_to_library(run, form.cleaned_data["kinds"])
    except imports.NothingToAdd:
        form.add_error(None, _("Mark what shall be saved."))
        return _show_run(request, run, form=form, status=422)
    except imports.AddedMeanwhile:
        form.add_error(None, _("It is being saved already."))
        return _show_run(request, run, form=form, status=409)
    return _respond(request, run.pk)


@require_POST
def cancel_save(request: MemberRequest, pk: int) -> HttpResponse:
    """What was saved until then stays."""
    run = _get_run(request, pk)
    if run.save_job_id:
        jobs.cancel(request.user, run.save_job_id)
    return _respond(request, pk)


@require_POST
def resume_save(request: MemberRequest, pk: int) -> HttpResponse:
    run = _get_run(request, pk)
    if run.save_job_id:
        jobs.resume(request.user, run.save_job_id)
    return _respond(request, pk)


def _announce(request: MemberRequest, added: ImportAddition) -> None:
    if not added.edit.is_done:  # work in the background speaks for itself
        messages.success(request, added.text)
        return
    responses.offer_undo(request, added.edit, added.text)


@require_safe
def line_page(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """One line, with what a search by the member's own words brings."""
    run = _get_run(request, pk)
    form = SearchLineForm(request.GET)
    items = (
        _search_items(request, form.cleaned_data["q"])
        if form.is_valid() and form.cleaned_data["q"].strip()
        else None
    )
    shown = structs.replace(_get_line(run, number), found=items, q=form.data.get("q", ""))
    return _show_line(request, run, shown, form=form, status=422 if form.errors else 200)


@require_POST
def choose_item(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    run, form = _get_run(request, pk), ChooseItemForm(request.POST)
    if not form.is_valid():
        return _show_line(request, run, _get_line(run, number), form=form, status=422)
    imports.choose_item(run, number, form.cleaned_data["uri"])
    return _respond_line(request, run, number)


@require_POST
def leave_line_out(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    run = _get_run(request, pk)
    imports.leave_line_out(run, number)
    return _respond_line(request, run, number)


@require_POST
def reopen_line(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    run = _get_run(request, pk)
    imports.reopen_line(run, number)
    return _respond_line(request, run, number)


def _get_run(request: MemberRequest, pk: int) -> ImportRun:
    return get_object_or_404(request.user.imports.select_related("job", "save_job"), pk=pk)


def _get_line(run: ImportRun, number: int) -> ShownLine:
    return import_context.show_lines(run, [get_object_or_404(ImportLine, run=run, number=number)])[0]


def _search_items(request: MemberRequest, words: str) -> tuple[Track | Episode, ...]:
    client, link = spotify_for(request.user), parse_item_link(words)
    if link is None:
        return import_job.store_items(import_job.search_any(client, words))
    try:
        read = catalog.get_track if link.kind == "track" else catalog.get_an_episode
        return import_job.store_items([read(client, link.id)])
    except NotFound:
        return ()


def _respond(request: MemberRequest, pk: int) -> HttpResponse:
    if not wants_part(request):
        return redirect("playlists:import-run", pk)
    return _show_run(request, _get_run(request, pk))


def _respond_line(request: MemberRequest, run: ImportRun, number: int) -> HttpResponse:
    if not wants_part(request):
        state, page = _parse_place(request)
        return redirect(
            f"{reverse('playlists:import-run', args=[run.pk])}?show={state}&page={page}#line-{number}"
        )
    return _show_line(request, run, _get_line(run, number))


def _parse_place(request: MemberRequest) -> tuple[str, int]:
    """Which lines the member is looking at, and which page of them."""
    params = request.POST if request.method == "POST" else request.GET
    state, number = params.get("show", ""), params.get("page", "")
    return state if state in import_context.GROUPS else "", int(number) if re.fullmatch(
        r"[0-9]{1,4}", number
    ) else 1


def _show_run(
    request: MemberRequest,
    run: ImportRun,
    *,
    form: AddImportForm | None = None,
    trouble: SpotifyError | None = None,
    status: int = 200,
    part: str = "run",
) -> HttpResponse:
    counts = imports.count_lines(run)
    context = {"run": run, **_groups_context(request, counts)}
    if part not in {"progress", "saving"}:
        context["recognised"] = import_context.describe_source(run)
        page = import_context.get_page(run, str(context["state"]), _parse_place(request)[1])
        context |= {"page": page, "lines": import_context.show_lines(run, list(page.object_list))}
        context |= _add_context(request, run, form)
    if trouble:
        context |= {"refusal": get_spotify_message(trouble), "until": getattr(trouble, "until", None)}
        status = trouble.status
    return render_page(request, REVIEW, context, part=part, status=status)


def _groups_context(request: MemberRequest, counts: imports.LineCounts) -> dict[str, object]:
    wanted, number = _parse_place(request)
    groups = import_context.list_groups(counts, beside=wanted)
    state = wanted or (groups[0].state if groups else State.SURE)
    return {"counts": counts, "groups": groups, "state": state, "wanted": wanted, "page_number": number}


def _add_context(request: MemberRequest, run: ImportRun, form: AddImportForm | None) -> Mapping[str, object]:
    lists = [entry.playlist for entry in get_known_playlists(request.user) if entry.can_edit]
    is_library = run.kind == ListKind.LIBRARY and not run.playlist_id
    start = {
        "into": imports.LIBRARY if is_library else run.playlist_id,
        "name": run.name[:100],
        "skip_there": True,
        "kinds": imports.LIBRARY_KINDS,
    }
    shown = {"form": form or AddImportForm(initial=start), "lists": lists}
    return {**shown, "kind_choices": import_context.list_kind_choices(imports.count_lines(run))}


def _show_line(
    request: MemberRequest,
    run: ImportRun,
    shown: ShownLine,
    *,
    form: ChooseItemForm | SearchLineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "run": run,
        "one": shown,
        "line_form": form,
        **_groups_context(request, imports.count_lines(run)),
        **_add_context(request, run, None),
    }
    return render_page(request, LINE, context, part="answer", status=status)
