"""Reading a shelf from one end to the other, however many workers and days it takes."""

import time
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from library.catalogue import store
from library.models import OwnWrite, Saved, Shelf
from library.saved import index
from library.saved.index import TARGETS
from library.sync.others import are_waiting
from library.sync.pages import KINDS, GapFinder, ListedItem, ListedPage, get_page_digest, save_to_catalogue
from library.sync.tickets import note
from spotweb.spotify import library, modes
from spotweb.spotify.http import Client
from spotweb.spotify.paging import Part, collect

# Each write takes as many entries as have come within a second, or a thousand: smaller ones would write the
# same pages of the indexes to the disk again and again, larger ones would keep other writers waiting.
_MAX_UNWRITTEN = 1000
_WRITE_INTERVAL_S = 1.0
# After this long other work in the queue has its turn; a long reading would keep it waiting for half an hour.
_SLICE_S = 15
# What moved up while nobody was reading is read again.
_OVERLAP = 50


def request_full_sync(shelf: Shelf) -> None:
    """From the beginning, with the next turn of work."""
    shelf.is_whole_wanted, shelf.passage = True, shelf.passage + 1
    shelf.position, shelf.total, shelf.has_drifted, shelf.gaps = 0, None, False, b""
    note(shelf, "is_whole_wanted", "passage", "position", "total", "has_drifted", "gaps")


def store_first_page(shelf: Shelf, first: ListedPage) -> None:
    """The first page of a first reading, which is shown before the rest is asked for."""
    request_full_sync(shelf)
    shelf.head = get_page_digest(first.found)
    _set_total(shelf, first.total)
    _store_part(shelf, first.found, position=len(first.found))
    if not first.has_more:
        finish_reading(shelf)


def continue_reading(shelf: Shelf, client: Client) -> bool:
    """From where it stopped. False when it is another's turn before the end is reached."""
    kind = KINDS[shelf.kind]
    begin = 0 if kind.listing.is_by_cursor else max(0, shelf.position - _OVERLAP)
    collection = collect(client, kind.listing, begin=begin)
    unwritten: list[ListedItem] = []
    began = written_at = time.monotonic()
    position = shelf.position
    missing = GapFinder(shelf, kind)
    for part in collection:
        unwritten += missing.take(part)
        shelf.gaps = missing.packed()
        position = max(position, _get_end(part))
        _set_total(shelf, part.total)
        now = time.monotonic()
        if len(unwritten) >= _MAX_UNWRITTEN or now - written_at >= _WRITE_INTERVAL_S:
            _store_part(shelf, unwritten, position=position)
            unwritten, written_at = [], now
            if now - began > _SLICE_S and are_waiting():
                return False
    # More has come than there were before, or as much came as went: then an edge may have been missed.
    shelf.has_drifted |= collection.drifted and collection.total == shelf.total
    _store_part(shelf, unwritten, position=shelf.total or position)
    remove_confirmed(shelf, client, _get_missed_pks(shelf))
    shelf.head = b"" if collection.drifted else shelf.head
    finish_reading(shelf)
    return True


def finish_reading(shelf: Shelf) -> None:
    """All of it is known. What went while it was read may have hidden something else: once more, then."""
    now = timezone.now()
    shelf.complete_at = shelf.complete_at or now
    shelf.checked_at = shelf.whole_at = now
    shelf.claimed = shelf.total or 0
    shelf.lost = shelf.claimed - Saved.objects.filter(shelf=shelf).count()
    shelf.is_whole_wanted = False
    shelf.state = Shelf.State.RESTS
    fields = ("complete_at", "checked_at", "whole_at", "claimed", "lost", "is_whole_wanted", "head")
    note(shelf, *fields)
    if shelf.has_drifted:
        request_full_sync(shelf)


def _set_total(shelf: Shelf, total: int | None) -> None:
    if total is not None:
        shelf.has_drifted |= shelf.total is not None and total < shelf.total
        shelf.total = total


def _get_end(part: Part[Any]) -> int:
    return 0 if part.is_late or not part.items else part.items[-1][0] + 1


def _store_part(shelf: Shelf, found: Iterable[ListedItem], *, position: int) -> None:
    store_items(shelf, found, passage=shelf.passage)
    shelf.position, shelf.tries, shelf.trouble, shelf.trouble_until = position, 0, "", None
    note(shelf, "position", "total", "has_drifted", "tries", "trouble", "trouble_until", "head", "gaps")


def store_items(shelf: Shelf, found: Iterable[ListedItem], *, passage: int | None = None) -> None:
    """On the shelf, except what the member has just removed here: Spotify may still list it."""
    removed = get_removed_uris(shelf)
    with transaction.atomic():  # one write to the disk instead of several
        entries = [
            entry for entry in save_to_catalogue(KINDS[shelf.kind], found) if entry.thing.uri not in removed
        ]
        index.add_entries(shelf, entries, passage=passage)


def _get_missed_pks(shelf: Shelf) -> list[int]:
    """What this reading has not come across, by the keys of the catalogue."""
    target = f"{TARGETS[shelf.kind][0]}_id"
    rows = Saved.objects.filter(shelf=shelf).exclude(passage=shelf.passage)
    return list(rows.values_list(target, flat=True))


def remove_confirmed(shelf: Shelf, client: Client, pks: Collection[int]) -> int:
    """Of what a reading has missed (by the keys of the catalogue), what Spotify says is not saved. How many.

    What is still saved counts as seen; what the member has just saved here is not asked for.
    """
    target, model = TARGETS[shelf.kind]
    just_saved = get_saved_uris(shelf)
    uris = {pk: uri for pk, uri in store.get_uris(model, pks).items() if uri not in just_saved}
    gone = 0
    for some in store.split_chunks(uris, modes.largest("check-library-contains")):
        answers = library.check_library_contains(client, [uris[pk] for pk in some])
        is_saved = dict(zip(some, answers, strict=True))
        gone += index.remove_entries(shelf, [pk for pk in some if not is_saved[pk]])
        here = {"shelf": shelf, f"{target}_id__in": [pk for pk in some if is_saved[pk]]}
        Saved.objects.filter(**here).update(passage=shelf.passage)
        note(shelf)
    return gone


_LISTED_AFTER = timedelta(seconds=60)


def get_removed_uris(shelf: Shelf) -> set[str]:
    return set(OwnWrite.objects.filter(shelf=shelf, is_saved=False).values_list("uri", flat=True))


def get_saved_uris(shelf: Shelf) -> set[str]:
    return set(OwnWrite.objects.filter(shelf=shelf, is_saved=True).values_list("uri", flat=True))


def has_recent_writes(shelf: Shelf) -> bool:
    """Forgets what is old enough to be in Spotify's lists; says whether anything is left."""
    now = timezone.now()
    settled = OwnWrite.objects.filter(shelf=shelf, written_at__lt=now - _LISTED_AFTER)
    ahead = OwnWrite.objects.filter(shelf=shelf, written_at__gt=now)  # the clock was set back
    for old in (settled, ahead):
        if old.exists():
            old.delete()
    return OwnWrite.objects.filter(shelf=shelf).exists()
