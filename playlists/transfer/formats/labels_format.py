"""Songs of which each part stands in a line of its own, behind its name: "Title: Home", "Artist: Ada".

So notes, programs and YAML have them; a title may also stand above its artist without a name.
"""

import re
from collections.abc import Iterator, Sequence

from playlists.transfer.formats.headings import find_column
from playlists.transfer.formats.rows import MAX_ARTISTS, FileRow, clean_text, parse_length_ms

_LABELLED = re.compile(r"\s*(?:[-*•]\s+)?[*_\"]*([^\W\d_][\w ]{1,30}?)[*_\"]*\s*[:=]\s*[*_]*\s*(\S.*)")
_LEAD = re.compile(r"\s*(?:#?\d{1,5}\s*[.):]\s*|[-*•]\s+)?")
_BETWEEN = re.compile(r"(?:[,;|·•/]|(?<!\s)\s+[-–—])\s+(?=[^\W\d_][\w ]{1,30}:\s)")
_AROUND = " *_\"'“”„,"
_MIN_SHARE = 0.5
_MIN_SONGS = 2


def read_rows(lines: Sequence[str]) -> tuple[FileRow, ...] | None:
    """Null where lines are something else: an artist may well be called Title."""
    said = [part for line in lines if line.strip() for part in _part_labels(line)]
    labels = [label for line in said if (label := _read_label(line)[0])]
    if labels.count("artists") < _MIN_SONGS or len(labels) < len(said) * _MIN_SHARE:
        return None
    return tuple(_collect_rows(said, has_titles=labels.count("title") >= _MIN_SONGS))


def _part_labels(line: str) -> Sequence[str]:
    """ "Song: Home, Artist: Ada": each behind its own name, in one line."""
    parts = _BETWEEN.split(line)
    return parts if len(parts) > 1 and all(_read_label(part)[0] for part in parts) else (line,)


def _collect_rows(lines: Sequence[str], *, has_titles: bool) -> Iterator[FileRow]:
    values: dict[str, str] = {}
    for place, line in enumerate(lines):
        label, text = _read_label(line)
        is_title = not has_titles and not label and _is_artist(lines[place + 1 : place + 2])
        label, text = ("title", line[len(_LEAD.match(line)[0]) :]) if is_title else (label, text)  # type: ignore[index]  # it always fits
        if label in values:
            yield _make_row(values)
            values = {}
        if label:
            values[label] = clean_text(text).strip(_AROUND)
        elif not _LABELLED.match(line):
            yield FileRow(words=clean_text(line), is_unclear=True)
    if values:
        yield _make_row(values)


def _read_label(line: str) -> tuple[str, str]:
    """Which of our columns a line is, and what it says."""
    found = _LABELLED.match(line)
    label = find_column(found[1].strip()) if found else ""
    return (label, found[2]) if found and label else ("", "")


def _is_artist(lines: Sequence[str]) -> bool:
    return any(_read_label(line)[0] == "artists" for line in lines)


def _make_row(values: dict[str, str]) -> FileRow:
    if not values.get("title"):
        return FileRow(words=clean_text(" · ".join(values.values())), is_unclear=True)
    artists = tuple(name.strip() for name in values.get("artists", "").split(";") if name.strip())
    return FileRow(
        title=values["title"],
        artists=artists[:MAX_ARTISTS],
        album=values.get("album", ""),
        isrc=values.get("isrc", ""),
        duration_ms=parse_length_ms(values.get("duration", "")),
    )
