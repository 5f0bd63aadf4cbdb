"""Browses what a member has saved, from the index alone: Spotify is never asked.

    get_page(member, "track", query="blue", sort=Sort(by="title"), selected=SavedFilter(is_listed=False))

A page is found by walking along a database index, so page 200 costs what page 1 costs.
"""

from collections.abc import Iterable, Mapping
from itertools import islice

from django.db.models import Q, QuerySet
from msgspec import Struct, structs

from accounts.models import Member
from library.catalogue import bulk_sql, store
from library.catalogue.text import split_words
from library.models import Item, SavedIndex, SavedItem
from library.saved import counts, facets, filters
from library.saved.counts import FacetCounts
from library.saved.filters import FilterMatches, SavedFilter
from library.saved.index import TARGETS, Thing, find_index, get_title_prefix
from library.saved.order import (
    Place,
    Sort,
    get_group,
    get_sort_key,
    read_cursor,
    skip_places,
    sort_places,
    walk_rows,
    write_cursor,
)
from spotweb.spotify.models import Album, Episode, Track

# As many as can be played or changed at one go; more would be a selection that was never looked at.
MAX_URIS = 10_000
MAX_SHOWN_ROWS = 50
_BY_TITLE = Sort(by="title", descending=False)


class BrowseRow(Struct, frozen=True, kw_only=True):
    """`thing` is a Track, Episode, Album, Show, Audiobook or Artist of spotweb.spotify.models.

    Moments are in seconds since 1970, 0 where Spotify does not say. `group` is the heading it stands under in
    this order: a month such as 2026-11, a letter, a year, or nothing (`order.get_group`).
    """

    pk: int
    thing: Thing
    uri: str
    added_at: int
    first_added_at: int
    is_listed: bool
    group: str


class BrowsePage(Struct, frozen=True, kw_only=True):
    """`next` is the cursor of the following page, null on the last; `start` that of the row before the first,
    null on the first page or where that was not asked. `count` and `total_ms` are of all that
    matches, `total` is of the whole index. `version` changes with the index.
    """

    rows: tuple[BrowseRow, ...]
    next: str | None
    count: int
    total: int
    total_ms: int
    groups: filters.Groups
    selected: SavedFilter
    version: int
    start: str | None = None

    @property
    def facets(self) -> FacetCounts:
        """Counted when they are asked for: scrolling on shows none."""
        return counts.count_facets(self.groups, self.selected)


def get_page(
    member: Member,
    kind: str,
    *,
    query: str = "",
    sort: Sort = Sort(),  # noqa: B008  # frozen
    selected: SavedFilter = SavedFilter(),  # noqa: B008  # frozen
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
    saved_index: SavedIndex | None = None,
) -> BrowsePage:
    """Return a page of the index of a kind (`SavedIndex.Kind`). `after` is the `next` of the page before.

    `before` instead is the cursor of a row (`get_cursor`): the page ends with the row above it. `saved_index`
    is the index itself, where it has been read already.
    Raises NoSuchPlace, which is a 404, when a cursor was not made for this order.
    """
    begin = read_cursor(sort, before or after) if before or after else None  # type: ignore[arg-type]
    saved_index = saved_index or find_index(member, kind)
    if saved_index is None:
        return _empty_page(selected)
    selected = with_words(selected, query)
    matches = filters.find_matches(saved_index, selected)
    walked = structs.replace(sort, descending=not sort.descending) if before else sort
    places = _find_places(saved_index, walked, selected, matches, after=begin, limit=limit + 1)
    shown, beyond = places[:limit], places[limit:]
    if before:
        shown.reverse()
    return BrowsePage(
        rows=_build_rows(saved_index, shown, sort),
        next=write_cursor(sort, shown[-1]) if beyond and not before else None,
        start=write_cursor(sort, beyond[0]) if beyond and before else None,
        count=matches.count,
        total=sum(count for count, _ in filters.count_by_facet(saved_index).values()),
        total_ms=matches.total_ms,
        groups=matches.groups,
        selected=selected,
        version=saved_index.version,
    )


def get_cursor(sort: Sort, row: BrowseRow) -> str | None:
    """Return the cursor of a row of a page in this order; null where it is gone."""
    values = SavedItem.objects.filter(pk=row.pk).values_list(sort.column, flat=True)
    return next((write_cursor(sort, (get_sort_key(sort, value), row.pk)) for value in values), None)


