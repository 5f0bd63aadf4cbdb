"""What a file says of a playlist and of its rows, whatever its format, and how single values are read."""

import html
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import unquote_plus

import msgspec
from msgspec import Struct

from spotweb.spotify.links import ITEM_KINDS, Link, LinkError, parse_link

# What one import takes; Spotify's playlists end about there as well.
MAX_ROWS = 10_000
# What all lists of one file hold together: the whole of somebody's account.
MAX_FILE_ROWS = 100_000
MAX_FILE_BYTES = 10 * 1024 * 1024
# Spotify cuts the history of what was played into files of 12 MB; only few of their fields are read.
MAX_HISTORY_BYTES = 24 * 1024 * 1024
# Longer than anything Spotify allows; what is longer is cut, so that no file can fill the database.
MAX_TEXT_LENGTH = 400
MAX_ARTISTS = 50

# How files call whoever put a video online, and what YouTube adds to the names of artists.
CHANNELS = frozenset({"channel", "channelname", "channeltitle", "uploader"})
_OF_A_CHANNEL = re.compile(r"(?i)(?<!\s)\s+-\s+topic$|(?<=\w)vevo$")

# Rows of such things are no rows of a playlist, but what somebody had saved.
SAVED_KINDS = frozenset({"album", "artist", "show", "audiobook"})

_ISRC = re.compile(r"[A-Za-z]{2}-?[A-Za-z0-9]{3}-?[0-9]{2}-?[0-9]{5}")
_ESCAPED = re.compile(r"&(?:amp|apos|quot|nbsp|lt|gt|[A-Za-z]{2,6}|#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5});")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FileFault(StrEnum):
    """Why a file cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    TOO_MUCH = "too_much"  # together with the files that came with it
    NOT_TEXT = "not_text"
    ARCHIVE = "archive"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    NEWER = "newer"
    # Kinds of files that people try, each with its own advice.
    PDF = "pdf"
    PICTURE = "picture"
    SOUND = "sound"
    SPREADSHEET = "spreadsheet"
    DOCUMENT = "document"
    WEB_PAGE = "web_page"
    ACCOUNT_DATA = "account_data"
    NO_NAMES = "no_names"  # only numbers that mean something to another service
    # Of workbooks and their sheets.
    LOCKED_WORKBOOK = "locked_workbook"
    BROKEN_WORKBOOK = "broken_workbook"
    WIDE_WORKBOOK = "wide_workbook"
    HIDDEN_SHEET = "hidden_sheet"
    MANY_WORKBOOKS = "many_workbooks"
    NO_READER = "no_reader"  # the system starts no process for it
    # Of archives.
    BROKEN_ARCHIVE = "broken_archive"
    LOCKED = "locked"
    TOO_MANY_FILES = "too_many_files"
    NESTED = "nested"


class UnreadableFile(Exception):
    """`count` is how many rows there were, where that is the fault."""

    def __init__(self, fault: FileFault, *, count: int = 0) -> None:
        self.fault = fault
        self.count = count
        super().__init__(fault.value)


def check_row_count(count: int) -> None:
    """Raises UnreadableFile. To be asked before rows are made: a file of 10 MB may name a million of them."""
    if count > MAX_FILE_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=count)


class Origin(StrEnum):
    """What a file was recognised as."""

    OWN_JSON = "own_json"
    OWN_CSV = "own_csv"
    EXPORTIFY = "exportify"
    TUNEMYMUSIC = "tunemymusic"
    SHAZAM = "shazam"
    TABLE = "table"
    SPOTIFY_PLAYLISTS = "spotify_playlists"
    SPOTIFY_LIBRARY = "spotify_library"
    SPOTIFY_HISTORY = "spotify_history"
    JSON = "json"
    M3U = "m3u"
    PLS = "pls"
    XSPF = "xspf"
    WPL = "wpl"
    ITUNES = "itunes"
    DJ = "dj"
    CUE = "cue"
    MEDIA = "media"
    LINKS = "links"
    TEXT = "text"


class ListKind(StrEnum):
    """What a list was where it comes from, and so what it wants to become."""

    PLAYLIST = "playlist"
    LIBRARY = "library"  # what somebody had saved and followed
    HISTORY = "history"  # what was played, each item once, the most played first


class FileRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of a playlist as a file knows it.

    `uri` is null where only words are known, and where content has vanished from Spotify. `words` is a line
    that nobody has taken apart, such as "Artist - Title". `added_at` is in seconds since 1970, UTC, and
    `added_by` a Spotify user id. The album of an episode is its show.
    """

    uri: str | None = None
    # track, episode, another kind of Spotify's (album, show, artist, audiobook …), or nothing known
    type: str = ""
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
    is_blocked: bool = False  # Spotify was told not to play it
    is_unclear: bool = False  # `words` is all that is there, and nothing in it names a song
    plays: int = 0  # how often it was played, where a history tells

    @property
    def is_vanished(self) -> bool:
        """Nothing is known but that something stood here."""
        return not (self.uri or self.title or self.words or self.isrc or self.artists)

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
    kind: ListKind = ListKind.PLAYLIST


