"""The kinds of background work on playlists."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import MemberRequest
from playlists.editing import job as edit_job
from playlists.editing.actions import is_success
from playlists.models import Edit, ImportRun, Playlist
from playlists.page.responses import announce_success, get_page_url
from playlists.sync import job as read_job
from playlists.transfer import export_job, import_job, save_job
from spotweb.jobs.models import Job
from spotweb.jobs.registry import JobActivity, JobKind, retry_edit, retry_when_back


def _list_edits() -> Prefetch[Any]:
    return Prefetch("edit", Edit.objects.select_related("playlist").defer("steps", "packed_target"))


def _describe_edit(job: Job) -> str:
    return f"{job.title}: {job.edit.description}"


def _find_edited_list(job: Job) -> str:
    return get_page_url(job.edit.playlist)


def _announce_edit(request: MemberRequest, job: Job) -> None:
    if is_success(job.edit):
        announce_success(request, job.edit)


def _find_read_list(job: Job) -> str:
    playlist = Playlist.objects.filter(reading__job=job).first()
    return get_page_url(playlist) if playlist else reverse("playlists:list")  # it has just been read


def _find_import(job: Job) -> str:
    run = ImportRun.objects.filter(Q(job=job) | Q(save_job=job)).first()
    # It may have been saved once more since.
    return reverse("playlists:import-run", args=[run.pk]) if run else reverse("playlists:import")


def _find_export(_job: Job) -> str:
    return reverse("playlists:export-all")


KINDS = [
    JobKind(
        name=edit_job.EDIT_KIND,
        run=edit_job.run_edit,
        slice_s=15,
        lost_code=edit_job.LOST,
        retry_at=retry_edit,
        on_resume=edit_job.mark_uncertain,
        on_blocker_failed=edit_job.get_blocker_error,
        activity=JobActivity(
            label=gettext_lazy("Changing a playlist"),
            find_url=_find_edited_list,
            describe=_describe_edit,
            list_rows=_list_edits,
            announce=_announce_edit,
        ),
    ),
    JobKind(
        name=read_job.READ_KIND,
        run=read_job.run_read,
        slice_s=10,
        resumes_itself=True,
        retry_at=retry_when_back,
        kept_for=timedelta(days=1),
        activity=JobActivity(label=gettext_lazy("Loading a playlist"), find_url=_find_read_list),
    ),
    # Lower than 0, so that work members wait for runs first.
    JobKind(
        name=read_job.CHECK_KIND,
        run=read_job.run_read,
        slice_s=10,
        priority=-20,
        resumes_itself=True,
        retry_at=retry_when_back,
        kept_for=timedelta(hours=1),
    ),
    # Repeating a search does no harm. `lost_code`: a mistake of ours has no sentence on these pages.
    JobKind(
        name=import_job.KIND,
        run=import_job.run_import,
        slice_s=10,
        priority=-10,
        resumes_itself=True,
        retry_at=retry_when_back,
        lost_code="",
        activity=JobActivity(
            label=gettext_lazy("Looking for the songs of a file"),
            find_url=_find_import,
            describe_success=lambda job: _("“%(name)s”: the search is complete.") % {"name": job.title},
        ),
    ),
    # Saving what is saved already changes nothing.
    JobKind(
        name=save_job.KIND,
        run=save_job.run_save,
        slice_s=10,
        priority=-10,
        resumes_itself=True,
        retry_at=retry_when_back,
        lost_code="",
        activity=JobActivity(
            label=gettext_lazy("Saving to Your Library"),
            find_url=_find_import,
            describe_success=lambda job: _("Saved “%(name)s” to Your Library.") % {"name": job.title},
        ),
    ),
    JobKind(
        name=export_job.KIND,
        run=export_job.run_export,
        slice_s=10,
        priority=export_job.PRIORITY,
        resumes_itself=True,
        retry_at=retry_when_back,
        lost_code="",
        activity=JobActivity(
            label=gettext_lazy("Exporting all playlists"),
            find_url=_find_export,
            describe=lambda _job: "",
            describe_success=lambda _job: _("Your playlists are ready to download."),
        ),
    ),
]
