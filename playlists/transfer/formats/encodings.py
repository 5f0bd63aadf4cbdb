"""From bytes to text: Unicode, the code pages of old programs, and what is no text at all."""

import codecs
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence

import chardet

from playlists.transfer.formats.rows import MAX_FILE_BYTES, FileFault, UnreadableFile, repair_text

# UTF-32 begins with the mark of UTF-16, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What programs that had never heard of Unicode wrote; rarer ones would only make the guess worse.
_LATIN = ("windows-1252", "windows-1250", "windows-1254", "windows-1257")
_CODE_PAGES = (
    "utf-8", *_LATIN, "windows-1251", "windows-1253", "windows-1255", "windows-1256", "windows-874",
    "koi8-r", "ibm866", "cp932", "euc-jp", "gb18030", "big5", "cp949",
)  # fmt: skip
_EAST_ASIAN = ("cp932", "cp949", "gb18030", "big5")
# What chardet does not tell from those: of DOS, of old Macs, and the neighbours of the ones above.
_OLDER_PAGES = ("cp850", "mac-roman", "iso8859-2", "cp852", "koi8-u", "cp437")
_MAC_PAGES = ("mac-roman", "mac-latin2", "mac-cyrillic")
_FALLBACK = ("cp1252", "latin-1")  # the second takes every byte
_TWICE_ENCODED = re.compile("[ÂÃÄÅÐÑØÙã][\x80-\xbf€-™]")
# Below it chardet has seen nothing that tells one from another.
_MIN_CONFIDENCE = 0.012
_MAX_GUESSED_BYTES = 100_000
_SAMPLE_SIZE = 4096
# Of text nearly nothing is a control character; of anything else much is.
_MAX_CONTROL_SHARE = 0.02
_MAX_FEW_CONTROLS = 4
# What other files begin with.
_SIGNATURES: Sequence[tuple[bytes, FileFault]] = (
    (b"%PDF", FileFault.PDF),
    (b"\x89PNG", FileFault.PICTURE),
    (b"\xff\xd8\xff", FileFault.PICTURE),
    (b"GIF8", FileFault.PICTURE),
    (b"BM", FileFault.PICTURE),
    (b"II*\x00", FileFault.PICTURE),
    (b"MM\x00*", FileFault.PICTURE),
    (b"ID3", FileFault.SOUND),
    (b"fLaC", FileFault.SOUND),
    (b"OggS", FileFault.SOUND),
    (b"\xff\xfb", FileFault.SOUND),
    (b"bplist00", FileFault.NOT_TEXT),
    (b"SQLite format 3\x00", FileFault.NOT_TEXT),
    (b"\xe1\xa0\x9c\x91\xf8\x3c\x77\x42", FileFault.NOT_TEXT),  # foobar2000's own lists
    (b"{\\rtf", FileFault.DOCUMENT),
    (b"\x1f\x8b", FileFault.ARCHIVE),
    (b"Rar!", FileFault.ARCHIVE),
    (b"7z\xbc\xaf", FileFault.ARCHIVE),
    (b"BZh", FileFault.ARCHIVE),
    (b"\xfd7zXZ", FileFault.ARCHIVE),
)
# As phones take photos, and pages show them.
_PICTURE_BRANDS = frozenset(
    {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"WEBP"}
)
# What zipfile and its decompressors raise for damaged, locked and unknown entries.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Office programs before 2007, and locked files of later ones, which say what they are in UTF-16.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_LOCKED_PART, _WORD_PART = "EncryptedPackage".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
_MAX_MANIFEST_BYTES = 1024 * 1024  # some hundred bytes for each part, however much is packed
_SHEETS = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
)
_BINARY_HINT = (b"BM", b"\xff\xfb", b"II*\x00", b"MM\x00*", b"ID3")


def is_zip(data: bytes) -> bool:
    """Whether it is an archive of files: spreadsheets and documents are archives of their own parts."""
    return data.startswith(_ZIP) and _find_office_fault(data) is None


