"""Pasted lines: links, several in a line if need be, or "Artist - Title"."""

import re
from collections.abc import Sequence

from playlists.transfer.formats import labels_format, page_format
from playlists.transfer.formats.headings import find_column
from playlists.transfer.formats.rows import (
    MAX_ROWS,
    FileContents,
    FileFault,
    FileList,
    FileRow,
    Origin,
    UnreadableFile,
    add_local_facts,
    clean_text,
    is_isrc,
)
from spotweb.spotify.links import ITEM_KINDS, LinkError, LocalFile, looks_like_spotify_link, parse_link

_PICTURE = (
    r"[\u2190-\u21ff\u2300-\u23ff\u25a0-\u25ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff][\ufe0f\u200d]*"
)
_LAST_PICTURES = re.compile(rf"(?<=\S)\s+(?:{_PICTURE})+\s*$")
# "1. ", "01) ", "#3 " and a list's dashes and bullets.
_LEAD = re.compile(
    r"^(?:#?\d{1,5}\s*[.):\]]\s+|#\d{1,5}\s+|(?:[-*•–]\s+)?(?:\[[ xX]?\]|[☐☑☒✓✔])\s+|[-*•–▪◦‣●○■□◆◇·]\s+"
    # the side of a record, a mail's quotation, what plays at the same time, "01 - Ada - Home"
    r"|[A-H]\d{1,2}[.)]\s+|(?:>\s?)+|w/\s+|\d{1,3}\s+[-–]\s+(?=\S.*\s[-–—]\s)"
    # pictures of notes, arrows and numbers
    rf"|(?:{_PICTURE})+\s+(?=[\w\[(\"“„«「])"
    # tags, as "#nowplaying", and the side of a record without a dot
    r"|(?:#[^\W\d]\w*\s+)+(?=\S.*\s[-–—]\s)|[A-H]\d{1,2}\s+(?=\w.*\s[-–—]\s)"
    r"|\d{1,2}\ufe0f?\u20e3\s*)"
)
_MAX_LEADS = 3  # "> - 1. Home"
_SOUND_FILE = re.compile(r"(?i)(?<=\w)\.(?:mp3|m4a|flac|wav|ogg|opus|wma|aac|aiff?)$")
# **Home** and *Home*, as notes have it.
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,2})(?=[^\s*])([^*]+)(?<!\s)\1(?![\w*])")
_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
# "03:23 Ada - Home", as under a long video; a title that is a time has nobody behind it.
_MOMENT = re.compile(
    rf"^[\[(]?(?:{_DATE}[,T ]+)?\d{{1,2}}(?::\d{{2}}){{1,2}}(?:[.,]\d{{1,3}})?(?:\s*(?:Uhr|h))?[\])]?"
    r"\s*[-–—.|:]?\s+(?=\S.*(?:\s[-–—]|:)\s)"
)
# "Ada - [Rooms #01] Home", foobar2000's own way.
_FOOBAR = re.compile(r"^(.+?) - \[(.+?)(?: (?:CD\d+[/ ])?#\d+)?\] (.+?)(?: // (.+))?$")
# A mark that notes and scripts put before what is no content of theirs.
_REMARK = re.compile(
    r"\s*(?:#{1,6}|//|;)\s+\S|[^:]*\w:\s*$|\s*\*\*(?:(?!\s[-–—]\s)[^*])+\*\*:?\s*$|\s*\([^()]*\)\s*$"
    r"|\s*(?:\d+\.\s+)?ID\s+[-–]\s+ID\s*$"
)
# The head of a mail, which has a subject.
_MAIL_HEAD = re.compile(
    r"(?i)(?:from|to|cc|date|sent|subject|von|an|datum|gesendet|betreff|de|à|objet|envoyé|para|asunto|fecha"
    r"|oggetto|data|da|a)\s*:\s"
)
_SUBJECT = re.compile(r"(?i)(?:subject|betreff|objet|asunto|oggetto)\s*:\s")
_MAX_MAIL_HEAD = 8
# A number in a line of its own, above its song.
_LONE_NUMBER = re.compile(r"\s*(\d{1,3})[.)]?\s*")
# A side or a disc above its songs.
_SIDE = re.compile(r"\s*(?:side|seite|face|lado|lato|cd|disc|disk)\s*(?:[a-h]|\d{1,2})\s*", re.IGNORECASE)
_LISTS = frozenset({
    "songs", "tracks", "tracklist", "setlist", "titles", "lieder", "chansons", "canciones", "brani",
    "playlist",
})  # fmt: skip
# "1 Home": a number without a sign behind it is one of the list only where all are.
_BARE_NUMBER = re.compile(r"^\s*(\d{1,3})\s+(?=\S)")
# "1.Home", "(1) Home", "No. 1: Home", "１．Home": whatever stands at a number that counts the lines.
_COUNT = re.compile(
    r"^\s*(?:(?:track|song|titel|lied|n[or]|num)\b\.?\s*|[#№]\s*)?[(\[]?(\d{1,4})(?:st|nd|rd|th|[ºª°])?"
    r"(?:\s*[.)\]:/、．,\-–—]+\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_MIN_COUNTED_DOWN = 3
# What programs for text put before a line, with a tab behind it; some are signs of fonts for pictures.
_BULLET = re.compile(r"^\s*(?:[-*•–▪◦‣●○■□◆◇·§o]|[\ue000-\uf8ff])\t+\s*")
# Of pages, of forums, of notes.
_TAG = re.compile(
    r"</?(?:a|b|i|u|p|br|h\d|li|ul|ol|div|em|strong|span|font|small|tr|td)\b[^<>]*>", re.IGNORECASE
)
_BREAK = re.compile(r"<(?:br\b[^<>]*|/?(?:p|li|div|tr|h\d)\b[^<>]*)>", re.IGNORECASE)
_FORUM_LINK = re.compile(
    r"\[url=[\"']?([^\]\[\"'\s]{1,400})[\"']?\]((?:(?!\[url).){0,400}?)\[/url\]", re.IGNORECASE
)
_FORUM_TAG = re.compile(
    r"\[/?(?:b|i|u|url|size|color|font|center|quote|list|\*)(?:=[^\[\]\s]{0,200})?\]", re.IGNORECASE
)
_NOTED_LINK = re.compile(r"\[([^\[\]]+)\]\(([^\s()]+)\)")
_NAMES_BOTH = re.compile(r"\S\s+[-–—]\s+\w")
_ADDRESS_BESIDE = re.compile(r"(?<![\s:(\[<–—-])[\s:(\[<–—-]*(?i:https?://|www\.)\S+")
# "[02.01.24, 10:00:12] Ada: " and "02/01/2024, 10:00 - Ada: ", the lines of a chat.
_WHEN = rf"{_DATE},? \d{{1,2}}(?:[:.]\d{{2}}){{1,2}}[ \u202f]?(?:[ap]\.?m\.?)?"
_CHAT = re.compile(rf"[\u200e\s]*(?:\[{_WHEN}\]|{_WHEN} -) [^:]{{1,80}}:", re.IGNORECASE)
_BREAKS = r"\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_LINE, _LETTERED_LINE = re.compile(rf"[^{_BREAKS}]+"), re.compile(rf"\w[^{_BREAKS}]*")
# An id of Spotify's has 22 signs, and by its mixture nobody takes it for a title.
_ID = re.compile(r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z]{22}")
_ADDRESS = re.compile(r"(?i:https?://|www\.)\S+")
# A length at the end, as pages that list songs have it.
_LENGTH = re.compile(r"(?:(?<!\s)\s+)?[\[(]?\b(\d{1,2}:\d{2})[\])]?$")


def read_contents(text: str) -> FileContents:
    """Raises UnreadableFile."""
    lists = read_lists(text)
    is_links = all(row.uri or not (row.words or row.title) for one in lists for row in one.rows)
    return FileContents(origin=Origin.LINKS if is_links else Origin.TEXT, lists=lists)


def read_lists(text: str) -> tuple[FileList, ...]:
    """Raises UnreadableFile. Lines are counted before they are taken apart: a million fill the memory."""
    count = count_lines(text)
    if count > MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=count)
    if _TAG.search(text):
        text = _TAG.sub("", _BREAK.sub("\n", text))
    lines = [_show_links(line[0]) for line in _LINE.finditer(text)]
    has_links = any(map(looks_like_spotify_link, lines))
    rows = None if has_links else labels_format.read_rows(lines) or page_format.read_rows(lines)
    rows = rows or _read_lines(_drop_lone_numbers(lines))
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=len(rows))
    if not rows:
        raise UnreadableFile(FileFault.EMPTY)
    return (FileList(rows=rows),)


