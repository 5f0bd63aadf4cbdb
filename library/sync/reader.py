"""Reading a shelf from one end to the other, however many workers and days it takes."""

import time
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from library.models import Saved, Shelf
from library.saved import index as shelving
from library.saved.index import TARGETS
from library.sync import confirming, gaps, own
from library.sync.others import are_waiting
from library.sync.pages import KINDS, Found, kept
from library.sync.pages_2 import Leaf, head_of
from library.sync.tickets import note
from spotweb.spotify.http import Client
from spotweb.spotify.paging import Part, collect

# Each write takes as many entries as have come within a second, or a thousand: smaller ones would write the
# same pages of the indexes to the disk again and again, larger ones would keep other writers waiting.
_MOST_UNWRITTEN = 1000
_WRITE_EVERY_S = 1.0
# After this long other work in the queue has its turn; a long reading would keep it waiting for half an hour.
_TURN_S = 15
# What moved up while nobody was reading is read again.
_OVERLAP = 50


def want(shelf: Shelf) -> None:
    """From the beginning, with the next turn of work."""
    shelf.is_whole_wanted, shelf.passage = True, shelf.passage + 1
    shelf.position, shelf.total, shelf.has_drifted, shelf.gaps = 0, None, False, b""
    note(shelf, "is_whole_wanted", "passage", "position", "total", "has_drifted", "gaps")


def take_first(shelf: Shelf, first: Leaf) -> None:
    """The first page of a first reading, which is shown before the rest is asked for."""
    want(shelf)
    shelf.head = head_of(first.found)
    _follow(shelf, first.total)
    _write(shelf, first.found, position=len(first.found))
    if not first.has_more:
        finish(shelf)


def read_on(shelf: Shelf, client: Client) -> bool:
    """From where it stopped. False when it is another's turn before the end is reached."""
    kind = KINDS[shelf.kind]
    begin = 0 if kind.listing.is_by_cursor else max(0, shelf.position - _OVERLAP)
    collection = collect(client, kind.listing, begin=begin)
    unwritten: list[Found] = []
    began = written_at = time.monotonic()
    position = shelf.position
    missing = gaps.GapFinder(shelf, kind)
    for part in collection:
        unwritten += missing.take(part)
        shelf.gaps = missing.packed()
        position = max(position, _end_of(part))
        _follow(shelf, part.total)
        now = time.monotonic()
        if len(unwritten) >= _MOST_UNWRITTEN or now - written_at >= _WRITE_EVERY_S:
            _write(shelf, unwritten, position=position)
            unwritten, written_at = [], now
            if now - began > _TURN_S and are_waiting():
                return False
    # More has come than there were before, or as much came as went: then an edge may have been missed.
    shelf.has_drifted |= collection.drifted and collection.total == shelf.total
    _write(shelf, unwritten, position=shelf.total or position)
    confirming.remove_what_is_gone(shelf, client, _missed(shelf))
    shelf.head = b"" if collection.drifted else shelf.head
    finish(shelf)
    return True


def finish(shelf: Shelf) -> None:
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
        want(shelf)


def _follow(shelf: Shelf, total: int | None) -> None:
    if total is not None:
        shelf.has_drifted |= shelf.total is not None and total < shelf.total
        shelf.total = total


def _end_of(part: Part[Any]) -> int:
    return 0 if part.is_late or not part.items else part.items[-1][0] + 1


def _write(shelf: Shelf, found: Iterable[Found], *, position: int) -> None:
    put(shelf, found, passage=shelf.passage)
    shelf.position, shelf.tries, shelf.trouble, shelf.trouble_until = position, 0, "", None
    note(shelf, "position", "total", "has_drifted", "tries", "trouble", "trouble_until", "head", "gaps")


def put(shelf: Shelf, found: Iterable[Found], *, passage: int | None = None) -> None:
    """On the shelf, except what the member has just removed here: Spotify may still list it."""
    removed = own.removed(shelf)
    with transaction.atomic():  # one write to the disk instead of several
        entries = [entry for entry in kept(KINDS[shelf.kind], found) if entry.thing.uri not in removed]
        shelving.put(shelf, entries, passage=passage)


def _missed(shelf: Shelf) -> list[int]:
    """What this reading has not come across, by the keys of the catalogue."""
    target = f"{TARGETS[shelf.kind][0]}_id"
    rows = Saved.objects.filter(shelf=shelf).exclude(passage=shelf.passage)
    return list(rows.values_list(target, flat=True))
