"""Reading a long playlist in the background: once for everybody, and on from where it stopped.

In slices, since others wait for the worker too; what Spotify refuses for now goes on by itself afterwards.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import IntegrityError, connections, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from accounts.tokens import spotify_for
from playlists.models import LOST_AFTER, Edit, Playlist, PlaylistRead
from playlists.revisions.contents import Entry, pack_entries, unpack_entries
from playlists.sync.apply import apply_items, confirm_items, matches_revision
from playlists.sync.metadata import store_entries
from spotweb.spotify import models, playlists
from spotweb.spotify.errors import SpotifyError, Throttled
from spotweb.spotify.models import Page, PlaylistItem
from spotweb.spotify.rate_limit.limits import get_pace

# A list that changes all the time is taken as it was read last; the next look reads it again.
MAX_PASSES = 3
SLICE_S = 10.0
# Rows that a worker which is ended may have read in vain.
_KEPT_EVERY = 1_000
# What a check finds out nobody waits for.
_CHECK_PRIORITY = -20
# The rate limit knows the end of a wait to the fraction of a second.
_MARGIN = timedelta(seconds=1)


def get_pending_read(playlist: Playlist) -> PlaylistRead | None:
    """The one that is waited for."""
    return PlaylistRead.objects.filter(playlist=playlist, is_check=False).first()


def start_read(member: Member, playlist: Playlist, found: models.Playlist) -> PlaylistRead:
    """Start it, or join the one that is on its way; a worker that was ended is replaced."""
    rows = found.items.items if found.items else ()
    entries = store_entries(row or PlaylistItem() for row in rows)
    return _started(
        PlaylistRead(
            playlist=playlist,
            member=member,
            total=(found.items.total if found.items else None) or 0,
            first_page=pack_entries(entries)[0],
            snapshot_id=found.snapshot_id or "",
        )
    )


def start_check(member: Member, playlist: Playlist) -> None:
    """Make sure that all is as it should be after a change of many rows; the next change ends it."""
    nothing = pack_entries([])[0]
    reading = PlaylistRead(
        playlist=playlist,
        member=member,
        total=playlist.total or 0,
        first_page=nothing,
        snapshot_id=playlist.snapshot_id,
        is_check=True,
    )
    _started(reading)


def cancel_check(playlist: Playlist) -> None:
    PlaylistRead.objects.filter(playlist=playlist, is_check=True).delete()


def _started(reading: PlaylistRead) -> PlaylistRead:
    if not reading.is_check:
        cancel_check(reading.playlist)
    try:
        with transaction.atomic():
            reading.save()
    except IntegrityError:
        return _joined(reading.member, reading.playlist)
    _enqueue(reading)
    return reading


def _joined(member: Member, playlist: Playlist) -> PlaylistRead:
    reading = PlaylistRead.objects.get(playlist=playlist)
    if reading.is_resting or timezone.now() - reading.beat_at > LOST_AFTER:
        _take_up(member, reading)
    return reading


def resume_lost_reads(member: Member) -> None:
    """Whose worker was ended, or what was given up: it goes on while the member waits for it."""
    now = timezone.now()
    waits = Q(playlist__edits__member=member, playlist__edits__state=Edit.State.WAITING)
    lost = PlaylistRead.objects.filter(waits | Q(member=member), is_check=False, beat_at__lt=now - LOST_AFTER)
    for reading in lost.exclude(trouble_until__gt=now).distinct():
        _take_up(member, reading)


def _take_up(member: Member, reading: PlaylistRead) -> None:
    taken = PlaylistRead.objects.filter(pk=reading.pk, beat_at=reading.beat_at).update(
        member=member, beat_at=timezone.now(), trouble="", trouble_until=None
    )
    if taken:
        _enqueue(reading)


def _enqueue(reading: PlaylistRead, *, at: datetime | None = None) -> None:
    from playlists.tasks import read_playlist  # the task imports this

    priority = _CHECK_PRIORITY if reading.is_check else 0
    read_playlist.using(priority=priority, run_after=at).enqueue(reading.pk)


def run_read(pk: int) -> None:
    """In the worker: one slice."""
    reading = PlaylistRead.objects.select_related("playlist__revision", "member").filter(pk=pk).first()
    if reading is None:
        return
    reading.trouble, reading.trouble_until = "", None
    try:
        is_through = _Slice(reading).read()
    except Throttled as error:
        reading.trouble, reading.trouble_until = error.code, error.until
        if _note(reading):
            _enqueue(reading, at=error.until + _MARGIN)
    except SpotifyError as error:
        reading.trouble = error.code
        _note(reading)
    else:
        if is_through:
            _finish(reading)
        elif _note(reading):
            _enqueue(reading)


def _finish(reading: PlaylistRead) -> None:
    deleted, _ = PlaylistRead.objects.filter(pk=reading.pk).delete()
    if not deleted:
        return  # a check that a change has ended: what was read may be half of it
    is_settled = reading.passes < MAX_PASSES
    entries = unpack_entries(reading.rows)
    if reading.is_check and confirm_items(reading.playlist, entries):
        return
    apply_items(reading.playlist, entries, snapshot_id=reading.snapshot_id if is_settled else "")
    _wake(reading.playlist)


def _wake(playlist: Playlist) -> None:
    """Edits that have waited to see where the list stands."""
    from playlists.tasks import carry_out

    for edit in playlist.edits.filter(state=Edit.State.WAITING, is_uncertain=True):
        carry_out.enqueue(edit.pk)


class _Slice:
    """As many pages as there is time for, from where the last slice stopped."""

    def __init__(self, reading: PlaylistRead) -> None:
        self.reading = reading
        self.client = spotify_for(reading.member).in_background()
        self._deadline = time.monotonic() + SLICE_S
        self._entries: list[Entry] = list(unpack_entries(reading.rows)) if reading.rows else []
        self._kept = len(self._entries)

    def read(self) -> bool:
        """Whether all is read, and was the same list at the end as at the beginning."""
        reading = self.reading
        with ThreadPoolExecutor(get_pace().side_by_side, thread_name_prefix="read") as pool:
            while len(self._entries) < reading.total:
                if time.monotonic() > self._deadline:
                    self._keep()
                    return False
                rows = self._rows_or_keep(pool)
                if not rows:
                    break
                self._entries += store_entries(rows)
                self._tell()
        self._keep()
        if reading.is_check and matches_revision(reading.playlist, self._entries):
            return True
        snapshot_id, total = self._look()
        if (snapshot_id, total) == (reading.snapshot_id, len(self._entries)):
            return True
        reading.passes += 1
        if reading.passes >= MAX_PASSES:
            return True
        reading.snapshot_id, reading.total, self._entries = snapshot_id, total, []
        self._keep()
        return False

    def _tell(self) -> None:
        """How far it is; what was read is written down now and then, since all of it is written each time."""
        self.reading.done = len(self._entries)
        if self.reading.done - self._kept >= _KEPT_EVERY:
            self._keep()
        else:
            _note(self.reading, with_rows=False)

    def _keep(self) -> None:
        self.reading.done = self._kept = len(self._entries)
        self.reading.rows = pack_entries(self._entries)[0]
        _note(self.reading)

    def _rows_or_keep(self, pool: ThreadPoolExecutor) -> list[PlaylistItem]:
        try:
            return self._next_rows(pool)
        except SpotifyError:
            self._keep()
            raise

    def _next_rows(self, pool: ThreadPoolExecutor) -> list[PlaylistItem]:
        """As many pages as may be on their way at once."""
        playlist_id = self.reading.playlist.spotify_id
        size = playlists.items_of(playlist_id).page_size

        def read(offset: int) -> Page[PlaylistItem]:
            try:
                return playlists.get_playlists_items(self.client, playlist_id, offset=offset)
            finally:
                connections.close_all()  # this thread's own, opened by the cache and the token

        offsets = range(len(self._entries), self.reading.total, size)[: get_pace().side_by_side]
        return [row for page in pool.map(read, offsets) for row in page.items]

    def _look(self) -> tuple[str, int]:
        fields = "snapshot_id,items(total),tracks(total)"
        found = playlists.get_playlist(self.client, self.reading.playlist.spotify_id, fields=fields)
        return found.snapshot_id or "", found.total_items or 0


def _note(reading: PlaylistRead, *, with_rows: bool = True) -> bool:
    """False when it is no longer wanted."""
    reading.beat_at = timezone.now()
    fields = ("snapshot_id", "total", "done", "passes", "trouble", "trouble_until", "beat_at")
    values = {name: getattr(reading, name) for name in (*fields, *(["rows"] if with_rows else []))}
    return bool(PlaylistRead.objects.filter(pk=reading.pk).update(**values))
