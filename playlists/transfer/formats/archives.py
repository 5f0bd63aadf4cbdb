"""The files in a ZIP, one after the other, within bounds: what is packed may be far larger than it looks."""

import io
import zipfile
from collections.abc import Iterable, Iterator

from msgspec import Struct

from playlists.transfer.formats import encodings
from playlists.transfer.formats.rows import MAX_HISTORY_BYTES, FileFault, UnreadableFile

MAX_FILES = 500
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
# What systems put into archives for themselves.
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class _Budget(Struct):
    """What is left for an archive and all in it."""

    size: int = MAX_UNPACKED_BYTES
    files: int = MAX_FILES


class PackedFile(Struct, frozen=True):
    """`data` is empty where there is a `fault`."""

    name: str
    data: bytes = b""
    fault: FileFault | None = None


def read_archive(data: bytes) -> Iterator[PackedFile]:
    """Each file under its own name, without its folders, also those of an archive within it.

    Raises UnreadableFile for the archive as a whole.
    """
    archive, infos = _open_archive(data)
    if len(infos) > MAX_FILES:
        raise UnreadableFile(FileFault.TOO_MANY_FILES, count=len(infos))
    return _read_files(archive, infos, _Budget(), is_inner=False)


def _open_archive(data: bytes) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
    except encodings.ZIP_ERRORS:
        raise UnreadableFile(FileFault.BROKEN_ARCHIVE) from None
    if not infos:
        raise UnreadableFile(FileFault.EMPTY)
    return archive, infos


def _read_files(
    archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo], left: _Budget, *, is_inner: bool
) -> Iterator[PackedFile]:
    with archive:
        for info in infos:
            left.files -= 1
            if left.size <= 0 or left.files < 0:
                yield PackedFile(_get_name(info), fault=FileFault.TOO_LARGE)
                continue
            packed = _read_file(archive, info, min(left.size, MAX_HISTORY_BYTES))
            # A file that turned out too large has been unpacked for nothing up to there.
            left.size -= MAX_HISTORY_BYTES if packed.fault is FileFault.TOO_LARGE else len(packed.data)
            if not encodings.is_zip(packed.data):
                yield packed
            elif is_inner:
                yield PackedFile(packed.name, fault=FileFault.NESTED)
            else:
                yield from _read_inner_archive(packed, left)


def _read_inner_archive(packed: PackedFile, left: _Budget) -> Iterator[PackedFile]:
    """So Apple packs its copy of one's data: each list in an archive of its own."""
    try:
        archive, infos = _open_archive(packed.data)
    except UnreadableFile as error:
        yield PackedFile(packed.name, fault=error.fault)
        return
    yield from _read_files(archive, infos, left, is_inner=True)


def _read_file(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int) -> PackedFile:
    """At most `max_bytes`, whatever the archive says of its size."""
    name = _get_name(info)
    if info.flag_bits & 0x1:
        return PackedFile(name, fault=FileFault.LOCKED)
    try:
        with archive.open(info) as stream:
            data = stream.read(max_bytes + 1)
    except encodings.ZIP_ERRORS:
        return PackedFile(name, fault=FileFault.BROKEN)
    if len(data) > max_bytes:
        return PackedFile(name, fault=FileFault.TOO_LARGE)
    return PackedFile(name, data)


def _get_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").rsplit("/", 1)[-1]


def _is_clutter(name: str) -> bool:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return name.startswith(_CLUTTER) or base.startswith(("._", *_CLUTTER))
