"""Playlists as M3U8, for players and for people; the links lead to Spotify."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from urllib.parse import unquote

from msgspec import Struct, structs

from playlists.transfer.formats.rows import (
    MAX_ROWS,
    MAX_TEXT_LENGTH,
    FileContents,
    FileFault,
    FileList,
    FileRow,
    Origin,
    UnreadableFile,
    add_version,
    clean_text,
    parse_item_link,
)

_HEADER = "#EXTM3U"
# Seconds, what some players add to them, and behind a comma, which some forget, the words.
_INFO = re.compile(
    r"#EXTINF:\s*(-?[0-9]{1,6})?(?:\.[0-9]+)?(?:\s+[\w-]+=(?:\"[^\"]*\"|[^\s,]+))*\s*[,;]?\s*(.*)",
    re.IGNORECASE,
)
_SAMPLE_LENGTH = 20_000
_MIN_SHARE = 0.5
_LINE = re.compile(r"[^\r\n]+")
_ADDRESS_LINE = re.compile(r"(?m)^[^\S\r\n]*[^#\s][^\r\n]*")
_SOUND_FILE = re.compile(
    r"\.(?:mp3|m4a|m4b|m4p|aac|flac|ogg|oga|opus|wav|wma|aif|aiff|alac|ape|wv|mpc|mp4|mka|webm|dsf|mid)$",
    re.IGNORECASE,
)
# What lies beside music, and what yt-dlp puts behind the names of its files.
_OTHER_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|webp|txt|nfo|log|ini|db|m3u8?|pls|cue|pdf|docx?|html?|url|zip)$", re.IGNORECASE
)
_VIDEO_ID = re.compile(
    r"(?:(?<!\s)\s+)?(?:\[[\w-]{11}\]|-(?=\S{0,10}[0-9])(?=\S{0,10}[a-z])(?=\S{0,10}[A-Z])[\w-]{11})$"
)
# What VirtualDJ knows of a file.
_DJ_FIELD = re.compile(r"<(artist|title|remix)>([^<]*)</\1>", re.IGNORECASE)
# "03 ", "3. ", "01-04 - ", "(07) " before a title.
_NUMBER = re.compile(r"^[(\[]?[0-9]{1,3}(?:-[0-9]{1,3})?[)\]]?(?:\s*[.\-–_)\]]+\s*|\s+)(?=\S)")
_PUNCTUATED_NUMBER = re.compile(r"^[(\[]?[0-9]{1,3}(?:-[0-9]{1,3})?(?:\s*[.)\]_]\s*|\s+[-–]\s+)(?=\S)")
# Higher ones are rather a part of the title, as of "99 Luftballons".
_MAX_TRACK_NUMBER = 40
_DISC = re.compile(r"(?i)(?:cd|dis[ck]|volume|vol\.?)\s*-?[0-9]{1,2}")
# Folders that hold everybody's music.
_COMMON_FOLDERS = frozenset({
    "music", "musik", "musique", "música", "musica", "muzyka", "muziek", "музыка", "my music", "meine musik",
    "ma musique", "itunes", "itunes music", "itunes media", "media", "audio", "songs", "mp3", "mp3s", "flac",
    "library", "downloads", "download", "playlists", "desktop", "documents", "sounds", "sdcard",
    "音乐", "音楽", "음악",
    "ミュージック", "automatically add to itunes", "compilations",
})  # fmt: skip
_NOBODY = frozenset({
    "various artists", "various", "va", "v.a.", "unknown artist", "unknown", "diverse",
    "verschiedene interpreten",
    "artistes divers", "varios artistas", "artisti vari", "vários artistas", "singles",
    "soundtrack", "soundtracks",
})  # fmt: skip


def write_list(playlist: FileList) -> Iterator[str]:
    """The lines. A row that has vanished stays as a remark, so that the file tells of it."""
    yield f"{_HEADER}\n"
    yield f"#PLAYLIST:{clean_text(playlist.name)}\n"
    for number, row in enumerate(playlist.rows, start=1):
        link = parse_item_link(row.uri)
        address = link.url if link else row.uri
        if not address:
            yield f"# {number}: not on Spotify any more\n"
            continue
        seconds = -1 if row.duration_ms is None else round(row.duration_ms / 1000)
        yield f"#EXTINF:{seconds},{clean_text(row.label)}\n"
        if row.album:
            yield f"#EXTALB:{clean_text(row.album)}\n"
        yield f"{address}\n"


def looks_like_m3u(text: str) -> bool:
    """Whether it says so in its first line."""
    return text[:_SAMPLE_LENGTH].lstrip()[: len(_HEADER)].upper() == _HEADER


def holds_sound_files(text: str) -> bool:
    """Whether its lines are remarks and the names of sound files, as many players write lists."""
    lines = [
        line.strip()
        for line in text[:_SAMPLE_LENGTH].splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    return bool(lines) and sum(map(_is_path, lines)) > len(lines) * _MIN_SHARE


def has_info_lines(text: str) -> bool:
    """Whether it is one without its first line."""
    return re.search(r"(?im)^[^\S\r\n]*#EXT(?:INF|VDJ):", text[:_SAMPLE_LENGTH]) is not None


def _is_path(line: str) -> bool:
    """Whether it names a file; what a tab parts is a row of a table."""
    return "\t" not in line and (line.casefold().startswith("file:") or looks_like_sound(line))


def looks_like_sound(address: str) -> bool:
    """Whether it names a file with music, by its ending."""
    return _SOUND_FILE.search(address.partition("?")[0]) is not None


def read_contents(text: str) -> FileContents:
    """Raises UnreadableFile."""
    count = sum(1 for _line in _ADDRESS_LINE.finditer(text))
    if count > MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=count)
    name, entries = "", list[MediaEntry]()
    words, duration_ms, album, artist = "", None, "", ""
    for line in (match[0].strip() for match in _LINE.finditer(text)):
        info = _INFO.match(line)
        if info:
            seconds, words = int(info[1] or 0), clean_text(info[2])
            duration_ms = seconds * 1000 if seconds > 0 else None
        elif line.upper().startswith("#PLAYLIST:"):
            name = clean_text(line[len("#PLAYLIST:") :])
        elif line.upper().startswith("#EXTALB:"):
            album = clean_text(line[len("#EXTALB:") :])
        elif line.upper().startswith("#EXTART:"):
            artist = clean_text(line[len("#EXTART:") :])
        elif line.upper().startswith("#EXTVDJ:"):
            said = {field.casefold(): clean_text(unescape(text)) for field, text in _DJ_FIELD.findall(line)}
            artist, words = said.get("artist", ""), add_version(said.get("title", ""), said.get("remix", ""))
        elif line and not line.startswith("#"):
            is_title = bool(artist and words) and not words.casefold().startswith(artist.casefold())
            entries.append(
                MediaEntry(
                    line,
                    words="" if is_title else words,
                    duration_ms=duration_ms,
                    album=album,
                    title=words if is_title else "",
                    artist=artist if is_title else "",
                )
            )
            words, duration_ms, album, artist = "", None, "", ""
    return FileContents(origin=Origin.M3U, lists=(FileList(name=name, rows=make_rows(entries)),))


# --- Names of files ---------------------------------------------------------------------------------------


class MediaEntry(Struct, frozen=True):
    """A line of a media player: where the sound is, and what the player says of it."""

    address: str
    words: str = ""
    duration_ms: int | None = None
    album: str = ""
    title: str = ""
    artist: str = ""


def make_rows(entries: Sequence[MediaEntry]) -> tuple[FileRow, ...]:
    """What nobody says of a file, its name and its folders tell, together with those of the others."""
    paths = [_split_path(entry.address) for entry in entries]
    numbered = sum(_NUMBER.match(path[-1]) is not None for path in paths if path)
    has_numbers = numbered >= max(1, len(paths) * _MIN_SHARE)
    shared = _count_shared_folders(paths)
    return tuple(
        _make_row(entry, _name_song(path, shared, has_numbers=has_numbers))
        for entry, path in zip(entries, paths, strict=True)
    )


def _make_row(entry: MediaEntry, path_words: str) -> FileRow:
    address, words = entry.address, entry.words
    if not entry.artist and _adds_people(path_words, entry.title or words):
        entry, words = structs.replace(entry, title=""), path_words
    link, is_local = parse_item_link(address), address.startswith("spotify:local:")
    row = FileRow(
        uri=link.uri if link else address[:MAX_TEXT_LENGTH] if is_local else None,
        type=link.kind if link else "",
        is_local=is_local,
        title=entry.title,
        artists=(entry.artist,) if entry.title and entry.artist else (),
        words="" if entry.title else words or ("" if link or is_local else path_words),
        duration_ms=entry.duration_ms,
        album=entry.album,
    )
    if row.is_vanished and not address:
        return row
    is_other = not (entry.title or entry.words or link) and _OTHER_FILE.search(address)
    return FileRow(words=clean_text(address), is_unclear=True) if row.is_vanished or is_other else row


def _adds_people(path_words: str, title: str) -> bool:
    """Whether the name of a file says whose song it is, where its title alone is told."""
    known, told = path_words.casefold(), title.casefold()
    return bool(told) and " - " in known and " - " not in told and known.endswith(f" - {told}")


def _split_path(address: str) -> tuple[str, ...]:
    """Folders and name, without the drive, the server and what stands for "above"."""
    is_quoted = re.search(r"%[0-9A-Fa-f]{2}", address) is not None and " " not in address
    if is_quoted or "://" in address or address.casefold().startswith("file:"):
        address = _unquote(re.sub(r"^[a-zA-Z][\w+.-]*:/*", "", address))
    parts = [clean_text(part) for part in re.split(r"[\\/]", address)]
    return tuple(
        part
        for part in parts
        if part and part not in {".", "..", "~"} and not re.fullmatch(r"[A-Za-z]:", part)
    )


def _unquote(text: str) -> str:
    """%20 and its like are UTF-8; of an old player they may be anything, and then stay."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return unquote(text, encoding="cp1252", errors="replace")


