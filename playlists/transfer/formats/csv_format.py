"""Playlists as CSV: ours, and what Exportify, TuneMyMusic, Soundiiz and spreadsheets write."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from playlists.transfer.formats import tables
from playlists.transfer.formats.headings import find_column, find_columns
from playlists.transfer.formats.rows import (
    CHANNELS,
    MAX_ARTISTS,
    MAX_TEXT_LENGTH,
    SAVED_KINDS,
    FileContents,
    FileFault,
    FileList,
    FileRow,
    ListKind,
    Origin,
    Table,
    UnreadableFile,
    add_local_facts,
    add_version,
    check_row_count,
    clean_text,
    fold_name,
    parse_any_link,
    parse_item_link,
    parse_length_ms,
    parse_moment,
    read_video,
    unescape_signs,
)
from playlists.transfer.formats.tables import TableReading
from spotweb.spotify.links import Link
from spotweb.web.spreadsheets import escape_formula, unescape_formula

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
# What the column for the kind of a row says, in our words. What is not here is a song.
_KINDS: Mapping[str, str] = {
    "track": "track",
    "local": "track",
    "episode": "episode",
    "album": "album",
    "albums": "album",
    "artist": "artist",
    "artists": "artist",
    "show": "show",
    "podcast": "show",
    "audiobook": "audiobook",
    "chapter": "chapter",
}
# Such a row was no row of a playlist, but something that somebody had saved.
_SAVED = frozenset({"favorite", "favourite", "favorites", "favourites", "liked", "saved"})
_MAX_WORDS_CELLS = 6
# What spreadsheets put below a table, in its last rows.
_MAX_SUMS = 4
_SUM = re.compile(
    r"(?i)(?:grand )?totals?\b.*|sum(?:me|a)?|gesamt\w*|insgesamt|totale|totaal|итого|合計|总计|합계"
    r"|[0-9]+ (?:songs?|tracks?|titel|titres?|canciones|brani|rows?|items?|lieder)"
    r"|(?:count|number of \w+|songs|tracks|anzahl(?: \w+)?|titel|titres|canciones|brani)\s*[:=]\s*[0-9]+"
    r"|(?:exported|generated|created|made|exportiert|erstellt|exporté|généré|creado|exportado|esportato)\b"
    r".*\b(?:by|with|from|on|using|mit|von|am|avec|par|le|con|por|da|il)\b.*"
)
# A day between songs, as programs for DJs put it above each evening.
_DAY = re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}")
# Lengths of songs that a spreadsheet took for hours and minutes.
_SHIFTED_LENGTH = re.compile(r"([0-9]{1,2}:[0-5][0-9]):00")
_MIN_SHIFTED = 0.8
# What a shelf of records has and a list of songs has not: Discogs.
_RECORDS = {"catalog", "releaseid"}
# What columns of those are called who sing along.
_GUESTS = frozenset(
    {"featuredartists", "featuredartist", "featuring", "feat", "featured", "guest", "guests", "guestartists"}
)
_COUNTED_COLUMN = re.compile(r"(.*?)[\s_-]*[2-9]")
# The log of players without a network, Rockbox for one, whose columns have no names.
_SCROBBLER = re.compile(r"#AUDIOSCROBBLER/[^\r\n]*(?:\s*\n#[^\r\n]*)*\s*\n")
_SCROBBLER_HEADING = "artist\talbum\ttitle\tposition\tduration\tplayed\tts\n"
_MIN_BARE_COLUMNS = 3


def write_rows(rows: Iterable[FileRow]) -> Iterator[str]:
    """The lines of a file, heading first; they want to be encoded with a byte order mark."""
    yield _format_line(COLUMNS)
    for number, row in enumerate(rows, start=1):
        yield _format_line([escape_formula(cell) for cell in _list_cells(number, row)])


def read_table(text: str, *, is_named_table: bool = False) -> FileContents | None:
    """What a text holds that is a table, or nothing where it is none. Raises UnreadableFile."""
    text = _SCROBBLER.sub(_SCROBBLER_HEADING, text, count=1) if _SCROBBLER.match(text) else text
    if not text.startswith(",".join(COLUMNS)):
        text = unescape_signs(text)  # the semicolon of "&amp;" parts no cells and no artists
    reading = tables.read_text(text, is_named_table=is_named_table)
    return make_contents(reading) if reading else None


def make_contents(reading: TableReading) -> FileContents:
    """The lists of a table that is clear; else the table itself, for a member to say what its columns are.

    Raises UnreadableFile.
    """
    table, columns = reading.table, reading.columns
    if not reading.is_clear and tables.holds_videos_alone(table):
        raise UnreadableFile(FileFault.NO_NAMES)
    origin = _find_origin(table)
    is_own = origin == Origin.OWN_CSV
    return FileContents(
        origin=origin,
        lists=make_lists(table, columns, is_own=is_own) if reading.is_clear else (),
        heading=table.heading,
        columns=columns,
        unclear=None if reading.is_clear else table,
    )


class _TableTraits(Struct, frozen=True, kw_only=True):
    """What holds for all rows of a table. `has_names`: a row with a single cell names the list below it."""

    is_own: bool
    width: int
    has_names: bool
    holds_videos: bool
    holds_records: bool
    has_shifted_lengths: bool
    names_people: bool
    guests: tuple[int, ...]  # places of further artists, beside the column with the first


def make_lists(table: Table, columns: Mapping[str, int], *, is_own: bool = False) -> tuple[FileList, ...]:
    """One list for each playlist that is named, in the order of the rows, and one of what had been saved."""
    check_row_count(len(table.rows))
    traits = _find_traits(table, columns, is_own=is_own)
    # The number tells lists of one name apart.
    first_columns, heading = columns, [*map(fold_name, table.heading)]
    here = section = (ListKind.PLAYLIST, "", 0)
    lists: dict[tuple[ListKind, str, int], list[FileRow]] = {}
    for number, cells in enumerate(table.rows, start=1):
        is_same = len(cells) > 1 and [*map(fold_name, cells)] == heading
        again = first_columns if is_same else _find_heading_again(cells, columns)
        is_last = len(table.rows) - number < _MAX_SUMS
        values = _name_cells(cells, columns)
        if again is not None:
            # Two tables in one file, or one that was printed page by page.
            columns, row = again, _make_unclear(cells)
        elif traits.has_names and len(cells) == 1:
            here = section = (ListKind.PLAYLIST, clean_text(cells[0]), number)
            continue
        elif (
            traits.names_people
            and not is_own
            and "artists" in columns
            and _is_remark(cells, values, is_last=is_last)
        ):
            row = _make_unclear(cells)
        else:
            row = _read_row(cells, values, traits)
            here = _find_list(values, row) or section
        lists.setdefault(here, []).append(row)
    return tuple(FileList(name=name, kind=kind, rows=tuple(rows)) for (kind, name, _), rows in lists.items())


def _find_traits(table: Table, columns: Mapping[str, int], *, is_own: bool) -> _TableTraits:
    place = columns.get("artists", len(table.heading))
    headings = {fold_name(name) for name in table.heading}
    return _TableTraits(
        is_own=is_own,
        width=len(table.heading),
        has_names=not table.heading and "uri" in columns and table.width >= _MIN_BARE_COLUMNS,
        holds_videos=not CHANNELS.isdisjoint(map(fold_name, table.heading[place : place + 1])),
        holds_records=headings >= _RECORDS,
        has_shifted_lengths=_are_lengths_shifted(table, columns),
        names_people=any("".join(cells[place : place + 1]).strip() for cells in table.rows),
        guests=tuple(at for at, name in enumerate(table.heading) if at != place and _names_guests(name)),
    )


def _names_guests(heading: str) -> bool:
    """ "Artist 2", "Featured artist"."""
    counted = _COUNTED_COLUMN.fullmatch(heading.strip())
    return fold_name(heading) in _GUESTS or (counted is not None and find_column(counted[1]) == "artists")


def _are_lengths_shifted(table: Table, columns: Mapping[str, int]) -> bool:
    """Whether 3:23 became 03:23:00: lengths have no seconds, and songs would last for hours."""
    place = columns.get("duration", table.width)
    lengths = [cell.strip() for cells in table.rows for cell in cells[place : place + 1] if cell.strip()]
    shifted = [length for length in lengths if _SHIFTED_LENGTH.fullmatch(length)]
    # What lasts longer than an hour had its seconds, and is as it was.
    return any(length[:2].strip("0:") for length in shifted) and len(shifted) >= len(lengths) * _MIN_SHIFTED


def _name_cells(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {
        name: unescape_formula(cells[place]).replace("\x00", "")
        for name, place in columns.items()
        if place < len(cells)
    }


def _read_row(cells: Sequence[str], values: dict[str, str], traits: _TableTraits) -> FileRow:
    if traits.has_shifted_lengths:
        values["duration"] = _SHIFTED_LENGTH.sub(r"\1", values.get("duration", "").strip())
    if traits.holds_records:
        values["type"] = "album"
    guests = [cells[at].strip() for at in traits.guests if at < len(cells) and cells[at].strip()]
    if guests:
        values["artists"] = "; ".join(filter(None, [values.get("artists", "").strip(), *guests]))
    row = _make_row(values)
    if traits.holds_videos:
        row = read_video(row)
    names_something = row.title or row.uri or row.isrc or row.words or row.type
    if not (names_something or traits.is_own):
        return _make_unclear(cells)
    if traits.width and sum(map(bool, map(str.strip, cells[traits.width :]))) and not row.uri:
        # A comma that nobody put into quotes has moved its cells: what it says stays together.
        return FileRow(words=clean_text(", ".join(cell.strip() for cell in cells if cell.strip())))
    return row


def _find_heading_again(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, int] | None:
    """The columns of a row that is a heading as well: each of its cells is the name of one."""
    said = [cell.strip() for cell in cells if cell.strip()]
    if len(said) < 2 or not all(map(find_column, said)):  # noqa: PLR2004
        return None
    names = find_columns([cell.strip() for cell in cells])
    is_heading = ("title" in names and names.keys() <= columns.keys()) or names.keys() == {"album", "artists"}
    return names if is_heading and len(names) == len(said) else None


def _is_remark(cells: Sequence[str], values: Mapping[str, str], *, is_last: bool) -> bool:
    """Whether a row is no song: it counts the others, or says when they were played, or who wrote it all."""
    if all(values.get(name, "").strip() for name in ("title", "artists")):
        return False
    words = next((cell.strip() for cell in cells if cell.strip()), "")
    return _DAY.fullmatch(words) is not None or (is_last and _SUM.fullmatch(words) is not None)


def _make_unclear(cells: Sequence[str]) -> FileRow:
    return FileRow(words=_join_cells(cells), is_unclear=True)


def _find_list(values: Mapping[str, str], row: FileRow) -> tuple[ListKind, str, int] | None:
    kind = values.get("type", "").strip().casefold()
    if kind in _SAVED or row.type in SAVED_KINDS:
        return ListKind.LIBRARY, "", 0
    name = clean_text(values.get("list", ""))
    return (ListKind.PLAYLIST, name, 0) if name else None


def _join_cells(cells: Sequence[str]) -> str:
    return clean_text(" · ".join(cell.strip() for cell in cells if cell.strip()))


def _find_origin(table: Table) -> Origin:
    """Whose file it is, as far as the heading tells."""
    if table.heading == COLUMNS:
        return Origin.OWN_CSV
    names = {fold_name(name) for name in table.heading}
    if {"shazamlibrary", "trackkey"} & names or {"tagtime", "title", "artist"} <= names:
        return Origin.SHAZAM
    if {"playlistname", "type", "isrc"} <= names:
        return Origin.TUNEMYMUSIC
    artists = sum(cell.startswith("spotify:artist:") for cells in table.rows[:5] for cell in cells)
    return Origin.EXPORTIFY if artists else Origin.TABLE


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


def _make_row(values: Mapping[str, str]) -> FileRow:
    kind = values.get("type", "").strip().casefold()
    wanted = _KINDS.get(kind, "")
    link = _find_link(values, wanted or "track")
    local = values.get("uri", "").strip()
    is_local = kind == "local" or local.startswith("spotify:local:")
    length = values.get("duration_ms") or values.get("duration") or ""
    row = FileRow(
        uri=link.uri if link else local[:MAX_TEXT_LENGTH] if is_local and local else None,
        type=link.kind if link else wanted,
        title=add_version(values.get("title", ""), values.get("version", ""))[:MAX_TEXT_LENGTH],
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
    if is_local and not row.title:
        return add_local_facts(row)
    return row


def _find_link(values: Mapping[str, str], kind: str) -> Link | None:
    """Of the columns that may hold one. An id alone is of the kind that the row says."""
    for name in ("uri", "link", "id"):
        text = values.get(name, "").strip()
        link = parse_any_link(text)
        if link is None and re.fullmatch(r"[0-9A-Za-z]{22}", text):
            link = parse_any_link(f"spotify:{kind}:{text}")
        if link:
            return link
    return None
