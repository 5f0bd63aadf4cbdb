"""From the bytes of an upload to lists. The content decides about encoding and format, not the name."""

import codecs

from playlists.transfer.formats import csv_format, json_format, m3u_format, text_format
from playlists.transfer.formats.rows import MAX_FILE_BYTES, FileFault, FileList, UnreadableFile


def read_lists(text: str) -> tuple[FileList, ...]:
    """The lists in it, at least one, each with at least one row. Raises Unreadable."""
    lists = tuple(file_list for file_list in _read_any(text.removeprefix("\ufeff")) if file_list.rows)
    if not lists:
        raise UnreadableFile(FileFault.EMPTY)
    return lists


def _read_any(text: str) -> tuple[FileList, ...]:
    start = text.lstrip()
    if start[:1] == "{" or start[:2] in {'["', "[{"}:
        return json_format.read_lists(text)
    if m3u_format.has_header(text):
        return m3u_format.read_lists(text)
    lists = csv_format.read_lists(text)
    if lists:
        return lists
    return m3u_format.read_lists(text) if m3u_format.has_info_lines(text) else text_format.read_lists(text)


# UTF-32 begins with the mark of UTF-16, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What spreadsheets save as where a house has never heard of Unicode; latin-1 takes every byte.
_OLD = ("cp1252", "latin-1")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
_SAMPLE_SIZE = 4096
# Of text nearly nothing is a control character; of anything else much is.
_MAX_CONTROL_SHARE = 0.02


def decode_upload(data: bytes) -> str:
    """Raises Unreadable: empty, too large, an archive, or no text at all."""
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(FileFault.TOO_LARGE)
    if data.startswith(_ARCHIVES):
        raise UnreadableFile(FileFault.ARCHIVE)
    text = _decode(data)
    if _looks_binary(text):
        raise UnreadableFile(FileFault.NOT_TEXT)
    text = text.removeprefix("\ufeff").replace("\x00", "")
    if not text.strip():
        raise UnreadableFile(FileFault.EMPTY)
    return text


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    unmarked = _guess_utf_16(data)
    if unmarked:
        return data.decode(unmarked, errors="replace")
    for encoding in ("utf-8", *_OLD):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _guess_utf_16(data: bytes) -> str:
    """Every second byte of Western text is zero then; which one tells the order."""
    start = data[:_SAMPLE_SIZE]
    half = len(start) // 2
    if not half:
        return ""
    if start[1::2].count(0) > half * 0.6 and start[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if start[::2].count(0) > half * 0.6 and start[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def _looks_binary(text: str) -> bool:
    start = text[:_SAMPLE_SIZE]
    controls = sum(sign < " " and sign not in "\t\r\n\x0c" for sign in start)
    return controls > len(start) * _MAX_CONTROL_SHARE