def get_uris(
    member: Member,
    kind: str,
    *,
    query: str = "",
    sort: Sort = Sort(),  # noqa: B008  # frozen
    selected: SavedFilter = SavedFilter(),  # noqa: B008  # frozen
    limit: int = MAX_URIS,
) -> list[str]:
    """Return the URIs of all that matches, in order: what is played, queued or selected as a whole."""
    saved_index = SavedIndex.objects.filter(member=member, kind=kind).first()
    if saved_index is None:
        return []
    selected = with_words(selected, query)
    matches = filters.find_matches(saved_index, selected)
    places = _find_places(saved_index, sort, selected, matches, after=None, limit=min(limit, MAX_URIS))
    target, model = TARGETS[kind]
    by_pk: dict[int, int] = {}
    for chunk in store.split_chunks([pk for _, pk in places]):
        by_pk |= dict(SavedItem.objects.filter(pk__in=chunk).values_list("pk", f"{target}_id"))
    named = store.get_uris(model, by_pk.values())
    return [named[by_pk[pk]] for _, pk in places if by_pk.get(pk) in named]


def search_all_kinds(member: Member, query: str, *, limit: int = 20) -> dict[str, tuple[BrowseRow, ...]]:
    """Return, by kind, the best rows that have all the words; those that begin with them come first."""
    words = split_words(query)
    rows_by_kind = {}
    indexes = SavedIndex.objects.filter(member=member) if words else ()
    for saved_index in sorted(indexes, key=lambda one: SavedIndex.Kind.values.index(one.kind)):
        if places := _find_best_places(saved_index, words, limit):
            rows_by_kind[saved_index.kind] = _build_rows(saved_index, places, _BY_TITLE)
    return rows_by_kind


def _find_best_places(saved_index: SavedIndex, words: tuple[str, ...], limit: int) -> list[Place]:
    selected = SavedFilter(words=words)
    matches = filters.find_matches(saved_index, selected)
    begins = " ".join(words).encode(errors="replace")
    if matches.pks is not None:
        rows = bulk_sql.find_rows(SavedItem, ("id", _BY_TITLE.column), "id", matches.pks)
        places = sort_places(rows, _BY_TITLE)
        return sorted(places, key=lambda place: not place[0].startswith(begins))[:limit]
    first_rows = filters.filter_rows(saved_index.pk, selected).filter(
        title_key__gte=begins, title_key__lt=begins + b"\xff"
    )
    places = walk_rows(first_rows, _BY_TITLE, None, limit)
    if len(places) < limit:
        others = _find_places(saved_index, _BY_TITLE, selected, matches, after=None, limit=limit)
        places += [place for place in others if place not in set(places)]
    return places[:limit]


def get_rows_by_uri(member: Member, kind: str, uris: Iterable[str]) -> dict[str, BrowseRow]:
    """Return the rows of what is saved of these URIs, such as to draw one again."""
    saved_index = SavedIndex.objects.filter(member=member, kind=kind).first()
    if saved_index is None:
        return {}
    target, model = TARGETS[kind]
    pks = store.get_pks_by_uri(model, uris).values()
    sort = Sort()
    here = SavedItem.objects.filter(**{"index": saved_index, f"{target}__in": pks})
    places = [(key, pk) for pk, key in here.values_list("pk", sort.column)]
    return {row.uri: row for row in _build_rows(saved_index, places, sort)}


def find_saved_songs(member: Member, wanted: Mapping[str, str]) -> set[str] | None:
    """Return those of the `wanted` URIs, with their names, that are in Liked Songs.

    By name as well, since Spotify plays another release of what is saved where it has to. Null before all of
    the library was read.
    """
    saved_index = SavedIndex.objects.filter(
        member=member, kind=SavedIndex.Kind.TRACK, complete_at__isnull=False
    ).first()
    if saved_index is None:
        return None
    rows = SavedItem.objects.filter(index=saved_index)
    pks = store.get_pks_by_uri(Item, wanted)
    saved = set(rows.filter(item__in=pks.values()).values_list("item_id", flat=True))
    held = {uri for uri, pk in pks.items() if pk in saved}
    for uri in wanted.keys() - held:
        begins = get_title_prefix(wanted[uri])
        if wanted[uri] and rows.filter(title_key__gte=begins, title_key__lt=begins + b"\xff").exists():
            held.add(uri)
    return held


