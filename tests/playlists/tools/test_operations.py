"""The tools as functions over rows: laws for all lists, and the cases that people meet."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.recordings import SAME_LENGTH_MS, Recording
from library.catalogue.titles import name_key, read_title
from playlists.revisions.contents import Entry
from playlists.tools import combine, duplicates, order, split
from playlists.tools.duplicates import KeptCopy, Sameness, group_rows
from playlists.tools.facts import RowFacts, make_facts
from playlists.tools.order import Column, SortKey, spread_artists
from spotweb.spotify.models import Album, Artist, ExternalIds, Track
from tests.library.catalogue.recording_pairs import DIFFERENT, SAME


def song(uri="a", *, title=None, isrc="", **more: Any):
    row = {"uri": uri, "can_go": True, "is_playable": True, "artist": "x", **more}
    recording = Recording(
        title=read_title(title or uri),
        people=frozenset({name_key(row["artist"])} - {""}),
        duration_ms=row.get("duration_ms", 0),
        isrc=isrc,
    )
    return RowFacts(**row, recording=recording)


LOCAL = RowFacts(uri="spotify:local:x", is_playable=True, artist="x", duration_ms=1000)
GONE = RowFacts()

songs = st.builds(
    song,
    st.sampled_from("abcd"),
    isrc=st.sampled_from(["", "I1", "I2"]),
    title=st.sampled_from("tu"),
    artist=st.sampled_from(["x", "y", ""]),
    artist_name=st.sampled_from(["X", "Y"]),
    artist_key=st.sampled_from(["x", "y", ""]),
    duration_ms=st.sampled_from([0, 1000, 4000, 9000, 200_000]),
    added_at=st.one_of(st.none(), st.integers(1, 5)),
    released=st.sampled_from(["", "1999", "2003-05-01", "2010-01"]),
    is_playable=st.booleans(),
)
lists_ = st.lists(st.one_of(songs, songs, st.just(LOCAL), st.just(GONE)), max_size=15)


@given(lists_, st.sampled_from(Sameness), st.sampled_from(KeptCopy))
def test_of_each_song_exactly_one_copy_stays_and_nothing_that_cannot_go_goes(facts, how, keep):
    found = duplicates.find_duplicates(facts, how=how, keep=keep)
    of_group = group_rows(facts, how)
    rest = found.list_remaining(len(facts))
    assert sorted(of_group[at] for at in rest) == sorted(set(of_group))
    assert all(facts[at].can_go for at in found.gone)


@given(lists_)
def test_what_is_the_same_by_one_rule_is_so_by_the_wider_ones(facts):
    for narrow, wide in pairwise(group_rows(facts, how) for how in Sameness):
        pairs = [(one, other) for one in range(len(facts)) for other in range(one)]
        assert all(wide[one] == wide[other] for one, other in pairs if narrow[one] == narrow[other])


def make_pair(first, second):
    """Facts of two rows as Spotify would tell them, each with its own id and ISRC."""
    tracks = [
        Track(
            uri=f"spotify:track:{at}",
            name=name,
            artists=(Artist(name="Ada Byrne"),),
            duration_ms=200_000,
            external_ids=ExternalIds(isrc=f"IE{at}"),
        )
        for at, name in enumerate((first, second))
    ]
    return make_facts([Entry(at, track.uri) for at, track in enumerate(tracks)], tracks, names={})


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [*((*pair, True) for pair in SAME), *((*pair, False) for pair in DIFFERENT)],
)
def test_only_one_recording_is_a_duplicate_and_left_out_of_a_merge(first, second, is_one):
    one, other = make_pair(first, second)
    found = duplicates.find_duplicates([one, other], how=Sameness.SOUND, keep=KeptCopy.FIRST)
    assert found.gone == ((1,) if is_one else ())
    assert combine.merge_lists([one], [[other]], how=Sameness.SOUND).known == is_one
    assert combine.find_shared([one], [other], how=Sameness.SOUND) == ((0,) if is_one else ())
    assert group_rows([one, other], Sameness.RECORDING) == [0, 1]


def test_the_same_recording_on_another_album_is_found_by_its_isrc():
    facts = [song("a", isrc="I1"), song("b", title="a", isrc="I1"), song("c", title="c")]
    assert group_rows(facts, Sameness.ID) == [0, 1, 2]
    assert group_rows(facts, Sameness.RECORDING) == [0, 0, 2]


def test_the_same_sound_is_about_as_long_and_steps_do_not_add_up():
    lengths = [100_000, 100_000 + SAME_LENGTH_MS, 100_000 + 2 * SAME_LENGTH_MS]
    facts = [song(uri, title="t", duration_ms=length) for uri, length in zip("abc", lengths, strict=True)]
    assert group_rows(facts, Sameness.SOUND) == [0, 0, 2]


def test_a_local_copy_is_nobodys_double():
    facts = [LOCAL, song("a", duration_ms=1000), GONE, GONE]
    assert duplicates.find_duplicates(facts, how=Sameness.SOUND, keep=KeptCopy.FIRST).gone == ()


@pytest.mark.parametrize(("keep", "stays"), [("first", 0), ("oldest", 2), ("newest", 1), ("playable", 1)])
def test_members_say_which_copy_stays(keep, stays):
    facts = [song(added_at=5, is_playable=False), song(added_at=9), song(added_at=1, is_playable=False)]
    found = duplicates.find_duplicates(facts, how=Sameness.ID, keep=KeptCopy(keep))
    assert found.list_remaining(3) == [stays]


def test_what_cannot_be_played_goes_and_what_is_stuck_is_said():
    found = duplicates.find_unavailable([song("a"), song("b", is_playable=False), GONE, LOCAL])
    assert (found.gone, found.stuck) == ((1,), (2,))


columns = st.lists(st.builds(SortKey, st.sampled_from(Column), st.booleans()), max_size=3)


@given(lists_, columns)
def test_sorting_loses_nothing_and_twice_is_as_good_as_once(facts, keys):
    rows = order.sort_rows(facts, keys)
    assert sorted(rows) == list(range(len(facts)))
    again = [facts[at] for at in rows]
    assert order.sort_rows(again, keys) == list(range(len(facts)))


def test_the_first_column_counts_most_and_what_is_unknown_comes_last():
    facts = [
        song("a", artist_key="b", duration_ms=2),
        song("b", artist_key="a", duration_ms=1),
        GONE,
        song("c", artist_key="a", duration_ms=3),
    ]
    keys = [SortKey(Column.ARTIST), SortKey(Column.LENGTH, is_descending=True)]
    assert order.sort_rows(facts, keys) == [3, 1, 0, 2]
    assert order.sort_rows(facts, [SortKey(Column.ARTIST, is_descending=True)])[-1] == 2


@given(st.integers(0, 50), st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_order(total, seed):
    rows = order.shuffle_rows(total, seed=seed)
    assert sorted(rows) == list(range(total))
    assert rows == order.shuffle_rows(total, seed=seed)


@given(st.lists(st.sampled_from("aaabbcd"), max_size=40), st.one_of(st.none(), st.integers(0, 9)))
def test_no_artist_comes_twice_in_a_row_where_that_is_possible(artists, seed):
    facts = [song(str(at), artist=artist) for at, artist in enumerate(artists)]
    order = spread_artists(facts, seed=seed)
    assert sorted(order) == list(range(len(facts)))
    most = max((artists.count(artist) for artist in artists), default=0)
    neighbours = sum(facts[one].artist == facts[other].artist for one, other in pairwise(order))
    assert neighbours == max(0, 2 * most - len(artists) - 1)


def test_an_artist_is_spread_over_the_whole_list_in_the_same_order():
    facts = [song(str(at), artist="a" if at < 4 else f"other {at}") for at in range(20)]
    places = [place for place, at in enumerate(spread_artists(facts)) if at < 4]
    assert [at for at in spread_artists(facts) if at < 4] == [0, 1, 2, 3]
    assert all(3 <= later - place <= 7 for place, later in pairwise(places))


def test_of_whom_nothing_is_known_is_nobodys_neighbour():
    assert spread_artists([GONE, GONE, GONE]) == [0, 1, 2]


@given(lists_, st.integers(1, 9))
def test_parts_hold_everything_once(facts, size):
    for parts in (
        split.split_by_count(len(facts), size=size),
        split.split_by_minutes(facts, minutes=size),
        split.split_by_artist(facts, least=size),
        split.split_by_years(facts, span=1),
        split.split_by_years(facts, span=10),
    ):
        assert sorted(at for part in parts for at in part.positions) == list(range(len(facts)))
        assert len({part.name for part in parts}) == len(parts)


def test_parts_are_named_after_what_they_hold():
    facts = [song(released="1999"), song(released="2003-01"), song(released="2008"), song()]
    assert [part.name for part in split.split_by_years(facts, span=10)] == ["1990–1999", "2000–2009", None]
    facts = [song(artist="y", artist_name="Ý"), song(artist_name="X"), song(artist_name="X")]
    assert [part.name for part in split.split_by_artist(facts, least=1)] == ["X", "Ý"]
    assert [part.name for part in split.split_by_artist(facts, least=2)] == ["X", None]


def test_a_part_is_as_long_as_it_may_be():
    facts = [song(duration_ms=minutes * 60_000) for minutes in (4, 5, 3, 20, 1)]
    parts = split.split_by_minutes(facts, minutes=10)
    assert [part.positions for part in parts] == [(0, 1), (2,), (3,), (4,)]


@given(lists_, st.lists(lists_, max_size=3), st.sampled_from(Sameness), st.booleans())
def test_merged_lists_hold_each_song_once(own, others, how, in_turns):
    found = combine.merge_lists(own, others, how=how, in_turns=in_turns)
    there = {fact.uri for fact in own if fact.can_go}
    theirs = {fact.uri for other in others for fact in other if fact.can_go}
    assert len(set(found.uris)) == len(found.uris)
    assert not there & set(found.uris)
    assert set(found.uris) <= theirs
    assert found.known + found.left + len(found.uris) == sum(map(len, others))
    if how is Sameness.ID:
        assert there | set(found.uris) == there | theirs


def test_in_turns_means_one_of_each():
    lists = [[song("a"), song("b")], [song("c"), song("d"), song("e")]]
    assert combine.merge_lists([], lists, how=None, in_turns=True).uris == ("a", "c", "b", "d", "e")
    assert combine.merge_lists([], lists, how=None).uris == ("a", "b", "c", "d", "e")


@given(lists_, lists_, st.sampled_from(Sameness))
def test_a_list_minus_another_holds_nothing_of_the_other(source, other, how):
    found = combine.subtract_list(source, other, how=how)
    gone = {fact.uri for fact in other if fact.can_go}
    assert not gone & set(found.uris)
    assert found.known + found.left + len(found.uris) == len(source)
    if how is Sameness.ID:
        assert set(found.uris) == {fact.uri for fact in source if fact.can_go} - gone


def test_facts_are_read_from_what_spotify_tells():
    album = Album(uri="spotify:album:1", name="Älbum", release_date="2001-02-03")
    artists = (Artist(name="The Ümlauts"), Artist(name="B"))
    track = Track(
        uri="spotify:track:1",
        name="Song - Remastered 2011",
        artists=artists,
        album=album,
        external_ids=ExternalIds(isrc="gb1"),
        is_playable=False,
    )
    live = Track(uri="spotify:track:2", name="Song (Live)", artists=artists, album=album)
    entries = [Entry(1, "spotify:track:1", 7, "ada"), Entry(2, "spotify:track:2"), Entry(None, None)]
    one, other, gone = make_facts(entries, [track, live, None], names={"ada": "Ada"})
    assert (one.recording.isrc, one.year, one.can_go, one.is_playable) == ("GB1", 2001, True, False)
    assert one.artist == "the umlauts"
    assert one.artist_key.startswith("umlauts")
    assert one.added_by.startswith("ada")
    assert one.recording.title.key != other.recording.title.key
    assert (gone.can_go, gone.is_playable, gone.year) == (False, False, None)
