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
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise UnreadableFile(FileFault.BROKEN) from None
    lists = tuple(one for one in _read_other_formats(found) if one.rows)
    if not lists:
        raise UnreadableFile(FileFault.UNKNOWN)
    _check_count(sum(len(one.rows) for one in lists))
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


def _read_other_formats(found: object) -> Iterator[FileList]:
    if isinstance(found, Mapping) and isinstance(found.get("playlists"), list):
        for one in found["playlists"]:
            if isinstance(one, Mapping):
                yield _make_list(one)
    elif isinstance(found, Mapping):
        yield _make_list(found)
    elif isinstance(found, list):
        yield FileList(rows=tuple(_make_rows(found)))


def _make_list(found: Mapping[str, Any]) -> FileList:
    rows = next(
        (found[name] for name in ("items", "tracks", "songs") if isinstance(found.get(name), list)), ()
    )
    return FileList(name=_get_text(found, "name", "title"), rows=tuple(_make_rows(rows)))


def _make_rows(found: Iterable[Any]) -> Iterator[FileRow]:
    for one in found:
        row = _make_row(one)
        if row is not None:
            yield row


def _make_row(found: object) -> FileRow | None:
    if isinstance(found, str):
        link = parse_item_link(found)
        return FileRow(uri=link.uri, type=link.kind) if link else FileRow(words=found[:MAX_TEXT_LENGTH])
    if not isinstance(found, Mapping):
        return None
    inner: Mapping[str, Any] = next(
        (found[name] for name in ("track", "item", "episode") if isinstance(found.get(name), Mapping)), {}
    )
    values = {**_normalize_names(found), **_normalize_names(inner)}
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


def _normalize_names(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.casefold().replace("_", "").replace(" ", ""): value
        for name, value in list(found.items())[:_MAX_FIELDS]
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
            one if isinstance(one, str) else _get_text(one, "name")
            for one in artists
            if isinstance(one, str | Mapping)
        )
        return tuple(name[:MAX_TEXT_LENGTH] for name in named if name)
    one = _get_text(values, "artistname", "artist", "artists")
    return (one,) if one else ()
