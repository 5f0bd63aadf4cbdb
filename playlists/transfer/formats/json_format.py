"""Playlists as JSON: ours, which says everything, Spotify's own copy of one's data, and plain lists."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from playlists.transfer.formats import csv_format, own_format, spotify_format, tables
from playlists.transfer.formats.json_row import MAX_FIELDS, get_text, make_row, normalize_names
from playlists.transfer.formats.rows import (
    MAX_ARTISTS,
    MAX_FILE_ROWS,
    MAX_ROWS,
    MAX_TEXT_LENGTH,
    SAVED_KINDS,
    FileContents,
    FileFault,
    FileList,
    ListKind,
    Origin,
    Table,
    UnreadableFile,
    fold_name,
    repair_text,
)
from playlists.transfer.formats.tables import TableReading
from spotweb.spotify.answers import struct_types

# Of a file with a hundred thousand rows, and far below what would fill the memory.
_MAX_OBJECTS, _MAX_VALUES = 500_000, 1_500_000
_MAX_DEPTH = 4
_MAX_LISTS_BY_NAME = 10_000
# A box to tick, "[ ] Home", is no list without content.
_START = re.compile(
    r"\s*(?:\{\s*(?:[\"'}]|$)|\[\s*(?:[\"{]|\[\s*(?:[\"{\[\]]|-?[0-9])|\]\s*$|-?[0-9]+\s*,|null|$))"
)
_NEXT_DOCUMENT = re.compile(r"[\s,;]*(?=[^\s,;])")
# Where objects keep their rows.
_ROW_LISTS = (
    "items", "tracks", "songs", "playlists", "lists", "entries", "rows", "data", "track", "results", "entry",
    "metadata", "children",
)  # fmt: skip
# Where the pages of web APIs have theirs: Spotify's, Deezer's.
_PAGES = ("items", "data")


def looks_like_json(text: str) -> bool:
    """Whether it begins as JSON does and lines of people do not: "[Live] Ada - Home" is none."""
    return _START.match(text) is not None


def read_contents(text: str) -> FileContents | None:
    """What a JSON file holds, or several objects in lines of their own; nothing where it is no JSON at all.

    Raises UnreadableFile.
    """
    try:
        head = struct_types.get_json_decoder(own_format.FileHeader).decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        head = own_format.FileHeader()
    if head.format == own_format.FORMAT:
        return FileContents(origin=Origin.OWN_JSON, lists=(own_format.read_list(text, head),))
    if sum(text.count(sign) for sign in "{[") > _MAX_OBJECTS or text.count(",") > _MAX_VALUES:
        raise UnreadableFile(FileFault.TOO_MANY, count=max(text.count("{"), text.count(",")))
    try:
        if spotify_format.is_history(text):
            return spotify_format.read_history(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        pass  # torn, or not what it seemed: it is read as any other, or refused there
    document = _decode_document(text)
    if document is _NO_JSON:
        return None
    return _read_document(document)


_NO_JSON = object()


def _decode_document(text: str) -> object:
    """Python's decoder comes second: it takes NaN, halves of characters, and objects one after another."""
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise UnreadableFile(FileFault.BROKEN) from None
    except (msgspec.DecodeError, UnicodeEncodeError):
        pass
    documents, place, decoder = [], 0, json.JSONDecoder(strict=False)
    try:
        while start := _NEXT_DOCUMENT.match(text, place):
            document, place = decoder.raw_decode(text, start.end())
            documents.append(document)
    except RecursionError:
        raise UnreadableFile(FileFault.BROKEN) from None
    except ValueError:
        if looks_like_json(text):
            raise UnreadableFile(FileFault.BROKEN) from None
        return _NO_JSON
    if not documents or text[place:].strip(" \t\r\n,;"):
        if documents and looks_like_json(text):
            raise UnreadableFile(FileFault.BROKEN)
        return _NO_JSON
    return documents[0] if len(documents) == 1 else documents


# --- Files of others: any, because nobody describes them -------------------------------------------------


