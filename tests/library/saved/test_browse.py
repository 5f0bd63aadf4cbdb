"""Every page of every order against the plainest way to say what should be on it."""

from datetime import datetime
from itertools import groupby
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from msgspec import structs

from library.catalogue import store
from library.catalogue.text import fold_text, has_all_words, plain_key, split_words
from library.models import Item, SavedIndex, SavedItem
from library.saved import browse, filters, index, jumps, memberships
from library.saved.browse import get_page
from library.saved.counts import count_members, count_playlists
from library.saved.filters import SavedFilter
from library.saved.index import IndexEntry
from library.saved.order import ORDERS, NoSuchPlace, Sort
from tests.library.things import album, artist, member, save, track
from tests.support.laws import limit_examples

SIGNS = "aAbBéthTHE '\"%_\\0ß漢あ가😀\u05d0<>&"
NAMES = st.lists(st.text(alphabet=SIGNS, max_size=12), max_size=14)
YEAR_S = 365 * 24 * 3600
DAY_S = 24 * 3600
# Within a minute, over the months of a year with its changes of the clock, and down to moments nobody knows.
NEWEST_AND_STEPS = st.sampled_from([(1_700_000_000, 1), (1_700_000_000, 27 * DAY_S), (90 * DAY_S, 9 * DAY_S)])


def every_page(person, kind="track", limit=3, **wanted: Any):
    rows, after = [], None
    while True:
        page = get_page(person, kind, after=after, limit=limit, **wanted)
        rows += page.rows
        after = page.next
        if after is None:
            return rows, page


def names(rows):
    return [row.thing.name for row in rows]


def named(texts):
    """Tracks of these names, which may be the same."""
    return [
        structs.replace(
            track(str(number), artists=(artist(f"A{number % 3}"),), duration_ms=number % 4 * 1000), name=text
        )
        for number, text in enumerate(texts)
    ]


def dated(texts, newest, step):
    return [max(newest - number * step, 0) for number in range(len(texts))]


