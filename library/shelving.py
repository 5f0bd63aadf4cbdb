"""Putting things on a member's shelf and taking them off: rows with all they are sorted and counted by."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from msgspec import Struct

from accounts.models import Member
from library import bulk, facets, memberships
from library.folding import fold, plain_key
from library.models import Album, Artist, FirstHad, Item, Saved, Shelf, Show
from spotweb.spotify import models as spotify
from spotweb.spotify.models import Audiobook, Episode, Track

Kind = Shelf.Kind
Thing = Track | Episode | spotify.Album | spotify.Show | Audiobook | spotify.Artist

# Which column of a row points at what is saved, and where that is kept.
TARGETS: Mapping[str, tuple[str, type[Item | Album | Show | Artist]]] = {
    Kind.TRACK: ("item", Item),
    Kind.EPISODE: ("item", Item),
    Kind.ALBUM: ("album", Album),
    Kind.SHOW: ("show", Show),
    Kind.AUDIOBOOK: ("show", Show),
    Kind.ARTIST: ("artist", Artist),
}
_LONGEST_KEY, _LONGEST_WORDS = 60, 700
_AT_ONCE = 500


class Entry(Struct, frozen=True):
    """Something saved. `pk` is its row in the catalogue, `added_at` in seconds since 1970 or 0."""

    pk: int
    thing: Thing
    added_at: int


def shelf_of(member: Member, kind: str) -> Shelf:
    return Shelf.objects.get_or_create(member=member, kind=kind)[0]


def put(shelf: Shelf, entries: Sequence[Entry]) -> int:
    """Add what is missing, and correct what has changed. Returns how many rows were written."""
    target = TARGETS[shelf.kind][0]
    written = 0
    for start in range(0, len(entries), _AT_ONCE):
        some = {entry.pk: entry for entry in entries[start : start + _AT_ONCE]}
        with transaction.atomic():
            written += _put(shelf, some, target)
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


def _put(shelf: Shelf, entries: Mapping[int, Entry], target: str) -> int:
    here = Saved.objects.filter(**{"shelf": shelf, f"{target}_id__in": list(entries)})
    known = {pk: tuple(map(_plain, row)) for pk, *row in here.values_list(f"{target}_id", "pk", *_FIELDS)}
    has_items = target == "item"
    listed = memberships.listed(shelf.member, entries.keys()) if has_items else set()
    first = _first_had(shelf.member, entries) if has_items else {}
    new, different = [], []
    for pk, entry in entries.items():
        row = _row(entry, first_added_at=first.get(pk, entry.added_at), is_listed=pk in listed)
        before = known.get(pk)
        if before is None:
            new.append((shelf.pk, pk, *row))
        elif before[1:] != row:
            different.append(Saved(pk=before[0], **dict(zip(_FIELDS, row, strict=True))))
    bulk.insert(Saved, ("shelf_id", f"{target}_id", *_FIELDS), new)
    Saved.objects.bulk_update(different, _FIELDS, batch_size=100)
    if new or different:
        changed(shelf)
    return len(new) + len(different)


def _first_had(member: Member, entries: Mapping[int, Entry]) -> dict[int, int]:
    """By item, the earliest moment known of its recording; what is earlier still is noted."""
    recordings = dict(Item.objects.filter(pk__in=list(entries)).values_list("pk", "recording"))
    known = dict(
        FirstHad.objects.filter(member=member, recording__in=set(recordings.values())).values_list(
            "recording", "added_at"
        )
    )
    earliest = dict(known)
    for pk, recording in recordings.items():
        added_at = entries[pk].added_at
        if added_at and added_at < earliest.get(recording, added_at + 1):
            earliest[recording] = added_at
    fresh = [
        (member.pk, recording, added_at)
        for recording, added_at in sorted(earliest.items())
        if known.get(recording) != added_at
    ]
    columns = ("member_id", "recording", "added_at")
    bulk.insert(FirstHad, columns, fresh, unique=columns[:2], update=columns[2:])
    return {pk: earliest.get(recording, 0) for pk, recording in recordings.items()}


_FIELDS = (
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


def _row(entry: Entry, *, first_added_at: int, is_listed: bool) -> tuple[Any, ...]:
    """The values of `_FIELDS`: of each kind, what it is sorted, filtered and counted by."""
    thing = entry.thing
    by, album, duration_ms = _by(thing), _album(thing), getattr(thing, "duration_ms", 0)
    release = _release(thing)
    place = ""
    if isinstance(thing, Track):
        place = f"{thing.disc_number:03d}{thing.track_number:05d}"
    title, artist, within = _key(thing.name), _key(by), _key(album)
    return (
        entry.added_at,
        first_added_at,
        _joined(title, artist),
        _joined(artist, release, within, place, title),
        _joined(within, artist, place, title),
        _joined(release, within, place, title),
        duration_ms,
        fold(f"{thing.name} {by} {album}")[:_LONGEST_WORDS],
        facets.pack(
            release_date=release,
            added_at=entry.added_at,
            duration_ms=duration_ms,
            is_explicit=getattr(thing, "explicit", False),
            is_playable=getattr(thing, "is_playable", None) is not False,
            is_listed=is_listed,
        ),
    )


def _by(thing: Thing) -> str:
    if isinstance(thing, Track | spotify.Album):
        return ", ".join(artist.name for artist in thing.artists)
    if isinstance(thing, Episode):
        return (thing.show.publisher or "") if thing.show else ""
    if isinstance(thing, Audiobook):
        return ", ".join(author.name for author in thing.authors)
    return (thing.publisher or "") if isinstance(thing, spotify.Show) else ""


def _album(thing: Thing) -> str:
    """What it is part of: a track of its album, an episode of its show."""
    if isinstance(thing, Track):
        return thing.album.name if thing.album else ""
    if isinstance(thing, Episode):
        return thing.show.name if thing.show else ""
    return ""


def _release(thing: Thing) -> str:
    if isinstance(thing, Track):
        return (thing.album.release_date or "") if thing.album else ""
    return (thing.release_date or "") if isinstance(thing, spotify.Album | Episode) else ""


def _key(text: str) -> str:
    return plain_key(text)[:_LONGEST_KEY]


def _joined(*parts: str) -> bytes:
    """The parts one after the other; what separates them sorts before everything."""
    return "\x00".join(parts).encode()


def _plain(value: Any) -> Any:  # noqa: ANN401  # PostgreSQL hands out bytes as a memoryview
    return bytes(value) if isinstance(value, memoryview) else value
