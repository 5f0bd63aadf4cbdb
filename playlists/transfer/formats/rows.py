"""What a file says of a playlist and of its rows, whatever its format, and how single values are read."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import unquote_plus

from msgspec import Struct

from spotweb.spotify.links import ITEM_KINDS, Link, LinkError, parse_link

# What one import takes; Spotify's playlists end about there as well.
MAX_ROWS = 10_000
MAX_FILE_BYTES = 10 * 1024 * 1024
# Longer than anything Spotify allows; what is longer is cut, so that no file can fill the database.
MAX_TEXT_LENGTH = 400
MAX_ARTISTS = 50

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FileFault(StrEnum):
    """Why a file cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    NOT_TEXT = "not_text"
    ARCHIVE = "archive"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    NEWER = "newer"


class UnreadableFile(Exception):
    """`count` is how many rows there were, where that is the fault."""

    def __init__(self, fault: FileFault, *, count: int = 0) -> None:
        self.fault = fault
        self.count = count
        super().__init__(fault.value)


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
    def label(self) -> str:
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


def clean_text(text: str, *, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Without what no name holds; tabs and newlines within become spaces."""
    return " ".join(_CONTROL_CHARACTERS.sub("", text).split())[:max_length].rstrip()


_LOCAL_PARTS = 6
# Without a unit a number above is milliseconds: no song lasts so many seconds.
_MAX_SECONDS = 20_000
_MAX_LENGTH_MS = 48 * 3600 * 1000
_FIRST, _LAST = 0, 253_402_300_799  # what datetime can say, from 1970 on


def parse_item_link(text: str | None) -> Link | None:
    """The song or episode that a URI or a link names."""
    try:
        return parse_link(text, kinds=ITEM_KINDS) if text and text.strip() else None
    except LinkError:
        return None


def parse_local_uri(uri: str) -> tuple[str, str, str, int | None] | None:
    """Artist, album, title and length in ms that the address of a local file tells."""
    parts = [unquote_plus(part) for part in uri.split(":")]
    if parts[:2] != ["spotify", "local"] or len(parts) != _LOCAL_PARTS:
        return None
    _scheme, _local, artist, album, title, seconds = parts
    return artist, album, title, parse_length_ms(seconds)


def parse_length_ms(text: str, *, is_ms: bool = False) -> int | None:
    """Milliseconds, from 3:42, 1:02:03, 222, 222.4 or 222000."""
    text = text.strip().replace(",", ".")
    if re.fullmatch(r"\d{1,3}(:[0-5]?\d){1,2}", text):
        seconds = 0
        for part in text.split(":"):
            seconds = seconds * 60 + int(part)
        return seconds * 1000
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text):
        return None
    number = float(text)
    ms = round(number if is_ms or number > _MAX_SECONDS else number * 1000)
    return ms if ms <= _MAX_LENGTH_MS else None


def parse_moment(text: str) -> int | None:
    """Seconds since 1970. A time without a zone is taken for UTC."""
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = int(moment.timestamp())
    return seconds if _FIRST <= seconds <= _LAST else None
