"""Browsing what a member has saved, from the index alone: Spotify is never asked.

    page = browse(member, "track", query="blue night", sort=Sort(by="title"), choice=Choice(is_listed=False))
    page.rows, page.next, page.count, page.total_ms, page.facets

A page is found by walking along an index, whatever the size of the shelf: page 200 costs what page 1 costs.
"""

from collections.abc import Iterable
from itertools import islice

from django.db.models import QuerySet
from msgspec import Struct, structs

from accounts.models import Member
from library.catalogue import store as catalogue
from library.catalogue.text import words_of
from library.models import Saved, Shelf
from library.saved import counts as counting
from library.saved import facets
from library.saved import filters as matching
from library.saved.counts import Facets, MemberCount, PlaylistCount, others_with, playlists_with
from library.saved.filters import Choice, Matches
from library.saved.index import TARGETS
from library.saved.order import (
    ORDERS,
    Place,
    Sort,
    behind,
    group_of,
    read_cursor,
    sorted_places,
    walk,
    write_cursor,
)
from library.saved.saved_rows import Thing

__all__ = [
    "ORDERS",
    "Choice",
    "Facets",
    "MemberCount",
    "Page",
    "PlaylistCount",
    "Row",
    "Sort",
    "browse",
    "others_with",
    "playlists_with",
    "rows_by_uri",
    "search",
    "uris",
]

# As many as can be played or changed at one go; more would be a selection nobody has looked at.
MOST_URIS = 10_000


class Row(Struct, frozen=True, kw_only=True):
    """`thing` is a Track, Episode, Album, Show, Audiobook or Artist of spotweb.spotify.models.

    Moments are in seconds since 1970, 0 where Spotify does not say. `group` is the heading it stands under in
    this order: a month such as 2026-11, a letter, a year, or nothing (ordering.group_of).
    """

    pk: int
    thing: Thing
    uri: str
    added_at: int
    first_added_at: int
    is_listed: bool
    group: str


class Page(Struct, frozen=True, kw_only=True):
    """`next` is the cursor of the following page, null on the last. `count` and `total_ms` are of all that
    matches, `total` of the whole shelf. `version` changes with the shelf.
    """

    rows: tuple[Row, ...]
    next: str | None
    count: int
    total: int
    total_ms: int
    facets: Facets
    version: int


