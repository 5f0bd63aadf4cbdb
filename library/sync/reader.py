"""Reads a saved index from one end to the other, over as many slices and days as it takes."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from library.catalogue import store
from library.models import OwnWrite, SavedIndex, SavedItem
from library.saved import index
from library.saved.index import TARGETS
from library.sync.pages import (
    KINDS,
    GapFinder,
    ListedItem,
    ListedPage,
    SyncKind,
    get_page_digest,
    save_to_catalogue,
)
from spotweb.jobs.run import Run
from spotweb.spotify import library, modes
from spotweb.spotify.http import Client
from spotweb.spotify.paging import CollectedPage, CursorPlace, collect

# Each write takes as many entries as have come within two seconds, or two thousand: smaller ones would write
# the same pages of the indexes to the disk again and again, larger ones would keep other writers waiting.
_MAX_UNWRITTEN = 2000
_WRITE_INTERVAL_S = 2.0
# What moved up between two slices is read again, which costs a request.
_OVERLAP = 50
# Spotify's lists follow within seconds; a sync may have begun before the write.
_LISTED_AFTER = timedelta(seconds=60)


@dataclass
class IndexSync:
    """A sync under way: the index it fills, the client it asks, and the job that fences every write."""

    index: SavedIndex
    client: Client
    run: Run

    @property
    def kind(self) -> SyncKind:
        return KINDS[self.index.kind]

    def save(self, *fields: str) -> None:
        """Write these fields of the index. Raises Superseded."""
        with self.run.fence():
            self.index.save(update_fields=fields)


def reset_for_full_sync(saved_index: SavedIndex) -> tuple[str, ...]:
    """Have the next slice read everything from the beginning. Returns the fields to save."""
    saved_index.needs_full_sync = True
    saved_index.generation += 1
    saved_index.position, saved_index.cursor, saved_index.total = 0, "", None
    saved_index.changed_during_sync, saved_index.gaps = False, b""
    return (
        "needs_full_sync",
        "generation",
        "position",
        "cursor",
        "total",
        "changed_during_sync",
        "gaps",
    )


def store_first_page(sync: IndexSync, first: ListedPage) -> None:
    """Store the first page of a first reading, which is shown before the rest is asked for."""
    with sync.run.fence():
        fields = reset_for_full_sync(sync.index)
        sync.index.first_page_digest = get_page_digest(first.items)
        _set_total(sync.index, first.total)
        write_items(sync.index, first.items, generation=sync.index.generation)
        sync.index.position = len(first.items)
        if not first.has_more:
            fields += _complete(sync.index)
        sync.index.save(update_fields={*fields, "first_page_digest"})


def continue_reading(sync: IndexSync) -> None:
    """Read on from where the last slice stopped. Raises EndOfSlice when this one is over before the end."""
    _set_page_memory()
    saved_index, listing = sync.index, sync.kind.listing
    begin = max(0, saved_index.position - _OVERLAP)
    collection = collect(sync.client, listing, begin=begin, resume=_get_cursor_place(saved_index))
    unwritten: list[ListedItem] = []
    written_at = time.monotonic()
    position = saved_index.position
    gap_finder = GapFinder(saved_index, sync.kind)
    for part in collection:
        unwritten += gap_finder.read_part(part)
        saved_index.gaps = gap_finder.pack_gaps()
        if listing.is_by_cursor and part.total != saved_index.total:
            position, saved_index.cursor = 0, ""  # read from the beginning: the cursor may lead nowhere
        if _get_end(part) > position:
            position, saved_index.cursor = _get_end(part), part.after
        _set_total(saved_index, part.total)
        now = time.monotonic()
        if len(unwritten) >= _MAX_UNWRITTEN or now - written_at >= _WRITE_INTERVAL_S:
            _store_part(sync, unwritten, position=position)
            unwritten, written_at = [], now
            # The first part is read again by each slice, and alone would bring none of them further.
            if position > saved_index.start_position and sync.run.has_to_give_way:
                collection.finish_early()
    if collection.is_cut_short:
        _store_part(sync, unwritten, position=position)
        sync.run.hand_over()
    # More has come than there were before, or as much came as went: then an edge may have been missed.
    saved_index.changed_during_sync |= (
        collection.changed_during_read and collection.total == saved_index.total
    )
    _store_part(sync, unwritten, position=saved_index.total or position)
    remove_confirmed(sync, _get_missed_pks(saved_index))
    saved_index.first_page_digest = b"" if collection.changed_during_read else saved_index.first_page_digest
    _finish_reading(sync)


def _set_page_memory() -> None:
    """Each part of a large library touches pages of its indexes that the part before has written.

    With less room they would go to the log and come back from it each time. The worker closes its connection
    once it has nothing to do, and the room with it.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-16000")


def _get_cursor_place(saved_index: SavedIndex) -> CursorPlace | None:
    if not saved_index.cursor:
        return None
    return CursorPlace(after=saved_index.cursor, position=saved_index.position, total=saved_index.total)


