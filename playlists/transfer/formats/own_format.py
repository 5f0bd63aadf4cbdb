"""The format that this app writes, one row in a line, and reads back with everything that is in it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from playlists.transfer.formats.rows import (
    MAX_ARTISTS,
    MAX_ROWS,
    MAX_TEXT_LENGTH,
    FileFault,
    FileList,
    FileRow,
    UnreadableFile,
    parse_item_link,
    repair_text,
)
from spotweb.spotify.answers import struct_types

FORMAT = "spotweb-playlist"
VERSION = 1


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


def read_list(text: str, head: FileHeader) -> FileList:
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
