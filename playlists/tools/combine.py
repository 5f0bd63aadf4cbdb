"""Several lists as one, and one without another."""

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from msgspec import Struct

from playlists.tools.duplicates import Sameness, group_rows
from playlists.tools.facts import RowFacts


class Combination(Struct, frozen=True):
    """`uris` are new to the list; `known` of the others' rows are there already, `left` cannot be added."""

    uris: tuple[str, ...]
    known: int
    left: int


def merge_lists(
    own: Sequence[RowFacts],
    others: Sequence[Sequence[RowFacts]],
    *,
    how: Sameness | None,
    in_turns: bool = False,
) -> Combination:
    """What the others hold; with `how` only what neither the list nor an earlier one holds already.

    In turns: the first of each, then the second of each, and so on.
    """
    rows = list(_interleave(others)) if in_turns else list(chain.from_iterable(others))
    addable = [fact for fact in rows if fact.can_go]
    fresh = _list_new(own, addable, how) if how else addable
    uris = tuple(fact.uri for fact in fresh if fact.uri)
    return Combination(uris, known=len(addable) - len(uris), left=len(rows) - len(addable))


def find_shared(own: Sequence[RowFacts], other: Sequence[RowFacts], *, how: Sameness) -> tuple[int, ...]:
    """Positions of what the other list holds as well."""
    groups = group_rows([*own, *other], how)
    theirs = set(groups[len(own) :])
    return tuple(at for at, group in enumerate(groups[: len(own)]) if group in theirs)


def subtract_list(source: Sequence[RowFacts], other: Sequence[RowFacts], *, how: Sameness) -> Combination:
    """What the source holds and the other does not, in the source's order."""
    gone = set(find_shared(source, other, how=how))
    rest = [fact for at, fact in enumerate(source) if at not in gone]
    uris = tuple(fact.uri for fact in rest if fact.can_go and fact.uri)
    return Combination(uris, known=len(gone), left=len(rest) - len(uris))


def _list_new(own: Sequence[RowFacts], rows: Sequence[RowFacts], how: Sameness) -> list[RowFacts]:
    groups = group_rows([*own, *rows], how)
    # The first of each group says where it stands.
    return [rows[at] for at, group in enumerate(groups[len(own) :]) if group == len(own) + at]


def _interleave(lists: Sequence[Sequence[RowFacts]]) -> Iterator[RowFacts]:
    for row in zip_longest(*lists):
        yield from (fact for fact in row if fact is not None)
