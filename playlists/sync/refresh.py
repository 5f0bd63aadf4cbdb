"""Whether what we know of a playlist's items is still what is in it, and reading them anew where it is not.

Reads lag behind writes: for half a minute they may show the snapshot_id from before, then perhaps one that no
write has answered with. docs/decisions/0053 says what is taken for proof.
"""

import time
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from playlists.models import LOST_AFTER, Edit, Playlist, Reading, Revision
from playlists.revisions import contents
from playlists.revisions import store as revisions
from playlists.sync import apply as taking
from playlists.sync import job as readings
from playlists.sync import metadata as noting
from spotweb.spotify import models, playlists
from spotweb.spotify.http import Client
from spotweb.spotify.models import Page, PlaylistItem

# Spotify's reads are up to 30 s late.
LAG_S = 45.0
# Items of a write are readable after 0.6 s; sooner a look would prove nothing.
VISIBLE_AFTER_S = 2.0
# So many pages are read while a member waits; more go into the background.
MOST_PAGES_AT_ONCE = 10
MOST_TOUCHED_PAGES = 3


def settle(member: Member, client: Client, playlist: Playlist, found: models.Playlist) -> Reading | None:
    """Bring our revision in step with what `found` tells. Returns the reading where that takes longer."""
    if playlist.revision is not None and _is_half_way(playlist):
        return None  # half of a change is no version of its own
    total = found.items.total if found.items else None
    snapshot_id = found.snapshot_id or ""
    if playlist.revision is not None and _is_same(client, playlist, snapshot_id, total):
        now = playlist.checked_at = playlist.proven_at = timezone.now()
        is_late = playlist.read_at is not None and (now - playlist.read_at).total_seconds() > LAG_S
        playlist.is_id_sure |= is_late and snapshot_id == playlist.snapshot_id
        playlist.save(update_fields=["checked_at", "proven_at", "is_id_sure"])
        return None
    return read_items(member, client, playlist, found)


def _is_half_way(playlist: Playlist) -> bool:
    begun = playlist.edits.filter(Q(steps_done__gt=0) | Q(in_doubt=True))
    lives = Q(state=Edit.State.RUNNING, beat_at__gt=timezone.now() - LOST_AFTER)
    return begun.filter(Q(state=Edit.State.WAITING) | lives).exists()


def expect(playlist: Playlist, *ids: str, touched: Collection[int] = ()) -> None:
    """After a write: reads may show these ids for a while, and the rows at `touched` are still to be seen."""
    now = time.time()
    recent = {one: at for one, at in playlist.passing_ids.items() if now - at < LAG_S}
    playlist.passing_ids = recent | dict.fromkeys(filter(None, ids), now)
    playlist.touched = sorted(touched)
    playlist.save(update_fields=["passing_ids", "touched"])


def read_items(member: Member, client: Client, playlist: Playlist, found: models.Playlist) -> Reading | None:
    size = playlists.items_of(playlist.spotify_id).page_size
    total = found.items.total if found.items else None
    if total is not None and total > size * MOST_PAGES_AT_ONCE:
        return readings.begin(member, playlist, found)
    rows = _all_rows(client, playlist, found)
    taking.take(playlist, noting.entries_of(rows), snapshot_id=found.snapshot_id or "")
    return None


def _is_same(client: Client, playlist: Playlist, snapshot_id: str, total: int | None) -> bool:
    revision = playlist.revision
    if revision is None or total not in {None, revision.total}:
        return False
    now = time.time()
    latest = max(playlist.passing_ids.values(), default=0.0)
    is_settling = now - latest < LAG_S
    if now - latest < VISIBLE_AFTER_S:
        return True
    is_known = snapshot_id == playlist.snapshot_id or (is_settling and snapshot_id in playlist.passing_ids)
    if is_known and not playlist.touched:
        return True
    if not (is_known or is_settling) or not _looks_the_same(client, playlist, revision):
        return False
    playlist.passing_ids = {**playlist.passing_ids, snapshot_id: latest}
    playlist.touched = []
    playlist.save(update_fields=["passing_ids", "touched"])
    return True


def _looks_the_same(client: Client, playlist: Playlist, revision: Revision) -> bool:
    """Whether the rows that were touched are what we think; without any, the first and the last."""
    entries = list(contents.of(revision).entries)
    size = playlists.items_of(playlist.spotify_id).page_size
    positions = playlist.touched or [0, len(entries) - 1]
    for page in sorted({max(position, 0) // size for position in positions})[:MOST_TOUCHED_PAGES]:
        begin = page * size
        found = noting.entries_of(_page(client, playlist, begin).items)
        known = entries[begin : begin + size]
        if [entry.uri for entry in found] != [entry.uri for entry in known]:
            return False
        # When and by whom an item was added is Spotify's to say, and only now it does.
        entries[begin : begin + size] = found
    if tuple(entries) != contents.of(revision).entries:
        revisions.put_right(revision, entries)
    return True


def _all_rows(client: Client, playlist: Playlist, found: models.Playlist) -> list[PlaylistItem]:
    """Those that came along with the playlist, and the rest, page by page."""
    rows = [row or PlaylistItem() for row in found.items.items] if found.items else []
    while True:
        page = _page(client, playlist, len(rows)) if not rows or _has_more(found, rows) else None
        if page is None or not page.items:
            return rows
        rows += page.items
        if page.next is None:
            return rows


def _has_more(found: models.Playlist, rows: Sequence[PlaylistItem]) -> bool:
    total = found.items.total if found.items else None
    return total is None or len(rows) < total


def _page(client: Client, playlist: Playlist, offset: int) -> Page[PlaylistItem]:
    return playlists.get_playlists_items(client, playlist.spotify_id, offset=offset)
