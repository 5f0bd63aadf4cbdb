"""A program of its own that turns a workbook on its input into JSON: what is in such a file may ask for more
memory than there is, and then this process ends instead of the one that answers the household.

It knows nothing of the app, so that it starts at once.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypedDict

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MAX_MEMORY_BYTES = 400 * 1024 * 1024
MAX_CPU_S = 30
MAX_CELLS = 3_000_000
# Twice what a text file may hold: whoever started this process has to take all of it in.
MAX_CHARACTERS = 20_000_000
# Of a workbook's 32,767; longer than anything a list says of a song.
_MAX_CELL_LENGTH = 4000
# A length above 24 hours is a day since then to Excel.
_FIRST_DAY = datetime(1899, 12, 31)  # noqa: DTZ001  # of a calendar, nobody's moment
_LAST_LENGTH = datetime(1900, 2, 28)  # noqa: DTZ001
_MAX_WHOLE = 1e15


class _Sheet(TypedDict):
    name: str
    is_hidden: bool
    rows: list[list[str]]


class _TooLargeError(Exception):
    """More cells, or more in them, than any list has."""


def main() -> None:
    limit_process()
    try:
        sheets, count = _read_sheets(sys.stdin.buffer.read(), max_rows=int(sys.argv[1]))
        answer = _pack({"sheets": sheets, "count": count})
    except (_TooLargeError, MemoryError):
        answer = _pack({"fault": "too_large"})
    except PasswordError:
        answer = _pack({"fault": "locked"})
    except CalamineError:
        answer = _pack({"fault": "broken"})
    sys.stdout.buffer.write(answer)


def _pack(found: object) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()


def limit_process() -> None:
    with suppress(OSError):  # only Linux has it: where memory ends all the same, this process goes first
        Path("/proc/self/oom_score_adj").write_text("1000")
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_S),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS has no limit of the first kind
            resource.setrlimit(limit, (most, most))


def _read_sheets(data: bytes, *, max_rows: int) -> tuple[list[_Sheet], int]:
    """The sheets, and how many rows all have together; no more than `max_rows` are kept."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets: list[_Sheet] = []
    count = cells = characters = 0
    for one in workbook.sheets_metadata:
        if one.typ != SheetTypeEnum.WorkSheet:
            continue
        rows: list[list[str]] = []
        for row in _read_rows(workbook.get_sheet_by_name(one.name)):
            count, cells = count + 1, cells + len(row)
            if count <= max_rows:
                rows.append(row)
                characters += sum(map(len, row))
            if cells > MAX_CELLS or characters > MAX_CHARACTERS:
                raise _TooLargeError
        sheets.append({"name": one.name, "is_hidden": one.visible != SheetVisibleEnum.Visible, "rows": rows})
    return sheets, count


def _read_rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Those with anything in them, without the empty cells behind."""
    left = sheet.start[1] if sheet.start else 0
    # Down to which row a cell goes: the name of an artist, beside all of their songs.
    bottoms = {
        (top, column - left): bottom
        for (top, column), (bottom, _right) in sheet.merged_cell_ranges or ()
        if bottom > top
    }
    open_cells: dict[int, tuple[int, str]] = {}
    for number, values in enumerate(sheet.iter_rows()):
        row = [_write_cell(value) for value in values]
        if not any(map(str.strip, row)):
            continue
        for place, cell in enumerate(row) if bottoms else ():
            if (number, place) in bottoms:
                open_cells[place] = bottoms[number, place], cell
            elif not cell and number <= open_cells.get(place, (-1, ""))[0]:
                row[place] = open_cells[place][1]
        while not row[-1].strip():
            row.pop()
        yield row


def _write_cell(value: object) -> str:
    """As an import reads it: whole numbers without a fraction, lengths and days as ISO has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < _MAX_WHOLE else f"{value:.15g}"
    if isinstance(value, datetime) and value <= _LAST_LENGTH:
        value -= _FIRST_DAY
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, date):
        return str(value)
    return str(value)[:_MAX_CELL_LENGTH]


if __name__ == "__main__":
    main()
