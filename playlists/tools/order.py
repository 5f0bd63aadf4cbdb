"""Orders for good: by columns, turned around, and at random."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from random import Random
from typing import Any

from msgspec import Struct

from playlists.tools.facts import Fact


class Column(StrEnum):
    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    ADDED = "added"
    ADDED_BY = "added-by"
    LENGTH = "length"
    RELEASED = "released"


class SortKey(Struct, frozen=True):
    column: Column
    is_descending: bool = False


# Nothing where nothing is known: such rows stand at the end, however the column is sorted.
# Any: a column holds texts or numbers, and always the same.
_VALUES: Mapping[Column, Callable[[Fact], Any]] = {
    Column.TITLE: lambda fact: fact.title_key or None,
    Column.ARTIST: lambda fact: fact.artist_key or None,
    Column.ALBUM: lambda fact: (fact.album_key, fact.disc, fact.track) if fact.album_key[0] else None,
    Column.ADDED: lambda fact: fact.added_at,
    Column.ADDED_BY: lambda fact: fact.added_by or None,
    Column.LENGTH: lambda fact: fact.duration_ms or None,
    Column.RELEASED: lambda fact: fact.released or None,
}


def sort(facts: Sequence[Fact], keys: Sequence[SortKey]) -> list[int]:
    """By the first column, where that is the same by the second, and so on; the rest stays as it was."""
    order = list(range(len(facts)))
    for key in reversed(keys):
        value = _VALUES[key.column]
        known = [at for at in order if value(facts[at]) is not None]
        unknown = [at for at in order if value(facts[at]) is None]
        known.sort(key=lambda at: value(facts[at]), reverse=key.is_descending)
        order = known + unknown
    return order


def reverse(total: int) -> list[int]:
    return list(range(total - 1, -1, -1))


def shuffle(total: int, *, seed: int) -> list[int]:
    """The same for the same seed: what the preview showed is what will be done."""
    order = list(range(total))
    Random(seed).shuffle(order)  # noqa: S311  # nothing secret
    return order
