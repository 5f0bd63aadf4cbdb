"""Playlists as JSON: ours, which says everything, Spotify's own copy of one's data, and plain lists."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from playlists.transfer.formats import csv_format, spotify_format, tables, text_format
from playlists.transfer.formats.headings import find_column
from playlists.transfer.formats.rows import (
    CHANNELS,
    MAX_ARTISTS,
    MAX_FILE_ROWS,
    MAX_ROWS,
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
    clean_text,
    fold_name,
    parse_any_link,
    parse_item_link,
    parse_length_ms,
    parse_moment,
    read_video,
    repair_text,
)
from playlists.transfer.formats.tables import TableReading
from spotweb.spotify.answers import struct_types
from spotweb.spotify.links import Link

FORMAT = "spotweb-playlist"
VERSION = 1
# More than any file has that means a song.
_MAX_FIELDS = 40
# Of a file with a hundred thousand rows, and far below what would fill the memory.
_MAX_OBJECTS, _MAX_VALUES = 500_000, 1_500_000
_MAX_DEPTH = 4
_MAX_LISTS_BY_NAME = 10_000
_ID_LENGTH = 22
_NEXT_DOCUMENT = re.compile(r"[\s,;]*(?=[^\s,;])")
# Where objects keep their rows.
_ROW_LISTS = (
    "items", "tracks", "songs", "playlists", "lists", "entries", "rows", "data", "track", "results", "entry",
    "metadata", "children",
)  # fmt: skip
# Where the pages of web APIs have theirs: Spotify's, Deezer's.
_PAGES = ("items", "data")
# Objects within a row, and what they make of it.
_NAMES_OF_VALUES = ("name", "title", "text", "#text", "value", "username")
_KINDS: Mapping[str, str] = {
    "track": "track",
    "trackmetadata": "track",
    "localtrack": "track",
    "song": "track",
    "episode": "episode",
    "audiobook": "audiobook",
    "audiobookchapter": "chapter",
    "chapter": "chapter",
    "show": "show",
}


class FileOwner(Struct, frozen=True, kw_only=True):
    id: str = ""
    name: str = ""


class PlaylistFacts(Struct, frozen=True, kw_only=True):
    uri: str | None = None
    url: str | None = None
    name: str = ""
    description: str = ""
    owner: FileOwner = FileOwner()
    is_public: bool | None = None
    is_collaborative: bool = False
    snapshot_id: str = ""
    total: int = 0


class FileHeader(Struct, frozen=True, kw_only=True):
    """What the file begins with, so that a version that nobody knows yet can say so."""

    format: str = ""
    version: int = 0
    exported_at: str = ""
    playlist: PlaylistFacts = PlaylistFacts()


class PlaylistFile(FileHeader, frozen=True, kw_only=True):
    items: tuple[FileRow, ...] = ()


def write_list(playlist: FileList, *, now: datetime) -> Iterator[str]:
    """The file in pieces, one row in a line: it can be read, compared and mended by people."""
    facts = PlaylistFacts(
        uri=playlist.uri,
        url=playlist.url,
        name=playlist.name,
        description=playlist.description,
        owner=FileOwner(id=playlist.owner_id, name=playlist.owner_name),
        is_public=playlist.is_public,
        is_collaborative=playlist.is_collaborative,
        snapshot_id=playlist.snapshot_id,
        total=len(playlist.rows),
    )
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    head = FileHeader(format=FORMAT, version=VERSION, exported_at=moment, playlist=facts)
    yield msgspec.json.format(msgspec.json.encode(head), indent=2).decode().removesuffix("\n}")
    yield ',\n  "items": ['
    for number, row in enumerate(playlist.rows):
        yield (",\n    " if number else "\n    ") + msgspec.json.encode(row).decode()
    yield "\n  ]\n}\n"


def is_own_format(text: str) -> bool:
    """Whether it says at once that this app has written it."""
    return re.match(rf'\s*\{{\s*"format"\s*:\s*"{FORMAT}"', text) is not None


def looks_like_json(text: str) -> bool:
    """Whether it begins as JSON does and lines of people do not: "[Live] Ada - Home" is none."""
    return re.match(r"\s*(?:\{\s*(?:[\"'}]|$)|\[\s*(?:[\"{\[\]]|-?[0-9]+\s*,|null|$))", text) is not None


def read_contents(text: str) -> FileContents | None:
    """What a JSON file holds, or several objects in lines of their own; nothing where it is no JSON at all.

    Raises UnreadableFile.
    """
    try:
        head = struct_types.get_json_decoder(FileHeader).decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        head = FileHeader()
    if head.format == FORMAT:
        return FileContents(origin=Origin.OWN_JSON, lists=(_read_own_format(text, head),))
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


def _read_own_format(text: str, head: FileHeader) -> FileList:
    if head.version > VERSION:
        raise UnreadableFile(FileFault.NEWER)
    try:
        kept = struct_types.get_json_decoder(PlaylistFile).decode(text)
    except msgspec.DecodeError:
        raise UnreadableFile(FileFault.BROKEN) from None
    _check_count(len(kept.items))
    facts = kept.playlist
    return FileList(
        name=repair_text(facts.name)[:MAX_TEXT_LENGTH],
        rows=tuple(map(_clean_row, kept.items)),
        description=repair_text(facts.description)[:MAX_TEXT_LENGTH],
        uri=facts.uri,
        url=facts.url,
        owner_id=facts.owner.id,
        owner_name=facts.owner.name,
        is_public=facts.is_public,
        is_collaborative=facts.is_collaborative,
        snapshot_id=facts.snapshot_id,
    )


def _clean_row(row: FileRow) -> FileRow:
    """A file may have been edited by hand: a link is one of Spotify's, or none, and text has its bounds."""
    changes: dict[str, Any] = {
        name: repair_text(value)[:MAX_TEXT_LENGTH]
        for name, value in msgspec.structs.asdict(row).items()
        if isinstance(value, str) and (len(value) > MAX_TEXT_LENGTH or "\x00" in value)
    }
    if len(row.artists) > MAX_ARTISTS or any(
        len(one) > MAX_TEXT_LENGTH or "\x00" in one for one in row.artists
    ):
        changes["artists"] = tuple(repair_text(one)[:MAX_TEXT_LENGTH] for one in row.artists[:MAX_ARTISTS])
    return _drop_foreign_uri(msgspec.structs.replace(row, **changes) if changes else row)