def browse(
    member: Member,
    kind: str,
    *,
    query: str = "",
    sort: Sort = Sort(),  # noqa: B008  # frozen
    choice: Choice = Choice(),  # noqa: B008  # frozen
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """A page of a shelf (`Shelf.Kind`). `after` is the `next` of the page before.

    Raises NoSuchPlace, which is a 404, when `after` was not made for this order.
    """
    begin = read_cursor(sort, after) if after else None
    shelf = Shelf.objects.filter(member=member, kind=kind).first()
    if shelf is None:
        return _nothing(choice)
    choice = with_words(choice, query)
    found = matching.matches(shelf, choice)
    places = _places(shelf, sort, choice, found, after=begin, limit=limit + 1)
    shown = places[:limit]
    return Page(
        rows=_rows(shelf, shown, sort),
        next=write_cursor(sort, shown[-1]) if len(places) > limit else None,
        count=found.count,
        total=sum(count for count, _ in matching.everything(shelf).values()),
        total_ms=found.total_ms,
        facets=counting.facets_of(found.groups, choice),
        version=shelf.version,
    )


def uris(
    member: Member,
    kind: str,
    *,
    query: str = "",
    sort: Sort = Sort(),  # noqa: B008  # frozen
    choice: Choice = Choice(),  # noqa: B008  # frozen
    limit: int = MOST_URIS,
) -> list[str]:
    """All that matches, in order: what is played, queued or selected as a whole."""
    shelf = Shelf.objects.filter(member=member, kind=kind).first()
    if shelf is None:
        return []
    choice = with_words(choice, query)
    found = matching.matches(shelf, choice)
    places = _places(shelf, sort, choice, found, after=None, limit=min(limit, MOST_URIS))
    target, model = TARGETS[kind]
    by_pk: dict[int, int] = {}
    for some in catalogue.chunks([pk for _, pk in places]):
        by_pk |= dict(Saved.objects.filter(pk__in=some).values_list("pk", f"{target}_id"))
    named = catalogue.uris_of(model, by_pk.values())
    return [named[by_pk[pk]] for _, pk in places if by_pk.get(pk) in named]


def search(member: Member, query: str, *, limit: int = 20) -> dict[str, tuple[Row, ...]]:
    """The best of each kind that is saved and has all the words: first what begins with them. By kind."""
    words = words_of(query)
    found = {}
    for shelf in Shelf.objects.filter(member=member) if words else ():
        matched = matching.matches(shelf, Choice(words=words))
        sort = Sort(by="title", descending=False)
        begins = " ".join(words).encode(errors="replace")
        rows = matching.rows_of(shelf.pk, Choice(words=words)).filter(
            title_key__gte=begins, title_key__lt=begins + b"\xff"
        )
        places = walk(rows, sort, None, limit)
        if len(places) < limit:
            known = set(places)
            others = _places(shelf, sort, Choice(words=words), matched, after=None, limit=limit)
            places += [place for place in others if place not in known]
        if places:
            found[shelf.kind] = _rows(shelf, places[:limit], sort)
    return found


def rows_by_uri(member: Member, kind: str, uris: Iterable[str]) -> dict[str, Row]:
    """The rows of what is saved of these, such as to draw one anew."""
    shelf = Shelf.objects.filter(member=member, kind=kind).first()
    if shelf is None:
        return {}
    target, model = TARGETS[kind]
    pks = catalogue.keys_by_uri(model, uris).values()
    sort = Sort()
    here = Saved.objects.filter(**{"shelf": shelf, f"{target}__in": pks})
    places = [(key, pk) for pk, key in here.values_list("pk", sort.column)]
    return {row.uri: row for row in _rows(shelf, places, sort)}


def _nothing(choice: Choice) -> Page:
    return Page(
        rows=(), next=None, count=0, total=0, total_ms=0, facets=counting.facets_of({}, choice), version=0
    )


def with_words(choice: Choice, query: str) -> Choice:
    """What was chosen, and the words that were typed."""
    words = words_of(query)
    return structs.replace(choice, words=tuple(dict.fromkeys((*choice.words, *words)))) if words else choice


def _places(
    shelf: Shelf, sort: Sort, choice: Choice, found: Matches, *, after: Place | None, limit: int
) -> list[Place]:
    if found.pks is None:
        return walk(matching.chosen_rows(shelf.pk, choice, found), sort, after, limit)
    rows = Saved.objects.filter(pk__in=found.pks).values_list("pk", sort.column)
    return list(islice(behind(sorted_places(rows, sort), sort, after), limit))


def _rows(shelf: Shelf, places: list[Place], sort: Sort) -> tuple[Row, ...]:
    target, _ = TARGETS[shelf.kind]
    columns = ("pk", f"{target}_id", "added_at", "first_added_at", "facet")
    saved = {row[0]: row for row in _saved(places).values_list(*columns)}
    things = catalogue.THINGS[target](row[1] for row in saved.values())
    return tuple(
        Row(
            pk=pk,
            thing=things[saved[pk][1]],
            uri=things[saved[pk][1]].uri,
            added_at=saved[pk][2],
            first_added_at=saved[pk][3],
            is_listed=facets.unpack(saved[pk][4]).is_listed,
            group=group_of(sort, key),
        )
        for key, pk in places
        if pk in saved  # removed between the two readings
    )


def _saved(places: list[Place]) -> QuerySet[Saved]:
    return Saved.objects.filter(pk__in=[pk for _, pk in places])
