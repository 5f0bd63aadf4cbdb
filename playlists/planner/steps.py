"""The changes that Spotify offers, and what each does to a list.

Positions count from 0, in the list as it is just before the step.
"""

from collections.abc import Sequence
from typing import NamedTuple, assert_never

from msgspec import Struct

# Of adding, removing and replacing, per call.
MAX_URIS_PER_CALL = 100
# Spotify refuses to add to a playlist that has as many.
MAX_ITEMS = 10_000

_LOCAL = "spotify:local:"


class PlannerRow(NamedTuple):
    """One place in a playlist. `uri` is None when its content has vanished from Spotify."""

    uri: str | None
    is_local: bool = False

    @property
    def is_fixed(self) -> bool:
        """Spotify can move it, but neither remove it alone nor add it again."""
        return self.uri is None or self.is_local or self.uri.startswith(_LOCAL)


class Remove(Struct, frozen=True, tag="remove"):
    """Removes every copy of each URI; positions cannot be named."""

    uris: tuple[str, ...]


class Move(Struct, frozen=True, kw_only=True, tag="move"):
    """Moves `length` rows from `start` in front of the row that was at `before`."""

    start: int
    before: int
    length: int = 1


class Add(Struct, frozen=True, tag="add"):
    """Inserts new rows in front of the row at `position`; they count as added today, by the sender."""

    uris: tuple[str, ...]
    position: int


class Replace(Struct, frozen=True, tag="replace"):
    """Replaces everything that was there by new rows."""

    uris: tuple[str, ...]


Step = Remove | Move | Add | Replace


def can_be_added(uri: str) -> bool:
    return not uri.startswith(_LOCAL)


def apply_step(rows: Sequence[PlannerRow], step: Step) -> list[PlannerRow]:
    """The list as Spotify leaves it after `step`."""
    match step:
        case Remove(uris):
            gone = frozenset(uris)
            return [row for row in rows if row.is_fixed or row.uri not in gone]
        case Move(start=start, before=before, length=length):
            return _move_rows(rows, start=start, before=before, length=length)
        case Add(uris, position):
            return [*rows[:position], *map(PlannerRow, uris), *rows[position:]]
        case Replace(uris):
            return list(map(PlannerRow, uris))
        case _:
            assert_never(step)


def _move_rows(rows: Sequence[PlannerRow], *, start: int, before: int, length: int) -> list[PlannerRow]:
    block = rows[start : start + length]
    if before <= start:
        return [*rows[:before], *block, *rows[before:start], *rows[start + length :]]
    return [*rows[:start], *rows[start + length : before], *block, *rows[before:]]
