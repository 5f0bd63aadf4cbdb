"""From the bytes of an upload to text, whatever wrote them."""

import codecs

from playlists.transfer.formats.rows import MOST_BYTES, Trouble, Unreadable

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
_LOOKED_AT = 4096
# Of text nearly nothing is a control character; of anything else much is.
_MOST_CONTROLS = 0.02


def text_of(data: bytes) -> str:
    """Raises Unreadable: empty, too large, an archive, or no text at all."""
    if len(data) > MOST_BYTES:
        raise Unreadable(Trouble.TOO_LARGE)
    if data.startswith(_ARCHIVES):
        raise Unreadable(Trouble.ARCHIVE)
    text = _decoded(data)
    if _looks_binary(text):
        raise Unreadable(Trouble.NOT_TEXT)
    text = text.removeprefix("\ufeff").replace("\x00", "")
    if not text.strip():
        raise Unreadable(Trouble.EMPTY)
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    unmarked = _unmarked_utf_16(data)
    if unmarked:
        return data.decode(unmarked, errors="replace")
    for encoding in ("utf-8", *_OLD):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _unmarked_utf_16(data: bytes) -> str:
    """Every second byte of Western text is zero then; which one tells the order."""
    start = data[:_LOOKED_AT]
    half = len(start) // 2
    if not half:
        return ""
    if start[1::2].count(0) > half * 0.6 and start[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if start[::2].count(0) > half * 0.6 and start[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def _looks_binary(text: str) -> bool:
    start = text[:_LOOKED_AT]
    controls = sum(sign < " " and sign not in "\t\r\n\x0c" for sign in start)
    return controls > len(start) * _MOST_CONTROLS