def _drop_foreign_uri(row: FileRow) -> FileRow:
    if row.uri is None or parse_item_link(row.uri) or row.uri.startswith("spotify:local:"):
        return row
    return msgspec.structs.replace(row, uri=None)


def _check_count(count: int) -> None:
    if count > MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=count)


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
            rows = tuple(map(_make_row, document))
            is_saved = bool(rows) and all(row.uri and row.type in SAVED_KINDS for row in rows)
            yield FileList(name=name, rows=rows, kind=ListKind.LIBRARY if is_saved else ListKind.PLAYLIST)
    elif isinstance(document, Mapping):
        found = tuple(_find_row_lists(document, name, depth)) or tuple(_find_named_lists(document, depth))
        yield from found
        if not found and depth == 0:
            are_rows = bool(document) and all(map(_is_row, document.values()))
            rows = tuple(map(_make_row, document.values() if are_rows else [document]))
            # A name alone is that of whatever the file is about.
            if are_rows or any(row.artists or row.uri or row.isrc for row in rows):
                yield FileList(rows=rows)


def _find_row_lists(document: Mapping[str, Any], name: str, depth: int) -> Iterator[FileList]:
    """The rows of an object that is a playlist itself: the first field for them that holds any."""
    names = _normalize_names(document)
    own_name = _get_text(names, "name", "title", "playlistname") or name
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
            is_list = any(map(_is_playlist, value)) or not all(
                _make_row(one).is_unclear for one in value[:20]
            )
        else:
            is_list = isinstance(value, Mapping) and (_is_playlist(value) or not _is_row(value))
        if is_list:
            yield from _find_lists(value, name=repair_text(str(key))[:MAX_TEXT_LENGTH], depth=depth + 1)


def _is_playlist(entry: object) -> bool:
    """Whether an object holds rows of its own, and is none itself."""
    if not isinstance(entry, Mapping):
        return False
    names = _normalize_names(entry)
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
    return isinstance(entry, Mapping) and not (row := _make_row(entry)).is_unclear and not row.is_vanished


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
            heading = list(dict.fromkeys(name for entry in flat[:200] for name in entry))[:_MAX_FIELDS]
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
    for name, value in list(entry.items())[:_MAX_FIELDS]:
        if isinstance(value, Mapping) and not prefix:
            flat |= _flatten_entry(value, f"{name} ")
        elif isinstance(value, list):
            flat[f"{prefix}{name}"] = "; ".join(
                filter(None, map(spotify_format.get_text, value[:MAX_ARTISTS]))
            )
        else:
            flat[f"{prefix}{name}"] = spotify_format.get_text(value)
    return flat


