"""The kinds of background work on playlists."""

from datetime import timedelta

from playlists.editing import job as edit_job
from playlists.sync import job as read_job
from spotweb.jobs.registry import JobKind, retry_after_short_wait

KINDS = [
    JobKind(
        name=edit_job.KIND,
        run=edit_job.run_edit,
        slice_s=15,
        lost_code=edit_job.LOST,
        retry_at=retry_after_short_wait,
        on_resume=edit_job.mark_uncertain,
        on_blocker_failed=edit_job.get_blocker_error,
    ),
    JobKind(
        name=read_job.KIND,
        run=read_job.run_read,
        slice_s=10,
        resumes_itself=True,
        kept_for=timedelta(days=1),
    ),
    # Lower than 0, so that work members wait for runs first.
    JobKind(
        name=read_job.CHECK_KIND,
        run=read_job.run_read,
        slice_s=10,
        priority=-20,
        resumes_itself=True,
        kept_for=timedelta(hours=1),
    ),
]
