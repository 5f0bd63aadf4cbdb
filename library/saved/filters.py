"""Finds the saved items that match a filter, reading one narrow database index at most twice.

Up to MAX_NAMED_MATCHES are named one by one. Of more it is enough to know their facets: then the next page is
found quickly by walking along an order.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Count, QuerySet, Sum
from msgspec import Struct

from library.models import PlaylistMembership, SavedIndex, SavedItem
from library.saved import facets, texts
from library.saved.facets import Facet
from library.saved.index import TARGETS

# Up to here matches are named. It is a fiftieth of 100,000: of more, a walk along an order finds fifty soon.
MAX_NAMED_MATCHES = 2000

Tally = tuple[int, int]  # how many, and how long in milliseconds
Groups = Mapping[int, Tally]  # by packed facet


class SavedFilter(Struct, frozen=True, kw_only=True):
    """What saved items are filtered by; an empty field filters nothing.

    `words` are folded (`text.split_words`), and title, artists and album have to contain all of them. Decades
    are such as 1990, 0 for unknown; so are the years in which something was added. `lengths` are of
    `facets.LENGTHS`. `is_listed`: in any playlist of the member's, or in none; `playlist` is the Spotify id
    of one of them. `also` is the key of another member who saved it too; unless they share their library,
    nothing matches.
    """

    words: tuple[str, ...] = ()
    decades: frozenset[int] = frozenset()
    added_years: frozenset[int] = frozenset()
    lengths: frozenset[str] = frozenset()
    is_explicit: bool | None = None
    is_playable: bool | None = None
    is_listed: bool | None = None
    playlist: str | None = None
    also: int | None = None


class FilterMatches(Struct, frozen=True):
    """`pks` are null for more than MAX_NAMED_MATCHES. `groups` are of all with the words."""

    pks: tuple[int, ...] | None
    codes: frozenset[int]
    groups: Groups

    @property
    def count(self) -> int:
        return sum(self.groups[code][0] for code in self.codes)

    @property
    def total_ms(self) -> int:
        return sum(self.groups[code][1] for code in self.codes)


def find_matches(saved_index: SavedIndex, selected: SavedFilter) -> FilterMatches:
    """Find what matches. The result is remembered for this version of the index, for its next page."""
    versions = get_versions(saved_index, selected)
    return _find_matches(saved_index.pk, versions, selected, in_memory=texts.is_kept(saved_index))


def get_versions(saved_index: SavedIndex, selected: SavedFilter) -> tuple[int, int]:
    """Return the versions for which a result of this filter is valid."""
    return saved_index.version, _get_other_version(selected.also, saved_index)


def count_by_facet(saved_index: SavedIndex) -> Groups:
    return _count_by_facet(saved_index.pk, saved_index.version)


def filter_rows(index_id: int, selected: SavedFilter) -> QuerySet[SavedItem]:
    """Filter by words, playlist and other member, not by facets."""
    rows = SavedItem.objects.filter(index_id=index_id)
    for word in selected.words:
        rows = rows.filter(words__contains=word)
    if selected.playlist is not None:
        memberships = PlaylistMembership.objects.filter(
            playlist__member__saved_indexes=index_id, playlist__playlist_id=selected.playlist
        )
        rows = rows.filter(item__in=memberships.values("item"))
    if selected.also is not None:
        rows = _filter_shared(rows, index_id, selected.also)
    return rows


def get_matching_rows(index_id: int, selected: SavedFilter, matches: FilterMatches) -> QuerySet[SavedItem]:
    """Return all matches as a query set."""
    rows = filter_rows(index_id, selected)
    return rows if matches.codes == matches.groups.keys() else rows.filter(facet__in=matches.codes)


def get_unmet_criteria(facet: Facet, selected: SavedFilter) -> list[str]:
    """Return the names of VALUES in which a facet does not match; none when it matches."""
    wanted = get_criteria(selected)
    return [name for name, values in wanted.items() if VALUES[name](facet) not in values]


VALUES: Mapping[str, Callable[[Facet], Any]] = {
    "decades": lambda facet: facet.decade or 0,
    "added_years": lambda facet: facet.added_year or 0,
    "lengths": lambda facet: facet.length,
    "is_explicit": lambda facet: facet.is_explicit,
    "is_playable": lambda facet: facet.is_playable,
    "is_listed": lambda facet: facet.is_listed,
}


@lru_cache(maxsize=64)
def get_criteria(selected: SavedFilter) -> Mapping[str, Collection[Any]]:
    """Return the selected values by the names of VALUES."""
    chosen = {
        "decades": selected.decades,
        "added_years": selected.added_years,
        "lengths": selected.lengths,
        "is_explicit": _as_values(selected.is_explicit),
        "is_playable": _as_values(selected.is_playable),
        "is_listed": _as_values(selected.is_listed),
    }
    return {name: values for name, values in chosen.items() if values}


def find_texts(
    index_id: int, version: int, selected: SavedFilter
) -> tuple[texts.IndexTexts, Sequence[int]] | None:
    """Return the texts of an index and the places of those with the words; null where the database looks."""
    if not selected.words or selected.playlist is not None or selected.also is not None:
        return None
    return texts.find_places(index_id, version, selected.words)


# A household looks at a handful of indexes at a time; an entry is about 100 KB at the most.
@lru_cache(maxsize=64)
def _find_matches(
    index_id: int, kept_by: tuple[int, int], selected: SavedFilter, *, in_memory: bool
) -> FilterMatches:
    rows = filter_rows(index_id, selected)
    few: list[tuple[int, int, int]] | None = None
    if in_memory and (kept := find_texts(index_id, kept_by[0], selected)):
        here, places = kept
        if len(places) <= MAX_NAMED_MATCHES:
            few = [(here.codes[place], here.durations_ms[place], here.pks[place]) for place in places]
        groups: Groups = here.tally(places)
    elif selected.words or selected.playlist is not None or selected.also is not None:
        first_rows = list(rows.values_list("facet", "duration_ms", "pk")[: MAX_NAMED_MATCHES + 1])
        few = first_rows if len(first_rows) <= MAX_NAMED_MATCHES else None
        groups = _tally_rows(first_rows) if few is not None else _count_rows(rows)
    else:
        groups = _count_by_facet(index_id, kept_by[0])
    codes = frozenset(code for code in groups if not get_unmet_criteria(facets.unpack_facet(code), selected))
    matches = FilterMatches(None, codes, groups)
    if few is not None:
        return FilterMatches(tuple(pk for code, _, pk in few if code in codes), codes, groups)
    if codes != groups.keys() and matches.count <= MAX_NAMED_MATCHES:
        pks = get_matching_rows(index_id, selected, matches).order_by().values_list("pk", flat=True)
        return FilterMatches(tuple(pks), codes, groups)
    return matches


@lru_cache(maxsize=32)
def _count_by_facet(index_id: int, version: int) -> Groups:  # noqa: ARG001  # remembered by it
    return _count_rows(SavedItem.objects.filter(index_id=index_id))


def _count_rows(rows: QuerySet[SavedItem]) -> Groups:
    counted = rows.order_by().values_list("facet").annotate(Count("pk"), Sum("duration_ms"))
    return {code: (count, total_ms) for code, count, total_ms in counted}


def _tally_rows(rows: list[tuple[int, int, int]]) -> Groups:
    groups: dict[int, Tally] = {}
    for code, duration_ms, _ in rows:
        count, total_ms = groups.get(code, (0, 0))
        groups[code] = (count + 1, total_ms + duration_ms)
    return groups


def _filter_shared(rows: QuerySet[SavedItem], index_id: int, also: int) -> QuerySet[SavedItem]:
    saved_index = SavedIndex.objects.get(pk=index_id)
    others = SavedItem.objects.filter(
        index__kind=saved_index.kind, index__member=also, index__member__shares_library=True
    )
    target = TARGETS[saved_index.kind][0]
    return rows.filter(**{f"{target}__in": others.values(target)})


def _get_other_version(also: int | None, saved_index: SavedIndex) -> int:
    """Return the version of the other member's index; 0 when they do not share their library."""
    if also is None:
        return 0
    theirs = SavedIndex.objects.filter(member=also, kind=saved_index.kind, member__shares_library=True)
    return theirs.values_list("version", flat=True).first() or 0


def _as_values(wanted: bool | None) -> tuple[bool, ...]:  # noqa: FBT001  # a selected of three
    return () if wanted is None else (wanted,)