class TestLaws(TestCase):
    @settings(max_examples=limit_examples(40), deadline=None)
    @given(
        texts=NAMES,
        by=st.sampled_from(ORDERS),
        descending=st.booleans(),
        the_aside=st.booleans(),
        query=st.text(alphabet=SIGNS, max_size=4),
    )
    def test_pages_hold_all_that_matches_once_and_in_order(self, texts, by, descending, the_aside, query):
        """Without words one walks along an index, with words few are named: both have to lead there."""
        person, tracks = member(), named(texts)
        save(person, tracks)
        sort = Sort(by=by, descending=descending, the_aside=the_aside)
        rows, page = every_page(person, query=query, sort=sort)
        words = split_words(query)
        expected = [
            one for one in tracks if has_all_words(words, fold_text(f"{one.name} {one.artists[0].name} "))
        ]
        assert sorted(names(rows)) == sorted(one.name for one in expected)
        assert (page.count, page.total) == (len(expected), len(tracks))
        assert page.total_ms == sum(one.duration_ms for one in expected)
        heads = [row.group for n, row in enumerate(rows) if n == 0 or rows[n - 1].group != row.group]
        assert len(heads) == len(set(heads)), "the same heading twice"
        if by == "title":
            keys = [plain_key(name, the_aside=the_aside) for name in names(rows)]
            assert keys == sorted(keys, reverse=descending)

    @settings(max_examples=limit_examples(40), deadline=None)
    @given(
        texts=NAMES,
        query=st.text(alphabet=SIGNS + " ", max_size=5),
        by=st.sampled_from(ORDERS),
        lengths=st.sets(st.sampled_from(["", "short"])),
        most=st.sampled_from([1, 2000]),
        dates=NEWEST_AND_STEPS,
    )
    def test_memory_and_database_find_the_same(self, texts, query, by, lengths, most, dates):
        """The database looks in an index that is still being read, memory in one that is known to its end."""
        person = member()
        save(person, named(texts), at=dated(texts, *dates))
        wanted = {"query": query, "sort": Sort(by=by), "selected": SavedFilter(lengths=frozenset(lengths))}
        with patch.object(filters, "MAX_NAMED_MATCHES", most):  # of few and of many
            SavedIndex.objects.filter(member=person).update(complete_at=None)
            found = every_page(person, **wanted), jumps.get_jump_targets(person, "track", **wanted)
            jumps._get_jump_targets.cache_clear()
            SavedIndex.objects.filter(member=person).update(complete_at=timezone.now())
            again = every_page(person, **wanted), jumps.get_jump_targets(person, "track", **wanted)
        assert found == again

    def test_a_change_is_found_by_the_next_keystroke(self):
        person = member()
        save(person, named(["Blue"]))
        SavedIndex.objects.filter(member=person).update(complete_at=timezone.now())
        assert names(every_page(person, query="u")[0]) == ["Blue"]
        save(person, [track("Ultramarine")])
        assert sorted(names(every_page(person, query="u")[0])) == ["Blue", "Ultramarine"]

    @settings(max_examples=limit_examples(20), deadline=None)
    @given(
        texts=NAMES,
        by=st.sampled_from(ORDERS),
        descending=st.booleans(),
        aside=st.booleans(),
        dates=NEWEST_AND_STEPS,
        is_whole=st.booleans(),
    )
    def test_jumping_leads_to_the_first_row_below_each_heading(
        self, texts, by, descending, aside, dates, is_whole
    ):
        person = member()
        save(person, named(texts), at=dated(texts, *dates))
        if is_whole:
            SavedIndex.objects.filter(member=person).update(complete_at=timezone.now())
        sort = Sort(by=by, descending=descending, the_aside=aside)
        rows, _ = every_page(person, sort=sort)
        for target in jumps.get_jump_targets(person, "track", sort=sort):
            page = get_page(person, "track", sort=sort, after=target.cursor, limit=target.count)
            assert [row.pk for row in page.rows] == [
                row.pk for row in rows[target.position : target.position + target.count]
            ]
            assert {row.group for row in page.rows} == {target.group}

    def test_what_words_find_is_dated_by_the_months_of_the_household(self):
        """In Asunción the first hour of October 2023 was left out."""
        for zone in ("Europe/Berlin", "America/Asuncion"):
            begun = [
                int(datetime(2023, month, 1, tzinfo=ZoneInfo(zone)).timestamp()) for month in range(1, 13)
            ]
            moments = sorted({0, *(start + more for start in begun for more in (-1, 0, 1))}, reverse=True)
            person = member(zone)
            save(person, named(["Blue"] * len(moments)), at=moments)
            SavedIndex.objects.filter(member=person).update(complete_at=timezone.now())
            for descending in (True, False):
                wanted: Any = {"query": "blue", "sort": Sort(by="added", descending=descending)}
                with override_settings(TIME_ZONE=zone):
                    rows = get_page(person, "track", limit=len(moments), **wanted).rows
                    targets = jumps.get_jump_targets(person, "track", **wanted)
                    groups = [
                        (group, len(list(those))) for group, those in groupby(row.group for row in rows)
                    ]
                    assert [(target.group, target.count) for target in targets] == groups
                    assert len(groups) == len(begun) + 2  # the December before, and what nobody knows
                    for target in targets:
                        page = get_page(person, "track", after=target.cursor, limit=target.count, **wanted)
                        end = target.position + target.count
                        assert [row.pk for row in page.rows] == [
                            row.pk for row in rows[target.position : end]
                        ]


@pytest.fixture
def ada(db):
    return member("ada")


@pytest.fixture
def ben(db):
    return member("ben")


