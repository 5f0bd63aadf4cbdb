"""Recordings are themselves: parts, remixes, languages and live versions are not taken for each other."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from library.catalogue import recordings
from library.catalogue.recordings import (
    Closeness,
    CreditMatch,
    compare_people,
    compare_titles,
    read_recording,
)
from library.catalogue.titles import name_key, read_title
from spotweb.spotify.models import Artist, ExternalIds, Track
from tests.library.catalogue.known_pairs import KNOWN_CREDITS, KNOWN_DIFFERENT, KNOWN_SAME
from tests.library.catalogue.recording_pairs import CREDITS, DIFFERENT, SAME


def make_recording(name, *people, isrc="", duration_ms=200_000):  # noqa: ANN002
    artists = tuple(Artist(name=one) for one in people or ("Ada Byrne",))
    track = Track(
        uri="x", name=name, artists=artists, duration_ms=duration_ms, external_ids=ExternalIds(isrc=isrc)
    )
    return read_recording(track)


def are_one(group, first, second):
    return [0, 1] in list(group([first, second]))


@pytest.mark.parametrize(("first", "second"), SAME + KNOWN_SAME)
def test_titles_of_one_recording(first, second):
    assert compare_titles(read_title(first), read_title(second)) >= Closeness.SAME
    assert are_one(recordings.group_by_sound, make_recording(first), make_recording(second))


@pytest.mark.parametrize(("first", "second"), DIFFERENT + KNOWN_DIFFERENT)
def test_titles_of_two_recordings(first, second):
    assert compare_titles(read_title(first), read_title(second)) < Closeness.SAME
    assert not are_one(recordings.group_by_sound, make_recording(first), make_recording(second))


@pytest.mark.parametrize(("named", "made_by", "is_sure"), CREDITS + KNOWN_CREDITS)
def test_names_are_whole(named, made_by, is_sure):
    assert (compare_people(named, made_by) is CreditMatch.ALL) == is_sure


def test_who_plays_tells_recordings_of_one_work_apart():
    work = "Symphony No. 5 in C Minor, Op. 67: I. Allegro con brio"
    first, second = make_recording(work, "Ludwig B", "Anna"), make_recording(work, "Ludwig B", "Karl")
    assert not are_one(recordings.group_by_sound, first, second)
    turned = make_recording(work, "Anna", "Ludwig B")
    assert are_one(recordings.group_by_sound, first, turned)


def test_a_guest_in_the_title_is_one_of_the_artists():
    listed = make_recording("Home", "Ada Byrne", "Ben Oak")
    assert are_one(recordings.group_by_sound, listed, make_recording("Home (feat. Ben Oak)"))
    assert are_one(recordings.group_by_sound, make_recording("Home"), make_recording("Home (feat. Ben Oak)"))
    three = [make_recording(name) for name in ("Home", "Home (feat. Ben Oak)", "Home (feat. Cleo)")]
    assert all(len(group) == 1 for group in recordings.group_by_sound(three))


def test_length_tells_recordings_apart():
    short, longer = make_recording("Home"), make_recording("Home", duration_ms=203_001)
    assert not are_one(recordings.group_by_sound, short, longer)
    assert are_one(recordings.group_by_sound, short, make_recording("Home", duration_ms=203_000))


@pytest.mark.parametrize(
    ("first", "second", "second_ms", "is_one"),
    [
        ("Home", "Home - Remastered 2011", 200_000, True),
        ("Home", "Home - Radio Edit", 203_000, True),
        ("Home", "Zuhause", 201_000, True),
        ("Home", "Home (Live)", 200_000, False),
        ("Home, Pt. 1", "Home, Pt. 2", 200_000, False),
        ("Home (Ben Remix)", "Home (Cleo Remix)", 200_000, False),
        ("Home", "Home", 213_000, False),
        ("Home", "Home", 212_000, True),
    ],
)
def test_an_isrc_is_believed_as_far_as_titles_and_lengths_allow(first, second, second_ms, is_one):
    pair = make_recording(first, isrc="IE1"), make_recording(second, isrc="IE1", duration_ms=second_ms)
    assert are_one(recordings.group_by_isrc, *pair) == is_one


def test_one_isrc_for_two_songs_of_two_artists_is_a_mistake():
    first, second = make_recording("Home", "Ada", isrc="IE1"), make_recording("Away", "Ben", isrc="IE1")
    assert not are_one(recordings.group_by_isrc, first, second)
    assert are_one(recordings.group_by_isrc, make_recording("Home", "光", isrc="IE1"), first)


@given(st.text(max_size=80), st.text(max_size=80))
@example("\u00a8", "")
def test_every_text_is_like_itself_and_no_text_breaks_it(first, second):
    assert compare_titles(read_title(first), read_title(first)) is Closeness.EXACT
    assert compare_titles(read_title(first), read_title(second)) == compare_titles(
        read_title(second), read_title(first)
    )
    assert read_title(first).words.strip() or not first.strip("\x00 ") or not read_title(first).exact
    assert name_key(first) == name_key(first.upper().lower()) or not first.isascii()
