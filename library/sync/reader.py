"""Reading a index from one end to the other, however many workers and days it takes."""

import time
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from library.catalogue import store
from library.models import OwnWrite, SavedIndex, SavedItem
from library.saved import index
from library.saved.index import TARGETS
from library.sync.others import are_waiting
from library.sync.pages import KINDS, GapFinder, ListedItem, ListedPage, get_page_digest, save_to_catalogue
from library.sync.tickets import note
from spotweb.spotify import library, modes
from spotweb.spotify.http import Client
from spotweb.spotify.paging import CollectedPage, collect

# Each write takes as many entries as have come within a second, or a thousand: smaller ones would write the
# same pages of the indexes to the disk again and again, larger ones would keep other writers waiting.
_MAX_UNWRITTEN = 1000
_WRITE_INTERVAL_S = 1.0
# After this long other work in the queue has its turn; a long reading would keep it waiting for half an hour.
_SLICE_S = 15
# What moved up while nobody was reading is read again.
_OVERLAP = 50


def request_full_sync(saved_index: SavedIndex) -> None:
    """From the beginning, with the next turn of work."""
    saved_index.needs_full_sync, saved_index.generation = True, saved_index.generation + 1
    saved_index.position, saved_index.total, saved_index.changed_during_sync, saved_index.gaps = (
        0,
        None,
        False,
        b"",
    )
    note(saved_index, "needs_full_sync", "generation", "position", "total", "changed_during_sync", "gaps")


def store_first_page(saved_index: SavedIndex, first: ListedPage) -> None:
    """The first page of a first reading, which is shown before the rest is asked for."""
    request_full_sync(saved_index)
    saved_index.first_page_digest = get_page_digest(first.found)
    _set_total(saved_index, first.total)
    _store_part(saved_index, first.found, position=len(first.found))
    if not first.has_more:
        finish_reading(saved_index)


def continue_reading(saved_index: SavedIndex, client: Client) -> bool:
    """From where it stopped. False when it is another's turn before the end is reached."""
    kind = KINDS[saved_index.kind]
    begin = 0 if kind.listing.is_by_cursor else max(0, saved_index.position - _OVERLAP)
    collection = collect(client, kind.listing, begin=begin)
    unwritten: list[ListedItem] = []
    began = written_at = time.monotonic()
    position = saved_index.position
    missing = GapFinder(saved_index, kind)
    for part in collection:
        unwritten += missing.take(part)
        saved_index.gaps = missing.packed()
        position = max(position, _get_end(part))
        _set_total(saved_index, part.total)
        now = time.monotonic()
        if len(unwritten) >= _MAX_UNWRITTEN or now - written_at >= _WRITE_INTERVAL_S:
            _store_part(saved_index, unwritten, position=position)
            unwritten, written_at = [], now
            if now - began > _SLICE_S and are_waiting():
                return False
    # More has come than there were before, or as much came as went: then an edge may have been missed.
    saved_index.changed_during_sync |= (
        collection.changed_during_read and collection.total == saved_index.total
    )
    _store_part(saved_index, unwritten, position=saved_index.total or position)
    remove_confirmed(saved_index, client, _get_missed_pks(saved_index))
    saved_index.first_page_digest = b"" if collection.changed_during_read else saved_index.first_page_digest
    finish_reading(saved_index)
    return True


def finish_reading(saved_index: SavedIndex) -> None:
    """All of it is known. What went while it was read may have hidden something else: once more, then."""
    now = timezone.now()
    saved_index.complete_at = saved_index.complete_at or now
    saved_index.checked_at = saved_index.full_sync_at = now
    saved_index.spotify_total = saved_index.total or 0
    saved_index.missing_count = (
        saved_index.spotify_total - SavedItem.objects.filter(index=saved_index).count()
    )
    saved_index.needs_full_sync = False
    saved_index.state = SavedIndex.State.RESTS
    fields = (
        "complete_at",
        "checked_at",
        "full_sync_at",
        "spotify_total",
        "missing_count",
        "needs_full_sync",
        "first_page_digest",
    )
    note(saved_index, *fields)
    if saved_index.changed_during_sync:
        request_full_sync(saved_index)