def _read_lines(lines: list[str]) -> tuple[FileRow, ...]:
    remarks = _find_remarks([line for line in lines if line.strip()])
    lines = _drop_numbers(lines, remarks)
    return tuple(
        row for line in lines for row in (_make_remark(line) if line in remarks else read_line(line))
    )


def _find_remarks(lines: Sequence[str]) -> set[str]:
    """Lines that name no song: headings, notes, and what people say to each other between their links."""
    remarks = {line for line in lines if _REMARK.match(line) or _SIDE.fullmatch(line)}
    if len(lines) > 1 and _is_heading(lines[0]):
        remarks.add(lines[0])
    if any(map(_SUBJECT.match, lines[:_MAX_MAIL_HEAD])):
        remarks |= {line for line in lines[:_MAX_MAIL_HEAD] if _MAIL_HEAD.match(line)}
    # Where all lines begin so, it is how they are numbered.
    remarks = set() if len(remarks) == len(lines) else remarks
    if 2 * sum(_CHAT.match(line) is not None for line in lines) >= len(lines):
        remarks = set(lines)
    return {line for line in remarks if "spotify" not in line.casefold() or not _find_links(line)}


def _drop_lone_numbers(lines: list[str]) -> list[str]:
    """Those that count from one on; else they may be titles, such as 22."""
    numbers = [int(found[1]) for line in lines if (found := _LONE_NUMBER.fullmatch(line))]
    if len(numbers) < 2 or numbers != [*range(1, len(numbers) + 1)] or 2 * len(numbers) > len(lines):  # noqa: PLR2004
        return lines
    return [line for line in lines if not _LONE_NUMBER.fullmatch(line)]


