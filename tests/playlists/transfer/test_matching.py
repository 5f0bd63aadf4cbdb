"""What a line means: sure when nobody would doubt it, a guess when a member has to look, else nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.titles import song_key
from playlists.transfer import matching
from playlists.transfer.formats.rows import FileRow
from playlists.transfer.formats.text_format import read_lists
from spotweb.sandbox.catalogue.catalogue import build_catalog
from spotweb.spotify.models import Album, Artist, Episode, ExternalIds, Show, Track
from tests.library.catalogue.recording_pairs import CREDITS, DIFFERENT, SAME


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
        (line("Fire, Ash & Co, Home"), track("Home", "Fire, Ash & Co"), SURE),
        (line("Home, Fire, Ash & Co"), track("Home", "Fire, Ash & Co"), SURE),
        (line("Ada Byrne // Home"), HOME, SURE),
        (line("Ada Byrne - Home, 1978"), HOME, SURE),
        (line("Ada Byrne - Home – 1978"), HOME, SURE),
        (line("Ada Byrne - 1978"), track("1978", "Ada Byrne"), SURE),
        (line("Ada Byrne—Home"), HOME, SURE),
        (line("Ada Byrne－Home"), HOME, SURE),
        (line("Ada Byrne_-_Home"), HOME, SURE),
        (line("Ada Byrne - Home—Away"), HOME, UNSURE),
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
        (FileRow(title="Home", artists=("Ada Byrne, Ben",)), HOME, UNSURE),  # Ben has no part in it
        (FileRow(title="Home", artists=("Ada Byrne, Ben",)), track("Home", "Ada Byrne", "Ben"), SURE),
        (FileRow(title="Something else", artists=("?",), isrc="ie-1"), HOME, UNSURE),
        (FileRow(title="Home - Live", artists=("Ada Byrne",), isrc="ie-1"), HOME, UNSURE),
        (FileRow(title="Home", artists=("Ada Byrne",), isrc="ie-1", duration_ms=400_000), HOME, UNSURE),
        (FileRow(title="Home (Single)", artists=("?",), isrc="ie-1"), HOME, SURE),
        (FileRow(title="うち", artists=("?",), isrc="IE 1"), HOME, SURE),
        (FileRow(isrc="ie-1"), HOME, SURE),
        (line("Ada Byrne - Home - Live"), HOME, UNSURE),
        (line("Ada Byrne - Home - Somewhere"), HOME, UNSURE),
        (FileRow(title="Home", artists=("Various Artists",)), HOME, UNSURE),
        (
            FileRow(title="Home", artists=("Ada Byrne",)),
            track("Home (feat. Ben)", "Ada Byrne", "Ben"),
            UNSURE,
        ),
        (FileRow(title="Home (feat. Ben)", artists=("Ada Byrne",)), HOME, UNSURE),
        (FileRow(title="Home (feat. Ben)", artists=("Ada Byrne",)), track("Home", "Ada Byrne", "Ben"), SURE),
        (FileRow(title="Home", artists=("Ada Byrne",), isrc="IE2"), HOME, SURE),
        (FileRow(title="花", artists=("森山直太朗",)), track("花", "森山直太朗"), SURE),
        (FileRow(title="(Untitled)", artists=("Ada",)), track("(Untitled)", "Ada"), SURE),
        (FileRow(words="Ada - Home"), track("Home", "Ada", is_local=True), MISSING),
        (FileRow(isrc="IE9"), HOME, MISSING),
    ],
)
def test_verdicts(row, candidate, wanted):
    assert verdict(row, candidate) == wanted


@pytest.mark.parametrize(("wanted", "name"), SAME)
def test_one_recording_is_sure(wanted, name):
    assert verdict(FileRow(title=wanted, artists=("Ada Byrne",)), track(name, "Ada Byrne")) == SURE


@pytest.mark.parametrize(("wanted", "name"), [*DIFFERENT, *((name, wanted) for wanted, name in DIFFERENT)])
def test_another_recording_is_a_guess_at_most(wanted, name):
    row, other = FileRow(title=wanted, artists=("Ada Byrne",)), track(name, "Ada Byrne")
    assert verdict(row, other) != SURE
    choice = matching.choose_candidates(row, [other, track(wanted, "Ada Byrne")])
    assert choice.is_exact
    assert choice.uris[0] == track(wanted, "Ada Byrne").uri


@pytest.mark.parametrize(("named", "made_by", "is_sure"), CREDITS)
def test_a_song_is_that_of_those_who_are_named(named, made_by, is_sure):
    row = FileRow(title="Home", artists=named)
    assert (verdict(row, track("Home", *made_by)) == SURE) == is_sure
    rival, meant = track("Home", "Somebody Else"), track("Home", *made_by)
    if is_sure:
        assert matching.choose_candidates(row, [rival, meant]).uris[0] == meant.uri


def test_a_work_that_several_people_play_is_a_guess():
    work = "Symphony No. 5"
    anna, karl = track(work, "Ludwig B", "Anna"), track(work, "Ludwig B", "Karl")
    row = FileRow(title=work, artists=("Ludwig B",))
    assert verdict(row, anna) == SURE
    assert verdict(row, anna, karl) == UNSURE
    alone = track(work, "Ludwig B")
    assert matching.choose_candidates(row, [anna, alone, karl]).uris[0] == alone.uri
    assert verdict(row, anna, alone, karl) == SURE
    row = FileRow(title=work, artists=("Ludwig B", "Karl"))
    assert matching.choose_candidates(row, [anna, karl]).uris[0] == karl.uri
    assert verdict(row, anna, karl) == SURE


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
        'track:"home sweet (feat. ben) - remastered" artist:"ada byrne"',
        'track:"home sweet" artist:"ada byrne"',
        "home sweet ada byrne",
    ]
    assert list(matching.list_queries(line("Ada Byrne - Home"))) == [
        'track:"home" artist:"ada byrne"',
        "ada byrne home",
    ]


@pytest.mark.parametrize(
    "said", ["Remastered 2011", "Album Version", "Original Mix", "2009 Mix", "Live", "Ben Remix"]
)
@pytest.mark.parametrize("form", ["Home ({})", "Home - {}", "Home [{}]"])
@pytest.mark.parametrize("offered", ["Home ({})", "Home - {}", "Home [{}]"])
def test_the_version_that_is_named_is_the_one_that_is_found(said, form, offered):
    """However each of them puts it, and whichever Spotify names first."""
    version, plain = track(offered.format(said), "Ada Byrne"), HOME
    for candidates in ((plain, version), (version, plain)):
        row = FileRow(title=form.format(said), artists=("Ada Byrne",))
        chosen = matching.choose_candidates(row, candidates)
        assert chosen.uris[0] == version.uri
        assert chosen.is_exact
        assert matching.choose_candidates(line("Ada Byrne - Home"), candidates).uris[0] == plain.uri


def test_an_aside_is_no_part_of_the_name():
    assert verdict(line("Ada Byrne - Long Live"), track("Long (Live)", "Ada Byrne")) != SURE


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
        assert song_key(found.name) == song_key(song.name), (song, found)