def _count_shared_folders(paths: Sequence[tuple[str, ...]]) -> int:
    """How many folders from the root all files have in common: they say where the music is, not whose."""
    folders = [path[:-1] for path in paths if path]
    if len(set(folders)) < 2:  # noqa: PLR2004
        return 0
    shared = 0
    while all(len(path) > shared for path in folders) and len({path[shared] for path in folders}) == 1:
        shared += 1
    return shared


def _is_track_number(name: str) -> bool:
    digits = re.match(r"[(\[]?([0-9]{1,3})", name)
    return digits is not None and int(digits[1]) <= _MAX_TRACK_NUMBER


def _name_song(path: Sequence[str], shared: int, *, has_numbers: bool) -> str:
    """ "Artist - Title" from "Artist/Album/03 Title.mp3", "Artist/Title.mp3" or "03 Artist - Title.mp3"."""
    if not path:
        return ""
    bare = _VIDEO_ID.sub("", re.sub(r"\.[A-Za-z0-9]{2,4}$", "", path[-1])).replace("_", " ")
    without = _PUNCTUATED_NUMBER.sub("", bare)
    if without == bare and (bare.startswith("0") or (has_numbers and _is_track_number(bare))):
        without = _NUMBER.sub("", bare)
    title = clean_text(without) or clean_text(bare)
    folders = list(path[:-1])
    common = [place for place, folder in enumerate(folders) if folder.casefold() in _COMMON_FOLDERS]
    start = max([common[-1] + 1] if common else [0])
    folders = folders[max(start, shared) :] or folders[start:]
    folders = [folder for folder in folders if not _DISC.fullmatch(folder)]
    if re.search(r"\s[-–—]+\s", title) or not folders:
        return title
    artist = folders[0] if len(folders) <= 2 else folders[-2]  # noqa: PLR2004
    if artist.casefold() in _NOBODY:
        return title
    # "Ada-Home.mp3" in the folder of Ada.
    for folder in path[:-1]:
        rest = title[len(folder) :]
        if title.casefold().startswith(folder.casefold()) and re.match(r"\s*[-–—_]+\s*\S", rest):
            return f"{folder} - {re.sub(r'^[-–—_ ]+', '', rest)}"
    return f"{artist} - {title}"
