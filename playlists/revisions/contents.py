"""The contents of a revision, unpacked, with a cache in memory: each page of a playlist asks for them."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from library.catalogue import store
from library.models import Item
from playlists.models import Revision
from playlists.revisions.packing import PackedRow, compute_fingerprint, pack_rows, unpack_rows
from spotweb.spotify.models import Episode, Track
from spotweb.storage.sized_cache import SizedCache

LOCAL = "spotify:local:"
# Some 150 bytes each; a household of five looks at five long playlists at a time.
MAX_CACHED_ENTRIES = 60_000
_BATCH_SIZE = 900  # SQLite takes 999 values in a query


class Entry(Struct, frozen=True):
    """One row of a playlist. `item` is its number in the catalogue; null, with `uri`, where content has
    vanished.

    `added_at` is in seconds since 1970, `added_by` a Spotify user id; both are null in very old playlists.
    """

    item: int | None
    uri: str | None
    added_at: int | None = None
    added_by: str | None = None

    @property
    def is_local(self) -> bool:
        return self.uri is not None and self.uri.startswith(LOCAL)

    @property
    def key(self) -> tuple[str | None, int | None, str | None]:
        """What identifies the same row in another version."""
        return self.uri, self.added_at, self.added_by


class Contents(Struct, frozen=True):
    entries: tuple[Entry, ...]
    revision_id: int
    snapshot_id: str
    fingerprint: str

    @property
    def total(self) -> int:
        return len(self.entries)


def _make_cache() -> SizedCache[tuple[int, str], Contents]:
    return SizedCache(max_size=MAX_CACHED_ENTRIES, get_size=lambda contents: contents.total)


# The contents used last, of all members together.
_cache = _make_cache()


def get_contents(revision: Revision) -> Contents:
    contents = _cache.get(_cache_key(revision))
    if contents is None:
        contents = _build_contents(revision, unpack_entries(revision.rows))
        _cache.store(_cache_key(revision), contents)
    return contents


def cache_contents(revision: Revision, entries: Sequence[Entry]) -> None:
    """Remember what a revision that was just stored contains: its maker asks for it next."""
    _cache.store(_cache_key(revision), _build_contents(revision, tuple(entries)))


def get_items(contents: Contents, positions: Iterable[int]) -> list[Track | Episode | None]:
    """The items at these positions, as Spotify describes them; null where content has vanished."""
    pks = [contents.entries[position].item for position in positions]
    items = store.get_items({pk for pk in pks if pk is not None})
    return [items.get(pk) if pk is not None else None for pk in pks]


def pack_entries(entries: Sequence[Entry]) -> tuple[bytes, str]:
    """The entries as `Revision.rows`, and their fingerprint."""
    rows = [PackedRow(entry.item, entry.added_at, entry.added_by) for entry in entries]
    return pack_rows(rows), compute_fingerprint(rows)


def unpack_entries(packed: bytes | memoryview) -> tuple[Entry, ...]:
    """PostgreSQL returns a memoryview."""
    rows = unpack_rows(bytes(packed))
    uris = _fetch_uris({row.item for row in rows if row.item is not None})
    return tuple(
        Entry(row.item, uris[row.item] if row.item is not None else None, row.added_at, row.added_by)
        for row in rows
    )


def _cache_key(revision: Revision) -> tuple[int, str]:
    # A revision's times are corrected in place when Spotify tells them, hence the fingerprint.
    return revision.pk, revision.fingerprint


def _build_contents(revision: Revision, entries: tuple[Entry, ...]) -> Contents:
    return Contents(
        entries=entries,
        revision_id=revision.pk,
        snapshot_id=revision.snapshot_id,
        fingerprint=revision.fingerprint,
    )


def _fetch_uris(item_pks: set[int]) -> dict[int, str]:
    pks = sorted(item_pks)
    uris: dict[int, str] = {}
    for start in range(0, len(pks), _BATCH_SIZE):
        chunk = pks[start : start + _BATCH_SIZE]
        uris.update(Item.objects.filter(pk__in=chunk).values_list("pk", "uri"))
    return uris
