"""Counts saved items by facet, each facet as if nothing of it were selected, and by playlist and member."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Count
from msgspec import Struct

from accounts.models import Member
from library.models import PlaylistMembership, SavedIndex, SavedItem
from library.saved import facets
from library.saved.filters import VALUES, Groups, SavedFilter, get_criteria, get_unmet_criteria
from library.saved.index import TARGETS


class FacetCounts(Struct, frozen=True, kw_only=True):
    """Counts by value. Decades and years latest first, 0 is unknown; others by name or true and false."""

    decades: dict[int, int]
    added_years: dict[int, int]
    lengths: dict[str, int]
    explicit: dict[bool, int]
    playable: dict[bool, int]
    listed: dict[bool, int]


class PlaylistCount(Struct, frozen=True, kw_only=True):
    playlist_id: str
    name: str
    count: int


class MemberCount(Struct, frozen=True, kw_only=True):
    member: Member
    count: int


def count_facets(groups: Groups, selected: SavedFilter) -> FacetCounts:
    counters: dict[str, Counter[Any]] = {name: Counter() for name in VALUES}
    is_any_selected = bool(get_criteria(selected))
    for code, (count, _) in groups.items():
        values = _list_values(code)
        unmet = get_unmet_criteria(facets.unpack_facet(code), selected) if is_any_selected else ()
        if len(unmet) < 2:  # noqa: PLR2004  # it counts where it would match if that facet were not selected
            for name in unmet or VALUES:
                counters[name][values[name]] += count
    return FacetCounts(
        decades=_latest_first(counters["decades"]),
        added_years=_latest_first(counters["added_years"]),
        lengths={name: counters["lengths"][name] for name in facets.LENGTHS if counters["lengths"][name]},
        explicit=_both(counters["is_explicit"]),
        playable=_both(counters["is_playable"]),
        listed=_both(counters["is_listed"]),
    )


def count_playlists(saved_index: SavedIndex) -> tuple[PlaylistCount, ...]:
    """Return the member's playlists that hold saved tracks or episodes, by name, with how many they hold."""
    return _count_playlists(saved_index.pk, saved_index.version)


def count_members(mine: SavedIndex) -> tuple[MemberCount, ...]:
    """Return other members who share their library, and how much of this member's they have saved too."""
    shared = SavedIndex.objects.filter(kind=mine.kind, member__is_active=True, member__shares_library=True)
    counts = (
        MemberCount(
            member=theirs.member,
            count=_count_in_common(mine.pk, theirs.pk, (mine.version, theirs.version)),
        )
        for theirs in shared.exclude(pk=mine.pk).select_related("member")
    )
    return tuple(
        sorted(
            (count for count in counts if count.count),
            key=lambda count: (count.member.display_name, count.member.pk),
        )
    )


@lru_cache(maxsize=4096)  # as many as facets are remembered
def _list_values(code: int) -> Mapping[str, Any]:
    facet = facets.unpack_facet(code)
    return {name: get_value(facet) for name, get_value in VALUES.items()}


@lru_cache(maxsize=32)
def _count_playlists(index_id: int, version: int) -> tuple[PlaylistCount, ...]:  # noqa: ARG001  # kept by it
    rows = (
        PlaylistMembership.objects.filter(
            playlist__member__saved_indexes=index_id,
            item__in=SavedItem.objects.filter(index_id=index_id).values("item"),
        )
        .values_list("playlist__playlist_id", "playlist__name")
        .annotate(count=Count("pk"))
        .order_by("playlist__name", "playlist__playlist_id")
    )
    return tuple(PlaylistCount(playlist_id=id_, name=name, count=count) for id_, name, count in rows)


@lru_cache(maxsize=32)
def _count_in_common(mine: int, theirs: int, versions: tuple[int, int]) -> int:  # noqa: ARG001  # kept by them
    target, _ = TARGETS[SavedIndex.objects.get(pk=mine).kind]
    others = SavedItem.objects.filter(index_id=theirs).values(target)
    return SavedItem.objects.filter(**{"index_id": mine, f"{target}__in": others}).count()


def _latest_first(counter: Counter[Any]) -> dict[int, int]:
    return dict(sorted(counter.items(), reverse=True))


def _both(counter: Counter[Any]) -> dict[bool, int]:
    return {value: counter[value] for value in (True, False) if counter[value]}
