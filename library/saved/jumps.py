"""Where one can jump to in a long list: the months, letters or years of its order, with their counts."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.db.models.functions import Substr
from msgspec import Struct

from accounts.models import Member
from library.models import Saved, Shelf
from library.saved import filters as matching
from library.saved.browse import with_words
from library.saved.filters import Choice, Matches
from library.saved.order import Key, Sort, group_of, key_in, write_cursor

# What a heading is read from: a letter of up to four bytes, behind an article.
_BEGINNING = 8
_AT_ONCE = 2000


class Target(Struct, frozen=True, kw_only=True):
    """`group` is as on the rows; `position` counts what stands before it; `cursor` is what to browse `after`,
    null at the very beginning.
    """

    group: str
    count: int
    position: int
    cursor: str | None


def targets(
    member: Member,
    kind: str,
    *,
    query: str = "",
    sort: Sort = Sort(),  # noqa: B008  # frozen
    choice: Choice = Choice(),  # noqa: B008  # frozen
) -> tuple[Target, ...]:
    """In the order of the list. By length there is none."""
    shelf = Shelf.objects.filter(member=member, kind=kind).first()
    if shelf is None or sort.by == "length":
        return ()
    choice = with_words(choice, query)
    return _targets(shelf.pk, matching.versions(shelf, choice), sort, choice)


# Six shelves in seven orders, narrowed down in some ways; an entry is about 50 KB at the most.
@lru_cache(maxsize=64)
def _targets(
    shelf_id: int,
    versions: tuple[int, int],  # noqa: ARG001  # remembered by them
    sort: Sort,
    choice: Choice,
) -> tuple[Target, ...]:
    found = matching.matches(Shelf.objects.get(pk=shelf_id), choice)
    keys = _keys(shelf_id, sort, choice, found)
    stretches = list(_stretches(keys, sort))
    if sort.descending:
        stretches.reverse()
    made: list[Target] = []
    position = 0
    for group, first, end in stretches:
        # Down from the first key of the group above, or up from the group's own first.
        edge = keys[end if sort.descending else first] if position else None
        cursor = None if edge is None else write_cursor(sort, (edge, 0))
        made.append(Target(group=group, count=end - first, position=position, cursor=cursor))
        position += end - first
    return tuple(made)


def _keys(shelf_id: int, sort: Sort, choice: Choice, found: Matches) -> list[Key]:
    """The beginnings of all keys, sorted: enough for a heading, and in the same order."""
    if found.pks is None:
        rows = matching.chosen_rows(shelf_id, choice, found)
    else:
        rows = Saved.objects.filter(pk__in=found.pks)
    if sort.is_by_moment:  # numbers, which nothing has to be done to
        return sorted(rows.order_by().values_list(sort.column, flat=True))
    values = rows.order_by().values_list(Substr(sort.column, 1, _BEGINNING), flat=True)
    return sorted(key_in(sort, value) for value in values.iterator(chunk_size=_AT_ONCE))


def _stretches(keys: Sequence[Key], sort: Sort) -> Iterator[tuple[str, int, int]]:
    """Each group with where it begins and ends; the same heading never stands in two places of an order."""
    first = 0
    while first < len(keys):
        group = group_of(sort, keys[first])
        end = bisect_left(keys, True, lo=first, key=lambda key: group_of(sort, key) != group)  # noqa: FBT003
        yield group, first, end
        first = end
