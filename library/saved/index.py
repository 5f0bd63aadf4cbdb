"""Putting things on a member's shelf and taking them off: rows with all they are sorted and counted by."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.db.models import F
from msgspec import Struct

from accounts.models import Member
from library.catalogue import bulk_sql as bulk
from library.models import Album, Artist, Item, Saved, Shelf, Show
from library.saved import first_had, memberships
from library.saved.saved_rows import FIELDS, Thing, row_of

Kind = Shelf.Kind

# Which column of a row points at what is saved, and where that is kept.
TARGETS: Mapping[str, tuple[str, type[Item | Album | Show | Artist]]] = {
    Kind.TRACK: ("item", Item),
    Kind.EPISODE: ("item", Item),
    Kind.ALBUM: ("album", Album),
    Kind.SHOW: ("show", Show),
    Kind.AUDIOBOOK: ("show", Show),
    Kind.ARTIST: ("artist", Artist),
}
_AT_ONCE = 500


class Entry(Struct, frozen=True):
    """Something saved. `pk` is its row in the catalogue, `added_at` in seconds since 1970 or 0."""

    pk: int
    thing: Thing
    added_at: int


def shelf_of(member: Member, kind: str) -> Shelf:
    return Shelf.objects.get_or_create(member=member, kind=kind)[0]


def put(shelf: Shelf, entries: Sequence[Entry], *, passage: int | None = None, is_exact: bool = True) -> int:
    """Add what is missing, and correct what has changed. Returns how many rows were written.

    `passage` is the reading from end to end that has come across these. Not `is_exact`: the moments are by
    our own clock, and Spotify's will follow.
    """
    target = TARGETS[shelf.kind][0]
    written = 0
    for start in range(0, len(entries), _AT_ONCE):
        some = {entry.pk: entry for entry in entries[start : start + _AT_ONCE]}
        with transaction.atomic():
            written += _put(shelf, some, target, passage=passage, is_exact=is_exact)
    return written


def take(shelf: Shelf, pks: Collection[int]) -> int:
    """Remove what is saved, by the keys of the catalogue. Returns how many rows went."""
    target = TARGETS[shelf.kind][0]
    ordered = sorted(pks)
    taken = 0
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        with transaction.atomic():
            gone = Saved.objects.filter(**{"shelf": shelf, f"{target}_id__in": some}).delete()[0]
            if gone:
                changed(shelf)
            taken += gone
    return taken


def changed(shelf: Shelf) -> None:
    Shelf.objects.filter(pk=shelf.pk).update(version=F("version") + 1)


def _put(
    shelf: Shelf, entries: Mapping[int, Entry], target: str, *, passage: int | None, is_exact: bool
) -> int:
    here = bulk.find(Saved, (f"{target}_id", "id", *FIELDS), f"{target}_id", list(entries), shelf_id=shelf.pk)
    known = {pk: tuple(row) for pk, *row in here}
    listed = memberships.listed(shelf.member, entries.keys()) if target == "item" else set()
    first = first_had.note(
        shelf, {pk: (entry.thing, entry.added_at) for pk, entry in entries.items()}, is_exact=is_exact
    )
    new, different, same = [], [], []
    for pk, entry in entries.items():
        row = row_of(entry.thing, entry.added_at, first_added_at=first[pk], is_listed=pk in listed)
        before = known.get(pk)
        if before is None:
            new.append((shelf.pk, pk, passage or 0, *row))
            continue
        same.append(before[0])
        if before[1:] != row:
            different.append(Saved(pk=before[0], **dict(zip(FIELDS, row, strict=True))))
    bulk.insert(Saved, ("shelf_id", f"{target}_id", "passage", *FIELDS), new)
    Saved.objects.bulk_update(different, FIELDS, batch_size=100)
    if passage is not None and same:
        Saved.objects.filter(pk__in=same).exclude(passage=passage).update(passage=passage)
    if new or different:
        changed(shelf)
    return len(new) + len(different)
