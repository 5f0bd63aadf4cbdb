"""Workbooks of Excel, LibreOffice and whoever else writes their files (XLSX, XLS, XLSB, ODS): each of their
sheets is a table, or text that a program has put into the first column.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from playlists.transfer.formats import csv_format, detect, encodings, tables
from playlists.transfer.formats.headings import find_columns
from playlists.transfer.formats.rows import (
    MAX_FILE_BYTES,
    MAX_FILE_ROWS,
    FileContents,
    FileFault,
    UnreadableFile,
)

logger = logging.getLogger(__name__)

_MAX_WAIT_S = 60
_MAX_ROWS = MAX_FILE_ROWS + 100  # with headings, and what stands above them
_FAULTS = {
    "too_large": FileFault.WIDE_WORKBOOK,
    "locked": FileFault.LOCKED_WORKBOOK,
    "broken": FileFault.BROKEN_WORKBOOK,
}
# Named and not imported: what it needs stays out of the processes that answer the household.
_PROGRAM = f"{__package__}.workbook_reader"
_FOLDER = Path(__file__).parents[3]
# Nothing that the household keeps secret goes to a process that reads strangers' files.
_PASSED_ON = ("PYTHON", "LD_", "DYLD_", "LANG", "LC_", "PATH", "HOME")


class Sheet(Struct, frozen=True, kw_only=True):
    """`rows` are its cells, without empty rows."""

    name: str
    rows: list[list[str]]
    is_hidden: bool = False


def read_sheets(data: bytes) -> list[Sheet]:
    """Those that hold anything, at least one. Raises UnreadableFile."""
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(FileFault.TOO_LARGE)
    if encodings.is_locked_workbook(data):
        raise UnreadableFile(FileFault.LOCKED_WORKBOOK)
    found = _run_reader(data)
    if "fault" in found:
        raise UnreadableFile(_FAULTS[found["fault"]])
    if found["count"] > _MAX_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=found["count"])
    sheets = [Sheet(**one) for one in found["sheets"] if one["rows"]]
    if not sheets:
        raise UnreadableFile(FileFault.EMPTY)
    return sheets


def read_sheet(sheet: Sheet) -> FileContents:
    """What a sheet holds, as `detect.read_text` reads text. Raises UnreadableFile."""
    lines = _join_lines(sheet.rows)
    if lines:
        return detect.read_text(lines)
    return csv_format.make_contents(tables.read_records(sheet.rows))


def _join_lines(rows: Sequence[Sequence[str]]) -> str:
    """The text that stands in the first column alone, such as a CSV with other signs than the program knows.

    What the program has taken apart nevertheless, at a sign within a name, is put together again.
    """
    first = [cell for cell in rows[0] if cell.strip()]
    is_torn = len(first) == 1 and any(
        len(find_columns(first[0].split(sign))) > 1 for sign in tables.DELIMITERS
    )
    if not is_torn and any(len(list(filter(str.strip, cells))) > 1 for cells in rows):
        return ""
    return "\n".join(";".join(filter(None, (" ".join(cell.split()) for cell in cells))) for cells in rows)


def _run_reader(data: bytes) -> dict[str, Any]:
    """A process that asks for too much is ended by the system. Raises UnreadableFile."""
    passed_on = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
    try:
        ended = subprocess.run(  # noqa: S603  # our own words
            [sys.executable, "-m", _PROGRAM, str(_MAX_ROWS)],
            cwd=_FOLDER,
            env=passed_on,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_MAX_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"fault": "too_large"}
    except OSError as error:
        logger.warning("no process can be started that reads a spreadsheet: %s", error)
        raise UnreadableFile(FileFault.NO_READER) from None
    if ended.returncode < 0:
        return {"fault": "too_large"}
    found: dict[str, Any] = json.loads(ended.stdout) if ended.returncode == 0 else {"fault": "broken"}
    return found
