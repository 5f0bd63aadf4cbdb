"""Finds the places to jump to in a long list: the months, letters or years of its order, with counts."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.db.models.functions import Substr
from msgspec import Struct

from accounts.models import Member
from library.models import SavedIndex, SavedItem
from library.saved import filters, texts
from library.saved.browse import with_words
from library.saved.filters import FilterMatches, SavedFilter
from library.saved.index import find_index
from library.saved.order import Key, Sort, get_edge, get_group, get_group_start, get_sort_key, write_cursor

# What a heading is read from: a letter of up to four bytes, behind an article.
_BEGINNING = 8
_BATCH_SIZE = 2000


class JumpTarget(Struct, frozen=True, kw_only=True):
    """`group` is as on the rows, `position` is the number of rows before it, `cursor` is what to browse
    `after`, null at the very beginning.
    """

    group: str
    count: int
    position: int
    cursor: str | None


def get_jump_targets(
    member: Member,
    kind: str,
    *,
    query: str = "",
    sort: Sort = Sort(),  # noqa: B008  # frozen
    selected: SavedFilter = SavedFilter(),  # noqa: B008  # frozen
    saved_index: SavedIndex | None = None,
) -> tuple[JumpTarget, ...]:
    """Return the targets in the order of the list. A list by length has none.

    `saved_index` is the index itself, where it has been read already.
    """
    saved_index = saved_index or find_index(member, kind)
    if saved_index is None or sort.by == "length":
        return ()
    selected = with_words(selected, query)
    return _get_jump_targets(saved_index.pk, filters.get_versions(saved_index, selected), sort, selected)


# Six indexes in seven orders, narrowed down in some ways; an entry is about 50 KB at the most.
@lru_cache(maxsize=64)
def _get_jump_targets(
    index_id: int,
    versions: tuple[int, int],  # noqa: ARG001  # remembered by them
    sort: Sort,
    selected: SavedFilter,
) -> tuple[JumpTarget, ...]:
    saved_index = SavedIndex.objects.get(pk=index_id)
    matches = filters.find_matches(saved_index, selected)
    groups: Sequence[tuple[Key, int]] | None = _count_months(saved_index, sort, selected, matches)
    if groups is None:
        groups = list(_count_groups(_sorted_keys(saved_index, sort, selected, matches), sort))
    targets: list[JumpTarget] = []
    position, above = 0, None
    for start, count in reversed(groups) if sort.descending else groups:
        # Descending: from where the group above begins. Ascending: from where the group itself does.
        edge = above if sort.descending else start
        cursor = write_cursor(sort, get_edge(sort, edge)) if position and edge is not None else None
        targets.append(
            JumpTarget(group=get_group(sort, start), count=count, position=position, cursor=cursor)
        )
        position, above = position + count, start
    return tuple(targets)


def _count_months(
    saved_index: SavedIndex, sort: Sort, selected: SavedFilter, matches: FilterMatches
) -> list[tuple[int, int]] | None:
    """Count in memory what was added in each month, oldest first; null where the database looks."""
    if not sort.is_by_moment or not texts.is_kept(saved_index):
        return None
    found = filters.find_texts(saved_index.pk, saved_index.version, selected)
    if found is None:
        return None
    here, places = found
    if matches.codes != matches.groups.keys():
        codes, wanted = here.codes, matches.codes
        places = [place for place in places if codes[place] in wanted]
    return here.count_months(sort.column, places)


def _sorted_keys(
    saved_index: SavedIndex, sort: Sort, selected: SavedFilter, matches: FilterMatches
) -> list[Key]:
    """Return the beginnings of all keys, sorted: enough for a heading, and in the same order."""
    if matches.pks is None:
        rows = filters.get_matching_rows(saved_index.pk, selected, matches)
    else:
        rows = SavedItem.objects.filter(pk__in=matches.pks)
    if sort.is_by_moment:  # numbers, which nothing has to be done to
        return sorted(rows.order_by().values_list(sort.column, flat=True))
    values = rows.order_by().values_list(Substr(sort.column, 1, _BEGINNING), flat=True)
    return sorted(get_sort_key(sort, value) for value in values.iterator(chunk_size=_BATCH_SIZE))


def _count_groups(keys: Sequence[Key], sort: Sort) -> Iterator[tuple[Key, int]]:
    """Yield where each group begins, and its size. A heading never stands in two places of an order."""
    first = 0
    while first < len(keys):
        group = get_group(sort, keys[first])
        end = bisect_left(keys, True, lo=first, key=lambda key: get_group(sort, key) != group)  # noqa: FBT003
        yield get_group_start(sort, keys[first]), end - first
        first = end