def is_workbook(data: bytes) -> bool:
    """Whether it is a spreadsheet that `workbook_format` reads, or knows to be locked."""
    if data.startswith(_OLD_OFFICE):
        return _WORD_PART not in data
    return data.startswith(_ZIP) and _holds_sheets(_list_parts(data))


def is_locked_workbook(data: bytes) -> bool:
    if data.startswith(_OLD_OFFICE):
        return _LOCKED_PART in data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("META-INF/manifest.xml") as part:
            return b"encryption-data" in part.read(_MAX_MANIFEST_BYTES)
    except (KeyError, *ZIP_ERRORS):
        return False


def decode_text(data: bytes, *, max_bytes: int = MAX_FILE_BYTES) -> tuple[str, str]:
    """The text, and the code page where it had to be guessed, else "". Raises UnreadableFile."""
    if len(data) > max_bytes:
        raise UnreadableFile(FileFault.TOO_LARGE)
    fault = _find_fault(data)
    if fault:
        raise UnreadableFile(fault)
    text, encoding = _decode(data)
    if _looks_binary(text):
        raise UnreadableFile(FileFault.NOT_TEXT)
    text = repair_text(text.removeprefix("\ufeff"))
    if not text.strip():
        raise UnreadableFile(FileFault.EMPTY)
    return text, encoding


def _find_fault(data: bytes) -> FileFault | None:
    if data.startswith(_ZIP):
        return _find_office_fault(data) or FileFault.ARCHIVE
    if data.startswith(_OLD_OFFICE):
        return FileFault.SPREADSHEET if is_workbook(data) else FileFault.DOCUMENT
    if data[4:8] == b"ftyp" or (data.startswith(b"RIFF") and data[8:12] in {b"WAVE", b"WEBP"}):
        return FileFault.PICTURE if data[8:12] in _PICTURE_BRANDS else FileFault.SOUND
    for signature, fault in _SIGNATURES:
        # Two letters may as well begin a song's name.
        if data.startswith(signature) and (signature not in _BINARY_HINT or b"\x00" in data[:_SAMPLE_SIZE]):
            return fault
    return None


def _find_office_fault(data: bytes) -> FileFault | None:
    """Spreadsheets and documents of today are archives with parts of known names."""
    parts = _list_parts(data)
    if _holds_sheets(parts) or "Index/Document.iwa" in parts:
        return FileFault.SPREADSHEET
    if any(name.startswith(("word/", "ppt/")) for name in parts) or {"mimetype", "content.xml"} <= parts:
        return FileFault.DOCUMENT
    return None


