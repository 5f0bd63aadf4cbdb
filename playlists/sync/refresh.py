"""Check whether the stored items are still what is in a playlist, and fetch them again where they are not.

Reads lag behind writes: for half a minute they may show the previous snapshot_id, then perhaps one that no
write was answered with. docs/decisions/0053 says what is taken for proof.
"""

import time
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from playlists.models import Playlist, PlaylistRead, Revision
from playlists.revisions.contents import get_contents
from playlists.revisions.store import correct_times
from playlists.sync.apply import apply_items
from playlists.sync.job import start_read
from playlists.sync.metadata import store_entries
from spotweb.jobs.models import Job
from spotweb.jobs.registry import JobKind
from spotweb.spotify import models, playlists
from spotweb.spotify.http import Client
from spotweb.spotify.models import Page, PlaylistItem

# Spotify's reads are up to 30 s late.
READ_LAG_S = 45.0
# Items of a write are readable after 0.6 s; a look any sooner would prove nothing.
VISIBLE_AFTER_S = 2.0
# So many pages are fetched while a member waits; longer lists are read in the background.
MAX_PAGES_IN_REQUEST = 10
MAX_TOUCHED_PAGES = 3


def refresh_items(
    member: Member, client: Client, playlist: Playlist, fetched: models.Playlist
) -> PlaylistRead | None:
    """Bring the revision in step with what Spotify says. Returns the background read where one is needed."""
    if playlist.revision is not None and _is_half_edited(playlist):
        return None  # half of an edit is no revision of its own
    total = fetched.items.total if fetched.items else None
    snapshot_id = fetched.snapshot_id or ""
    if playlist.revision is not None and _is_unchanged(client, playlist, snapshot_id, total):
        now = playlist.checked_at = playlist.proven_at = timezone.now()
        is_late = playlist.read_at is not None and (now - playlist.read_at).total_seconds() > READ_LAG_S
        playlist.is_id_sure |= is_late and snapshot_id == playlist.snapshot_id
        playlist.save(update_fields=["checked_at", "proven_at", "is_id_sure"])
        return None
    return fetch_items(member, client, playlist, fetched)


def record_write(playlist: Playlist, *ids: str, touched: Collection[int] = ()) -> None:
    """After a write: reads may show these snapshot ids for a while, and the rows at `touched` are still to be
    seen."""
    now = time.time()
    recent = {snapshot_id: at for snapshot_id, at in playlist.passing_ids.items() if now - at < READ_LAG_S}
    playlist.passing_ids = recent | dict.fromkeys(filter(None, ids), now)
    playlist.touched = sorted(touched)
    playlist.save(update_fields=["passing_ids", "touched"])


def fetch_items(
    member: Member, client: Client, playlist: Playlist, fetched: models.Playlist
) -> PlaylistRead | None:
    """Fetch all items and store them. Returns the background read when the list is too long for that."""
    size = playlists.items_of(playlist.spotify_id).page_size
    total = fetched.items.total if fetched.items else None
    if total is not None and total > size * MAX_PAGES_IN_REQUEST:
        return start_read(member, playlist, fetched)
    rows = _fetch_rows(client, playlist, fetched)
    apply_items(playlist, store_entries(rows), snapshot_id=fetched.snapshot_id or "")
    return None


def _is_half_edited(playlist: Playlist) -> bool:
    begun = playlist.edits.filter(Q(job__done__gt=0) | ~Q(job__in_doubt=""))
    lives = Q(job__state=Job.State.RUNNING, job__heartbeat_at__gt=timezone.now() - JobKind.lost_after)
    return begun.filter(Q(job__state=Job.State.QUEUED) | lives).exists()


def _is_unchanged(client: Client, playlist: Playlist, snapshot_id: str, total: int | None) -> bool:
    revision = playlist.revision
    if revision is None or total not in {None, revision.total}:
        return False
    now = time.time()
    latest = max(playlist.passing_ids.values(), default=0.0)
    is_settling = now - latest < READ_LAG_S
    if now - latest < VISIBLE_AFTER_S:
        return True
    is_known = snapshot_id == playlist.snapshot_id or (is_settling and snapshot_id in playlist.passing_ids)
    if is_known and not playlist.touched:
        return True
    if not (is_known or is_settling) or not _touched_rows_match(client, playlist, revision):
        return False
    playlist.passing_ids = {**playlist.passing_ids, snapshot_id: latest}
    playlist.touched = []
    playlist.save(update_fields=["passing_ids", "touched"])
    return True


def _touched_rows_match(client: Client, playlist: Playlist, revision: Revision) -> bool:
    """Whether the rows that were touched are as expected; without any, the first and the last."""
    entries = list(get_contents(revision).entries)
    size = playlists.items_of(playlist.spotify_id).page_size
    positions = playlist.touched or [0, len(entries) - 1]
    for page in sorted({max(position, 0) // size for position in positions})[:MAX_TOUCHED_PAGES]:
        start = page * size
        fetched = store_entries(_fetch_page(client, playlist, start).items)
        expected = entries[start : start + size]
        if [entry.uri for entry in fetched] != [entry.uri for entry in expected]:
            return False
        # Only now Spotify says when and by whom the items were added.
        entries[start : start + size] = fetched
    if tuple(entries) != get_contents(revision).entries:
        correct_times(revision, entries)
    return True


def _fetch_rows(client: Client, playlist: Playlist, fetched: models.Playlist) -> list[PlaylistItem]:
    """Those that came along with the playlist, and the rest, page by page."""
    rows = [row or PlaylistItem() for row in fetched.items.items] if fetched.items else []
    while True:
        page = _fetch_page(client, playlist, len(rows)) if not rows or _has_more(fetched, rows) else None
        if page is None or not page.items:
            return rows
        rows += page.items
        if page.next is None:
            return rows


def _has_more(fetched: models.Playlist, rows: Sequence[PlaylistItem]) -> bool:
    total = fetched.items.total if fetched.items else None
    return total is None or len(rows) < total


def _fetch_page(client: Client, playlist: Playlist, offset: int) -> Page[PlaylistItem]:
    return playlists.get_playlists_items(client, playlist.spotify_id, offset=offset)
