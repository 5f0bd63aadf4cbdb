"""What a line means: sure when nobody would doubt it, a guess when a member has to look, else nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.titles import title_key
from playlists.transfer import matching
from playlists.transfer.formats.rows import FileRow
from playlists.transfer.formats.text_format import read_lists
from spotweb.sandbox.catalogue.catalogue import build_catalog
from spotweb.spotify.models import Album, Artist, Episode, ExternalIds, Show, Track


def track(name, *people, duration_ms=200_000, isrc="IE1", album="Rooms", is_local=False):  # noqa: ANN002
    return Track(
        uri=f"spotify:track:{abs(hash((name, people, duration_ms, album))):022d}"[:36],
        name=name,
        artists=tuple(Artist(name=one) for one in people),
        duration_ms=duration_ms,
        external_ids=ExternalIds(isrc=isrc),
        album=Album(name=album),
        is_local=is_local,
    )


def line(text):
    return read_lists(text)[0].rows[0]


HOME = track("Home", "Ada Byrne")
SURE, UNSURE, MISSING = "sure", "unsure", "missing"


def verdict(row, *candidates):  # noqa: ANN002
    choice = matching.choose_candidates(row, candidates)
    return SURE if choice.is_sure else UNSURE if choice.uris else MISSING


@pytest.mark.parametrize(
    ("row", "candidate", "wanted"),
    [
        (line("Ada Byrne - Home"), HOME, SURE),
        (line("Home - Ada Byrne"), HOME, SURE),
        (line("3. ÁDA BYRNE – home (3:20)"), HOME, SURE),
        (line("Home by Ada Byrne"), HOME, SURE),
        (line("Ada Byrne: Home"), HOME, SURE),
        (line("Ada Byrne - Home - Rooms"), HOME, SURE),
        (line("Ada Byrne - Home"), track("Home - Remastered 2011", "Ada Byrne"), SURE),
        (line("Ada Byrne ft. Ben - Home"), track("Home (feat. Ben)", "Ada Byrne", "Ben"), SURE),
        (line("Ada Byrne & Ben - Home"), track("Home", "Ada Byrne", "Ben"), SURE),
        (line("The Byrnes - Home"), track("Home", "Byrnes"), SURE),
        (line("Home"), HOME, UNSURE),  # who sings it?
        (line("Ada Byrne - Home"), track("Home - Live", "Ada Byrne"), UNSURE),
        (line("Ada Byrne - Home (Ben Remix)"), HOME, UNSURE),
        (line("Ada Byrne - Hoem"), HOME, UNSURE),
        (line("Ada Byrne - Home"), track("Home", "Somebody Else"), MISSING),
        (line("Ada Byrne - Home"), track("Another thing", "Ada Byrne"), MISSING),
        (line("Ada Byrne - Home (7:20)"), HOME, UNSURE),
        (FileRow(title="Home", artists=("Ada Byrne",), duration_ms=201_000), HOME, SURE),
        (FileRow(title="Home", artists=("Ada Byrne, Ben",)), HOME, SURE),
        (FileRow(title="Something else", artists=("?",), isrc="ie-1"), HOME, SURE),
        (FileRow(title="Home", artists=("Ada Byrne",), isrc="IE2"), HOME, SURE),
        (FileRow(title="花", artists=("森山直太朗",)), track("花", "森山直太朗"), SURE),
        (FileRow(title="(Untitled)", artists=("Ada",)), track("(Untitled)", "Ada"), SURE),
        (FileRow(words="Ada - Home"), track("Home", "Ada", is_local=True), MISSING),
        (FileRow(isrc="IE9"), HOME, MISSING),
    ],
)
def test_verdicts(row, candidate, wanted):
    assert verdict(row, candidate) == wanted


def test_the_best_comes_first_and_five_are_enough():
    live = track("Home (Live)", "Ada Byrne")
    others = [track("Home", "Ada Byrne", duration_ms=200_000 + 1000 * n, album=str(n)) for n in range(9)]
    row = FileRow(title="Home", artists=("Ada Byrne",), album="Rooms", duration_ms=200_000)
    choice = matching.choose_candidates(row, [live, *others, HOME])
    assert choice.is_sure
    assert choice.uris[0] == HOME.uri
    assert len(choice.uris) == 5
    assert live.uri not in choice.uris


def test_episodes_are_known_by_their_show():
    episode = Episode(uri="spotify:episode:x", name="12: Bread", show=Show(name="Kitchen Talk"))
    row = FileRow(type="episode", title="12: Bread", album="Kitchen Talk")
    assert verdict(row, episode) == SURE
    assert list(matching.list_queries(row)) == ["12 bread kitchen talk"]


def test_searching_begins_exact_and_ends_plain():
    row = FileRow(title='Home "Sweet" (feat. Ben) - Remastered', artists=("Ada Byrne, Ben",), isrc="IE-1")
    assert list(matching.list_queries(row)) == [
        "isrc:IE1",
        'track:"home sweet" artist:"ada byrne"',
        "home sweet feat ben remastered ada byrne ben",
        "home sweet ada byrne",
    ]
    assert list(matching.list_queries(line("Ada Byrne - Home"))) == [
        'track:"home" artist:"ada byrne"',
        "ada byrne home",
    ]


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_line_breaks_it(words, name):
    for row in (FileRow(words=words), FileRow(title=words, artists=(name,)), FileRow(isrc=words)):
        assert all(0 < len(query) <= 200 and query.strip() for query in matching.list_queries(row))
        assert 0 <= matching.rate_item(row, track(name, words)).points <= 100


def test_what_a_catalogue_calls_itself_is_found():
    """Every song's own line means that song, also among all others by the same people."""
    songs = [
        track(one.name, *(artist.name for artist in one.artists), duration_ms=one.duration_ms, album=one.id)
        for one in build_catalog(7, albums=60).tracks
        if one.name.strip()
    ]
    for song in songs:
        by = ", ".join(artist.name for artist in song.artists)
        rivals = [one for one in songs if one.artists[0].name == song.artists[0].name]
        row = FileRow(title=song.name, artists=(by,), duration_ms=song.duration_ms)
        choice = matching.choose_candidates(row, rivals)
        found = next((one for one in songs if choice.uris and one.uri == choice.uris[0]), None)
        assert found is not None, song
        assert title_key(found.name) == title_key(song.name), (song, found)