def _finish_reading(sync: IndexSync) -> None:
    """Everything is read. What was removed meanwhile may have hidden something else: then read once more."""
    with sync.run.fence():
        fields = {*_complete(sync.index), "first_page_digest"}
        if sync.index.changed_during_sync:
            fields |= {*reset_for_full_sync(sync.index)}
        sync.index.save(update_fields=fields)


def _complete(saved_index: SavedIndex) -> tuple[str, ...]:
    """Mark the index as read to its end. Returns the fields to save."""
    now = timezone.now()
    saved_index.complete_at = saved_index.complete_at or now
    saved_index.checked_at = saved_index.full_sync_at = now
    saved_index.spotify_total = saved_index.total or 0
    count = SavedItem.objects.filter(index=saved_index).count()
    saved_index.missing_count = saved_index.spotify_total - count
    saved_index.needs_full_sync = False
    return "complete_at", "checked_at", "full_sync_at", "spotify_total", "missing_count", "needs_full_sync"


def _set_total(saved_index: SavedIndex, total: int | None) -> None:
    if total is not None:
        saved_index.changed_during_sync |= saved_index.total is not None and total < saved_index.total
        saved_index.total = total


def _get_end(part: CollectedPage[Any]) -> int:
    return 0 if part.is_late or not part.items else part.items[-1][0] + 1


def _store_part(sync: IndexSync, listed: Iterable[ListedItem], *, position: int) -> None:
    fields = ("position", "cursor", "total", "changed_during_sync", "first_page_digest", "gaps")
    with sync.run.fence():
        write_items(sync.index, listed, generation=sync.index.generation)
        sync.index.position = position
        sync.index.save(update_fields=fields)
    if sync.run.job.tries:
        sync.run.save(tries=0)


def store_items(sync: IndexSync, listed: Iterable[ListedItem]) -> None:
    """Add items of a page to the index."""
    with sync.run.fence():
        write_items(sync.index, listed)


def write_items(
    saved_index: SavedIndex, listed: Iterable[ListedItem], *, generation: int | None = None
) -> None:
    """Add items to the index within a fence, except what the member has just removed here.

    Spotify may still list that. `generation` is the number of the full sync that reads them.
    """
    removed = _get_own_writes(saved_index, is_saved=False)
    entries = save_to_catalogue(KINDS[saved_index.kind], listed)
    kept = [entry for entry in entries if entry.thing.uri not in removed]
    index.add_entries(saved_index, kept, generation=generation)


def _get_missed_pks(saved_index: SavedIndex) -> list[int]:
    """Return the catalogue keys of what this sync has not come across."""
    target = f"{TARGETS[saved_index.kind][0]}_id"
    rows = SavedItem.objects.filter(index=saved_index).exclude(generation=saved_index.generation)
    return list(rows.values_list(target, flat=True))


def remove_confirmed(sync: IndexSync, pks: Collection[int]) -> None:
    """Remove those items that Spotify, asked for each by URI, says are not saved.

    `pks` are catalogue keys of what a sync has missed. What is still saved counts as seen by this sync; what
    the member has just saved here is not asked for.
    """
    target, model = TARGETS[sync.index.kind]
    just_saved = _get_own_writes(sync.index, is_saved=True)
    uris = {pk: uri for pk, uri in store.get_uris(model, pks).items() if uri not in just_saved}
    for chunk in store.split_chunks(uris, modes.get_max_limit("check-library-contains")):
        answers = library.check_library_contains(sync.client, [uris[pk] for pk in chunk])
        is_saved = dict(zip(chunk, answers, strict=True))
        removed = [pk for pk in chunk if is_saved[pk] is False]
        still_saved = {"index": sync.index, f"{target}_id__in": [pk for pk in chunk if pk not in removed]}
        with sync.run.fence():
            index.remove_entries(sync.index, removed)
            SavedItem.objects.filter(**still_saved).update(generation=sync.index.generation)
        if removed:
            index.remember_removed(sync.index.member, [uris[pk] for pk in removed])


def _get_own_writes(saved_index: SavedIndex, *, is_saved: bool) -> set[str]:
    """Return the URIs that members have just saved, or removed, here; Spotify's lists may not show it yet."""
    writes = OwnWrite.objects.filter(index=saved_index, is_saved=is_saved)
    return set(writes.values_list("uri", flat=True))


def has_recent_writes(saved_index: SavedIndex) -> bool:
    """Delete own writes that are old enough to be in Spotify's lists; tell whether any is left."""
    now = timezone.now()
    settled = OwnWrite.objects.filter(index=saved_index, written_at__lt=now - _LISTED_AFTER)
    ahead = OwnWrite.objects.filter(index=saved_index, written_at__gt=now)  # the clock was set back
    for old in (settled, ahead):
        if old.exists():
            old.delete()
    return OwnWrite.objects.filter(index=saved_index).exists()
