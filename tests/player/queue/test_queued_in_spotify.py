"""What was queued in Spotify's own apps is told from what the context brings, as far as that can be known."""

from collections import Counter

import pytest

from accounts.tokens import spotify_for
from library.models import SavedIndex, SavedItem
from library.saved.actions import set_saved
from playlists.editing.actions import remove_items
from playlists.sync import access
from playlists.sync.index import get_playlists
from spotweb.spotify.library import remove_library_items
from tests.library.conftest import at_spotify, here
from tests.library.saved_pages.test_pages import read_all
from tests.player.parts import PART, act, look_again, poll, rows
from tests.player.queue.test_household_queue import group
from tests.playlists.conftest import lists, open_list  # noqa: F401  # a fixture


@pytest.fixture
def songs(sandbox):
    return sandbox.control("GET", "catalog?type=track&limit=400")


def names(things):
    return [one["name"] for one in things]


def heading(page):
    text = page.text.split('id="following-title"', 1)[1].split("</h3>", 1)[0]
    return " ".join(text.split())


def shown_twice(person):
    """The page as it is loaded, which says the same as what a poll of an open one gets."""
    look_again(person)
    page, polled = person.get("/player/"), poll(person)
    assert rows(page) == rows(polled)
    for name in ("by-hand", "following"):
        assert group(page, name) == group(polled, name)
    return page


def test_in_an_album_what_is_of_other_albums_was_queued(ada, sandbox, songs):
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, queue=[songs[200]["uri"], songs[201]["uri"]])
    page = shown_twice(ada)
    assert group(page, "by-hand") == names(songs[200:202])
    assert page.text.count("in Spotify</span>") == 2
    assert "Next from" in heading(page)
    assert "Next from the queue" not in heading(page)


def test_in_a_playlist_that_was_read_what_it_does_not_hold_was_queued(ada, sandbox, songs, lists):  # noqa: F811
    playlist_id = lists.make(ada, [one["uri"] for one in songs[:6]], name="Saturday slow")
    get_playlists(ada.member)
    sandbox.scene("ada", context=f"spotify:playlist:{playlist_id}", queue=[songs[200]["uri"]])
    unread = shown_twice(ada)
    assert group(unread, "by-hand") is None
    assert "Next from the queue and" in heading(unread), "it cannot be told yet, and is not claimed"
    access.open_playlist(ada.member, playlist_id)
    page = shown_twice(ada)
    assert group(page, "by-hand") == names(songs[200:201])
    assert group(page, "following") == names(songs[1:6])
    assert "Next from" in heading(page)
    assert "the queue" not in heading(page)


def test_what_was_taken_out_of_the_playlist_since_it_was_started_was_queued_by_nobody(
    ada,
    sandbox,
    songs,
    lists,  # noqa: F811
):
    """Spotify plays on what the list held when it was started through the API."""
    playlist_id = lists.make(ada, [one["uri"] for one in songs[:6]])
    get_playlists(ada.member)
    seen = lists.seen(ada, playlist_id)
    sandbox.scene("ada", queue=[])
    act(ada, "play-item", uri=f"spotify:playlist:{playlist_id}")
    remove_items(open_list(ada, playlist_id), base_revision=seen, positions=[1, 2])
    page = shown_twice(ada)
    assert group(page, "by-hand") is None
    assert group(page, "following") == names(songs[1:6])
    act(ada, "queue", uri=songs[2]["uri"])
    page = shown_twice(ada)
    assert group(page, "by-hand") == names(songs[2:3])
    assert group(page, "following") == names(songs[1:6])


@pytest.mark.parametrize("place", ["here", "Spotify's own app"])
def test_in_liked_songs_what_is_not_saved_was_queued(ada, sandbox, songs, place):
    saved = at_spotify(sandbox, "ada", "track")
    stranger = next(one for one in songs if one["uri"] not in saved)
    scene = {"context": f"spotify:user:{ada.member.spotify_id}:collection", "queue": [stranger["uri"]]}
    sandbox.scene("ada", **scene, tracks=saved[:5])
    assert group(shown_twice(ada), "by-hand") is None
    read_all(ada)
    # A song of which another release is saved counts as saved.
    titles = dict(SavedItem.objects.filter(index__kind="track").values_list("item__uri", "item__name"))
    begins = Counter(title[:8] for title in titles.values())
    playing = [uri for uri in saved if begins[titles.get(uri, "")[:8]] == 1][:5]
    sandbox.scene("ada", **scene, tracks=playing)
    page = shown_twice(ada)
    assert group(page, "by-hand") == [stranger["name"]]
    assert len(group(page, "following")) == 4
    if place == "here":
        set_saved(ada.member, playing[1:2], saved=False)
    else:
        remove_library_items(spotify_for(ada.member), playing[1:2])
        SavedIndex.objects.update(checked_at=None)
        read_all(ada, "track")
    assert playing[1] not in here(ada.member, "track")
    page = shown_twice(ada)
    assert group(page, "by-hand") == [stranger["name"]]
    assert len(group(page, "following")) == 4


def test_of_an_artist_what_others_play_was_queued(ada, sandbox, songs):
    artist = sandbox.control("GET", "catalog?type=artist")[3]["uri"]
    album = sandbox.control("GET", "catalog?type=episode")[0]
    sandbox.scene("ada", context=artist, queue=[album["uri"]])
    page = shown_twice(ada)
    assert group(page, "by-hand") == [album["name"]]


def test_in_a_show_songs_were_queued(ada, sandbox, songs):
    show = sandbox.control("GET", "catalog?type=show")[0]["uri"]
    sandbox.scene("ada", context=show, queue=[songs[7]["uri"]])
    page = shown_twice(ada)
    assert group(page, "by-hand") == [songs[7]["name"]]
    assert group(page, "following")


def test_what_is_queued_here_comes_in_front_of_it_or_behind_it_as_spotify_does(ada, sandbox, songs):
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, queue=[songs[200]["uri"]])
    ada.get("/player/")
    ada.post("/player/queue/", {"uri": songs[201]["uri"]}, **PART)
    page = shown_twice(ada)
    assert group(page, "by-hand") == names(songs[200:202])
    assert page.text.count("in Spotify</span>") == 1
    assert "</span>you" in page.text


def test_what_plays_after_the_end_is_not_said_to_be_of_the_album(ada, sandbox, songs):
    """Twenty rows of other albums: queued by hand or after the end of the album, nobody can tell."""
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, queue=[one["uri"] for one in songs[200:225]])
    page = shown_twice(ada)
    assert group(page, "by-hand") is None
    assert "Next" in heading(page)
    assert "/album/" not in heading(page)


def test_smart_shuffle_mixes_in_what_nobody_queued(ada, sandbox, songs):
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, queue=[songs[200]["uri"]], shuffle=True, smart_shuffle=True)
    page = shown_twice(ada)
    assert group(page, "by-hand") is None
    assert "Next from the queue and" in heading(page)
