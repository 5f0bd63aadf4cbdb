"""Choosing over HTTP what of the files that were sent shall be imported."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from playlists.models import ImportFile, ImportUpload
from playlists.transfer import upload_context, uploads
from playlists.transfer.formats.rows import UnreadableFile
from playlists.transfer.forms import ColumnsForm, StartListsForm, describe_fault
from spotweb.web.htmx import render_page
from spotweb.web.texts.number_format import format_number

UPLOAD = "playlists/transfer/upload.html"
_MAX_FILTER_LENGTH = 100


@require_safe
def upload_page(request: MemberRequest, pk: int) -> HttpResponse:
    return _show_upload(request, _get_upload(request, pk))


@require_POST
def start_lists(request: MemberRequest, pk: int) -> HttpResponse:
    upload = _get_upload(request, pk)
    form = StartListsForm(request.POST, pks=uploads.list_waiting(upload).values_list("pk", flat=True))
    if not form.is_valid():
        return _show_upload(request, upload, lists_form=form, status=422)
    max_played = form.cleaned_data["max_played"] or upload_context.DEFAULT_PLAYED
    started = uploads.start_lists(upload, form.cleaned_data["list"], max_played=max_played)
    is_open = uploads.list_waiting(upload).exists() or uploads.count_files_to_ask(upload)
    if len(started.runs) == 1 and not is_open:
        return redirect("playlists:import-run", started.runs[0].pk)
    text = ngettext("Importing %(count)s list.", "Importing %(count)s lists.", len(started.runs))
    text = text % {"count": format_number(len(started.runs))}
    if started.left:
        rest = ngettext(
            "%(count)s more was marked; it stays here for the next round.",
            "%(count)s more were marked; they stay here for the next round.",
            started.left,
        )
        text = f"{text} {rest % {'count': format_number(started.left)}}"
    messages.success(request, text)
    return redirect("playlists:import-upload", pk) if is_open else redirect("playlists:import")


@require_POST
def set_columns(request: MemberRequest, pk: int, file_pk: int) -> HttpResponse:
    upload = _get_upload(request, pk)
    file = get_object_or_404(ImportFile, upload=upload, pk=file_pk, table__isnull=False)
    form = ColumnsForm(request.POST, width=uploads.unpack_table(file).width)
    if form.is_valid():
        try:
            uploads.set_columns(file, form.columns, has_heading=form.cleaned_data["has_heading"])
        except UnreadableFile as error:
            form.add_error(None, describe_fault(error.fault, count=error.count))
    if not form.is_valid():
        return _show_upload(request, upload, columns_form=form, file_pk=file_pk, status=422)
    waiting = list(uploads.list_waiting(upload)[:2])
    if len(waiting) == 1 and not uploads.count_files_to_ask(upload):  # it was all that there was to ask
        started = uploads.start_lists(upload, [waiting[0].pk], max_played=upload_context.DEFAULT_PLAYED)
        if started.runs:
            return redirect("playlists:import-run", started.runs[0].pk)
    return redirect("playlists:import-upload", pk)


@require_POST
def delete_upload(request: MemberRequest, pk: int) -> HttpResponse:
    """What was imported of it stays."""
    _get_upload(request, pk).delete()
    messages.success(request, _("Removed the files. What was imported from them stays."))
    return redirect("playlists:import")


def _get_upload(request: MemberRequest, pk: int) -> ImportUpload:
    return get_object_or_404(request.user.import_uploads, pk=pk)


def _show_upload(
    request: MemberRequest,
    upload: ImportUpload,
    *,
    lists_form: StartListsForm | None = None,
    columns_form: ColumnsForm | None = None,
    file_pk: int = 0,
    status: int = 200,
) -> HttpResponse:
    params = request.POST if request.method == "POST" else request.GET
    q = params.get("q", "").replace("\x00", "").strip()[:_MAX_FILTER_LENGTH]
    page = upload_context.get_lists_page(upload, q, params.get("page", ""))
    totals = upload_context.count_lists(upload)
    sent = {int(pk) for pk in request.POST.getlist("list") if pk.isdecimal()}
    files = upload_context.show_files(upload)
    context = {
        "upload": upload,
        "files": [one for one in files if not one.fault],
        "faulty": [one for one in files if one.fault],
        "tables": upload_context.show_tables(upload, columns_form, file_pk),
        "page": page,
        "totals": totals,
        "q": q,
        "form": lists_form,
        "marked": sent
        if lists_form
        else upload_context.list_marked(page, totals, request.GET.get("mark", "")),
        "max_played": (lists_form and lists_form.data.get("max_played")) or upload_context.DEFAULT_PLAYED,
        "max_lists": uploads.MAX_LISTS,
    }
    return render_page(request, UPLOAD, context, part="upload", status=status)
