"""Several lists as one, and one without another."""

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from msgspec import Struct

from playlists.tools.duplicates import Sameness, groups
from playlists.tools.facts import Fact


class Merged(Struct, frozen=True):
    """`uris` are new to the list; `known` of the others' rows are there already, `left` cannot be added."""

    uris: tuple[str, ...]
    known: int
    left: int


def merge(
    own: Sequence[Fact], others: Sequence[Sequence[Fact]], *, how: Sameness | None, in_turns: bool = False
) -> Merged:
    """What the others hold; with `how` only what neither the list nor an earlier one holds already.

    In turns: the first of each, then the second of each, and so on.
    """
    rows = list(_in_turns(others)) if in_turns else list(chain.from_iterable(others))
    addable = [fact for fact in rows if fact.can_go]
    fresh = _not_in(own, addable, how) if how else addable
    uris = tuple(fact.uri for fact in fresh if fact.uri)
    return Merged(uris, known=len(addable) - len(uris), left=len(rows) - len(addable))


def held_by(own: Sequence[Fact], other: Sequence[Fact], *, how: Sameness) -> tuple[int, ...]:
    """Positions of what the other list holds as well."""
    found = groups([*own, *other], how)
    theirs = set(found[len(own) :])
    return tuple(at for at, group in enumerate(found[: len(own)]) if group in theirs)


def minus(source: Sequence[Fact], other: Sequence[Fact], *, how: Sameness) -> Merged:
    """What the source holds and the other does not, in the source's order."""
    gone = set(held_by(source, other, how=how))
    rest = [fact for at, fact in enumerate(source) if at not in gone]
    uris = tuple(fact.uri for fact in rest if fact.can_go and fact.uri)
    return Merged(uris, known=len(gone), left=len(rest) - len(uris))


def _not_in(own: Sequence[Fact], rows: Sequence[Fact], how: Sameness) -> list[Fact]:
    found = groups([*own, *rows], how)
    # The first of each group says where it stands.
    return [rows[at] for at, group in enumerate(found[len(own) :]) if group == len(own) + at]


def _in_turns(lists: Sequence[Sequence[Fact]]) -> Iterator[Fact]:
    for row in zip_longest(*lists):
        yield from (fact for fact in row if fact is not None)
