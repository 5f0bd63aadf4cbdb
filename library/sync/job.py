"""The job "saved-sync": checks a saved index, or reads on in it, in the worker or within a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import OperationalError
from django.utils import timezone

from accounts.tokens import spotify_for
from library.models import SavedIndex
from library.sync.check import check_index
from library.sync.pages import fetch_listed_page
from library.sync.reader import IndexSync, continue_reading, store_first_page
from spotweb.jobs import registry
from spotweb.jobs.models import Job
from spotweb.jobs.run import Run
from spotweb.jobs.runner import inline
from spotweb.spotify.errors import Forbidden, NotFound, ReconnectNeeded, SpotifyError, Throttled

# A worker writes each second how far it has come; a request may take twenty, and be repeated.
LOST_AFTER = timedelta(seconds=90)
_MAX_TRIES = 6
_FIRST_PAUSE_S = 10
# Their subclasses are about the account or the app, not about the kind.
_NOT_OFFERED = (Forbidden, NotFound)


def run_slice(run: Run) -> None:
    """Do a slice in the worker: until the index is as Spotify has it, or the slice is over."""
    saved_index = SavedIndex.objects.select_related("member").get(job=run.job)
    saved_index.started_at, saved_index.start_position = timezone.now(), saved_index.position
    sync = IndexSync(saved_index, spotify_for(saved_index.member, purpose="background"), run)
    sync.save("started_at", "start_position")
    with _mark_if_not_offered(sync):
        if not saved_index.needs_full_sync:
            check_index(sync)
        if saved_index.needs_full_sync:
            continue_reading(sync)


def run_in_request(saved_index: SavedIndex) -> None:
    """Do as much as a member may wait for, and leave the rest to the worker. Raises SpotifyError.

    The job of the index is running: it was started or restarted with `inline=True`.
    """
    if saved_index.job is None:
        return
    with inline(saved_index.job) as inline_run:
        sync = IndexSync(saved_index, spotify_for(saved_index.member), inline_run)
        with _mark_if_not_offered(sync):
            if saved_index.is_unread:
                store_first_page(sync, fetch_listed_page(sync.client, sync.kind))
            elif not saved_index.needs_full_sync:
                check_index(sync)
            if saved_index.needs_full_sync:
                inline_run.hand_over()


def get_retry_time(job: Job, error: Exception) -> datetime | None:
    """Return when to try again by itself; null ends the job until the member signs in or resumes it."""
    if isinstance(error, Throttled):
        return registry.retry_when_throttled(job, error)
    is_temporary = isinstance(error, SpotifyError | OperationalError)
    tries = job.tries + 1
    if not is_temporary or isinstance(error, ReconnectNeeded | Forbidden) or tries > _MAX_TRIES:
        return None
    return timezone.now() + timedelta(seconds=_FIRST_PAUSE_S * 2**tries)


@contextmanager
def _mark_if_not_offered(sync: IndexSync) -> Iterator[None]:
    """Audiobooks are sold in a few countries only: elsewhere Spotify refuses, and the job is done."""
    try:
        yield
    except _NOT_OFFERED as error:
        if sync.index.kind != SavedIndex.Kind.AUDIOBOOK or type(error) not in _NOT_OFFERED:
            raise
        sync.index.is_offered, sync.index.needs_full_sync = False, False
        sync.index.checked_at = timezone.now()
        sync.save("is_offered", "needs_full_sync", "checked_at")
