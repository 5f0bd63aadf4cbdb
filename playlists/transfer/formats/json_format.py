"""Playlists as JSON: ours, which says everything, Spotify's own copy of one's data, and plain lists."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from playlists.transfer.formats.rows import MOST_ROWS, MOST_SIGNS, FileList, FileRow, Trouble, Unreadable
from playlists.transfer.formats.values import length_of, link_of, moment_of

FORMAT = "spotweb-playlist"
VERSION = 1
# More than any file has that means a song.
_FIELDS = 40


class Owner(Struct, frozen=True, kw_only=True):
    id: str = ""
    name: str = ""


class Facts(Struct, frozen=True, kw_only=True):
    uri: str | None = None
    url: str | None = None
    name: str = ""
    description: str = ""
    owner: Owner = Owner()
    is_public: bool | None = None
    is_collaborative: bool = False
    snapshot_id: str = ""
    total: int = 0


class Head(Struct, frozen=True, kw_only=True):
    """What the file begins with, so that a version that nobody knows yet can say so."""

    format: str = ""
    version: int = 0
    exported_at: str = ""
    playlist: Facts = Facts()


class Kept(Head, frozen=True, kw_only=True):
    items: tuple[FileRow, ...] = ()


def write(playlist: FileList, *, now: datetime) -> Iterator[str]:
    """The file in pieces, one row in a line: it can be read, compared and mended by people."""
    facts = Facts(
        uri=playlist.uri,
        url=playlist.url,
        name=playlist.name,
        description=playlist.description,
        owner=Owner(id=playlist.owner_id, name=playlist.owner_name),
        is_public=playlist.is_public,
        is_collaborative=playlist.is_collaborative,
        snapshot_id=playlist.snapshot_id,
        total=len(playlist.rows),
    )
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    head = Head(format=FORMAT, version=VERSION, exported_at=moment, playlist=facts)
    yield msgspec.json.format(msgspec.json.encode(head), indent=2).decode().removesuffix("\n}")
    yield ',\n  "items": ['
    for number, row in enumerate(playlist.rows):
        yield (",\n    " if number else "\n    ") + msgspec.json.encode(row).decode()
    yield "\n  ]\n}\n"


def read(text: str) -> tuple[FileList, ...]:
    """Raises Unreadable."""
    try:
        head = msgspec.json.decode(text, type=Head)
    except (msgspec.DecodeError, RecursionError):
        head = Head()
    if head.format == FORMAT:
        return (_ours(text, head),)
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable(Trouble.BROKEN) from None
    lists = tuple(one for one in _lists_of_others(found) if one.rows)
    if not lists:
        raise Unreadable(Trouble.UNKNOWN)
    _check(sum(len(one.rows) for one in lists))
    return lists


def _ours(text: str, head: Head) -> FileList:
    if head.version > VERSION:
        raise Unreadable(Trouble.NEWER)
    try:
        kept = msgspec.json.decode(text, type=Kept)
    except msgspec.DecodeError:
        raise Unreadable(Trouble.BROKEN) from None
    _check(len(kept.items))
    facts = kept.playlist
    return FileList(
        name=facts.name[:MOST_SIGNS],
        rows=tuple(map(_checked, kept.items)),
        description=facts.description[:MOST_SIGNS],
        uri=facts.uri,
        url=facts.url,
        owner_id=facts.owner.id,
        owner_name=facts.owner.name,
        is_public=facts.is_public,
        is_collaborative=facts.is_collaborative,
        snapshot_id=facts.snapshot_id,
    )


def _checked(row: FileRow) -> FileRow:
    """A file may have been edited by hand: a link is one of Spotify's, or none."""
    if row.uri is None or link_of(row.uri) or row.uri.startswith("spotify:local:"):
        return row
    return msgspec.structs.replace(row, uri=None)


def _check(count: int) -> None:
    if count > MOST_ROWS:
        raise Unreadable(Trouble.TOO_MANY, count=count)


# --- Files of others: any, because nobody describes them -------------------------------------------------


def _lists_of_others(found: object) -> Iterator[FileList]:
    if isinstance(found, Mapping) and isinstance(found.get("playlists"), list):
        for one in found["playlists"]:
            if isinstance(one, Mapping):
                yield _list(one)
    elif isinstance(found, Mapping):
        yield _list(found)
    elif isinstance(found, list):
        yield FileList(rows=tuple(_rows(found)))


def _list(found: Mapping[str, Any]) -> FileList:
    rows = next(
        (found[name] for name in ("items", "tracks", "songs") if isinstance(found.get(name), list)), ()
    )
    return FileList(name=_text(found, "name", "title"), rows=tuple(_rows(rows)))


def _rows(found: Iterable[Any]) -> Iterator[FileRow]:
    for one in found:
        row = _row(one)
        if row is not None:
            yield row


def _row(found: object) -> FileRow | None:
    if isinstance(found, str):
        link = link_of(found)
        return FileRow(uri=link.uri, type=link.kind) if link else FileRow(words=found[:MOST_SIGNS])
    if not isinstance(found, Mapping):
        return None
    inner: Mapping[str, Any] = next(
        (found[name] for name in ("track", "item", "episode") if isinstance(found.get(name), Mapping)), {}
    )
    values = {**_first(found), **_first(inner)}
    link = link_of(_text(values, "uri", "trackuri", "episodeuri", "spotifyuri", "url", "link"))
    row = FileRow(
        uri=link.uri if link else None,
        type=link.kind if link else "",
        title=_text(values, "trackname", "episodename", "track", "title", "name"),
        artists=_artists(values),
        album=_text(values, "albumname", "showname", "album"),
        isrc=_text(values, "isrc"),
        duration_ms=length_of(_text(values, "durationms", "duration")),
        added_at=moment_of(_text(values, "addedat", "addeddate")),
    )
    return None if row.is_vanished else row


def _first(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.casefold().replace("_", "").replace(" ", ""): value
        for name, value in list(found.items())[:_FIELDS]
    }


def _text(values: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = values.get(name)
        if isinstance(value, Mapping):
            value = value.get("name")
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)[:MOST_SIGNS]
    return ""


def _artists(values: Mapping[str, Any]) -> tuple[str, ...]:
    artists = values.get("artists")
    if isinstance(artists, Sequence) and not isinstance(artists, str):
        named = (
            one if isinstance(one, str) else _text(one, "name")
            for one in artists
            if isinstance(one, str | Mapping)
        )
        return tuple(name[:MOST_SIGNS] for name in named if name)
    one = _text(values, "artistname", "artist", "artists")
    return (one,) if one else ()
