"""Tables of any origin: which of their rows is the heading, and which column means what.

Headings are known in many languages; columns of links, recordings, lengths and dates by their content.
A table of which neither tells where its titles are is left to a member.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice, pairwise

from msgspec import Struct

from playlists.transfer.formats.headings import find_column, find_columns
from playlists.transfer.formats.rows import (
    MAX_FILE_ROWS,
    MAX_TEXT_LENGTH,
    FileFault,
    Table,
    UnreadableFile,
    fold_name,
    is_isrc,
    parse_item_link,
    parse_length_ms,
    parse_moment,
)
from spotweb.spotify.links import LinkError, parse_link

DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 60
_SAMPLE_LENGTH = 60_000
# Exporters write a few lines of their own above the heading, such as "Shazam Library".
_MAX_HEADING_ROW = 20
# Of a column, when it is to be known by what it holds; the rest may be empty, or local files.
_MIN_SHARE = 0.6
# Rows of a table have the same number of cells, but for a torn one.
_MIN_SAME_WIDTH = 0.8
_MIN_MANY_COLUMNS = 3
_IDENTIFYING = frozenset({"uri", "id", "link", "title", "isrc"})
_CERTAIN = frozenset({"uri", "id", "link", "isrc"})
_MIN_MS = 15_000
_MIN_MOMENTS = 3
_QUOTED_CELL = re.compile(r'(?m)^[ \t]*"[^"\n]*"[ \t]*[,;\t|]')
_ID = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[0-9A-Za-z]{22}")
# What YouTube calls its videos in the headings of its files, and how it numbers them.
_VIDEO_WORDS = ("video", "видео", "відео", "動画", "视频", "影片", "동영상")
_VIDEO_ID = re.compile(r"[\w-]{11}")
# A number of a song, also of how many: "3/12".
_COUNTED, _MIN_NUMBERS = re.compile(r"[0-9]{1,4}(?: ?(?:/|of) ?[0-9]{1,3})?"), 2
_LINKED = re.compile(r"\[((?:(?!\]\().)+)\]\((https?://[^\s()]+)\)")
_LETTER = re.compile(r"[^\W\d_]")
_NUMERIC = re.compile(r"\s*[0-9][0-9.,:%/ -]*\s*")
_WORDLESS = re.compile(r"[\d\s.,:/+\-TZ]*|(?i:true|false|yes|no)|https?://\S+|spotify:\S+|[0-9A-Za-z]{22}")


class TableReading(Struct, frozen=True, kw_only=True):
    """`columns` are places of our columns. `is_clear`: nobody has to be asked."""

    table: Table
    columns: Mapping[str, int]
    is_clear: bool


class _Dialect(Struct, frozen=True):
    delimiter: str
    skips_spaces: bool


def read_text(text: str, *, is_named_table: bool = False) -> TableReading | None:
    """The table in a text, or nothing where it looks like lines that people wrote.

    `is_named_table`: its name says that it is one. Raises UnreadableFile.
    """
    text = _unwrap_rows(text)
    declared = re.match(r'\s*"?sep=(.)"?[^\r\n]{0,9}(?:\r\n?|\n)', text)  # how Excel is told
    text = text[declared.end() :] if declared else text.lstrip("\r\n")
    dialects = [
        _Dialect(sign, skips) for sign in (declared[1] if declared else DELIMITERS) for skips in (False, True)
    ]
    readings = [
        (_rate_sample(sample, columns), dialect, columns, top)
        for dialect in dialects
        for sample in [_read_sample(text, dialect)]
        for top, columns in [_find_heading(sample)]
    ]
    rating, dialect, _columns, _top = max(readings, key=lambda one: one[0])
    sample = _read_sample(text, dialect)
    if all(_is_link(cell) for row in sample for cell in row if cell.strip()):
        return None  # links side by side are as many rows
    is_lone_column = is_named_table and _names_other_things(sample)
    if (
        rating[0] < _KNOWN
        and not is_lone_column
        and not _is_table(sample, dialect, text, is_named_table=is_named_table or bool(declared))
    ):
        return None
    return read_records(_read_all_records(text, dialect))


def tells_titles(text: str) -> bool:
    """Whether it has a heading of two columns or more that we know, one of them that of the titles."""
    dialects = [_Dialect(sign, skips_spaces=False) for sign in DELIMITERS]
    headings = [_find_heading(_read_sample(text, dialect))[1] for dialect in dialects]
    return any(len(columns) > 1 and "title" in columns for columns in headings)


def _read_all_records(text: str, dialect: _Dialect) -> list[list[str]]:
    """What strict reading takes as it is, is right; else the first repair that it takes."""
    for repaired in _repair_quotes(text, dialect):
        with suppress(csv.Error):
            kept = _collect_records(_read_records(repaired, dialect, strict=True))
            return _close_quotes(kept, repaired, dialect)
    try:
        return _close_quotes(_collect_records(_read_records(text, dialect)), text, dialect)
    except csv.Error:
        raise UnreadableFile(FileFault.BROKEN) from None


def _collect_records(records: Iterator[list[str]]) -> list[list[str]]:
    """Those that are too many are counted and not kept: a million of them would fill the memory."""
    kept = list(islice(records, MAX_FILE_ROWS + _MAX_HEADING_ROW))
    surplus = sum(1 for _cells in records)
    if surplus:
        raise UnreadableFile(FileFault.TOO_MANY, count=len(kept) + surplus)
    return kept


def _close_quotes(records: list[list[str]], text: str, dialect: _Dialect) -> list[list[str]]:
    """A quote that nobody closed swallows the rows up to the next: then it is a sign like others.

    A cell may have several lines, too: rows were swallowed only where its lines are as wide as the table.
    """
    if not any(_may_hold_rows(cells, dialect) for cells in records):
        return records
    width = _get_usual_width(records)[0]
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=dialect.skips_spaces)
    closed: list[list[str]] = []
    begin = 0
    for cells in reader:
        rows = [_read_line(line, dialect) for line in lines[begin : reader.line_num]]
        begin = reader.line_num
        as_wide = sum(len(row) == width for row in rows)
        is_swallowed = _may_hold_rows(cells, dialect) and as_wide >= len(rows) * _MIN_SAME_WIDTH
        closed += rows if is_swallowed else [cells]
    kept = [cells for cells in closed if any(cell.strip() for cell in cells)]
    return kept if len(kept) <= MAX_FILE_ROWS else records


def _may_hold_rows(cells: Sequence[str], dialect: _Dialect) -> bool:
    return any("\n" in cell and dialect.delimiter in cell for cell in cells)


def _read_line(line: str, dialect: _Dialect) -> list[str]:
    """The cells of a line by itself, in which a quote that is not closed is a sign like others."""
    if line.count('"') % 2 == 0:
        return next(
            csv.reader([line], delimiter=dialect.delimiter, skipinitialspace=dialect.skips_spaces), []
        )
    return [cell.strip(' "\r\n') for cell in line.split(dialect.delimiter)]


def _repair_quotes(text: str, dialect: _Dialect) -> Iterator[str]:
    """The text, then with quotes doubled that a program left single in a cell, or put a backslash before."""
    yield text
    sign = re.escape(dialect.delimiter)
    # With a sign of the same cell on both sides, or a space and then one.
    inner = re.compile(
        rf'(?<=[^{sign}\r\n"\\ ])"(?= *[^{sign}\r\n" ])|(?<=[^{sign}\r\n ] )"(?=[^{sign}\r\n" ])'
    )
    yield inner.sub('""', text)
    yield text.replace('\\"', '""')


def holds_videos_alone(table: Table) -> bool:
    """Whether it has the numbers of videos and no words: so YouTube hands out playlists."""
    first = [fold_name(cell) for cell in (table.heading or (table.rows[0] if table.rows else ()))]
    content = table.rows if table.heading else table.rows[1:]
    videos = [
        place
        for place, name in enumerate(first)
        if any(word in name for word in _VIDEO_WORDS)
        and any(len(cells) > place for cells in content)
        and all(_VIDEO_ID.fullmatch(cells[place].strip()) for cells in content if place < len(cells))
    ]
    return bool(videos) and not _list_word_columns(content[:_SAMPLE_ROWS], set(videos))


def read_records(records: Sequence[Sequence[str]]) -> TableReading:
    """What a table means. Rows above its heading are no content of it."""
    rows = _strip_quotes([tuple(cells) for cells in records if any(cell.strip() for cell in cells)])
    rows = _part_links(rows)
    top, columns = _find_heading(rows[:_SAMPLE_ROWS])
    heading = rows[top] if top is not None else ()
    content = rows[top + 1 :] if top is not None else rows
    columns = name_columns(heading, content) if heading else dict(columns)
    by_content = _find_columns_by_content(content[:_SAMPLE_ROWS])
    columns = _merge_columns(columns, by_content, content[:_SAMPLE_ROWS])
    if top is None and (
        _is_heading(content, columns)
        or _is_above_numbers(content[:_SAMPLE_ROWS])
        or _names_other_things(content[:_SAMPLE_ROWS])
    ):
        heading, content = content[0], content[1:]
    unknown = _list_word_columns(content[:_SAMPLE_ROWS], set(columns.values()))
    is_clear = bool(_CERTAIN & set(columns)) or ("title" in columns and ("artists" in columns or not unknown))
    columns = _propose_columns(columns, unknown)
    return TableReading(
        table=Table(heading=tuple(cell.strip()[:MAX_TEXT_LENGTH] for cell in heading), rows=tuple(content)),
        columns=columns,
        is_clear=is_clear,
    )


def _strip_quotes(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Cells in single quotes, which no table of Python's knows, where all are so."""
    said = [cell.strip() for cells in rows[:_SAMPLE_ROWS] for cell in cells if cell.strip()]
    if not said or not all(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in said):
        return rows
    return [tuple(cell.strip().strip("'") for cell in cells) for cells in rows]