def _read_document(document: object) -> FileContents:
    cells = _find_cells(document) if isinstance(document, Mapping) else None
    if cells is not None:
        return msgspec.structs.replace(csv_format.make_contents(cells), origin=Origin.JSON)
    if isinstance(document, Mapping) and spotify_format.is_library(document):
        contents = spotify_format.read_library(document)
    elif spotify_format.is_playlists(document):
        contents = FileContents(origin=Origin.SPOTIFY_PLAYLISTS, lists=tuple(_find_lists(document)))
    else:
        contents = FileContents(origin=Origin.JSON, lists=tuple(_find_lists(document)))
    lists = tuple(file_list for file_list in contents.lists if file_list.rows)
    is_known = any(not row.is_unclear and not row.is_vanished for one in lists for row in one.rows)
    if not is_known and contents.origin == Origin.JSON:
        table = _find_table(document)
        if table is None:
            raise UnreadableFile(FileFault.UNKNOWN)
        return msgspec.structs.replace(csv_format.make_contents(table), origin=Origin.JSON)
    if any(_is_container(entry) for entries in _list_arrays(document) for entry in entries[:20]):
        raise UnreadableFile(FileFault.NO_NAMES)
    count = sum(len(file_list.rows) for file_list in lists)
    if count > MAX_FILE_ROWS or (count > MAX_ROWS and contents.origin == Origin.JSON and len(lists) == 1):
        raise UnreadableFile(FileFault.TOO_MANY, count=count)
    return msgspec.structs.replace(contents, lists=lists)


