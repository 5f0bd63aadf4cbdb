"""Lists copied from a web page: several lines for each song, the last of which is its length."""

import re
from collections.abc import Iterator, Sequence

from playlists.transfer.formats.rows import FileRow, clean_text, parse_length_ms, parse_moment

_LENGTH = re.compile(r"\d{1,2}(?::[0-5]\d){1,2}")
_NUMBER = re.compile(r"\d{1,5}")
_LEAD = re.compile(r"#?\d{1,5}\s*[.)]\s+")
# How often a song was played, as some pages have it where others have the album.
_PLAYS = re.compile(r"\d{1,3}(?:[.,\s’']\d{3})+|\d{5,}")
# Lines of a song without a number; and how many alike show what of the first stands above the list.
_MAX_LINES, _MIN_ALIKE = 4, 2
# Signs beside a title: for strong language, for a video.
_MARKS = frozenset({"e", "explicit", "🅴", "music video", "lyrics", "video"})


def read_rows(lines: Sequence[str]) -> tuple[FileRow, ...] | None:
    """Nothing where the lines are no such list. What stands above and below it is kept as unclear."""
    told = [line.strip() for line in lines if line.strip()]
    ends = [place for place, line in enumerate(told) if _LENGTH.fullmatch(line)]
    starts = [0, *(place + 1 for place in ends)]
    blocks = [told[start:end] for start, end in zip(starts, ends, strict=False)]
    kept = _find_songs(blocks)
    if kept is None:
        return None
    above = len(blocks[0]) - len(kept[0])
    rows = [_make_row(block, parse_length_ms(told[end])) for block, end in zip(kept, ends, strict=True)]
    return (*_make_remarks(told[:above]), *rows, *_make_remarks(told[ends[-1] + 1 :]))


def _find_songs(blocks: Sequence[list[str]]) -> list[list[str]] | None:
    """The lines of each song, the first one without what stands above the list."""
    if not blocks or not all(blocks):
        return None
    first, *others = blocks
    if _is_numbered(first, others):
        number = int(others[0][0]) - 1 if others else 1
        start = first.index(str(number))
        songs = [first[start:], *others]
        return songs if all(len(song) > 1 for song in songs) else None
    bare = [_drop_marks(block) for block in others]
    head = _drop_marks(first)
    widths = {len(block) for block in bare}
    if len(widths) == 1 and len(head) > max(widths) and len(bare) >= _MIN_ALIKE:
        return [head[-max(widths) :], *bare]  # without what stands above the list
    is_lines = widths == {1} and len(head) == 1
    is_songs = bool(widths) and all(2 <= width <= _MAX_LINES for width in (*widths, len(head)))  # noqa: PLR2004
    return [head, *bare] if is_lines or is_songs else None


def _is_numbered(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    numbers = [int(block[0]) for block in others if _NUMBER.fullmatch(block[0])]
    if len(numbers) < len(others):
        return False
    before = numbers[0] - 1 if numbers else 1
    return str(before) in first[:-1] and numbers == list(range(before + 1, before + 1 + len(others)))


def _drop_marks(block: Sequence[str]) -> list[str]:
    return [line for place, line in enumerate(block) if not place or line.casefold() not in _MARKS]


def _make_row(block: Sequence[str], duration_ms: int | None) -> FileRow:
    lines = _drop_marks(block[1:] if len(block) > 1 and _NUMBER.fullmatch(block[0]) else block)
    title, *rest = map(clean_text, lines)
    if not rest:
        return FileRow(words=_LEAD.sub("", title), duration_ms=duration_ms)
    artists, *rest = rest
    rest = [line for line in rest if not _PLAYS.fullmatch(line)]
    # Of two lines left, the second is a day; of one alone it depends on what it says.
    album = rest[0] if len(rest) > 1 or (rest and not _is_day(rest[0])) else ""
    return FileRow(title=title, artists=(artists,), album=album, duration_ms=duration_ms)


def _is_day(text: str) -> bool:
    return parse_moment(text) is not None or text.endswith(" ago")


def _make_remarks(lines: Sequence[str]) -> Iterator[FileRow]:
    return (FileRow(words=clean_text(line), is_unclear=True) for line in lines)
