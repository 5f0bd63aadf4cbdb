"""Adds items to a saved index and removes them: rows with all they are sorted, filtered and counted by."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from msgspec import Struct

from accounts.models import Member
from library.catalogue import bulk_sql, store
from library.catalogue.packing import key_of
from library.catalogue.text import fold_text, sort_key_of_folded
from library.models import Album, Artist, FirstHad, Item, SavedIndex, SavedItem, Show
from library.saved import facets, memberships
from spotweb.spotify import models as spotify
from spotweb.spotify.models import Audiobook, Episode, Track

Thing = Track | Episode | spotify.Album | spotify.Show | Audiobook | spotify.Artist
Kind = SavedIndex.Kind

# Which column of a row points at what is saved, and where that is kept.
TARGETS: Mapping[str, tuple[str, type[Item | Album | Show | Artist]]] = {
    Kind.TRACK: ("item", Item),
    Kind.EPISODE: ("item", Item),
    Kind.ALBUM: ("album", Album),
    Kind.SHOW: ("show", Show),
    Kind.AUDIOBOOK: ("show", Show),
    Kind.ARTIST: ("artist", Artist),
}
# Half of a part of a reading: what it asks once takes as long as two hundred rows.
_BATCH_SIZE = 1000

# As long as somebody may listen to saved songs since, and as many as Spotify shows of what comes, many times.
_REMOVED_FOR_S = 12 * 3600
_MAX_REMOVED = 200
_MAX_KEY_LENGTH, _MAX_WORDS_LENGTH = 60, 700
_KEY_SIGN = b"\x00"  # between the parts of a key: it sorts before every other

# The columns of a row that say what it is sorted, filtered and counted by.
FIELDS = (
    "added_at",
    "first_added_at",
    "title_key",
    "artist_key",
    "album_key",
    "release_key",
    "duration_ms",
    "words",
    "facet",
)
_FIRST_HAD_COLUMNS = ("member_id", "recording", "added_at")


class IndexEntry(Struct, frozen=True):
    """A thing to add. `pk` is its row in the catalogue, `added_at` is in seconds since 1970 or 0."""

    pk: int
    thing: Thing
    added_at: int


def get_index(member: Member, kind: str) -> SavedIndex:
    saved_index, _ = SavedIndex.objects.select_related("job").get_or_create(member=member, kind=kind)
    saved_index.member = member
    return saved_index


def get_indexes(member: Member) -> dict[str, SavedIndex]:
    """Return the indexes of all kinds with their jobs, those that are missing made anew."""
    found = find_indexes(member)
    return {kind: found.get(kind) or get_index(member, kind) for kind in SavedIndex.Kind.values}


def find_indexes(member: Member) -> dict[str, SavedIndex]:
    """Return the indexes that there are, with their jobs, by kind."""
    found = {one.kind: one for one in SavedIndex.objects.filter(member=member).select_related("job")}
    for saved_index in found.values():
        saved_index.member = member
    return found


def find_index(member: Member, kind: str) -> SavedIndex | None:
    """Return the index with its job; null before the kind was ever looked at."""
    saved_index = SavedIndex.objects.filter(member=member, kind=kind).select_related("job").first()
    if saved_index:
        saved_index.member = member
    return saved_index


def add_entries(
    saved_index: SavedIndex,
    entries: Sequence[IndexEntry],
    *,
    generation: int | None = None,
    is_exact: bool = True,
) -> int:
    """Add what is missing, and correct what has changed. Returns how many rows were written.

    `generation` is the number of the full sync that has read these. Not `is_exact`: the moments are by our
    own clock, and Spotify's will follow.
    """
    target = TARGETS[saved_index.kind][0]
    written = 0
    for start in range(0, len(entries), _BATCH_SIZE):
        batch = {entry.pk: entry for entry in entries[start : start + _BATCH_SIZE]}
        with transaction.atomic(savepoint=False):
            written += _add_batch(saved_index, batch, target, generation=generation, is_exact=is_exact)
    return written


def remove_entries(saved_index: SavedIndex, pks: Collection[int]) -> int:
    """Remove items by their keys in the catalogue. Returns how many rows were removed."""
    target = TARGETS[saved_index.kind][0]
    ordered = sorted(pks)
    removed = 0
    for start in range(0, len(ordered), _BATCH_SIZE):
        batch = ordered[start : start + _BATCH_SIZE]
        with transaction.atomic(savepoint=False):
            deleted = SavedItem.objects.filter(**{"index": saved_index, f"{target}_id__in": batch}).delete()[
                0
            ]
            if deleted:
                bump_version(saved_index)
            removed += deleted
    return removed


def remember_removed(member: Member, uris: Iterable[str]) -> None:
    """Have `get_lately_removed` return these too, whether removed here or in Spotify’s own app."""
    removed = [*cache.get(_removed_key(member), ()), *uris]
    cache.set(_removed_key(member), removed[-_MAX_REMOVED:], _REMOVED_FOR_S)


def get_lately_removed(member: Member) -> set[str]:
    """Return what was removed while it may still be played: Spotify goes on with what was saved then."""
    return set(cache.get(_removed_key(member), ()))


def _removed_key(member: Member) -> str:
    return f"library:removed:{member.pk}"


def bump_version(saved_index: SavedIndex) -> None:
    SavedIndex.objects.filter(pk=saved_index.pk).update(version=F("version") + 1)


def _add_batch(
    saved_index: SavedIndex,
    entries: Mapping[int, IndexEntry],
    target: str,
    *,
    generation: int | None,
    is_exact: bool,
) -> int:
    here = bulk_sql.find_rows(
        SavedItem, (f"{target}_id", "id", *FIELDS), f"{target}_id", list(entries), index_id=saved_index.pk
    )
    known = {pk: tuple(row) for pk, *row in here}
    misplaced = _find_misplaced(entries, {pk: row[0] for pk, row in known.items()}) if is_exact else set()
    if misplaced:
        SavedItem.objects.filter(pk__in=[known.pop(pk)[0] for pk in misplaced]).delete()
    listed = memberships.get_listed_pks(saved_index.member, entries.keys()) if target == "item" else set()
    first = record_first_had(
        saved_index, {pk: (entry.thing, entry.added_at) for pk, entry in entries.items()}, is_exact=is_exact
    )
    new, different, same = [], [], []
    for pk, entry in entries.items():
        row = build_row(entry.thing, entry.added_at, first_added_at=first[pk], is_listed=pk in listed)
        before = known.get(pk)
        if before is None:
            new.append((saved_index.pk, pk, generation or 0, *row))
            continue
        same.append(before[0])
        if before[1:] != row:
            different.append(SavedItem(pk=before[0], **dict(zip(FIELDS, row, strict=True))))
    bulk_sql.insert_rows(SavedItem, ("index_id", f"{target}_id", "generation", *FIELDS), new)
    if different:
        SavedItem.objects.bulk_update(different, FIELDS, batch_size=100)
    if generation is not None and same:
        SavedItem.objects.filter(pk__in=same).exclude(generation=generation).update(generation=generation)
    if new or different:
        bump_version(saved_index)
    return len(new) + len(different)


def _find_misplaced(entries: Mapping[int, IndexEntry], rows: Mapping[int, int]) -> set[int]:
    """Those of `rows` (numbers by catalogue key) that do not stand as Spotify lists them.

    Saved within the same second, they are ordered by their numbers, and have to be written anew.
    """
    if not rows:
        return set()
    by_moment: dict[int, list[int]] = {}
    for pk, entry in entries.items():
        if entry.added_at:  # else Spotify does not say when, and orders them by something else
            by_moment.setdefault(entry.added_at, []).append(pk)
    misplaced: set[int] = set()
    for pks in by_moment.values():
        numbers = [rows.get(pk, math.inf) for pk in pks]
        if any(number > following for number, following in pairwise(numbers)):
            misplaced.update(pk for pk in pks if pk in rows)
    return misplaced


def build_row(thing: Thing, added_at: int, *, first_added_at: int, is_listed: bool) -> tuple[Any, ...]:
    """Return the values of `FIELDS` for a thing of any kind."""
    duration_ms = getattr(thing, "duration_ms", 0)
    by, album, release, place = _get_sources(thing)
    title, title_key = _fold_name(thing.name)
    artist, artist_key = _fold_name(by)
    within, within_key = _fold_name(album)
    place_key = _KEY_SIGN.join((place, title_key))
    within_place_key = _KEY_SIGN.join((within_key, place_key))
    released = release.encode(errors="replace")
    return (
        added_at,
        first_added_at,
        _KEY_SIGN.join((title_key, artist_key)),
        _KEY_SIGN.join((artist_key, released, within_place_key)),
        _KEY_SIGN.join((within_key, artist_key, place_key)),
        _KEY_SIGN.join((released, within_place_key)),
        duration_ms,
        f"{title} {artist} {within}"[:_MAX_WORDS_LENGTH],
        facets.pack_facet(
            release_date=release,
            added_at=added_at,
            duration_ms=duration_ms,
            is_explicit=getattr(thing, "explicit", False),
            is_playable=getattr(thing, "is_playable", None) is not False,
            is_listed=is_listed,
        ),
    )


def get_title_prefix(name: str) -> bytes:
    """Return what the title keys of all things of this name begin with."""
    return _fold_name(name)[1] + _KEY_SIGN


# The names of artists and albums come again and again while a library is read.
@lru_cache(maxsize=4096)
def _fold_name(name: str) -> tuple[str, bytes]:
    """Return the folded name and what it is sorted by."""
    folded = fold_text(name)
    return folded, sort_key_of_folded(folded)[:_MAX_KEY_LENGTH].encode(errors="replace")


def _get_sources(thing: Thing) -> tuple[str, str, str, bytes]:
    """Return its byline, the name of its album or show, its release date, and its place in the album."""
    if isinstance(thing, Track):  # first, since nearly all are tracks
        place = b"%03d%05d" % (thing.disc_number, thing.track_number)
        album = thing.album
        return thing.byline, album.name if album else "", (album.release_date or "") if album else "", place
    if isinstance(thing, Episode):  # sorted by who publishes it; the show's name is its parent
        show = thing.show
        return show.byline if show else "", show.name if show else "", thing.release_date or "", b""
    if isinstance(thing, spotify.Album):
        return thing.byline, "", thing.release_date or "", b""
    return thing.byline if isinstance(thing, spotify.Show | Audiobook) else "", "", "", b""


def record_first_had(
    saved_index: SavedIndex, things: Mapping[int, tuple[Thing, int]], *, is_exact: bool = True
) -> dict[int, int]:
    """Return, by the same keys, since when the member has had a recording: seconds since 1970, 0 for unknown.

    It is the earliest moment ever seen, under whatever id. Removing and saving again makes Spotify forget it;
    this does not. Unless the moments are exact, earlier ones are not stored.
    """
    recordings = _get_recordings(saved_index, things)
    wanted = list(set(recordings.values()))
    known = dict(
        bulk_sql.find_rows(
            FirstHad, _FIRST_HAD_COLUMNS[1:], "recording", wanted, member_id=saved_index.member_id
        )
    )
    earliest = dict(known)
    for pk, (_, added_at) in things.items():
        recording = recordings[pk]
        if added_at and added_at < earliest.get(recording, added_at + 1):
            earliest[recording] = added_at
    if is_exact:
        fresh = {recording: at for recording, at in sorted(earliest.items()) if known.get(recording) != at}
        rows = [(saved_index.member_id, recording, at) for recording, at in fresh.items()]
        bulk_sql.insert_rows(
            FirstHad, _FIRST_HAD_COLUMNS, rows, unique=_FIRST_HAD_COLUMNS[:2], update=_FIRST_HAD_COLUMNS[2:]
        )
        _update_other_ids(
            saved_index, {recording: fresh[recording] for recording in fresh.keys() & known.keys()}
        )
    return {pk: earliest.get(recording, 0) for pk, recording in recordings.items()}


def _get_recordings(saved_index: SavedIndex, things: Mapping[int, tuple[Thing, int]]) -> dict[int, str]:
    """Only items are recordings; everything else is what it is by its URI."""
    known = store.get_recordings(things) if TARGETS[saved_index.kind][1] is Item else {}
    return {pk: known.get(pk) or key_of(thing.uri or "") for pk, (thing, _) in things.items()}


def _update_other_ids(saved_index: SavedIndex, earliest: Mapping[str, int]) -> None:
    """Update the same recordings under other ids: in some libraries nearly half of them are saved twice."""
    items = dict(bulk_sql.find_rows(Item, ("id", "recording"), "recording", list(earliest)))
    for chunk in store.split_chunks(items):
        saved = bulk_sql.find_rows(SavedItem, ("id", "item_id"), "item_id", chunk, index_id=saved_index.pk)
        bulk_sql.update_column(
            SavedItem, "first_added_at", [(earliest[items[item]], pk) for pk, item in sorted(saved)]
        )
