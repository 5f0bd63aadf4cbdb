"""Pasted lines: links, several in a line if need be, or "Artist - Title"."""

import re
from collections.abc import Iterator

from playlists.transfer.formats.rows import (
    MAX_ROWS,
    FileFault,
    FileList,
    FileRow,
    UnreadableFile,
    clean_text,
    parse_local_uri,
)
from spotweb.spotify.links import ITEM_KINDS, LinkError, LocalFile, looks_like_spotify_link, parse_link

# "1. ", "01) ", "#3 " and a list's dashes and bullets.
_LEAD = re.compile(r"^(?:#?\d{1,5}\s*[.):\]]\s+|#\d{1,5}\s+|[-*•–]\s+)")
# A length at the end, as pages that list songs have it.
_LENGTH = re.compile(r"\s*[\[(]?\b(\d{1,2}:\d{2})[\])]?$")


def read_lists(text: str) -> tuple[FileList, ...]:
    rows = tuple(row for line in text.splitlines() for row in _make_rows(line))
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=len(rows))
    if not rows:
        raise UnreadableFile(FileFault.EMPTY)
    return (FileList(rows=rows),)


def _make_rows(line: str) -> Iterator[FileRow]:
    links = [word for word in line.split() if looks_like_spotify_link(word)]
    if links:
        yield from map(_parse_link, links)
    elif any(sign.isalnum() for sign in line):
        yield _parse_words(line)


def _parse_link(word: str) -> FileRow:
    """What is no song keeps its words, so that the member sees what was left out."""
    try:
        link = parse_link(word.strip("<>()[]\"'"))
    except LocalFile:
        return _parse_local(clean_text(word))
    except LinkError:
        return FileRow(words=clean_text(word))
    if link.kind not in ITEM_KINDS:
        return FileRow(words=link.uri, type=link.kind)
    return FileRow(uri=link.uri, type=link.kind)


def _parse_local(uri: str) -> FileRow:
    artist, album, title, duration_ms = parse_local_uri(uri) or ("", "", "", None)
    return FileRow(
        uri=uri,
        type="track",
        title=title,
        artists=(artist,) if artist else (),
        album=album,
        duration_ms=duration_ms,
        is_local=True,
    )


def _parse_words(line: str) -> FileRow:
    # A tab parts the columns of a page that was copied.
    words = clean_text(" - ".join(part.strip() for part in line.split("\t") if part.strip()))
    bare = _LEAD.sub("", words)
    length = _LENGTH.search(bare)
    if length and length.start():
        minutes, seconds = length[1].split(":")
        return FileRow(
            words=bare[: length.start()].rstrip(" -–"), duration_ms=(int(minutes) * 60 + int(seconds)) * 1000
        )
    return FileRow(words=bare or words)