def _part_links(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Cells that are links, "[Home](https://…)", hold their words; one to a song gets a column."""
    if not any(_LINKED.fullmatch(cell.strip()) for cells in rows for cell in cells):
        return rows
    width = max(map(len, rows))
    parted = []
    for cells in rows:
        found = [_LINKED.fullmatch(cell.strip()) for cell in cells]
        song = next(filter(parse_item_link, (link[2] for link in found if link)), "")
        words = [link[1] if link else cell for link, cell in zip(found, cells, strict=True)]
        parted.append((*words, *[""] * (width - len(words)), song))
    return parted if any(cells[-1] for cells in parted) else [cells[:-1] for cells in parted]


# --- Text to records --------------------------------------------------------------------------------------

_KNOWN = 1


def _rate_sample(sample: Sequence[Sequence[str]], columns: Mapping[str, int]) -> tuple[int, int, int, int]:
    """The better the sign between the cells: a known heading or links, then even rows."""
    known = len(columns)
    by_content = _CERTAIN & set(_find_columns_by_content(sample[1:] or sample)) if sample else set()
    has_identity = not _IDENTIFYING.isdisjoint(columns)
    is_known = int(has_identity or (bool(by_content) and max(map(len, sample), default=0) > 1))
    width, same = _get_usual_width(sample)
    quotes = sum(cell.count('"') for row in sample for cell in row)
    return (is_known, known + len(by_content), -quotes, width if same >= _MIN_SAME_WIDTH else 0)


def _is_table(sample: Sequence[Sequence[str]], dialect: _Dialect, text: str, *, is_named_table: bool) -> bool:
    """Whether rows without any known heading are a table nevertheless."""
    width, same = _get_usual_width(sample)
    if width < 2 or same < _MIN_SAME_WIDTH:  # noqa: PLR2004
        return False
    if is_named_table:
        return True
    is_quoted = (
        len(re.findall(r'(?m)^[ \t]*"[^"\n]*"[ \t]*[,;\t|]', text[:_SAMPLE_LENGTH]))
        >= len(sample) * _MIN_SHARE
    )
    # Of "Home, Ada" both readings are tried anyway.
    return (
        len(sample) > 1
        and (is_quoted or width >= _MIN_MANY_COLUMNS or (dialect.delimiter in ";|" and same == 1))
        and not _looks_like_prose(text, dialect)
    )


def _names_other_things(sample: Sequence[Sequence[str]]) -> bool:
    """Whether its one column is headed by something else than songs: artists, albums."""
    heading = [cell for cell in sample[0] if cell.strip()] if sample else []
    return len(heading) == 1 and find_column(heading[0].strip()) in {"artists", "album", "show"}


def _looks_like_prose(text: str, dialect: _Dialect) -> bool:
    """Whether the commas are those of sentences: always with a space behind, and no cell in quotes."""
    lines = text[:_SAMPLE_LENGTH].splitlines()[:_SAMPLE_ROWS]
    return dialect.delimiter == "," and all(
        re.search(r",(?! )", line) is None and '"' not in line for line in lines
    )


def _get_usual_width(sample: Sequence[Sequence[str]]) -> tuple[int, float]:
    widths = Counter(len(cells) for cells in sample)
    if not widths:
        return 0, 0.0
    width, count = widths.most_common(1)[0]
    return width, count / len(sample)


def _unwrap_rows(text: str) -> str:
    """Rows that were put into quotes as a whole, so that each is a single cell: the cells within."""
    for sign in ",;":
        sample = _read_sample(text, _Dialect(sign, skips_spaces=True))
        whole = [cells[0] for cells in sample if len(cells) == 1 or not any(map(str.strip, cells[1:]))]
        wrapped = [cell for cell in whole if re.search(r"[,;\t]", cell)]
        lines = re.findall(r'(?m)^[ \t]*"(?:[^"\r\n]|"")*"[,; \t]*\r?$', text[:_SAMPLE_LENGTH])
        if (
            len(sample) > 1
            and len(wrapped) >= len(sample) * _MIN_SAME_WIDTH
            and len(lines) >= len(wrapped) - 1
        ):
            try:
                rows = csv.reader(io.StringIO(text, newline=""), delimiter=sign, skipinitialspace=True)
                return "\n".join(cells[0] for cells in rows if cells)
            except csv.Error:
                raise UnreadableFile(FileFault.BROKEN) from None
    return text


def _read_sample(text: str, dialect: _Dialect) -> list[list[str]]:
    """The first records that are whole, without empty ones."""
    records: list[list[str]] = []
    with suppress(csv.Error):  # what was read until there is sample enough
        records.extend(islice(_read_records(text[:_SAMPLE_LENGTH], dialect), _SAMPLE_ROWS))
    return records


def _read_records(
    text: str, dialect: _Dialect, *, quoting: int = csv.QUOTE_MINIMAL, strict: bool = False
) -> Iterator[list[str]]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        skipinitialspace=dialect.skips_spaces,
        quoting=quoting,  # type: ignore[arg-type]  # one of the constants
        strict=strict,
    )
    if dialect.delimiter == "|":
        return _read_drawn_records(reader)
    return (cells for cells in reader if any(cell.strip() for cell in cells))


def _read_drawn_records(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    """Tables in text have spaces around their cells, and lines below the heading and around all."""
    for cells in reader:
        if any(cell.strip("-+=: \t") for cell in cells):
            yield [cell.strip() for cell in cells]


# --- Which column is what ---------------------------------------------------------------------------------


def _find_heading(rows: Sequence[Sequence[str]]) -> tuple[int | None, dict[str, int]]:
    """Its place and the columns it names. One known word is enough in the first row."""
    best: tuple[int | None, dict[str, int]] = (None, {})
    for place, cells in enumerate(rows[:_MAX_HEADING_ROW]):
        columns = find_columns([cell.strip() for cell in cells])
        if len(columns) > len(best[1]) and (len(columns) > 1 or (place == 0 and _names_row(cells, columns))):
            best = (place, columns)
    return best


def name_columns(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Which column is which by its heading. "Track" above nothing but numbers counts what "Title" names."""
    names = [cell.strip() for cell in heading]
    sample = [cells for cells in rows[:_SAMPLE_ROWS] if [cell.strip() for cell in cells] != names]
    columns = found = find_columns(names)
    while "title" in found and _holds_numbers(sample, found["title"]):
        names[found["title"]] = ""
        found = find_columns(names)
        if "title" in found and not _holds_numbers(sample, found["title"]):
            return found
    return columns


def _holds_numbers(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Whether there is nothing else in a column; a title or two may be numbers, such as 1999 and 22."""
    cells = [cells[place].strip() for cells in rows if place < len(cells) and cells[place].strip()]
    return len(cells) >= _MIN_NUMBERS and all(map(_COUNTED.fullmatch, cells))


def _names_row(cells: Sequence[str], columns: Mapping[str, int]) -> bool:
    return len(cells) > 1 or not _IDENTIFYING.isdisjoint(columns)


def _find_columns_by_content(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place in range(max(map(len, rows), default=0)):
        cells = [cells[place].strip() for cells in rows if place < len(cells) and cells[place].strip()]
        kind = _find_kind(cells)
        if kind and not (kind == "duration" and _go_up(cells)):
            found.setdefault(kind, place)
    return found


def _go_up(cells: Sequence[str]) -> bool:
    """Whether they are moments, each later than the one before: when a song began, and not how long it is."""
    moments = [moment for cell in cells if (moment := parse_length_ms(cell)) is not None]
    return len(moments) >= _MIN_MOMENTS and all(first < then for first, then in pairwise(moments))


_Test = Callable[[str], object]
# What cells look like that mean one of our columns; the first that most of them pass counts.
_CONTENT_TESTS: Mapping[str, _Test] = {
    "uri": lambda cell: parse_item_link(cell) or cell.startswith("spotify:local:"),
    "isrc": is_isrc,
    "id": _ID.fullmatch,
    "duration": lambda cell: ":" in cell and parse_length_ms(cell),
    "duration_ms": lambda cell: re.fullmatch(r"[0-9]{5,8}", cell) and int(cell) >= _MIN_MS,
    "added_at": lambda cell: len(cell) > len("2026-01") and parse_moment(cell) is not None,
}


def _find_kind(cells: Sequence[str]) -> str:
    for name, test in _CONTENT_TESTS.items() if cells else ():
        if sum(bool(test(cell)) for cell in cells) >= max(1, len(cells) * _MIN_SHARE):
            return name
    return ""


def _merge_columns(
    named: Mapping[str, int], by_content: Mapping[str, int], rows: Sequence[Sequence[str]]
) -> dict[str, int]:
    """The heading counts, but for links: they are where they are, whatever is written above."""
    columns = dict(named)
    if (
        "uri" in by_content
        and not _holds_links(rows, columns.get("uri"))
        and not _holds_links(rows, columns.get("link"))
    ):
        columns["uri"] = by_content["uri"]
    taken = set(columns.values())
    for name in ("isrc", "id", "duration_ms", "duration", "added_at"):
        place = by_content.get(name)
        if place is not None and place not in taken and name not in columns:
            if name == "id" and {"uri", "link"} & set(columns):
                continue
            if name.startswith("duration") and {"duration", "duration_ms"} & set(columns):
                continue
            columns[name] = place
    if "album" in columns and columns["album"] == by_content.get("added_at"):
        columns.setdefault("release_date", columns.pop("album"))  # "Release" is a day as often as a record
    # A heading of a link is no promise: of other services' links nothing can be taken.
    for name in ("uri", "link", "id"):
        if name in columns and not _holds_any(rows, columns[name], name):
            del columns[name]
    return columns


def _holds_links(rows: Sequence[Sequence[str]], place: int | None) -> bool:
    return place is not None and any(place < len(cells) and _is_link(cells[place]) for cells in rows)


def _holds_any(rows: Sequence[Sequence[str]], place: int, name: str) -> bool:
    cells = [cells[place].strip() for cells in rows if place < len(cells) and cells[place].strip()]
    if name == "id":
        return any(re.fullmatch(r"[0-9A-Za-z]{22}", cell) for cell in cells)
    return any(_is_link(cell) or re.fullmatch(r"[0-9A-Za-z]{22}", cell) for cell in cells)


def _is_link(cell: str) -> bool:
    try:
        return bool(parse_link(cell.strip("<>()[]\"' \t")))
    except LinkError:
        return cell.strip().startswith("spotify:local:")


def _is_heading(rows: Sequence[Sequence[str]], columns: Mapping[str, int]) -> bool:
    """Whether the first row only says what the others are, in words that nobody here knows."""
    if len(rows) < 2:  # noqa: PLR2004
        return False
    first = rows[0]
    places = [columns[name] for name in (*_CERTAIN, "duration", "duration_ms") if name in columns]
    return bool(places) and all(
        place < len(first) and first[place].strip() and not _find_kind([first[place].strip()])
        for place in places
    )


def _is_above_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has a word above a column of nothing but numbers."""
    if len(rows) < 3:  # noqa: PLR2004
        return False
    first, *others = rows
    return any(
        _LETTER.search(cell)
        and all(place < len(cells) and _NUMERIC.fullmatch(cells[place]) for cells in others)
        for place, cell in enumerate(first)
    )


def _list_word_columns(rows: Sequence[Sequence[str]], known: set[int]) -> list[int]:
    """Columns nobody has a name for that hold words: one of them may be the title."""
    found = []
    for place in range(max(map(len, rows), default=0)):
        cells = [cells[place].strip() for cells in rows if place < len(cells) and cells[place].strip()]
        words = sum(_WORDLESS.fullmatch(cell) is None for cell in cells)
        if place not in known and cells and words >= len(cells) * _MIN_SHARE:
            found.append(place)
    return found


def _propose_columns(columns: Mapping[str, int], unknown: Sequence[int]) -> dict[str, int]:
    """Nearly everybody writes the title first and the people behind it."""
    proposed, left = dict(columns), list(unknown)
    for name in ("title", "artists"):
        if name not in proposed and left:
            proposed[name] = left.pop(0)
    return proposed
