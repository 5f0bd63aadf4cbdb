"""Playlists as CSV: ours, and what Exportify, TuneMyMusic, Soundiiz and spreadsheets write."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from playlists.transfer.formats.rows import (
    MAX_ARTISTS,
    MAX_ROWS,
    MAX_TEXT_LENGTH,
    FileFault,
    FileList,
    FileRow,
    UnreadableFile,
    clean_text,
    parse_item_link,
    parse_length_ms,
    parse_moment,
)

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
_COLUMN_NAMES: Mapping[str, frozenset[str]] = {
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
_IDENTIFYING_COLUMNS = frozenset({"uri", "id", "link", "title", "isrc"})


def write_rows(rows: Iterable[FileRow]) -> Iterator[str]:
    """The lines of a file, heading first; they want to be encoded with a byte order mark."""
    yield _format_line(COLUMNS)
    for number, row in enumerate(rows, start=1):
        yield _format_line([escape_formula(cell) for cell in _list_cells(number, row)])


def escape_formula(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `plain` gives the text back."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(cell: str) -> str:
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell


def read_lists(text: str) -> tuple[FileList, ...] | None:
    """The lists of a file, or nothing when it has no heading that we understand."""
    text, delimiter, columns = _read_heading(text)
    if not _IDENTIFYING_COLUMNS & set(columns):
        return None
    lists: dict[str, list[FileRow]] = {}
    count = 0
    try:
        for cells in _read_records(text, delimiter):
            values = {
                name: unescape_formula(cell).replace("\x00", "")
                for name, cell in zip(columns, cells, strict=False)
                if name
            }
            if not any(value.strip() for value in values.values()):
                continue
            count += 1
            if count <= MAX_ROWS:
                lists.setdefault(clean_text(values.get("list", "")), []).append(_make_row(values))
    except csv.Error:
        raise UnreadableFile(FileFault.BROKEN) from None
    if count > MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=count)
    return tuple(FileList(name=name, rows=tuple(rows)) for name, rows in lists.items())


def join_artists(artists: Sequence[str]) -> str:
    return "; ".join(re.sub(r"([\\;])", r"\\\1", artist) for artist in artists)


def split_artists(text: str) -> tuple[str, ...]:
    """The artists of a cell. A comma may be part of a name, so it parts nobody; matching sees to that."""
    names = [re.sub(r"\\([\\;,])", r"\1", name) for name in re.findall(r"(?:\\.|[^;\\]|\\$)+", text)]
    return tuple(
        name.removeprefix(" ") if number else name for number, name in enumerate(names[:MAX_ARTISTS])
    )


def _format_line(cells: Iterable[str | int]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _list_cells(number: int, row: FileRow) -> Iterator[str]:
    link = parse_item_link(row.uri)
    yield str(number)
    yield "vanished" if row.is_vanished else "local" if row.is_local else row.type
    yield row.uri or ""
    yield link.url if link else ""
    yield row.title
    yield join_artists(row.artists)
    yield row.album
    yield row.release_date
    yield row.isrc
    yield "" if row.duration_ms is None else str(row.duration_ms)
    yield "yes" if row.explicit else ""
    yield "" if row.added_at is None else datetime.fromtimestamp(row.added_at, UTC).isoformat()
    yield row.added_by


def _read_heading(text: str) -> tuple[str, str, list[str]]:
    """What follows the heading, the sign between the cells, and what we call the columns."""
    declared = re.match(r"sep=(.)\r?\n", text)  # how Excel is told
    text = text[declared.end() :] if declared else text.lstrip("\r\n")
    best: tuple[str, list[str]] = (",", [])
    for delimiter in _DELIMITERS:
        columns = [_find_column(name) for name in _read_first_record(text, delimiter)]
        if sum(map(bool, columns)) > sum(map(bool, best[1])):
            best = (delimiter, columns)
    return text, best[0], _drop_repeats(best[1])


def _read_first_record(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _read_records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    next(reader, None)
    return reader


def _find_column(name: str) -> str:
    key = re.sub(r"[\W_]+", "", name.casefold())
    return next((ours for ours, theirs in _COLUMN_NAMES.items() if key in theirs), "")


def _drop_repeats(columns: list[str]) -> list[str]:
    """Of two columns of one meaning the first counts."""
    return [name if name not in columns[:number] else "" for number, name in enumerate(columns)]


def _make_row(values: Mapping[str, str]) -> FileRow:
    kind = values.get("type", "").strip().casefold()
    link = (
        parse_item_link(values.get("uri"))
        or parse_item_link(values.get("link"))
        or parse_item_link(f"spotify:track:{values.get('id', '').strip()}")
    )
    local = values.get("uri", "").strip()
    is_local = kind == "local" or local.startswith("spotify:local:")
    length = values.get("duration_ms") or values.get("duration") or ""
    return FileRow(
        uri=link.uri if link else local if is_local and local else None,
        type=link.kind if link else _KINDS.get(kind, ""),
        title=values.get("title", "")[:MAX_TEXT_LENGTH],
        artists=tuple(name[:MAX_TEXT_LENGTH] for name in split_artists(values.get("artists", ""))),
        album=values.get("album", "")[:MAX_TEXT_LENGTH],
        release_date=values.get("release_date", "")[:MAX_TEXT_LENGTH],
        isrc=values.get("isrc", "").strip()[:MAX_TEXT_LENGTH],
        duration_ms=parse_length_ms(length, is_ms="duration_ms" in values and bool(values["duration_ms"])),
        explicit=values.get("explicit", "").strip().casefold() in {"yes", "true", "1"},
        added_at=parse_moment(values.get("added_at", "")),
        added_by=values.get("added_by", "")[:MAX_TEXT_LENGTH],
        is_local=is_local,
    )
