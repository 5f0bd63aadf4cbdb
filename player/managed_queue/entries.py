"""Rows as they are shown, moved and removed: a song alone, or what stands together of an album or playlist.

Pure functions. Which rows belong together follows from their order alone, so undo has to bring back no more
than that: a song that was moved out of its album is part of it again when it is put back.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from player.models import ManagedItem

Entry = list[ManagedItem]
T = TypeVar("T")


def list_entries(rows: Iterable[ManagedItem]) -> list[Entry]:
    entries: list[Entry] = []
    for row in rows:
        if entries and row.block_id and entries[-1][-1].block_id == row.block_id:
            entries[-1].append(row)
        else:
            entries.append([row])
    return entries


def is_block(entry: Entry) -> bool:
    """Whether it is shown as an album or a playlist: the last song of one is a song like others."""
    return len(entry) > 1


def find_entry(entries: Sequence[Entry], pk: int) -> int | None:
    return next((at for at, entry in enumerate(entries) if any(row.pk == pk for row in entry)), None)


def move_entry(rows: Iterable[ManagedItem], pk: int, before: int) -> list[ManagedItem]:
    """Return the rows with the whole entry of this one in front of the entry at place `before`."""
    entries = list_entries(rows)
    at = find_entry(entries, pk)
    return _flatten(entries if at is None else _move(entries, at, before))


def move_in_block(rows: Iterable[ManagedItem], pk: int, before: int) -> list[ManagedItem]:
    """Return the rows with this one in front of that at place `before` of its entry."""
    entries = list_entries(rows)
    at = find_entry(entries, pk)
    if at is not None:
        place = next(place for place, row in enumerate(entries[at]) if row.pk == pk)
        entries[at] = _move(entries[at], place, before)
    return _flatten(entries)


def move_out(rows: Iterable[ManagedItem], pk: int, before: int) -> list[ManagedItem]:
    """Return the rows with this one alone in front of the entry at place `before`."""
    entries = list_entries(rows)
    alone = [row for row in _flatten(entries) if row.pk == pk]
    rest = [[row for row in entry if row.pk != pk] for entry in entries]
    return _flatten([*rest[:before], alone, *rest[before:]])


def _move(things: list[T], place: int, before: int) -> list[T]:
    rest = [*things[:place], *things[place + 1 :]]
    at = before - 1 if before > place else before
    return [*rest[:at], things[place], *rest[at:]]


def _flatten(entries: Iterable[Entry]) -> list[ManagedItem]:
    return [row for entry in entries for row in entry]
