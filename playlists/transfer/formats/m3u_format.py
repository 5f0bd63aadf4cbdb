"""Playlists as M3U8, for players and for people; the links lead to Spotify."""

import re
from collections.abc import Iterator

from playlists.transfer.formats.rows import (
    MAX_ROWS,
    FileFault,
    FileList,
    FileRow,
    UnreadableFile,
    clean_text,
    parse_item_link,
)

_HEADER = "#EXTM3U"
_INFO = re.compile(r"#EXTINF:\s*(-?\d{1,6})(?:\.\d+)?[^,]*,(.*)", re.IGNORECASE)


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


def has_header(text: str) -> bool:
    return text.lstrip()[: len(_HEADER)].upper() == _HEADER


def has_info_lines(text: str) -> bool:
    """Whether it is one without its first line."""
    return re.search(r"^#EXTINF:", text, re.IGNORECASE | re.MULTILINE) is not None


def read_lists(text: str) -> tuple[FileList, ...]:
    name, rows = "", list[FileRow]()
    words, duration_ms, album = "", None, ""
    for line in map(str.strip, text.splitlines()):
        info = _INFO.match(line)
        if info:
            seconds, words = int(info[1]), clean_text(info[2])
            duration_ms = seconds * 1000 if seconds > 0 else None
        elif line.upper().startswith("#PLAYLIST:"):
            name = clean_text(line[len("#PLAYLIST:") :])
        elif line.upper().startswith("#EXTALB:"):
            album = clean_text(line[len("#EXTALB:") :])
        elif line and not line.startswith("#"):
            rows.append(_make_row(line, words=words, duration_ms=duration_ms, album=album))
            words, duration_ms, album = "", None, ""
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=len(rows))
    return (FileList(name=name, rows=tuple(rows)),)


def _make_row(address: str, *, words: str, duration_ms: int | None, album: str) -> FileRow:
    link, is_local = parse_item_link(address), address.startswith("spotify:local:")
    return FileRow(
        uri=link.uri if link else address if is_local else None,
        type=link.kind if link else "",
        is_local=is_local,
        words=words or ("" if link or is_local else _parse_path(address)),
        duration_ms=duration_ms,
        album=album,
    )


def _parse_path(address: str) -> str:
    """The words of a file's name: people call their files "03 Artist - Title.mp3"."""
    name = re.split(r"[\\/]", address)[-1]
    return clean_text(re.sub(r"^\d{1,3}[.\s_-]+", "", re.sub(r"\.\w{2,4}$", "", name)).replace("_", " "))
