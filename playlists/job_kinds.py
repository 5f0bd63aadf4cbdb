"""The kinds of background work on playlists."""

from datetime import timedelta

from playlists.editing import job as edit_job
from playlists.sync import job as read_job
from playlists.transfer import export_job, import_job, save_job
from spotweb.jobs.registry import JobKind, retry_edit, retry_when_back

KINDS = [
    JobKind(
        name=edit_job.EDIT_KIND,
        run=edit_job.run_edit,
        slice_s=15,
        lost_code=edit_job.LOST,
        retry_at=retry_edit,
        on_resume=edit_job.mark_uncertain,
        on_blocker_failed=edit_job.get_blocker_error,
    ),
    JobKind(
        name=read_job.READ_KIND,
        run=read_job.run_read,
        slice_s=10,
        resumes_itself=True,
        retry_at=retry_when_back,
        kept_for=timedelta(days=1),
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
    ),
    JobKind(
        name=export_job.KIND,
        run=export_job.run_export,
        slice_s=10,
        priority=export_job.PRIORITY,
        resumes_itself=True,
        retry_at=retry_when_back,
        lost_code="",
    ),
]