def _list_parts(data: bytes) -> set[str]:
    """Their names, and what the whole says it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = set(archive.namelist()[:2000])
            if "mimetype" in parts:
                with archive.open("mimetype") as part:
                    parts.add(part.read(200).decode(errors="replace").strip())
            return parts
    except ZIP_ERRORS:
        return set()


def _holds_sheets(parts: set[str]) -> bool:
    return any(name.startswith("xl/") for name in parts) or not parts.isdisjoint(_SHEETS)


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # A byte too many is half of a sign, which no name ends with.
            whole = data[: len(data) // 2 * 2] if encoding == "utf-16" else data
            return _decode_again(whole.decode(encoding, errors="replace")), ""
    unmarked = _guess_utf_16(data)
    if unmarked:
        return data.decode(unmarked, errors="replace"), ""
    try:
        if b"\x1b$" in data[:_SAMPLE_SIZE]:  # only Japanese mail and old programs write that
            return data.decode("iso2022-jp"), "ISO-2022-JP"
        return _decode_again(data.decode("utf-8")), ""
    except UnicodeDecodeError as error:
        # One bad byte in a large file, or one cut in the middle of a character, is no code page.
        if error.start > 0 and len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", data)) > 3 * _count_bad_bytes(
            data
        ):
            return data.decode("utf-8", errors="replace"), ""
    return _decode_unmarked(data)


def _decode_unmarked(data: bytes) -> tuple[str, str]:
    guess = _guess_code_page(data)
    for encoding in (_find_older_page(data, guess), guess, *_FALLBACK):
        try:
            return data.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1"), "latin-1"


def _decode_again(text: str) -> str:
    """What was encoded twice, as "BeyoncÃ©": nothing else can be read as UTF-8 from end to end."""
    if _TWICE_ENCODED.search(text[:_MAX_GUESSED_BYTES]):
        for encoding in ("cp1252", "latin-1"):
            try:
                return text.removeprefix("\ufeff").encode(encoding).decode("utf-8")
            except UnicodeError:
                continue
    return text


def _find_older_page(data: bytes, guess: str) -> str:
    """An older code page in which all words are words, where in the guessed one they hold signs."""
    sample = data[:_MAX_GUESSED_BYTES]
    strangers = _count_strangers(sample, guess)
    high = sum(byte > 0x7F for byte in sample)  # noqa: PLR2004  # beyond ASCII
    if strangers <= high / 10:
        return guess
    is_mac = b"\r" in sample and b"\n" not in sample
    pages = (*_MAC_PAGES, *_OLDER_PAGES) if is_mac else _OLDER_PAGES
    return next((page for page in pages if not _count_strangers(sample, page)), guess)


def _count_strangers(sample: bytes, encoding: str) -> int:
    """Signs at letters, and capitals behind small letters: what a wrong code page makes of words."""
    text = sample.decode(encoding, errors="replace")
    count = 0
    for at, sign in enumerate(text):
        before, behind = text[at - 1 : at], text[at + 1 : at + 2]
        if sign <= "\x7f" or (sign in "™®©°" and not behind.isalpha()):
            continue
        category = unicodedata.category(sign)
        is_sign = (category[0] in "SC" or sign == "¶") and (before.isalpha() or behind.isalpha())
        is_capital = category == "Lu" and (before.islower() or (before.isalpha() and behind.islower()))
        is_inside = (
            category in {"Po", "Pi", "Pf", "No"}
            and sign not in "’‘·"
            and before.isalpha()
            and behind.isalpha()
        )
        count += is_sign or is_capital or is_inside
    return count


def _count_bad_bytes(data: bytes) -> int:
    return data.decode("utf-8", errors="replace").count("\ufffd")


def _guess_code_page(data: bytes) -> str:
    sample = data[:_MAX_GUESSED_BYTES]
    if len(data) > len(sample):  # not in the middle of a character
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1] or sample
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    # Accented letters stand alone among plain ones, as in no other script.
    is_latin = sum(length == 1 for length in runs) >= len(runs) * 0.8
    pages = _LATIN if is_latin and not _has_kana(sample) else _CODE_PAGES
    guess = chardet.detect(
        sample, include_encodings=pages, max_bytes=_MAX_GUESSED_BYTES, no_match_encoding="cp1252"
    )
    encoding = str(guess["encoding"] or "cp1252")
    if pages is _CODE_PAGES and guess["confidence"] < _MIN_CONFIDENCE:
        return next((page for page in _EAST_ASIAN if _is_east_asian(sample, page)), encoding)
    return encoding


def _has_kana(sample: bytes) -> bool:
    """Shift-JIS writes its syllables with a high byte and often a plain one."""
    return _is_east_asian(sample, "cp932") and bool(re.search(rb"[\x82\x83][\x40-\xfc]", sample))


def _is_east_asian(sample: bytes, encoding: str) -> bool:
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    high = [sign for sign in text if sign > "\x7f"]
    letters = sum(unicodedata.category(sign) in {"Lo", "Lm", "Po", "Ps", "Pe", "Zs"} for sign in high)
    halves = sum("\uff61" <= sign <= "\uff9f" for sign in high)
    return bool(high) and letters == len(high) and halves <= len(high) / 4


def _guess_utf_16(data: bytes) -> str:
    """Every second byte of Western text is zero then, and of any its newlines: which one tells the order."""
    start = data[:_SAMPLE_SIZE]
    for encoding, newline in (("utf-16-le", b"\n\x00"), ("utf-16-be", b"\x00\n")):
        ends = start.count(newline)
        if ends and ends == start.count(b"\n") and start.count(b"\x00") >= ends and not len(data) % 2:
            return encoding
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
    return controls > max(_MAX_FEW_CONTROLS, len(start) * _MAX_CONTROL_SHARE)
