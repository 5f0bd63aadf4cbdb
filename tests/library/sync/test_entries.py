"""What Spotify lists besides plain saved things."""

import pytest

from library.catalogue import store
from library.models import Item, SavedIndex
from library.saved import browse
from library.sync import reader
from library.sync.pages import KINDS, get_listed_items, parse_seconds
from library.sync.progress import get_progress
from spotweb.spotify.models import Audiobook, SavedAlbum, SavedAudiobook, SavedShow, SavedTrack, Show, Track
from tests.library.things import album, artist, member, save, track

pytestmark = pytest.mark.django_db
TRACKS = KINDS[SavedIndex.Kind.TRACK]


def test_what_is_null_or_has_no_id_is_left_out():
    gone = [SavedTrack(added_at="2020-01-01T00:00:00Z", track=None), SavedTrack(track=Track(name="no id"))]
    assert get_listed_items(TRACKS, gone) == []
    assert get_listed_items(KINDS[SavedIndex.Kind.ALBUM], [SavedAlbum(album=None)]) == []


def test_an_audiobook_among_the_shows_belongs_on_another_shelf():
    book = Show(id="b", uri="spotify:show:b", name="Book", description="Author(s): Somebody. Narrator(s): …")
    talk = Show(id="t", uri="spotify:show:t", name="Talk", description="About authors")
    found = get_listed_items(KINDS[SavedIndex.Kind.SHOW], [SavedShow(show=book), SavedShow(show=talk)])
    assert [one.uri for one in found] == ["spotify:show:t"]


def test_an_audiobook_is_known_by_a_uri_of_its_own():
    book = Audiobook(id="b", uri="spotify:show:b", name="Book")
    (found,) = get_listed_items(KINDS[SavedIndex.Kind.AUDIOBOOK], [SavedAudiobook(audiobook=book)])
    pks = store.save_shows([found.thing])
    (kept,) = store.get_shows(pks.values()).values()
    assert isinstance(kept, Audiobook)
    assert kept.uri == "spotify:audiobook:b"


@pytest.mark.parametrize(
    ("text", "moment"),
    [("1970-01-02T00:00:00Z", 86400), (None, 0), ("", 0), ("yesterday", 0), ("1960-01-01T00:00:00Z", 0)],
)
def test_moments_that_are_none(text, moment):
    assert parse_seconds(text) == moment


def test_the_same_song_under_several_ids_stays_several_and_shares_its_first_moment():
    """Relinked and released again: Spotify lists both, and so does this; one recording, one first moment."""
    ada = member()
    first, second = track("single", isrc="IEABC0100001"), track("album", isrc="IEABC0100001")
    save(ada, [first, second], at=[200, 100])
    rows = browse.get_page(ada, "track").rows
    assert [row.uri for row in rows] == [first.uri, second.uri]
    assert {row.first_added_at for row in rows} == {100}


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ settings.SECRET_KEY }}",
    "'; DROP TABLE library_saved; --",
    "100% _under_ \\back\\",
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd",
    "👩‍👩‍👧‍👦 🌧️",
    "null\x00byte",
    "x" * 3000,
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_found_by_themselves_and_nothing_else(name):
    ada = member()
    save(ada, [track("one", artists=(artist("A"),), album=album(name)), track("two")])
    found = browse.get_page(ada, "track", query=name[:100])
    if name:
        assert [row.thing.name for row in found.rows] == ["one"]
    else:
        assert found.count == 2


def test_a_page_that_is_listed_twice_is_there_once():
    ada = member()
    saved_index = save(ada, [])
    one = SavedTrack(added_at="2020-01-01T00:00:00Z", track=track("one"))
    found = get_listed_items(TRACKS, [one, one])
    reader.write_items(saved_index, found)
    reader.write_items(saved_index, found)
    assert browse.get_page(ada, "track").count == 1
    assert Item.objects.count() == 1
    assert get_progress(ada, "track").version > saved_index.version
