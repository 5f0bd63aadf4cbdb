"""Tables in web pages, and those that sites call a spreadsheet: what they hold, without their looks."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from msgspec import Struct

from playlists.transfer.formats import csv_format, tables
from playlists.transfer.formats.rows import (
    FileContents,
    FileFault,
    UnreadableFile,
    clean_text,
    parse_item_link,
)

# Reading takes a second for each million of signs, and ten thousand songs have two of them.
_MAX_LENGTH = 3_000_000
_SAMPLE_LENGTH = 4096
_START = re.compile(
    r"\s*<(?:!doctype\s+html|!--|(?:html|head|body|table|div|ul|ol|p|a|meta|script|span)\b)", re.IGNORECASE
)
_BREAKS = frozenset({"br", "p", "div", "li"})


def looks_like_page(text: str) -> bool:
    return _START.match(text[:_SAMPLE_LENGTH]) is not None


def read_page(text: str) -> FileContents:
    """Its largest table, if it names songs. Raises UnreadableFile."""
    if len(text) > _MAX_LENGTH or "<t" not in text.casefold():
        raise UnreadableFile(FileFault.WEB_PAGE)
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    found = [table for table in parser.tables if len(table) > 1 and max(map(len, table)) > 1]
    if not found:
        raise UnreadableFile(FileFault.WEB_PAGE)
    reading = tables.read_records(list(_repeat_cells(max(found, key=len))))
    # Pages use tables for many things, of which nobody wants to be asked.
    if not reading.is_clear:
        raise UnreadableFile(FileFault.WEB_PAGE)
    return csv_format.make_contents(reading)


class _Cell(Struct):
    text: str = ""
    rows: int = 1
    link: str = ""  # to a song

    def __str__(self) -> str:
        """As tables in text have them."""
        text = clean_text(self.text)
        return f"[{text}]({self.link})" if self.link and text else text


def _repeat_cells(table: list[list[_Cell]]) -> Iterator[list[str]]:
    """A cell may stand beside several rows, as the name of an artist beside their songs."""
    open_cells: dict[int, _Cell] = {}
    for cells in table:
        row, left = list[str](), iter(cells)
        while cell := open_cells.get(len(row)) or next(left, None):
            cell.rows -= 1
            open_cells[len(row)] = cell
            row.append(str(cell))
        open_cells = {place: cell for place, cell in open_cells.items() if cell.rows > 0}
        yield row


class _TableParser(HTMLParser):
    """`tables` are rows of cells; one within another stands for itself."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[_Cell]]] = []
        self._open: list[list[list[_Cell]]] = []
        self._hidden = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag in {"script", "style"}:
            self._hidden += 1
        elif self._open and tag == "tr":
            self._open[-1].append([])
        elif self._open and tag in {"td", "th"}:
            if not self._open[-1]:
                self._open[-1].append([])
            rows = dict(attrs).get("rowspan") or ""
            self._open[-1][-1].append(_Cell(rows=int(rows) if re.fullmatch(r"[1-9]\d{0,3}", rows) else 1))
        elif tag in _BREAKS:
            self.handle_data(" ")
        elif tag == "a" and parse_item_link(link := dict(attrs).get("href")):
            self._link = link or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._open:
            self._open.pop()
        elif tag in {"script", "style"}:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] and self._open[-1][-1] and not self._hidden:
            cell = self._open[-1][-1][-1]
            cell.text += data
            cell.link = cell.link or self._link
