"""Tables as wikis write them: "{| class=wikitable", a row after "|-", cells behind "|" and "!"."""

import re
from collections.abc import Sequence

from playlists.transfer.formats import csv_format, tables
from playlists.transfer.formats.rows import FileContents, check_row_count, clean_text

_START = re.compile(r"(?m)^[^\S\r\n]*\{\|")
# Words of a link, notes, and signs of bold and italic letters.
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_ADDRESS = re.compile(r"\[https?://[^\s\[\]]+\s+([^\[\]]*)\]")
_NOTE = re.compile(r"<ref\b[^<>]*/>|<ref\b.{0,2000}?</ref>|\{\{[^{}]*\}\}|<[^<>]*>|'{2,}", re.DOTALL)
# "style=… | Home": how a cell looks, which is not what it says.
_LOOKS = re.compile(r"^[^|\[\]]*=[^|\[\]]*\|(?!\|)")
_QUOTED = re.compile(r'^"([^"]+)"')


def looks_like_wiki(text: str) -> bool:
    return _START.search(text[:20_000]) is not None


def read_wiki(text: str) -> FileContents | None:
    """Its tables that name songs, one behind the other; nothing where there are none."""
    records = _read_cells(text[_START.search(text).start() :])  # type: ignore[union-attr]  # it looks like one
    reading = tables.read_records(records) if len(records) > 1 else None
    return csv_format.make_contents(reading) if reading and reading.is_clear else None


def _read_cells(text: str) -> list[list[str]]:
    check_row_count(text.count("\n|-"))
    text = _NOTE.sub("", _ADDRESS.sub(r"\1", _LINK.sub(r"\1", text)))
    rows: list[list[str]] = [[]]
    for line in map(str.strip, text.splitlines()):
        if line.startswith(("{|", "|}", "|+", "|-")):
            rows.append([])
        elif line.startswith(("|", "!")):
            rows[-1] += re.split(r"\|\||!!", line[1:]) if line[0] == "!" else line[1:].split("||")
        elif line and rows[-1]:
            rows[-1][-1] += f" {line}"
    return [_clean_cells(cells) for cells in rows if len(cells) > 1]


def _clean_cells(cells: Sequence[str]) -> list[str]:
    return [_QUOTED.sub(r"\1", clean_text(_LOOKS.sub("", cell))) for cell in cells]