def _set_total(saved_index: SavedIndex, total: int | None) -> None:
    if total is not None:
        saved_index.changed_during_sync |= saved_index.total is not None and total < saved_index.total
        saved_index.total = total


def _get_end(part: CollectedPage[Any]) -> int:
    return 0 if part.is_late or not part.items else part.items[-1][0] + 1


def _store_part(saved_index: SavedIndex, listed: Iterable[ListedItem], *, position: int) -> None:
    store_items(saved_index, listed, generation=saved_index.generation)
    saved_index.position, saved_index.tries, saved_index.trouble, saved_index.trouble_until = (
        position,
        0,
        "",
        None,
    )
    note(
        saved_index,
        "position",
        "total",
        "changed_during_sync",
        "tries",
        "trouble",
        "trouble_until",
        "first_page_digest",
        "gaps",
    )


def store_items(
    saved_index: SavedIndex, listed: Iterable[ListedItem], *, generation: int | None = None
) -> None:
    """On the index, except what the member has just removed here: Spotify may still list it."""
    removed = get_removed_uris(saved_index)
    with transaction.atomic():  # one write to the disk instead of several
        entries = [
            entry
            for entry in save_to_catalogue(KINDS[saved_index.kind], listed)
            if entry.thing.uri not in removed
        ]
        index.add_entries(saved_index, entries, generation=generation)


def _get_missed_pks(saved_index: SavedIndex) -> list[int]:
    """What this reading has not come across, by the keys of the catalogue."""
    target = f"{TARGETS[saved_index.kind][0]}_id"
    rows = SavedItem.objects.filter(index=saved_index).exclude(generation=saved_index.generation)
    return list(rows.values_list(target, flat=True))


def remove_confirmed(saved_index: SavedIndex, client: Client, pks: Collection[int]) -> int:
    """Of what a reading has missed (by the keys of the catalogue), what Spotify says is not saved. How many.

    What is still saved counts as seen; what the member has just saved here is not asked for.
    """
    target, model = TARGETS[saved_index.kind]
    just_saved = get_saved_uris(saved_index)
    uris = {pk: uri for pk, uri in store.get_uris(model, pks).items() if uri not in just_saved}
    gone = 0
    for chunk in store.split_chunks(uris, modes.get_max_limit("check-library-contains")):
        answers = library.check_library_contains(client, [uris[pk] for pk in chunk])
        is_saved = dict(zip(chunk, answers, strict=True))
        gone += index.remove_entries(saved_index, [pk for pk in chunk if not is_saved[pk]])
        here = {"index": saved_index, f"{target}_id__in": [pk for pk in chunk if is_saved[pk]]}
        SavedItem.objects.filter(**here).update(generation=saved_index.generation)
        note(saved_index)
    return gone


_LISTED_AFTER = timedelta(seconds=60)


def get_removed_uris(saved_index: SavedIndex) -> set[str]:
    return set(OwnWrite.objects.filter(index=saved_index, is_saved=False).values_list("uri", flat=True))


def get_saved_uris(saved_index: SavedIndex) -> set[str]:
    return set(OwnWrite.objects.filter(index=saved_index, is_saved=True).values_list("uri", flat=True))


def has_recent_writes(saved_index: SavedIndex) -> bool:
    """Forgets what is old enough to be in Spotify's lists; says whether anything is left."""
    now = timezone.now()
    settled = OwnWrite.objects.filter(index=saved_index, written_at__lt=now - _LISTED_AFTER)
    ahead = OwnWrite.objects.filter(index=saved_index, written_at__gt=now)  # the clock was set back
    for old in (settled, ahead):
        if old.exists():
            old.delete()
    return OwnWrite.objects.filter(index=saved_index).exists()