class Table(Struct, frozen=True, kw_only=True):
    """Rows of cells. `heading` is empty where the first row is content already."""

    heading: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def width(self) -> int:
        return max((len(row) for row in (self.heading, *self.rows)), default=0)


class FileContents(Struct, frozen=True, kw_only=True):
    """What a file was recognised as, and what it holds.

    `columns` says which column of a table (from 0) was read as what. `unclear` is a table of which nobody
    can tell where its titles are: a member has to say, and `columns` then is only a proposal.
    `encoding` names the code page of old files, where it had to be guessed.
    """

    origin: Origin
    lists: tuple[FileList, ...] = ()
    heading: tuple[str, ...] = ()
    columns: Mapping[str, int] = {}
    unclear: Table | None = None
    encoding: str = ""


def is_isrc(text: str) -> bool:
    """Whether it is written as the number of a recording is."""
    return _ISRC.fullmatch(text) is not None


def clean_text(text: str, *, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Without what no name holds; tabs and newlines within become spaces."""
    return " ".join(_CONTROL_CHARACTERS.sub("", text).split())[:max_length].rstrip()


def _unescape_sign(found: re.Match[str]) -> str:
    sign = html.unescape(found[0]).replace('"', "”")  # a plain one would begin a cell
    return sign if len(sign) == 1 and (sign.isalpha() or sign in "&'’” ") else found[0]


def unescape_signs(text: str) -> str:
    """Letters, apostrophes and "&" as they are, which programs wrote as web pages do: "&amp;", "&#39;"."""
    return _ESCAPED.sub(_unescape_sign, text)


def unescape_row(row: "FileRow") -> "FileRow":
    """Without what is left of a web page in its texts."""
    texts = (row.title, row.album, row.words, *row.artists)
    if not any(_ESCAPED.search(text) for text in texts):
        return row
    return msgspec.structs.replace(
        row,
        title=html.unescape(row.title),
        artists=tuple(map(html.unescape, row.artists)),
        album=html.unescape(row.album),
        words=html.unescape(row.words),
    )


def repair_text(text: str) -> str:
    """Without halves of characters and zeros, which no database takes."""
    return text.encode("utf-8", errors="ignore").decode().replace("\x00", "")


def fold_name(name: str) -> str:
    """A heading or the name of a field in any spelling: without case, accents, spaces and signs."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in bare if sign.isalnum())


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


def parse_any_link(text: str | None) -> Link | None:
    """Whatever of Spotify's a URI or a link names: also an album, an artist, a show …"""
    try:
        return parse_link(text) if text and text.strip() else None
    except LinkError:
        return None


def parse_local_uri(uri: str) -> tuple[str, str, str, int | None] | None:
    """Artist, album, title and length in ms that the address of a local file tells."""
    parts = [unquote_plus(part) for part in uri.split(":")]
    if parts[:2] != ["spotify", "local"] or len(parts) != _LOCAL_PARTS:
        return None
    _scheme, _local, artist, album, title, seconds = parts
    return artist, album, title, parse_length_ms(seconds)


_CLOCK = re.compile(r"([0-9]{1,3}(?::[0-5]?[0-9]){1,2})(?:\.[0-9]{1,6})?")
_UNITS = re.compile(
    r"(?:pt)?(?:([0-9]{1,2})\s*h[a-z]*)?\s*(?:([0-9]{1,3})\s*(?:m[a-z]*|'|′))?"
    r"\s*(?:([0-9]{1,5})(?:\.[0-9]+)?\s*(?:s[a-z]*|\"|″|''))?"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.  '’][0-9]{3})+")
# Below it a bare number may be minutes as well as seconds, so it says nothing.
_MIN_SECONDS = 15


def parse_length_ms(text: str, *, is_ms: bool = False) -> int | None:
    """Milliseconds, from 3:42, 1:02:03, 3 min 42 s, PT3M42S, 222, 222.4 or 222000 (222.000 where `is_ms`)."""
    text = text.strip().replace(",", ".")[:40]
    clock = _CLOCK.fullmatch(text)
    if clock:
        seconds = 0
        for part in clock[1].split(":"):
            seconds = seconds * 60 + int(part)
        return seconds * 1000
    if is_ms and _GROUPED.fullmatch(text):
        text = re.sub(r"[^0-9]", "", text)
    units = _UNITS.fullmatch(text.lower())
    if units and any(units.groups()):
        hours, minutes, seconds = (int(part or 0) for part in units.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text):
        return None
    number = float(text)
    if not is_ms and number < _MIN_SECONDS:
        return None
    ms = round(number if is_ms or number > _MAX_SECONDS else number * 1000)
    return ms if ms <= _MAX_LENGTH_MS else None


# Of the days that people write only those that no other country reads as another day.
_MOMENT_FORMS = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d %b %Y", "%d %b %Y %H:%M", "%b %d %Y")
_DIGIT = re.compile(r"\d")
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


def _read_moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None


def parse_moment(text: str) -> int | None:
    """Seconds since 1970. A time without a zone is taken for UTC."""
    text = text.strip()[:40]
    if not _DIGIT.search(text):
        return None
    try:
        moment = datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        found = (_read_moment(text.replace(",", ""), form) for form in _MOMENT_FORMS)
        moment = next(filter(None, found), _NO_MOMENT)
    if moment is _NO_MOMENT:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = int(moment.timestamp())
    return seconds if _FIRST <= seconds <= _LAST else None


def read_video(row: FileRow) -> FileRow:
    """Whoever put a video online is not always who sings in it: the title often says so itself."""
    if not row.uri and re.search(r"\w\s+[-–—]\s+\w", row.title):
        return msgspec.structs.replace(row, title="", artists=(), words=clean_text(row.title))
    people = tuple(_OF_A_CHANNEL.sub("", name.strip()) for name in row.artists)
    return msgspec.structs.replace(row, artists=people)


def add_version(title: str, version: str) -> str:
    """The title with what stands beside it of the recording: "Home" and "Radio Edit". Numbers count files."""
    version = version.strip().strip("()[]").strip()
    is_told = version.casefold() in title.casefold() or not re.search(r"[^\W\d_]", version)
    return title if is_told or not title.strip() else f"{title.rstrip()} ({version})"


def add_local_facts(row: FileRow) -> FileRow:
    """What the address of a local file tells, where the row says nothing else."""
    artist, album, title, duration_ms = parse_local_uri(row.uri or "") or ("", "", "", None)
    return msgspec.structs.replace(
        row,
        title=row.title or title[:MAX_TEXT_LENGTH],
        artists=row.artists or ((artist[:MAX_TEXT_LENGTH],) if artist else ()),
        album=row.album or album[:MAX_TEXT_LENGTH],
        duration_ms=row.duration_ms or duration_ms,
    )
