"""Which format a file has: its content decides, not its name."""

from playlists.transfer.formats import csv_format as csv_files
from playlists.transfer.formats import json_format as json_files
from playlists.transfer.formats import m3u_format as m3u_files
from playlists.transfer.formats import text_format as text_lines
from playlists.transfer.formats.rows import FileList, Trouble, Unreadable


def read(text: str) -> tuple[FileList, ...]:
    """The lists in it, at least one, each with at least one row. Raises Unreadable."""
    lists = tuple(one for one in _read(text.removeprefix("\ufeff")) if one.rows)
    if not lists:
        raise Unreadable(Trouble.EMPTY)
    return lists


def _read(text: str) -> tuple[FileList, ...]:
    start = text.lstrip()
    if start[:1] == "{" or start[:2] in {'["', "[{"}:
        return json_files.read(text)
    if m3u_files.begins(text):
        return m3u_files.read(text)
    lists = csv_files.read(text)
    if lists:
        return lists
    return m3u_files.read(text) if m3u_files.has_marks(text) else text_lines.read(text)
