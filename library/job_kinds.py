"""The background work of the library."""

from library.sync import job
from spotweb.jobs.registry import JobKind

KINDS = [
    JobKind(
        name="saved-sync",
        run=job.run_slice,
        priority=-10,  # work that members wait for runs first
        resumes_itself=True,
        lost_after=job.LOST_AFTER,
        lost_code="",  # pages say that it was interrupted
        retry_at=job.get_retry_time,
    )
]
