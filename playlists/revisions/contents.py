"""What a revision holds, unpacked: kept in memory for a while, since each page of a list asks for it."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock

from msgspec import Struct

from library.catalogue import store
from library.models import Item
from playlists.models import Revision
from playlists.revisions import packing as rows
from spotweb.spotify.models import Episode, Track

LOCAL = "spotify:local:"
# Some 150 bytes each; a household of five looks at five long lists at a time.
MOST_ENTRIES = 60_000
_AT_ONCE = 900  # SQLite takes 999 values in a query


class Entry(Struct, frozen=True):
    """One row. `item` is its number in the catalogue; null, with `uri`, where content has vanished.

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
        """What the same row is recognised by in another version."""
        return self.uri, self.added_at, self.added_by


class Contents(Struct, frozen=True):
    entries: tuple[Entry, ...]
    revision_id: int
    snapshot_id: str
    fingerprint: str

    @property
    def total(self) -> int:
        return len(self.entries)


class _Kept:
    """The contents used last, of all members together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, str], Contents] = OrderedDict()
        self._size = 0

    def find(self, key: tuple[int, str]) -> Contents | None:
        with self._lock:
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: tuple[int, str], contents: Contents) -> None:
        with self._lock:
            if key not in self._kept:
                self._size += contents.total
            self._kept[key] = contents
            while self._size > MOST_ENTRIES and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= oldest.total


_kept = _Kept()


def of(revision: Revision) -> Contents:
    # A revision's times are put right in place when Spotify tells them, hence the fingerprint.
    key = (revision.pk, revision.fingerprint)
    contents = _kept.find(key)
    if contents is None:
        contents = _unpacked(revision)
        _kept.keep(key, contents)
    return contents


def know(revision: Revision, entries: Sequence[Entry]) -> None:
    """These are what it holds: whoever made it asks next."""
    made = Contents(
        entries=tuple(entries),
        revision_id=revision.pk,
        snapshot_id=revision.snapshot_id,
        fingerprint=revision.fingerprint,
    )
    _kept.keep((revision.pk, revision.fingerprint), made)


def items(contents: Contents, positions: Iterable[int]) -> list[Track | Episode | None]:
    """What stands at these positions, as Spotify describes it; null where content has vanished."""
    wanted = [contents.entries[position].item for position in positions]
    known = store.get_items({pk for pk in wanted if pk is not None})
    return [known.get(pk) if pk is not None else None for pk in wanted]


def pack(entries: Sequence[Entry]) -> tuple[bytes, str]:
    """The entries as `Revision.rows`, and their fingerprint."""
    kept = [rows.Kept(entry.item, entry.added_at, entry.added_by) for entry in entries]
    return rows.pack(kept), rows.fingerprint(kept)


def unpack(packed: bytes | memoryview) -> tuple[Entry, ...]:
    """PostgreSQL hands out a memoryview."""
    kept = rows.unpack(bytes(packed))
    uris = _uris({row.item for row in kept if row.item is not None})
    return tuple(
        Entry(row.item, uris[row.item] if row.item is not None else None, row.added_at, row.added_by)
        for row in kept
    )


def _unpacked(revision: Revision) -> Contents:
    return Contents(
        entries=unpack(revision.rows),
        revision_id=revision.pk,
        snapshot_id=revision.snapshot_id,
        fingerprint=revision.fingerprint,
    )


def _uris(pks: set[int]) -> dict[int, str]:
    wanted = sorted(pks)
    chunks = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
    found: dict[int, str] = {}
    for chunk in chunks:
        found.update(Item.objects.filter(pk__in=chunk).values_list("pk", "uri"))
    return found
