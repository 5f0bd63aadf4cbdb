"""What a file says of a playlist and of its rows, whatever its format."""

import re
from enum import StrEnum

from msgspec import Struct

# What one import takes; Spotify's playlists end about there as well.
MOST_ROWS = 10_000
MOST_BYTES = 10 * 1024 * 1024
# Longer than anything Spotify allows; what is longer is cut, so that no file can fill the database.
MOST_SIGNS = 400
MOST_ARTISTS = 50

_NO_SIGNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Trouble(StrEnum):
    """Why a file cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    NOT_TEXT = "not_text"
    ARCHIVE = "archive"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    NEWER = "newer"


class Unreadable(Exception):
    """`count` is how many rows there were, where that is the trouble."""

    def __init__(self, trouble: Trouble, *, count: int = 0) -> None:
        self.trouble = trouble
        self.count = count
        super().__init__(trouble.value)


class FileRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of a playlist as a file knows it.

    `uri` is null where only words are known, and where content has vanished from Spotify. `words` is a line
    that nobody has taken apart, such as "Artist - Title". `added_at` is in seconds since 1970, UTC, and
    `added_by` a Spotify user id. The album of an episode is its show.
    """

    uri: str | None = None
    type: str = ""  # track, episode, or nothing known
    title: str = ""
    artists: tuple[str, ...] = ()
    album: str = ""
    release_date: str = ""
    isrc: str = ""
    duration_ms: int | None = None
    explicit: bool = False
    added_at: int | None = None
    added_by: str = ""
    is_local: bool = False
    words: str = ""

    @property
    def is_vanished(self) -> bool:
        """Nothing is known but that something stood here."""
        return not (self.uri or self.title or self.words or self.isrc)

    @property
    def said(self) -> str:
        """One line that names it."""
        known = " - ".join(part for part in (", ".join(self.artists), self.title) if part)
        return self.words or known or self.isrc or self.uri or ""


class FileList(Struct, frozen=True, kw_only=True):
    """A playlist in a file. Null is not known, which for `is_public` is common."""

    name: str = ""
    rows: tuple[FileRow, ...] = ()
    description: str = ""
    uri: str | None = None
    url: str | None = None
    owner_id: str = ""
    owner_name: str = ""
    is_public: bool | None = None
    is_collaborative: bool = False
    snapshot_id: str = ""


def cleaned(text: str, *, most: int = MOST_SIGNS) -> str:
    """Without what no name holds; tabs and newlines within become spaces."""
    return " ".join(_NO_SIGNS.sub("", text).split())[:most].rstrip()
