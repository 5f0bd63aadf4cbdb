"""Playlists as CSV: ours, and what Exportify, TuneMyMusic, Soundiiz and spreadsheets write."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from playlists.transfer.formats.rows import (
    MOST_ARTISTS,
    MOST_ROWS,
    MOST_SIGNS,
    FileList,
    FileRow,
    Trouble,
    Unreadable,
    cleaned,
)
from playlists.transfer.formats.values import length_of, link_of, moment_of

COLUMNS = (
    "position",
    "type",
    "uri",
    "link",
    "title",
    "artists",
    "album",
    "release_date",
    "isrc",
    "duration_ms",
    "explicit",
    "added_at",
    "added_by",
)
# A spreadsheet takes such a cell for a formula and carries it out; behind an apostrophe it is text to it.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n|])")
_QUOTED_FORMULA = re.compile(r"'+(?:\s*[=+\-@＝＋－＠]|[\t\r\n|])")
_DELIMITERS = ",;\t|"
# The names that others have for our columns, without their spaces and signs.
_NAMES: Mapping[str, frozenset[str]] = {
    "uri": frozenset({"uri", "trackuri", "spotifyuri", "spotifytrackuri", "itemuri"}),
    "id": frozenset({"spotifyid", "spotifytrackid", "trackid", "id"}),
    "link": frozenset({"link", "url", "trackurl", "tracklink", "spotifyurl", "spotifylink", "externalurl"}),
    "title": frozenset(
        {"title", "trackname", "tracktitle", "track", "song", "songname", "songtitle", "name"}
    ),
    "artists": frozenset({"artists", "artist", "artistname", "artistnames", "trackartist", "performer"}),
    "album": frozenset({"album", "albumname", "albumtitle", "release"}),
    "release_date": frozenset({"releasedate", "albumreleasedate"}),
    "isrc": frozenset({"isrc", "trackisrc"}),
    "duration_ms": frozenset({"durationms", "trackdurationms", "lengthms"}),
    "duration": frozenset({"duration", "length", "trackduration", "time", "totaltime", "durations"}),
    "explicit": frozenset({"explicit"}),
    "added_at": frozenset({"addedat", "addeddate", "dateadded", "added"}),
    "added_by": frozenset({"addedby"}),
    "type": frozenset({"type"}),
    "list": frozenset({"playlist", "playlistname", "playlisttitle"}),
    "position": frozenset({"position", "number"}),
}
_KINDS = {"track": "track", "local": "track", "episode": "episode"}
_ENOUGH = frozenset({"uri", "id", "link", "title", "isrc"})


def write(rows: Iterable[FileRow]) -> Iterator[str]:
    """The lines of a file, heading first; they want to be encoded with a byte order mark."""
    yield _line(COLUMNS)
    for number, row in enumerate(rows, start=1):
        yield _line([neutral(cell) for cell in _cells(number, row)])


def neutral(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `plain` gives the text back."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell


def read(text: str) -> tuple[FileList, ...] | None:
    """The lists of a file, or nothing when it has no heading that we understand."""
    text, delimiter, columns = _heading(text)
    if not _ENOUGH & set(columns):
        return None
    lists: dict[str, list[FileRow]] = {}
    count = 0
    try:
        for cells in _records(text, delimiter):
            values = {
                name: plain(cell).replace("\x00", "")
                for name, cell in zip(columns, cells, strict=False)
                if name
            }
            if not any(value.strip() for value in values.values()):
                continue
            count += 1
            if count <= MOST_ROWS:
                lists.setdefault(cleaned(values.get("list", "")), []).append(_row(values))
    except csv.Error:
        raise Unreadable(Trouble.BROKEN) from None
    if count > MOST_ROWS:
        raise Unreadable(Trouble.TOO_MANY, count=count)
    return tuple(FileList(name=name, rows=tuple(rows)) for name, rows in lists.items())


def joined(artists: Sequence[str]) -> str:
    return "; ".join(re.sub(r"([\\;])", r"\\\1", artist) for artist in artists)


def split(text: str) -> tuple[str, ...]:
    """The artists of a cell. A comma may be part of a name, so it parts nobody; matching sees to that."""
    names = [re.sub(r"\\([\\;,])", r"\1", name) for name in re.findall(r"(?:\\.|[^;\\]|\\$)+", text)]
    return tuple(
        name.removeprefix(" ") if number else name for number, name in enumerate(names[:MOST_ARTISTS])
    )


def _line(cells: Iterable[str | int]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cells(number: int, row: FileRow) -> Iterator[str]:
    link = link_of(row.uri)
    yield str(number)
    yield "vanished" if row.is_vanished else "local" if row.is_local else row.type
    yield row.uri or ""
    yield link.url if link else ""
    yield row.title
    yield joined(row.artists)
    yield row.album
    yield row.release_date
    yield row.isrc
    yield "" if row.duration_ms is None else str(row.duration_ms)
    yield "yes" if row.explicit else ""
    yield "" if row.added_at is None else datetime.fromtimestamp(row.added_at, UTC).isoformat()
    yield row.added_by


def _heading(text: str) -> tuple[str, str, list[str]]:
    """What follows the heading, the sign between the cells, and what we call the columns."""
    declared = re.match(r"sep=(.)\r?\n", text)  # how Excel is told
    text = text[declared.end() :] if declared else text.lstrip("\r\n")
    best: tuple[str, list[str]] = (",", [])
    for delimiter in _DELIMITERS:
        columns = [_column(name) for name in _first_record(text, delimiter)]
        if sum(map(bool, columns)) > sum(map(bool, best[1])):
            best = (delimiter, columns)
    return text, best[0], _once(best[1])


def _first_record(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    next(reader, None)
    return reader


def _column(name: str) -> str:
    key = re.sub(r"[\W_]+", "", name.casefold())
    return next((ours for ours, theirs in _NAMES.items() if key in theirs), "")


def _once(columns: list[str]) -> list[str]:
    """Of two columns of one meaning the first counts."""
    return [name if name not in columns[:number] else "" for number, name in enumerate(columns)]


def _row(values: Mapping[str, str]) -> FileRow:
    kind = values.get("type", "").strip().casefold()
    link = (
        link_of(values.get("uri"))
        or link_of(values.get("link"))
        or link_of(f"spotify:track:{values.get('id', '').strip()}")
    )
    local = values.get("uri", "").strip()
    is_local = kind == "local" or local.startswith("spotify:local:")
    length = values.get("duration_ms") or values.get("duration") or ""
    return FileRow(
        uri=link.uri if link else local if is_local and local else None,
        type=link.kind if link else _KINDS.get(kind, ""),
        title=values.get("title", "")[:MOST_SIGNS],
        artists=tuple(name[:MOST_SIGNS] for name in split(values.get("artists", ""))),
        album=values.get("album", "")[:MOST_SIGNS],
        release_date=values.get("release_date", "")[:MOST_SIGNS],
        isrc=values.get("isrc", "").strip()[:MOST_SIGNS],
        duration_ms=length_of(length, is_ms="duration_ms" in values and bool(values["duration_ms"])),
        explicit=values.get("explicit", "").strip().casefold() in {"yes", "true", "1"},
        added_at=moment_of(values.get("added_at", "")),
        added_by=values.get("added_by", "")[:MOST_SIGNS],
        is_local=is_local,
    )
