"""Playlists, and the versions that every write leaves behind."""

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SPOTIFY_USER = "spotify"
MAX_ITEMS = 10_000
_KEPT_VERSIONS = 20
_SNAPSHOT_BYTES = 24


@dataclass(slots=True, eq=False)
class PlaylistRow:
    """One entry, itself and no other: two rows of the same URI are two rows."""

    uri: str | None  # None where the content has vanished
    added_at: float | None  # None in very old playlists
    added_by: str


@dataclass(slots=True, kw_only=True)
class Version:
    snapshot_id: str
    between_id: str  # what reads show for a while before they show the snapshot_id
    made_at: float
    rows: Sequence[PlaylistRow]


class SnapshotForgotten(Exception):
    """The version was there once, but too many came after it."""


class SnapshotUnknown(Exception):
    """There never was such a version."""


@dataclass(slots=True, kw_only=True)
class Playlist:
    id: str
    name: str
    description: str
    owner_id: str
    owner_name: str
    is_public: bool = True
    is_collaborative: bool = False
    invited: tuple[str, ...] = ()  # user ids of those who may edit although it is not collaborative
    cover: str | None = None  # the seed of a drawn cover, or the name of an uploaded one
    next_cover: str | None = None  # uploaded, and shown from `cover_at` on
    cover_at: float = 0.0
    fans: int = 0  # followers outside the household
    revision: int = 0
    versions: list[Version] = field(default_factory=list)  # the newest last
    is_touched: bool = False  # differs from what the seed made of it

    @property
    def uri(self) -> str:
        return f"spotify:playlist:{self.id}"

    @property
    def is_editorial(self) -> bool:
        return self.owner_id == SPOTIFY_USER

    @property
    def rows(self) -> Sequence[PlaylistRow]:
        return self.versions[-1].rows

    def is_open_to(self, user_id: str) -> bool:
        """Whether this user may see and change the items."""
        return user_id == self.owner_id or self.is_collaborative or user_id in self.invited

    def write(self, rows: Sequence[PlaylistRow], *, now: float) -> str:
        """Make a new version; answers with its snapshot id."""
        self.revision += 1
        self.versions.append(
            Version(
                snapshot_id=self._snapshot_id("shown"),
                between_id=self._snapshot_id("between"),
                made_at=now,
                rows=rows,
            )
        )
        del self.versions[:-_KEPT_VERSIONS]
        return self.versions[-1].snapshot_id

    def _snapshot_id(self, kind: str) -> str:
        # As Spotify's: the revision's number and 20 bytes of something, in base 64.
        digest = hashlib.blake2b(f"{self.id} {self.revision} {kind}".encode(), digest_size=20).digest()
        return b64encode(self.revision.to_bytes(4, "big") + digest).decode()

    def shown_snapshot(self, now: float, *, lag_s: float) -> str:
        """What reads give: late, and half-way there an id that no write ever answered with."""
        for version in reversed(self.versions):
            if now - version.made_at >= lag_s or version is self.versions[0]:
                return version.snapshot_id
            if now - version.made_at >= lag_s / 2:
                return version.between_id
        return self.versions[-1].snapshot_id

    def version(self, snapshot_id: str) -> Version:
        for version in self.versions:
            if snapshot_id in {version.snapshot_id, version.between_id}:
                return version
        try:
            was_one = len(b64decode(snapshot_id, validate=True)) == _SNAPSHOT_BYTES
        except (NotBase64, ValueError):
            was_one = False
        raise SnapshotForgotten if was_one else SnapshotUnknown

    def shown_cover(self, now: float) -> str | None:
        return self.next_cover if self.next_cover and now >= self.cover_at else self.cover


# What a write makes of the rows


def with_added(
    rows: Sequence[PlaylistRow], new: Iterable[PlaylistRow], position: int | None
) -> list[PlaylistRow]:
    at = len(rows) if position is None else position
    return [*rows[:at], *new, *rows[at:]]


def without(rows: Sequence[PlaylistRow], then: Sequence[PlaylistRow], uris: set[str]) -> list[PlaylistRow]:
    """Every copy that the version `then` held goes; what was added since stays."""
    gone = {id(row) for row in then if row.uri in uris}
    return [row for row in rows if id(row) not in gone]


def with_moved(
    rows: Sequence[PlaylistRow], then: Sequence[PlaylistRow], *, start: int, length: int, before: int
) -> list[PlaylistRow]:
    """The positions are those of the version `then`; what others did since is kept."""
    there = {id(row) for row in rows}
    moved = [row for row in then[start : start + length] if id(row) in there]
    moving = {id(row) for row in moved}
    staying = there - moving
    anchor = next((row for row in then[before:] if id(row) in staying), None)
    rest = [row for row in rows if id(row) not in moving]
    at = len(rest) if anchor is None else rest.index(anchor)
    return [*rest[:at], *moved, *rest[at:]]