def some_of_each(person):
    """Eight tracks: two decades, explicit or not, playable or not, added in two years."""
    tracks = [
        track(
            f"T{number}",
            album=album(f"Of {decade}", release_date=f"{decade}-05-01"),
            explicit=number % 2 == 0,
            is_playable=number != 3,
            duration_ms=100_000 * (number + 1),
        )
        for number, decade in enumerate([1990, 1990, 1990, 1990, 2010, 2010, 2010, 2010])
    ]
    moments = [1_500_000_000 + (number // 4) * 3 * YEAR_S + number for number in range(8)]
    save(person, tracks, at=moments)
    return tracks


def test_each_facet_is_counted_as_if_it_were_not_chosen(ada):
    some_of_each(ada)
    page = get_page(ada, "track", selected=SavedFilter(decades=frozenset({1990}), is_explicit=True))
    assert page.count == 2
    assert page.facets.decades == {2010: 2, 1990: 2}
    assert page.facets.explicit == {True: 2, False: 2}
    assert page.facets.playable == {True: 2}
    assert page.facets.added_years == {2017: 2}
    assert page.facets.listed == {False: 2}
    assert page.facets.lengths == {"short": 1, "medium": 1}
    assert page.total_ms == 400_000


def test_what_cannot_be_played_and_what_was_added_when(ada):
    some_of_each(ada)
    off = get_page(ada, "track", selected=SavedFilter(is_playable=False))
    assert names(off.rows) == ["T3"]
    later = get_page(ada, "track", selected=SavedFilter(added_years=frozenset({2020})), sort=Sort(by="title"))
    assert sorted(names(later.rows)) == ["T4", "T5", "T6", "T7"]
    long = get_page(ada, "track", selected=SavedFilter(lengths=frozenset({"long"})))
    assert sorted(names(long.rows)) == ["T3", "T4", "T5", "T6", "T7"]


def test_in_no_playlist_and_in_which(ada, ben):
    tracks = some_of_each(ada)
    pks = {item.name: item.pk for item in Item.objects.all()}
    memberships.record_playlist(ada, "p1", name="Kitchen", item_pks=[pks["T0"], pks["T1"]])
    memberships.record_playlist(ben, "p2", name="Ben's", item_pks=[pks["T2"]])
    listed = get_page(ada, "track", selected=SavedFilter(is_listed=True))
    assert sorted(names(listed.rows)) == ["T0", "T1"]
    assert all(row.is_listed for row in listed.rows)
    assert get_page(ada, "track", selected=SavedFilter(is_listed=False)).count == len(tracks) - 2
    assert get_page(ada, "track", selected=SavedFilter(playlist="p1")).count == 2
    assert get_page(ada, "track", selected=SavedFilter(playlist="p2")).count == 0, "another's playlist"
    (kitchen,) = count_playlists(index.get_index(ada, "track"))
    assert (kitchen.playlist_id, kitchen.name, kitchen.count) == ("p1", "Kitchen", 2)
    memberships.record_playlist(ada, "p3", name="Both", item_pks=[pks["T0"]])
    assert [(one.name, one.count) for one in count_playlists(index.get_index(ada, "track"))] == [
        ("Both", 1),
        ("Kitchen", 2),
    ]
    memberships.delete_playlist(ada, "p3")
    memberships.record_playlist(ada, "p1", name="Kitchen", item_pks=[pks["T0"]])
    assert count_playlists(index.get_index(ada, "track"))[0].count == 1
    assert names(get_page(ada, "track", selected=SavedFilter(is_listed=True)).rows) == ["T0"]
    memberships.delete_playlist(ada, "p1")
    assert get_page(ada, "track", selected=SavedFilter(is_listed=True)).count == 0
    assert count_playlists(index.get_index(ada, "track")) == ()


def test_what_another_has_saved_too_is_seen_with_their_leave_alone(ada, ben):
    tracks = some_of_each(ada)
    save(ben, tracks[:3])
    both = SavedFilter(also=ben.pk)
    assert get_page(ada, "track", selected=both).count == 0
    assert count_members(index.get_index(ada, "track")) == ()
    ben.shares_library = True
    ben.save()
    assert sorted(names(get_page(ada, "track", selected=both).rows)) == ["T0", "T1", "T2"]
    (other,) = count_members(index.get_index(ada, "track"))
    assert (other.member, other.count) == (ben, 3)
    ben.shares_library = False
    ben.save()
    assert get_page(ada, "track", selected=both).count == 0


def test_a_shelf_is_its_members_alone(ada, ben):
    some_of_each(ada)
    page = get_page(ben, "track")
    assert (page.rows, page.count, page.total) == ((), 0, 0)


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "%%%", "é", "k" * 5000, "kwFhYQ", "ksQBYQE"])
def test_a_cursor_that_was_made_up_leads_nowhere(ada, cursor):
    some_of_each(ada)
    if not cursor:
        assert get_page(ada, "track", after=cursor).rows
        return
    with pytest.raises(NoSuchPlace):
        get_page(ada, "track", after=cursor)


def test_a_cursor_of_another_order_leads_nowhere(ada):
    some_of_each(ada)
    after = get_page(ada, "track", limit=2).next
    with pytest.raises(NoSuchPlace):
        get_page(ada, "track", sort=Sort(by="title"), after=after)