def _drop_numbers(lines: list[str], remarks: set[str]) -> list[str]:
    songs = [line for line in lines if line.strip() and line not in remarks]
    counted = [*range(1, len(songs) + 1)]
    counts = [counted, counted[::-1]] if len(songs) >= _MIN_COUNTED_DOWN else [counted]
    for pattern in (_BARE_NUMBER, _COUNT) if len(songs) > 1 else ():
        numbers = [int(found[1]) for line in songs if (found := pattern.match(line))]
        if numbers in counts:
            return [line if line in remarks else pattern.sub("", line, count=1) for line in lines]
    return lines


def _show_links(line: str) -> str:
    """The words of links as notes and forums have them; of one of Spotify's the link itself."""
    if "[" not in line:
        return line
    line = _FORUM_LINK.sub(lambda found: _choose_link(found[2], found[1]), line)
    line = _NOTED_LINK.sub(lambda found: _choose_link(found[1], found[2]), line)
    return _FORUM_TAG.sub("", line)


def _choose_link(words: str, address: str) -> str:
    return f" {address} " if looks_like_spotify_link(address) else words


def _is_heading(line: str) -> bool:
    """Whether the first line only says what the others are: "Artist - Title", "Songs"."""
    parts = [part.strip() for part in re.split(r"\s[-–—]\s|[,;:|/\t]", line) if part.strip()]
    if len(parts) == 1:
        return parts[0].casefold() in _LISTS
    return {"title", "artists"} <= {find_column(part) for part in parts} and all(map(find_column, parts))


def _make_remark(line: str) -> tuple[FileRow, ...]:
    return (FileRow(words=clean_text(line), is_unclear=True),)


def count_lines(text: str) -> int:
    """Lines in which something stands, without making any of them."""
    return sum(1 for _line in _LETTERED_LINE.finditer(text))


def read_line(line: str) -> tuple[FileRow, ...]:
    word = line.strip(" \t\"'<>,;")
    if is_isrc(word):
        return (FileRow(isrc=word),)
    if _ID.fullmatch(word):
        return (_parse_link(f"spotify:track:{word}"),)
    links = _find_links(line)
    if links:
        return tuple(map(_parse_link, links))
    if _ADDRESS.fullmatch(word):
        return (FileRow(words=clean_text(word), is_unclear=True),)  # of another service: no song of Spotify's
    return (_parse_words(line),) if any(sign.isalnum() for sign in line) else ()


def _find_links(line: str) -> list[str]:
    return [word for word in re.split(r"[\s,;|]+", line) if looks_like_spotify_link(word)]


def _parse_link(word: str) -> FileRow:
    """What is no song keeps its words, so that the member sees what was left out."""
    try:
        link = parse_link(word.strip("<>()[]\"'"))
    except LocalFile:
        return _parse_local(clean_text(word))
    except LinkError:
        return FileRow(words=clean_text(word), is_unclear=True)
    if link.kind not in ITEM_KINDS:
        return FileRow(words=link.uri, type=link.kind)
    return FileRow(uri=link.uri, type=link.kind)


def _parse_local(uri: str) -> FileRow:
    return add_local_facts(FileRow(uri=uri, type="track", is_local=True))


def _parse_words(line: str) -> FileRow:
    # A tab parts the columns of a page that was copied.
    line = _BULLET.sub("", line)
    without = _ADDRESS_BESIDE.sub(" ", line)
    line = without if _NAMES_BOTH.search(without) else line
    words = clean_text(" - ".join(part.strip() for part in line.split("\t") if part.strip()))
    bare = re.sub(r"^#\s+", "", words)
    for _ in range(_MAX_LEADS):
        bare = _MOMENT.sub("", _LEAD.sub("", bare))
    bare = _SOUND_FILE.sub("", _EMPHASIS.sub(r"\2", _LAST_PICTURES.sub("", bare)))
    length, duration_ms = _LENGTH.search(bare), None
    if length and length.start():
        minutes, seconds = length[1].split(":")
        duration_ms = (int(minutes) * 60 + int(seconds)) * 1000 or None
        bare = bare[: length.start()].rstrip(" -–")
    if parts := _FOOBAR.match(bare):
        # Of a record by many, who sings this song comes last.
        return FileRow(
            title=parts[3], artists=(parts[4] or parts[1],), album=parts[2], duration_ms=duration_ms
        )
    return FileRow(words=bare or words, duration_ms=duration_ms)
