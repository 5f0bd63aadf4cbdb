"""What a member does about a saved index: opens its page, has it checked, pauses and resumes a sync."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Grant, Member
from library.models import SavedIndex
from library.saved.index import find_index, get_index, get_indexes
from library.sync.job import run_in_request
from library.sync.progress import is_under_way
from library.sync.reader import reset_for_full_sync
from spotweb.jobs import actions as jobs
from spotweb.jobs.models import Job
from spotweb.jobs.sweep import sweep_member_jobs
from spotweb.spotify.errors import SpotifyError
from spotweb.storage.outages import skip_during_outage

logger = logging.getLogger(__name__)
State = Job.State

# What a member looks at is checked when it is older than this, what stands beside it more seldom.
_STALE_AFTER = timedelta(minutes=5)
_STALE_BESIDE_AFTER = timedelta(hours=3)
# Names, pictures and what can be played change without any list saying so.
_OLD_AFTER = timedelta(days=14)
# A member may move to a country that has audiobooks.
_NOT_OFFERED_FOR = timedelta(days=30)
_FAILED_FOR = timedelta(minutes=5)
_SIGN_IN_CODES = {"reconnect_needed", "grant_expired", "grant_revoked", "grant_of_other_app", "scope_missing"}


def visit_index(member: Member, kind: str) -> dict[str, SavedIndex]:
    """Start what is due when a page of this kind is opened, and return the indexes of all kinds.

    Only the very first time Spotify is asked right away, once; whatever else is due goes to the worker.
    `progress` tells of errors.
    """
    indexes = get_indexes(member)
    if _revive(indexes[kind]):
        indexes = get_indexes(member)
    with skip_during_outage():
        if _start_due(indexes, kind):
            indexes = get_indexes(member)
    return indexes


def _start_due(indexes: Mapping[str, SavedIndex], kind: str) -> bool:
    """Whether there was something to start: indexes and jobs may be others by now."""
    due = [
        one
        for one in indexes.values()
        if _is_check_due(one, _STALE_AFTER if one.kind == kind else _STALE_BESIDE_AFTER)
    ]
    is_untouched = _is_untouched(indexes[kind])
    if is_untouched:
        _read_first_page(indexes[kind])
    for saved_index in due:
        if not (is_untouched and saved_index.kind == kind):
            _queue_sync(saved_index)
    return is_untouched or bool(due)


def revive_sync(member: Member, kind: str) -> None:
    """Have a sync go on whose worker was ended. An opened page and one that asks again do the same."""
    saved_index = find_index(member, kind)
    if saved_index:
        _revive(saved_index)


def _revive(saved_index: SavedIndex) -> bool:
    """Whether there was something to repair: the index and its job may be others by now."""
    job = saved_index.job
    is_due = bool(job and (job.is_lost or job.is_late))
    if is_due:
        sweep_member_jobs(saved_index.member)
    return is_due


def refresh_index(member: Member, kind: str) -> None:
    """Check now, and leave to the worker what takes longer. Raises SpotifyError."""
    saved_index = get_index(member, kind)
    if _start_job(saved_index, inline=True):
        run_in_request(saved_index)


def pause_reading(member: Member, kind: str) -> None:
    """Stop a sync until it is resumed. A part that is on its way is not stored."""
    saved_index = get_index(member, kind)
    if saved_index.job:
        jobs.pause(saved_index.job)


def resume_reading(member: Member, kind: str) -> None:
    """Go on after a pause, or after an error."""
    saved_index = get_index(member, kind)
    if not is_under_way(saved_index):
        _queue_sync(saved_index)


def _queue_sync(saved_index: SavedIndex) -> None:
    """Leave a check to the worker; a full sync where the last one is old or there was none."""
    is_old = not saved_index.needs_full_sync and (
        saved_index.is_unread or _is_older(saved_index.full_sync_at, _OLD_AFTER)
    )
    with transaction.atomic():
        if _start_job(saved_index) and is_old:
            saved_index.save(update_fields=reset_for_full_sync(saved_index))


def _read_first_page(saved_index: SavedIndex) -> None:
    """The first fifty items are there with the page that is opened."""
    if _start_job(saved_index, inline=True):
        try:
            run_in_request(saved_index)
        except SpotifyError as error:
            logger.info("%s: %s", saved_index, error)


def _start_job(saved_index: SavedIndex, *, inline: bool = False) -> bool:
    """Queue the job of the index, or set it running for this request. False when it is at work already."""
    if saved_index.job:
        return jobs.restart(saved_index.job, inline=inline, started_by=saved_index.member)
    try:
        with transaction.atomic():
            lock_key = f"saved:{saved_index.pk}"
            member = saved_index.member
            job = jobs.start("saved-sync", member=member, started_by=member, lock_key=lock_key, inline=inline)
            if not SavedIndex.objects.filter(pk=saved_index.pk, job=None).update(job=job):
                raise jobs.LockTaken(job)  # by another tab, whose job has ended already
    except jobs.LockTaken:
        return False
    saved_index.job = job
    return True


def _is_untouched(saved_index: SavedIndex) -> bool:
    is_idle = saved_index.job is None or saved_index.job.state == State.DONE
    return saved_index.is_unread and is_idle and not saved_index.needs_full_sync and saved_index.is_offered


def _is_check_due(saved_index: SavedIndex, stale_after: timedelta) -> bool:
    job = saved_index.job
    if is_under_way(saved_index) or (job and job.state == State.PAUSED):
        return False
    if job and job.state == State.FAILED:
        return _may_retry(saved_index, job)
    if not saved_index.is_offered:
        return _is_older(saved_index.checked_at, _NOT_OFFERED_FOR)
    return saved_index.needs_full_sync or _is_older(saved_index.checked_at, stale_after)


def _may_retry(saved_index: SavedIndex, job: Job) -> bool:
    """Not while the member has to sign in again, and not with each click."""
    if job.error_code in _SIGN_IN_CODES:
        grant = Grant.objects.filter(member=saved_index.member).first()
        return grant is not None and not grant.needs_reconnect
    return _is_older(job.heartbeat_at, _FAILED_FOR)


def _is_older(moment: datetime | None, age: timedelta) -> bool:
    """Also true for a moment in the future: the clock was set back since."""
    now = timezone.now()
    return moment is None or not now - age < moment <= now