@pytest.mark.parametrize("by", ORDERS)
def test_the_longest_names_page_on(ada, by):
    long = "😀" * 400
    record = album(long, release_date="2001-02-03", artists=(artist(long),))
    tracks = [track(str(number), album=record, artists=(artist(long),)) for number in range(3)]
    save(ada, [structs.replace(one, name=long) for one in tracks])
    rows, _ = every_page(ada, sort=Sort(by=by), limit=1)
    assert len({row.uri for row in rows}) == len(tracks)


def test_a_row_that_went_while_somebody_scrolled_changes_nothing_else(ada):
    some_of_each(ada)
    first = get_page(ada, "track", limit=3)
    SavedItem.objects.filter(pk__in=[row.pk for row in first.rows]).delete()
    second = get_page(ada, "track", limit=3, after=first.next)
    assert names(second.rows) == ["T4", "T3", "T2"]


def test_by_artist_records_stay_together_in_their_order(ada):
    early, late = album("Zoo", release_date="1980"), album("Ant", release_date="1990")
    tracks = [
        track("b", artists=(artist("X"),), album=late, track_number=1),
        track("c", artists=(artist("X"),), album=early, track_number=2),
        track("d", artists=(artist("X"),), album=early, track_number=1),
        track("a", artists=(artist("W"),), album=late, track_number=9),
    ]
    save(ada, tracks)
    assert names(get_page(ada, "track", sort=Sort(by="artist", descending=False)).rows) == [
        "a",
        "d",
        "c",
        "b",
    ]


def test_the_same_recording_under_two_ids_was_had_since_the_earlier_one(ada):
    single, record = track("Single", isrc="IE-ABC-01-00001"), track("Record", isrc="IEABC0100001")
    save(ada, [single], at=[2_000_000])
    save(ada, [record], at=[1_000_000])
    rows = get_page(ada, "track").rows
    assert {row.first_added_at for row in rows} == {1_000_000}
    assert {row.added_at for row in rows} == {1_000_000, 2_000_000}


def test_search_puts_what_begins_with_the_words_first(ada):
    save(ada, named(["another blue", "Blue", "Blues Run", "red"]))
    found = browse.search_all_kinds(ada, "BLUE")
    assert names(found["track"]) == ["Blue", "Blues Run", "another blue"]
    assert browse.search_all_kinds(ada, "   ") == {}
    assert browse.search_all_kinds(ada, "nothing like it") == {}


def test_search_names_the_kinds_in_one_order_whichever_was_read_first(ada):
    blue = album("Blue")
    saved_index = index.get_index(ada, "album")
    index.add_entries(saved_index, [IndexEntry(store.save_albums([blue])[blue.uri or ""], blue, 1)])
    save(ada, named(["Blue"]))
    assert list(browse.search_all_kinds(ada, "blue")) == ["track", "album"]


def test_all_that_matches_can_be_played(ada):
    tracks = some_of_each(ada)
    found = browse.get_uris(
        ada, "track", sort=Sort(by="title", descending=False), selected=SavedFilter(is_explicit=True)
    )
    assert found == [one.uri for one in tracks if one.explicit]
    assert len(browse.get_uris(ada, "track", limit=3)) == 3


def test_a_page_takes_few_queries(ada, django_assert_max_num_queries):
    some_of_each(ada)
    with django_assert_max_num_queries(8):
        get_page(ada, "track", query="t", selected=SavedFilter(is_explicit=True))


@pytest.mark.parametrize("count", [49, 50, 51, 100, 101])
def test_a_next_page_is_named_only_where_there_is_one(ada, count):
    save(ada, [track(f"T{number}") for number in range(count)])
    seen, after = [], None
    for size in [min(50, count - start) for start in range(0, count, 50)]:
        page = get_page(ada, "track", after=after, limit=50)
        assert len(page.rows) == size
        seen += [row.pk for row in page.rows]
        after = page.next
    assert after is None
    assert len(set(seen)) == len(seen) == count


def test_a_kind_that_was_never_read_is_an_empty_page(ada):
    page = get_page(ada, "album")
    assert (page.rows, page.next, page.count, page.total, page.total_ms, page.version) == (
        (),
        None,
        0,
        0,
        0,
        0,
    )