def _find_lists(document: object, *, name: str = "", depth: int = 0) -> Iterator[FileList]:
    """Lists of rows wherever they are: at the top, in a playlist, in pages of the Web API, under names."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(document, list):
        if len(document) > MAX_FILE_ROWS:
            raise UnreadableFile(FileFault.TOO_MANY, count=len(document))
        if any(map(_is_playlist, document)):
            for entry in document:
                yield from _find_lists(entry, depth=depth + 1)
        elif not document or not all(isinstance(entry, list) for entry in document):  # cells are a table
            rows = tuple(map(make_row, document))
            is_saved = bool(rows) and all(row.uri and row.type in SAVED_KINDS for row in rows)
            yield FileList(name=name, rows=rows, kind=ListKind.LIBRARY if is_saved else ListKind.PLAYLIST)
    elif isinstance(document, Mapping):
        found = tuple(_find_row_lists(document, name, depth)) or tuple(_find_named_lists(document, depth))
        yield from found
        if not found and depth == 0:
            are_rows = bool(document) and all(map(_is_row, document.values()))
            rows = tuple(map(make_row, document.values() if are_rows else [document]))
            # A name alone is that of whatever the file is about.
            if are_rows or any(row.artists or row.uri or row.isrc for row in rows):
                yield FileList(rows=rows)


def _find_row_lists(document: Mapping[str, Any], name: str, depth: int) -> Iterator[FileList]:
    """The rows of an object that is a playlist itself: the first field for them that holds any."""
    names = normalize_names(document)
    own_name = get_text(names, "name", "title", "playlistname") or name
    for key in _ROW_LISTS:
        rows = _get_rows(names.get(key))
        if rows is not None:
            found = tuple(_find_lists(rows, name=own_name, depth=depth + 1))
            if any(file_list.rows for file_list in found):
                yield from found
                return


def _find_named_lists(document: Mapping[str, Any], depth: int) -> Iterator[FileList]:
    """Of an object that has its lists under their names."""
    for key, value in list(document.items())[:_MAX_LISTS_BY_NAME]:
        if isinstance(value, list):
            is_list = any(map(_is_playlist, value)) or not all(make_row(one).is_unclear for one in value[:20])
        else:
            is_list = isinstance(value, Mapping) and (_is_playlist(value) or not _is_row(value))
        if is_list:
            yield from _find_lists(value, name=repair_text(str(key))[:MAX_TEXT_LENGTH], depth=depth + 1)


def _is_playlist(entry: object) -> bool:
    """Whether an object holds rows of its own, and is none itself."""
    if not isinstance(entry, Mapping):
        return False
    names = normalize_names(entry)
    return any(
        (rows := _get_rows(names.get(key))) is not None
        and (not rows or isinstance(rows[0], str | Mapping | list))
        for key in _ROW_LISTS
        if key != "data"
    )


def _get_rows(value: object) -> list[Any] | None:
    """The rows in a field: they stand there, or in a page with their number beside them."""
    if isinstance(value, Mapping):
        value = next((value[name] for name in _PAGES if isinstance(value.get(name), list)), None)
    return value if isinstance(value, list) else None


def _is_container(entry: object) -> bool:
    """A playlist in Apple's copy of one's data: it has numbers of songs, whose names lie elsewhere."""
    return isinstance(entry, Mapping) and any(fold_name(str(name)) == "containertype" for name in entry)


def _is_row(entry: object) -> bool:
    return isinstance(entry, Mapping) and not (row := make_row(entry)).is_unclear and not row.is_vanished


def _find_cells(document: Mapping[str, Any]) -> TableReading | None:
    """Rows of cells with their heading beside them, as programs that work with tables write them."""
    arrays = [array for array in _list_arrays(document) if array]
    rows = next((array for array in arrays if all(isinstance(row, list) for row in array)), None)
    heading = next(
        (
            array
            for array in arrays
            if rows and len(array) == len(rows[0]) and all(isinstance(name, str) for name in array)
        ),
        None,
    )
    if rows is None or heading is None:
        return None
    return tables.read_records([[spotify_format.get_text(cell) for cell in row] for row in (heading, *rows)])


def _find_table(document: object) -> TableReading | None:
    """Rows of cells, or objects whose fields nobody here knows: their names are a heading then."""
    found = [entries for entries in _list_arrays(document) if len(entries) > 0]
    for entries in sorted(found, key=len, reverse=True)[:3]:
        if all(isinstance(entry, list) for entry in entries):
            return tables.read_records(
                [[spotify_format.get_text(cell) for cell in entry] for entry in entries]
            )
        objects = [entry for entry in entries if isinstance(entry, Mapping)]
        if len(objects) == len(entries):
            flat = [_flatten_entry(entry) for entry in objects]
            heading = list(dict.fromkeys(name for entry in flat[:200] for name in entry))[:MAX_FIELDS]
            reading = tables.read_records(
                [heading, *([entry.get(name, "") for name in heading] for entry in flat)]
            )
            words = [
                name
                for name in heading
                if any(re.search(r"[^\W\d_]", entry.get(name, "")) for entry in flat[:50])
            ]
            if reading.table.heading == tuple(heading) or words:
                return _put_heading(reading, heading)
    return None


def _put_heading(reading: TableReading, heading: Sequence[str]) -> TableReading:
    """The names of fields are the heading, also where nobody knows one of them."""
    table = reading.table
    if table.heading or not table.rows or table.rows[0] != tuple(heading):
        return reading
    return msgspec.structs.replace(reading, table=Table(heading=tuple(heading), rows=table.rows[1:]))


def _list_arrays(document: object, depth: int = 0) -> Iterator[list[Any]]:
    if isinstance(document, list):
        yield document
    elif isinstance(document, Mapping) and depth < _MAX_DEPTH:
        for value in list(document.values())[:_MAX_LISTS_BY_NAME]:
            yield from _list_arrays(value, depth + 1)


def _flatten_entry(entry: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in list(entry.items())[:MAX_FIELDS]:
        if isinstance(value, Mapping) and not prefix:
            flat |= _flatten_entry(value, f"{name} ")
        elif isinstance(value, list):
            flat[f"{prefix}{name}"] = "; ".join(
                filter(None, map(spotify_format.get_text, value[:MAX_ARTISTS]))
            )
        else:
            flat[f"{prefix}{name}"] = spotify_format.get_text(value)
    return flat