def _make_row(entry: object) -> FileRow:
    """What names no song keeps its text, so that the member sees what was left out."""
    if isinstance(entry, str):
        return _read_line(entry)
    if entry is None:
        return FileRow()
    if not isinstance(entry, Mapping):
        return FileRow(words=spotify_format.describe_entry(entry), is_unclear=True)
    values = _normalize_names(entry)
    kind, inner = _find_inner(values)
    if inner:
        values = {**values, **_normalize_names(inner)}
        more = values.get("additionalinfo")  # ListenBrainz keeps links and recordings apart
        values = {**(_normalize_names(more) if isinstance(more, Mapping) else {}), **values}
    elif any(values.get(name, "") is None for name in ("track", "item")):
        return FileRow()  # Spotify says so of what it has no more
    columns = _find_fields(values)
    link = _find_link(values)
    uri = link.uri if link else None
    local = next(
        (value for value in values.values() if isinstance(value, str) and value.startswith("spotify:local:")),
        "",
    )
    is_local = not link and (kind == "localtrack" or bool(local) or values.get("islocal") is True)
    row = FileRow(
        uri=uri or (repair_text(local)[:MAX_TEXT_LENGTH] or None),
        type=link.kind if link and kind != "audiobook" else _KINDS.get(kind, "") or _get_kind(values),
        title=_get_first(columns, "title", "episode") or _get_text(values, "audiobookname", "chaptername"),
        artists=_get_artists(values, columns),
        album=_get_first(columns, "album", "show"),
        isrc=_get_first(columns, "isrc") or _get_isrc(values),
        duration_ms=_get_duration(columns),
        added_at=parse_moment(_get_first(columns, "added_at")),
        is_local=is_local,
    )
    if is_local:
        row = add_local_facts(row)
    elif not CHANNELS.isdisjoint(values):
        row = read_video(row)
    if row.is_vanished or not (row.uri or row.title or row.isrc or row.words):
        return FileRow(words=spotify_format.describe_entry(entry), is_unclear=True)
    return row


def _read_line(text: str) -> FileRow:
    """A row that is only text: a link, or words as in a pasted line."""
    rows = text_format.read_line(repair_text(text)[: 4 * MAX_TEXT_LENGTH])
    return rows[0] if rows else FileRow(words=clean_text(repair_text(text)), is_unclear=True)


def _find_inner(values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    for name in (
        "track",
        "item",
        "episode",
        "trackmetadata",
        "localtrack",
        "audiobook",
        "chapter",
        "song",
        "show",
        "audiobookchapter",
    ):
        value = values.get(name)
        if isinstance(value, Mapping):
            return name, value
    album = values.get("album")  # of a song as well, which has a name of its own
    is_album = isinstance(album, Mapping) and not {"name", "title", "track", "song"} & set(values)
    return ("album", album) if isinstance(album, Mapping) and is_album else ("", {})


def _normalize_names(values: Mapping[str, Any]) -> dict[str, Any]:
    return {fold_name(str(name)): value for name, value in list(values.items())[:_MAX_FIELDS]}


def _find_fields(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What stands in fields that mean one of our columns, those with the plainest names last."""
    found: dict[str, list[str]] = {}
    for name, value in values.items():
        ours = find_column(name)
        text = _get_value(value)
        if ours and text:
            found.setdefault(ours, []).append(text)
    # "name" is the title unless something else is.
    if "title" in found and len(found["title"]) > 1 and values.get("name"):
        found["title"].sort(key=lambda text: text == _get_value(values["name"]))
    return found


def _get_value(value: object) -> str:
    if isinstance(value, Mapping):
        value = next((value[name] for name in _NAMES_OF_VALUES if value.get(name)), "")
    return spotify_format.get_text(value)


def _get_first(columns: Mapping[str, Sequence[str]], *names: str) -> str:
    return next((columns[name][0] for name in names if columns.get(name)), "")


def _get_text(values: Mapping[str, Any], *names: str) -> str:
    return next((text for name in names if (text := _get_value(values.get(name)))), "")


def _find_link(values: Mapping[str, Any]) -> Link | None:
    """A link to a song or an episode before any other: rows also name their album and their people."""
    texts = [value for value in values.values() if isinstance(value, str)]
    nested = [value.get("spotify") for value in values.values() if isinstance(value, Mapping)]
    for address in (*texts, *(one for one in nested if isinstance(one, str))):
        if "spotify" in address.casefold() and (link := parse_item_link(address)):
            return link
    for name in ("uri", "url", "link", "audiobookuri", "chapteruri", "showuri"):
        text = values.get(name)
        if isinstance(text, str) and (link := parse_any_link(text)):
            return link
    for name in ("spotifyid", "trackid", "spotifytrackid", "id"):
        text = values.get(name)
        if isinstance(text, str) and _get_kind(values) in {"", "track"} and len(text) == _ID_LENGTH:
            return parse_item_link(f"spotify:track:{text}")
    return None


def _get_kind(values: Mapping[str, Any]) -> str:
    kind = values.get("type")
    return kind if isinstance(kind, str) and kind in _KINDS.values() else ""


def _get_isrc(values: Mapping[str, Any]) -> str:
    ids = values.get("externalids")
    return spotify_format.get_text(ids.get("isrc")) if isinstance(ids, Mapping) else ""


def _get_duration(columns: Mapping[str, Sequence[str]]) -> int | None:
    exact = _get_first(columns, "duration_ms")
    return parse_length_ms(exact, is_ms=True) if exact else parse_length_ms(_get_first(columns, "duration"))


def _get_artists(values: Mapping[str, Any], columns: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    for name, value in values.items():
        if find_column(name) == "artists" and isinstance(value, Sequence) and not isinstance(value, str):
            named = (_get_value(artist) for artist in value[:MAX_ARTISTS])
            return tuple(name[:MAX_TEXT_LENGTH] for name in named if name)
    artist = _get_first(columns, "artists")
    return (artist,) if artist else ()
