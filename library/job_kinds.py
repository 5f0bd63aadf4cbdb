"""The background work of the library."""

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from library.models import SavedIndex
from library.saved_pages.context import URLS
from library.saved_pages.kinds import LABELS
from library.sync import job
from spotweb.jobs.models import Job
from spotweb.jobs.registry import JobActivity, JobKind


def _list_indexes() -> Prefetch[Any]:
    facts = ("job", "kind", "position", "total", "needs_full_sync")
    return Prefetch("saved_index", SavedIndex.objects.only(*facts))


def _find_url(sync: Job) -> str:
    return reverse(URLS[sync.saved_index.kind])


def _describe(sync: Job) -> str:
    return str(LABELS[sync.saved_index.kind].title)


def _get_progress(sync: Job) -> tuple[int, int | None]:
    return sync.saved_index.position, sync.saved_index.total


def _is_shown(sync: Job) -> bool:
    """A check is over in a second, and each visit starts one."""
    return hasattr(sync, "saved_index") and sync.saved_index.needs_full_sync


KINDS = [
    JobKind(
        name="saved-sync",
        run=job.run_slice,
        priority=-10,  # work that members wait for runs first
        resumes_itself=True,
        lost_after=job.LOST_AFTER,
        lost_code="",  # pages say that it was interrupted
        retry_at=job.get_retry_time,
        activity=JobActivity(
            label=_("Syncing"),
            find_url=_find_url,
            list_rows=_list_indexes,
            describe=_describe,
            get_progress=_get_progress,
            is_shown=_is_shown,
            is_paused_only=True,
        ),
    )
]
