"""The files in a ZIP, one after the other, within bounds: what is packed may be far larger than it looks."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator

from msgspec import Struct

from playlists.transfer.formats.rows import MAX_HISTORY_BYTES, FileFault, UnreadableFile

MAX_FILES = 500
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
# What systems put into archives for themselves.
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

# What zipfile and its decompressors raise for damaged, locked and unknown entries.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)


class PackedFile(Struct, frozen=True):
    """`data` is empty where there is a `fault`."""

    name: str
    data: bytes = b""
    fault: FileFault | None = None


def read_archive(data: bytes) -> Iterator[PackedFile]:
    """Each file under its own name, without its folders. Raises UnreadableFile for the archive as a whole."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableFile(FileFault.BROKEN_ARCHIVE) from None
    if not infos:
        raise UnreadableFile(FileFault.EMPTY)
    if len(infos) > MAX_FILES:
        raise UnreadableFile(FileFault.TOO_MANY_FILES, count=len(infos))
    left = MAX_UNPACKED_BYTES
    with archive:
        for info in infos:
            if left <= 0:
                yield PackedFile(_get_name(info), fault=FileFault.TOO_LARGE)
                continue
            packed = _read_file(archive, info, min(left, MAX_HISTORY_BYTES))
            # A file that turned out too large has been unpacked for nothing up to there.
            left -= MAX_HISTORY_BYTES if packed.fault is FileFault.TOO_LARGE else len(packed.data)
            yield packed


def _read_file(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int) -> PackedFile:
    """At most `max_bytes`, whatever the archive says of its size."""
    name = _get_name(info)
    if info.flag_bits & 0x1:
        return PackedFile(name, fault=FileFault.LOCKED)
    try:
        with archive.open(info) as stream:
            data = stream.read(max_bytes + 1)
    except _UNREADABLE:
        return PackedFile(name, fault=FileFault.BROKEN)
    if len(data) > max_bytes:
        return PackedFile(name, fault=FileFault.TOO_LARGE)
    return PackedFile(name, data)


def _get_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").rsplit("/", 1)[-1]


def _is_clutter(name: str) -> bool:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return name.startswith(_CLUTTER) or base.startswith(("._", *_CLUTTER))
