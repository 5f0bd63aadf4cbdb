"""Playlists as JSON: ours, which says everything, Spotify's own copy of one's data, and plain lists."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from playlists.transfer.formats.rows import (
    MAX_ROWS,
    MAX_TEXT_LENGTH,
    FileFault,
    FileList,
    FileRow,
    UnreadableFile,
    parse_item_link,
    parse_length_ms,
    parse_moment,
)

FORMAT = "spotweb-playlist"
VERSION = 1
# More than any file has that means a song.
_MAX_FIELDS = 40


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


def read_lists(text: str) -> tuple[FileList, ...]:
    """Raises Unreadable."""
    try:
        head = msgspec.json.decode(text, type=FileHeader)
    except (msgspec.DecodeError, RecursionError):
        head = FileHeader()
    if head.format == FORMAT:
        return (_read_own_format(text, head),)
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise UnreadableFile(FileFault.BROKEN) from None
    lists = tuple(file_list for file_list in _read_other_formats(document) if file_list.rows)
    if not lists:
        raise UnreadableFile(FileFault.UNKNOWN)
    _check_count(sum(len(file_list.rows) for file_list in lists))
    return lists


def _read_own_format(text: str, head: FileHeader) -> FileList:
    if head.version > VERSION:
        raise UnreadableFile(FileFault.NEWER)
    try:
        kept = msgspec.json.decode(text, type=PlaylistFile)
    except msgspec.DecodeError:
        raise UnreadableFile(FileFault.BROKEN) from None
    _check_count(len(kept.items))
    facts = kept.playlist
    return FileList(
        name=facts.name[:MAX_TEXT_LENGTH],
        rows=tuple(map(_drop_foreign_uri, kept.items)),
        description=facts.description[:MAX_TEXT_LENGTH],
        uri=facts.uri,
        url=facts.url,
        owner_id=facts.owner.id,
        owner_name=facts.owner.name,
        is_public=facts.is_public,
        is_collaborative=facts.is_collaborative,
        snapshot_id=facts.snapshot_id,
    )


def _drop_foreign_uri(row: FileRow) -> FileRow:
    """A file may have been edited by hand: a link is one of Spotify's, or none."""
    if row.uri is None or parse_item_link(row.uri) or row.uri.startswith("spotify:local:"):
        return row
    return msgspec.structs.replace(row, uri=None)


def _check_count(count: int) -> None:
    if count > MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=count)


# --- Files of others: any, because nobody describes them -------------------------------------------------


def _read_other_formats(document: object) -> Iterator[FileList]:
    if isinstance(document, Mapping) and isinstance(document.get("playlists"), list):
        for playlist in document["playlists"]:
            if isinstance(playlist, Mapping):
                yield _make_list(playlist)
    elif isinstance(document, Mapping):
        yield _make_list(document)
    elif isinstance(document, list):
        yield FileList(rows=tuple(_make_rows(document)))


def _make_list(playlist: Mapping[str, Any]) -> FileList:
    rows = next(
        (playlist[name] for name in ("items", "tracks", "songs") if isinstance(playlist.get(name), list)), ()
    )
    return FileList(name=_get_text(playlist, "name", "title"), rows=tuple(_make_rows(rows)))


def _make_rows(entries: Iterable[Any]) -> Iterator[FileRow]:
    for entry in entries:
        row = _make_row(entry)
        if row is not None:
            yield row


def _make_row(entry: object) -> FileRow | None:
    if isinstance(entry, str):
        link = parse_item_link(entry)
        return FileRow(uri=link.uri, type=link.kind) if link else FileRow(words=entry[:MAX_TEXT_LENGTH])
    if not isinstance(entry, Mapping):
        return None
    inner: Mapping[str, Any] = next(
        (entry[name] for name in ("track", "item", "episode") if isinstance(entry.get(name), Mapping)), {}
    )
    values = {**_normalize_names(entry), **_normalize_names(inner)}
    link = parse_item_link(_get_text(values, "uri", "trackuri", "episodeuri", "spotifyuri", "url", "link"))
    row = FileRow(
        uri=link.uri if link else None,
        type=link.kind if link else "",
        title=_get_text(values, "trackname", "episodename", "track", "title", "name"),
        artists=_get_artists(values),
        album=_get_text(values, "albumname", "showname", "album"),
        isrc=_get_text(values, "isrc"),
        duration_ms=parse_length_ms(_get_text(values, "durationms", "duration")),
        added_at=parse_moment(_get_text(values, "addedat", "addeddate")),
    )
    return None if row.is_vanished else row


def _normalize_names(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.casefold().replace("_", "").replace(" ", ""): value
        for name, value in list(values.items())[:_MAX_FIELDS]
    }


def _get_text(values: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = values.get(name)
        if isinstance(value, Mapping):
            value = value.get("name")
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)[:MAX_TEXT_LENGTH]
    return ""


def _get_artists(values: Mapping[str, Any]) -> tuple[str, ...]:
    artists = values.get("artists")
    if isinstance(artists, Sequence) and not isinstance(artists, str):
        named = (
            artist if isinstance(artist, str) else _get_text(artist, "name")
            for artist in artists
            if isinstance(artist, str | Mapping)
        )
        return tuple(name[:MAX_TEXT_LENGTH] for name in named if name)
    artist = _get_text(values, "artistname", "artist", "artists")
    return (artist,) if artist else ()
