"""Read a long playlist in the background: once for everybody, resumed where it stopped.

In slices, since others wait for the worker too; what Spotify refuses for now goes on by itself afterwards.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import IntegrityError, connections, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from accounts.tokens import spotify_for
from playlists.models import Playlist, PlaylistRead
from playlists.revisions.contents import Entry, pack_entries, unpack_entries
from playlists.sync.apply import apply_items, confirm_items, matches_revision
from playlists.sync.metadata import store_entries
from spotweb.jobs import actions as jobs
from spotweb.jobs.models import Job
from spotweb.jobs.run import Run
from spotweb.spotify import models, playlists
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.models import Page, PlaylistItem
from spotweb.spotify.rate_limit.limits import get_pace

READ_KIND, CHECK_KIND = "playlist-read", "playlist-check"
# A list that changes all the time is stored as it was read last; the next check of it reads it again.
MAX_PASSES = 3
# Rows that may have to be read twice when a worker is killed.
_STORED_EVERY = 1_000
# A read that failed is tried again this long after, while a member waits for it.
_RETRIED_AFTER = timedelta(seconds=60)
# A worker that is free begins at once: then the first page is hardly older than the others.
_FIRST_PAGE_COUNTS_FOR = timedelta(seconds=5)


def get_pending_read(playlist: Playlist) -> PlaylistRead | None:
    """The read that members wait for."""
    return PlaylistRead.objects.select_related("job").filter(playlist=playlist, is_check=False).first()


def start_read(member: Member, playlist: Playlist, fetched: models.Playlist) -> PlaylistRead:
    """Start a read, or join the one that is under way; one that failed is restarted."""
    rows = fetched.items.items if fetched.items else ()
    read = PlaylistRead(
        playlist=playlist,
        first_page=pack_entries(store_entries(row or PlaylistItem() for row in rows))[0],
        snapshot_id=fetched.snapshot_id or "",
    )
    return _start(read, member, total=(fetched.items.total if fetched.items else None) or 0)


def start_check(member: Member, playlist: Playlist) -> None:
    """Make sure that all is as it should be after a change of many rows; the next change ends it."""
    check = PlaylistRead(
        playlist=playlist,
        first_page=pack_entries([])[0],
        snapshot_id=playlist.snapshot_id,
        is_check=True,
    )
    _start(check, member, total=playlist.total or 0)


def cancel_check(playlist: Playlist) -> None:
    """Delete the job too: its worker may not write any more, for what it has read may be half of a change."""
    Job.objects.filter(
        pk__in=PlaylistRead.objects.filter(playlist=playlist, is_check=True).values("job")
    ).delete()


def resume_read(member: Member, playlist: Playlist) -> None:
    """Go on with what was cancelled or has failed, since this member says so."""
    read = get_pending_read(playlist)
    if read and not read.job.is_active:
        jobs.restart(read.job, member=member, started_by=member)


def resume_failed_reads(member: Member) -> None:
    """Restart reads that failed or lost their worker, since this member waits for them."""
    waits = Q(playlist__edits__member=member, playlist__edits__job__state=Job.State.QUEUED)
    reads = PlaylistRead.objects.select_related("job").filter(
        waits | Q(job__member=member),
        is_check=False,
        job__state__in=[Job.State.FAILED, Job.State.RUNNING],
        job__heartbeat_at__lt=timezone.now() - _RETRIED_AFTER,
    )
    for read in reads.distinct():
        jobs.restart(read.job, member=member, started_by=member)


def run_read(run: Run) -> None:
    """In the worker: one slice."""
    read = PlaylistRead.objects.select_related("playlist__revision").filter(job=run.job).first()
    if read is None:
        return  # all was read, and the worker was killed before it said so
    entries = _Slice(run, read).read_rows()
    with run.fence():
        read.delete()
        if not (read.is_check and confirm_items(read.playlist, entries)):
            is_settled = read.passes < MAX_PASSES
            apply_items(read.playlist, entries, snapshot_id=read.snapshot_id if is_settled else "")


def _start(read: PlaylistRead, member: Member, *, total: int) -> PlaylistRead:
    playlist = read.playlist
    if not read.is_check:
        cancel_check(playlist)
    try:
        with transaction.atomic():
            read.job = jobs.start(
                CHECK_KIND if read.is_check else READ_KIND,
                member=member,
                started_by=member,
                title=playlist.name,
                total=total,
            )
            read.save()
    except IntegrityError:  # there is one already
        return _join(member, playlist)
    return read


def _join(member: Member, playlist: Playlist) -> PlaylistRead:
    read = PlaylistRead.objects.select_related("job").get(playlist=playlist)
    if _is_to_go_on(read.job, member):
        jobs.restart(read.job, member=member, started_by=member)
    return read


def _is_to_go_on(job: Job, member: Member) -> bool:
    """As an open page does: not at once what has failed, and not what this member has cancelled."""
    if job.state == Job.State.CANCELLED:
        return job.started_by_id != member.pk
    return job.is_over and timezone.now() - job.heartbeat_at > _RETRIED_AFTER


class _Slice:
    """As many pages as there is time for, from where the last slice stopped."""

    def __init__(self, run: Run, read: PlaylistRead) -> None:
        self.run = run
        self.playlist_read = read
        self.client = spotify_for(run.job.member).in_background()
        self._total = run.job.total or 0
        self._entries = self._list_known_entries()
        self._stored = len(self._entries)

    def read_rows(self) -> list[Entry]:
        """All rows, once they are the same list at the end as at the beginning. Raises EndOfSlice."""
        read = self.playlist_read
        with ThreadPoolExecutor(get_pace().side_by_side, thread_name_prefix="read") as pool:
            while len(self._entries) < self._total:
                if self.run.is_slice_over:
                    self._store()
                    self.run.hand_over()
                rows = self._fetch_or_store(pool)
                if not rows:
                    break
                self._entries += store_entries(rows)
                self._save_progress()
        self._store()
        if read.is_check and matches_revision(read.playlist, self._entries):
            return self._entries
        snapshot_id, total = self._fetch_version()
        if (snapshot_id, total) == (read.snapshot_id, len(self._entries)):
            return self._entries
        read.passes += 1
        if read.passes >= MAX_PASSES:
            return self._entries
        read.snapshot_id, self._total, self._entries = snapshot_id, total, []
        self._store()
        return self.run.hand_over()

    def _list_known_entries(self) -> list[Entry]:
        """What earlier slices have read, or the first page, which has come with the snapshot_id.

        Not an old one: what was changed since is read, but the snapshot_id may not show it for half a minute.
        """
        read = self.playlist_read
        if read.rows:
            return list(unpack_entries(read.rows))
        age = timezone.now() - self.run.job.created_at
        return list(unpack_entries(read.first_page)) if timedelta(0) <= age < _FIRST_PAGE_COUNTS_FOR else []

    def _save_progress(self) -> None:
        """What was read is stored now and then only, since all of it is written each time."""
        if len(self._entries) - self._stored >= _STORED_EVERY:
            self._store()
        else:
            self.run.heartbeat(done=len(self._entries))

    def _store(self) -> None:
        read = self.playlist_read
        self._stored = len(self._entries)
        read.rows = pack_entries(self._entries)[0]
        with self.run.fence(done=self._stored, total=self._total):
            read.save(update_fields=["snapshot_id", "passes", "rows"])

    def _fetch_or_store(self, pool: ThreadPoolExecutor) -> list[PlaylistItem]:
        try:
            return self._fetch_rows(pool)
        except SpotifyError:
            self._store()
            raise

    def _fetch_rows(self, pool: ThreadPoolExecutor) -> list[PlaylistItem]:
        """As many pages as may be on their way at once."""
        playlist_id = self.playlist_read.playlist.spotify_id
        size = playlists.items_of(playlist_id).page_size

        def fetch_page(offset: int) -> Page[PlaylistItem]:
            try:
                return playlists.get_playlists_items(self.client, playlist_id, offset=offset)
            finally:
                connections.close_all()  # this thread's own, opened by the cache and the token

        offsets = range(len(self._entries), self._total, size)[: get_pace().side_by_side]
        return [row for page in pool.map(fetch_page, offsets) for row in page.items]

    def _fetch_version(self) -> tuple[str, int]:
        """The snapshot_id and the total as they are now."""
        fields = "snapshot_id,items(total),tracks(total)"
        fetched = playlists.get_playlist(self.client, self.playlist_read.playlist.spotify_id, fields=fields)
        return fetched.snapshot_id or "", fetched.total_items or 0