def get_row(member: Member, pk: int) -> BrowseRow | None:
    """One row of what the member has saved; null where it was removed meanwhile, or is another's."""
    sort = Sort()
    saved = SavedItem.objects.filter(pk=pk, index__member=member).select_related("index")
    for item in saved:
        return next(iter(_build_rows(item.index, [(getattr(item, sort.column), pk)], sort)), None)
    return None


def _empty_page(selected: SavedFilter) -> BrowsePage:
    return BrowsePage(
        rows=(), next=None, count=0, total=0, total_ms=0, groups={}, selected=selected, version=0
    )


def with_words(selected: SavedFilter, query: str) -> SavedFilter:
    """Add the words of a query to a filter."""
    words = split_words(query)
    return (
        structs.replace(selected, words=tuple(dict.fromkeys((*selected.words, *words))))
        if words
        else selected
    )


def _find_places(
    saved_index: SavedIndex,
    sort: Sort,
    selected: SavedFilter,
    matches: FilterMatches,
    *,
    after: Place | None,
    limit: int,
) -> list[Place]:
    if matches.pks is None:
        return walk_rows(filters.get_matching_rows(saved_index.pk, selected, matches), sort, after, limit)
    rows = bulk_sql.find_rows(SavedItem, ("id", sort.column), "id", matches.pks)
    return list(islice(skip_places(sort_places(rows, sort), sort, after), limit))


def _build_rows(saved_index: SavedIndex, places: list[Place], sort: Sort) -> tuple[BrowseRow, ...]:
    target, _ = TARGETS[saved_index.kind]
    columns = ("id", f"{target}_id", "added_at", "first_added_at", "facet")
    saved = {row[0]: row for row in bulk_sql.find_rows(SavedItem, columns, "id", [pk for _, pk in places])}
    things = store.GETTERS[target](row[1] for row in saved.values())
    return tuple(
        BrowseRow(
            pk=pk,
            thing=things[saved[pk][1]],
            uri=things[saved[pk][1]].uri,
            added_at=saved[pk][2],
            first_added_at=saved[pk][3],
            is_listed=facets.unpack_facet(saved[pk][4]).is_listed,
            group=get_group(sort, key),
        )
        for key, pk in places
        if pk in saved  # removed between the two readings
    )


def get_tracks_by_artist(member: Member, artist_id: str) -> tuple[list[Track], int]:
    """Return the tracks that were saved last, at most MAX_SHOWN_ROWS, and how many there are."""
    rows = _latest_rows(member, SavedIndex.Kind.TRACK, Q(item__artists__uri=f"spotify:artist:{artist_id}"))
    pks = [pk for pk in rows.values_list("item_id", flat=True)[:MAX_SHOWN_ROWS] if pk]
    items = store.get_items(pks)
    tracks = [items[pk] for pk in pks if pk in items]
    return [track for track in tracks if isinstance(track, Track)], rows.count()


def get_albums_by_artist(member: Member, artist_id: str) -> list[Album]:
    rows = _latest_rows(member, SavedIndex.Kind.ALBUM, Q(album__artists__uri=f"spotify:artist:{artist_id}"))
    pks = [pk for pk in rows.values_list("album_id", flat=True)[:MAX_SHOWN_ROWS] if pk]
    albums = store.get_albums(pks)
    return [albums[pk] for pk in pks if pk in albums]


def get_episodes_of_show(member: Member, show_id: str) -> list[Episode]:
    rows = _latest_rows(member, SavedIndex.Kind.EPISODE, Q(item__show__uri=f"spotify:show:{show_id}"))
    pks = [pk for pk in rows.values_list("item_id", flat=True)[:MAX_SHOWN_ROWS] if pk]
    items = store.get_items(pks)
    return [episode for episode in (items.get(pk) for pk in pks) if isinstance(episode, Episode)]


def _latest_rows(member: Member, kind: str, which: Q) -> QuerySet[SavedItem]:
    shelved = SavedItem.objects.filter(which, index__member=member, index__kind=kind)
    return shelved.order_by("-added_at", "pk")
