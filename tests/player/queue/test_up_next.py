"""The queue as it is shown: what Spotify repeats at its end is cut, what a member queued twice is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from player.queue.up_next import up_next, without_repetition
from spotweb.spotify.models import Artist, Episode, Queue, Track, UnknownItem


def track(name: str, release: str = "") -> Track:
    return Track(
        id=name + release, uri=f"spotify:track:{name}{release}", name=name, duration_ms=60_000,
        artists=(Artist(name="Somebody"),),
    )  # fmt: skip


def shown(current: str, queue: str) -> str:
    items = without_repetition(track(current) if current else None, tuple(track(name) for name in queue))
    return "".join(item.name for item in items)


@pytest.mark.parametrize(
    ("current", "queue", "expected"),
    [
        pytest.param("A", "BCDABCDABCDABCDABCDA", "BCD", id="an album that loops"),
        pytest.param("A", "XBCABCABCABCABCABCAB", "XBC", id="with one queued by hand in front"),
        pytest.param("X", "BCABCABCABCABCABCABC", "BCA", id="while the one queued by hand plays"),
        pytest.param("A", "AAAAAAAAAAAAAAAAAAAA", "", id="a single track"),
        pytest.param("A", "AA", "", id="a single track, told briefly"),
        pytest.param("A", "BCDEF", "BCDEF", id="no repetition"),
        pytest.param("A", "BAC", "BAC", id="the current one queued again by hand"),
        pytest.param("A", "BCDC", "BCDC", id="one queued twice by hand"),
        pytest.param("A", "BB", "BB", id="one queued twice in a row"),
        pytest.param("", "BC", "BC", id="nothing plays"),
        pytest.param("A", "", "", id="nothing follows"),
    ],
)
def test_the_queue_is_cut_where_it_starts_over(current, queue, expected):
    assert shown(current, queue) == expected


def test_another_release_of_the_same_song_counts_as_the_same():
    queue = (track("B"), track("A", "-2"), track("B", "-2"), track("A"), track("B"))
    assert [item.name for item in without_repetition(track("A"), queue)] == ["B"]


def test_a_longer_one_of_the_same_name_is_another_recording():
    songs = [track(str(number)) for number in range(4)]
    longer = [structs.replace(track(song.name, "-long"), duration_ms=63_001) for song in songs]
    assert without_repetition(None, (*songs, *longer)) == (*songs, *longer)
    assert without_repetition(None, (*songs, *songs)) == tuple(songs)


def test_untitled_local_files_are_never_taken_for_each_other():
    queue = tuple(Track(is_local=True) for _ in range(6))
    assert without_repetition(None, queue) == queue


@given(names=st.lists(st.sampled_from("ABCDEFGH"), max_size=20), current=st.sampled_from("ABCDEFGH"))
def test_what_is_shown_is_how_the_queue_begins(names, current):
    queue = tuple(track(name) for name in names)
    rows = without_repetition(track(current), queue)
    assert rows == queue[: len(rows)]


@given(loop=st.lists(st.integers(0, 99), min_size=1, max_size=8, unique=True))
def test_a_loop_is_shown_once(loop):
    names = [str(number) for number in loop]
    current, *rest = names
    queue = [*rest, *names * 20][:20]
    assert [item.name for item in without_repetition(track(current), tuple(map(track, queue)))] == rest


def test_the_line_above_counts_songs_episodes_and_time():
    hour = Episode(id="e", uri="spotify:episode:e", name="Talk", duration_ms=3_600_000)
    rows = up_next(Queue(currently_playing=track("A"), queue=(track("B"), hour, UnknownItem(name="?"))))
    assert (rows.tracks, rows.episodes, rows.hours, rows.minutes) == (2, 1, 1, 1)
    assert not rows.is_all_spotify_gives
    assert up_next(None).items == ()
