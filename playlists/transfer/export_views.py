"""Playlists as files over HTTP: one at once, all of them when they have been read."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from playlists.errors import NotReadable
from playlists.models import ExportRun, Playlist
from playlists.sync import access
from playlists.sync.index import get_known_playlists
from playlists.transfer import export, export_job
from playlists.transfer.forms import ExportForm
from spotweb.jobs import actions as jobs
from spotweb.jobs.sweep import sweep_member_jobs
from spotweb.web import dialogs
from spotweb.web.htmx import render_page

# In the order of what they keep: name of the format, what it is called, what it is good for.
CHOICES = (
    ("json", "JSON", _lazy("Everything, also what no longer plays. Best to keep, and to import again here.")),
    ("csv", "CSV", _lazy("For spreadsheets, and for other services that move playlists.")),
    ("m3u8", "M3U8", _lazy("For media players that know Spotify’s links, and for reading.")),
)
EXPORT_ALL, EXPORT = "playlists/transfer/export_all.html", "playlists/transfer/export.html"


@require_safe
def export_page(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Which format? Asked in a dialog, or on a page."""
    opened = access.open_playlist(request.user, playlist_id)
    if opened.contents is None:
        raise NotReadable(opened.playlist)
    return dialogs.show_dialog(
        request, EXPORT, {"playlist": opened.playlist, "opened": opened, "choices": CHOICES}
    )


@require_safe
def export_file(request: MemberRequest, playlist_id: str, form: str) -> HttpResponseBase:
    chosen = export.FORMATS.get(form)
    if chosen is None:
        raise Http404
    opened = access.open_playlist(request.user, playlist_id)
    if opened.contents is None:
        raise NotReadable(opened.playlist)
    if not opened.contents.revision_id:  # only its first page is there yet
        messages.info(request, _("The playlist is still loading. Try again in a moment."))
        return redirect("playlists:playlist", playlist_id)
    file_list = export.make_file_list(opened.playlist, opened.contents)
    name = export.make_file_name(file_list.name, chosen.ending)
    return _download(StreamingHttpResponse(export.write_file(file_list, chosen)), name, chosen.content_type)


@require_safe
def export_all_page(request: MemberRequest) -> HttpResponse:
    sweep_member_jobs(request.user)
    return _show_export_all(request, ExportForm())


@require_POST
def start_export(request: MemberRequest) -> HttpResponse:
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _show_export_all(request, form, status=422)
    export_job.start_export(request.user, form.cleaned_data["format"])
    return _respond(request)


@require_POST
def cancel_export(request: MemberRequest, pk: int) -> HttpResponse:
    jobs.cancel(request.user, _get_run(request, pk).job_id)
    return _respond(request)


@require_POST
def resume_export(request: MemberRequest, pk: int) -> HttpResponse:
    jobs.resume(request.user, _get_run(request, pk).job_id)
    return _respond(request)


@require_POST
def delete_export(request: MemberRequest, pk: int) -> HttpResponse:
    export_job.delete_export(_get_run(request, pk))
    return _respond(request)


@require_safe
def export_archive(request: MemberRequest, pk: int) -> HttpResponseBase:
    run = _get_run(request, pk)
    if not export_job.is_available(run):
        messages.info(request, _("That archive was kept for a day, and is gone. Make a new one."))
        return redirect("playlists:export-all")
    moment = timezone.localtime(run.created_at)
    name = export.make_file_name(_("Playlists"), "zip", moment=moment)
    return _download(FileResponse(export_job.get_archive(run).open("rb")), name, "application/zip")


def _get_run(request: MemberRequest, pk: int) -> ExportRun:
    return get_object_or_404(request.user.exports.select_related("job"), pk=pk)


def _respond(request: MemberRequest) -> HttpResponse:
    if not request.htmx:
        return redirect("playlists:export-all")
    return _show_export_all(request, ExportForm())


def _show_export_all(request: MemberRequest, form: ExportForm, *, status: int = 200) -> HttpResponse:
    run = export_job.get_newest_export(request.user)
    context = {
        "form": form,
        "choices": CHOICES,
        "run": run,
        "is_there": run is not None and export_job.is_available(run),
        "gone_at": run.created_at + export_job.KEPT_FOR if run else None,
        "left": _name_failed(run.failed) if run else (),
        "count": len(get_known_playlists(request.user)),
        "poll_url": reverse("playlists:export-all"),
    }
    return render_page(request, EXPORT_ALL, context, part="part", status=status)


def _name_failed(pairs: list[list[str]]) -> list[tuple[str, str]]:
    """Names and codes of what could not be read."""
    names = dict(
        Playlist.objects.filter(spotify_id__in=[playlist_id for playlist_id, _code in pairs]).values_list(
            "spotify_id", "name"
        )
    )
    return [(names.get(playlist_id, playlist_id), code) for playlist_id, code in pairs]


def _download(response: StreamingHttpResponse, name: str, content_type: str) -> StreamingHttpResponse:
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""  # noqa: FBT003
    return response
