"""A member's playlists as files: one at once, all of them in an archive that is made in the background."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from django.utils import timezone
from msgspec import Struct

from playlists.models import Playlist
from playlists.revisions.contents import Contents, Entry, get_items
from playlists.transfer.formats import csv_format, m3u_format, own_format
from playlists.transfer.formats.rows import FileList, FileRow
from spotweb.spotify.models import Episode, Track

# Unpacked and written in portions, so that a list of ten thousand costs little memory.
_BATCH_ROWS = 500
_MAX_NAME_LENGTH = 80
# What some system or other forbids in the name of a file, and the names that Windows keeps for itself.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


class FileFormat(Struct, frozen=True):
    """`write` gives the text in pieces; spreadsheets know UTF-8 by its mark alone."""

    ending: str
    content_type: str
    write: Callable[[FileList], Iterator[str]]
    has_mark: bool = False


def _write_json(playlist: FileList) -> Iterator[str]:
    return own_format.write_list(playlist, now=timezone.now())


FORMATS: Mapping[str, FileFormat] = {
    "csv": FileFormat(
        "csv", "text/csv; charset=utf-8", lambda one: csv_format.write_rows(one.rows), has_mark=True
    ),
    "json": FileFormat("json", "application/json", _write_json),
    "m3u8": FileFormat("m3u8", "application/vnd.apple.mpegurl", m3u_format.write_list),
}


def make_file_list(playlist: Playlist, shown: Contents) -> FileList:
    """All that is known of a playlist."""
    return FileList(
        name=playlist.name,
        rows=tuple(_make_rows(shown)),
        description=playlist.description,
        uri=playlist.uri,
        url=playlist.url,
        owner_id=playlist.owner_id,
        owner_name=playlist.owner_name,
        is_public=playlist.is_public,
        is_collaborative=playlist.is_collaborative,
        snapshot_id=shown.snapshot_id,
    )


def write_file(playlist: FileList, form: FileFormat) -> Iterator[bytes]:
    """The file, in pieces."""
    if form.has_mark:
        yield b"\xef\xbb\xbf"
    for text in form.write(playlist):
        yield text.encode()


def make_file_name(name: str, ending: str, *, moment: datetime | None = None) -> str:
    """A name that every system takes, close to that of the playlist."""
    bare = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", name))
    bare = "".join(sign for sign in bare if unicodedata.category(sign) not in {"Cf", "Co", "Cs", "Cn"})
    bare = " ".join(bare.split())[:_MAX_NAME_LENGTH].strip(" .")
    if not bare or _RESERVED.fullmatch(bare):
        bare = f"playlist {bare}".strip()
    dated = f"{bare} {moment:%Y-%m-%d}" if moment else bare
    return f"{dated}.{ending}"


def _make_rows(shown: Contents) -> Iterator[FileRow]:
    for begin in range(0, shown.total, _BATCH_ROWS):
        positions = range(begin, min(begin + _BATCH_ROWS, shown.total))
        items = get_items(shown, positions)
        for position, item in zip(positions, items, strict=True):
            yield _make_row(shown.entries[position], item)


def _make_row(entry: Entry, item: Track | Episode | None) -> FileRow:
    if item is None:
        return FileRow(
            uri=entry.uri, added_at=entry.added_at, added_by=entry.added_by or "", is_local=entry.is_local
        )
    track = item if isinstance(item, Track) else Track()
    return FileRow(
        uri=item.uri or entry.uri,
        type=item.type,
        title=item.name,
        artists=tuple(artist.name for artist in track.artists if artist.name),
        album=_get_collection_name(item),
        release_date=_get_release_date(item),
        isrc=(track.external_ids.isrc if track.external_ids else None) or "",
        duration_ms=item.duration_ms or None,
        explicit=item.explicit,
        added_at=entry.added_at,
        added_by=entry.added_by or "",
        is_local=entry.is_local,
    )


def _get_collection_name(item: Track | Episode) -> str:
    source = item.album if isinstance(item, Track) else item.show
    return source.name if source else ""


def _get_release_date(item: Track | Episode) -> str:
    if isinstance(item, Episode):
        return item.release_date or ""
    return (item.album.release_date if item.album else None) or ""
