"""The dialog that adds to playlists from anywhere, and asks before anything stands in one twice."""

import pytest

from tests.player.parts import PART
from tests.playlists.conftest import work
from tests.playlists.pages import PlaylistPage, items_of, make

LOCAL = "spotify:local:Somebody:An+album:A+song:120"
TO_LISTS = "/playlists/add-to/lists/"


def tracks(sandbox, count):
    return [one["uri"] for one in sandbox.control("GET", f"catalog?type=track&limit={count}")][:count]


def test_it_offers_the_lists_that_can_be_edited(ada, sandbox):
    make(sandbox, owner="ben", count=1, name="Ben's own")
    text = ada.get("/playlists/add-to/", {"uris": tracks(sandbox, 1)[0]}, **PART).text
    assert "Groceries &amp; chores" in text
    assert "Ben&#x27;s own" not in text
    assert 'id="adding"' in text
    assert "<html" not in text


def test_a_song_goes_into_two_lists_at_once(either_mode, ada, sandbox):
    one, two = make(sandbox, count=1, name="One"), make(sandbox, count=1, name="Two")
    song = tracks(sandbox, 9)[8]
    answer = ada.post(TO_LISTS, {"uris": song, "to": [one["id"], two["id"]]}, **PART)
    assert items_of(sandbox, one)[-1] == items_of(sandbox, two)[-1] == song
    assert 'hx-target="#dialog"' in answer.text  # it closes
    assert answer.text.count("toast__undo") == 2


@pytest.mark.parametrize(("again", "count"), [("all", 2), ("missing", 1)])
def test_it_asks_before_something_stands_there_twice(ada, sandbox, again, count):
    playlist = make(sandbox, count=3)
    here, new = items_of(sandbox, playlist)[0], tracks(sandbox, 9)[8]
    sent = {"uris": [here, new], "to": playlist["id"]}
    asked = ada.post(TO_LISTS, sent, **PART)
    assert "1 of 2 are in “Sunday slow” already." in asked.text
    assert len(items_of(sandbox, playlist)) == 3
    ada.post(TO_LISTS, {**sent, "again": again}, **PART)
    now = items_of(sandbox, playlist)
    assert now.count(here) == count
    assert now[-1] == new


def test_lists_that_hold_it_say_so(ada, sandbox):
    playlist = make(sandbox, count=3)
    ada.get("/playlists/add-to/", {"uris": tracks(sandbox, 1)[0]})
    PlaylistPage(ada, playlist)  # read, so that it is known what is in it
    text = ada.get("/playlists/add-to/", {"uris": items_of(sandbox, playlist)[1]}, **PART).text
    assert "Already in it" in text.split('data-name="Sunday slow"', 1)[1].split("</label>")[0]


def test_the_list_used_last_comes_first(ada, sandbox):
    playlist = make(sandbox, count=3, name="Zebra")
    song = tracks(sandbox, 9)[8]
    ada.post(TO_LISTS, {"uris": song, "to": playlist["id"]}, **PART)
    text = ada.get("/playlists/add-to/", {"uris": tracks(sandbox, 1)[0]}, **PART).text
    assert text.split('data-name="', 2)[1].startswith("Zebra")


def test_a_new_list_is_made_on_the_way(either_mode, ada, sandbox):
    song = tracks(sandbox, 1)[0]
    ada.post(TO_LISTS, {"uris": song, "new_name": "Quite new"}, **PART)
    made = next(one for one in sandbox.control("GET", "playlists") if one["name"] == "Quite new")
    assert made["items"] == [song]


def test_rows_are_moved_to_another_list(either_mode, ada, sandbox):
    here, there = make(sandbox, count=5), make(sandbox, items=[], name="There")
    items = items_of(sandbox, here)
    page = PlaylistPage(ada, here)
    sent = {"from": here["id"], "seen": page.seen, "positions": "1-2"}
    asked = ada.post("/playlists/add-to/", sent, **PART)
    assert "Add 2 items to" in asked.text
    assert "And remove from this playlist" in asked.text
    ada.post(TO_LISTS, {**sent, "to": there["id"], "how": "move"}, **PART)
    assert items_of(sandbox, there) == items[1:3]
    assert items_of(sandbox, here) == [items[0], *items[3:]]


@pytest.mark.parametrize("where", ["to", "new_name"])
def test_all_copies_that_were_chosen_are_moved(ada, sandbox, where):
    one, two, three = tracks(sandbox, 9)[5:8]
    here = make(sandbox, items=[one, two, one, LOCAL, None, three])
    there = make(sandbox, count=1, name="There")
    shown = PlaylistPage(ada, here)
    sent = {"from": here["id"], "seen": shown.seen, "positions": "0-4", "how": "move"}
    ada.post(TO_LISTS, {**sent, where: there["id"] if where == "to" else "New"}, **PART)
    assert items_of(sandbox, here) == [LOCAL, None, three]
    name = "There" if where == "to" else "New"
    found = next(one for one in sandbox.control("GET", "playlists") if one["name"] == name)
    assert items_of(sandbox, found)[-3:] == [one, two, one]


def test_what_is_moved_to_a_new_list_leaves_when_the_worker_has_put_it_there(ada, sandbox):
    here = make(sandbox, items=tracks(sandbox, 400))
    shown = PlaylistPage(ada, here)
    sent = {"from": here["id"], "seen": shown.seen, "positions": "0-398", "how": "move"}
    ada.post(TO_LISTS, {**sent, "new_name": "New"}, **PART)
    work()
    found = next(one for one in sandbox.control("GET", "playlists") if one["name"] == "New")
    assert items_of(sandbox, found) == tracks(sandbox, 399)
    assert items_of(sandbox, here) == tracks(sandbox, 400)[399:]


def test_nothing_is_added_that_cannot_be_taken_out_of_where_it_was(ada, sandbox):
    here = make(sandbox, items=tracks(sandbox, 3))
    PlaylistPage(ada, here)
    sent = {"from": here["id"], "seen": "0", "positions": "0", "how": "move", "new_name": "New"}
    answer = ada.post(TO_LISTS, sent, **PART)
    assert answer.status_code == 409
    assert "New" not in [one["name"] for one in sandbox.control("GET", "playlists")]


def test_a_whole_album_is_added_in_its_order(ada, sandbox):
    playlist = make(sandbox, items=[])
    album = sandbox.control("GET", "catalog?type=album&limit=1")[0]
    ada.post(TO_LISTS, {"uris": album["uri"], "to": playlist["id"]}, **PART)
    assert len(items_of(sandbox, playlist)) > 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"uris": "spotify:track:x", "to": "y"}, "no link to something"),
        ({"to": "y"}, "Select at least one row"),
        ({"uris": "spotify:artist:0123456789abcdefghijkl", "to": "y"}, "Only songs"),
        ({"uris": "spotify:local:a:b:c:1", "to": "y"}, "local file"),
    ],
)
def test_what_cannot_be_added_is_refused_in_words(ada, sandbox, sent, words):
    answer = ada.post(TO_LISTS, sent, **PART)
    assert answer.status_code == 422
    assert words in answer.text


def test_nothing_chosen_and_too_long_a_name_are_refused(ada, sandbox):
    song = tracks(sandbox, 1)[0]
    assert "Choose at least one playlist" in ada.post(TO_LISTS, {"uris": song}, **PART).text
    assert "at most 100" in ada.post(TO_LISTS, {"uris": song, "new_name": "x" * 101}, **PART).text


def test_without_a_script_it_is_a_page_that_leads_back(ada, sandbox):
    playlist = make(sandbox, count=1)
    song = tracks(sandbox, 9)[8]
    page = ada.get("/playlists/add-to/", {"uris": song, "next": "/recent/"})
    assert "<html" in page.text
    answer = ada.post(TO_LISTS, {"uris": song, "to": playlist["id"], "next": "/recent/"})
    assert (answer.status_code, answer["Location"]) == (302, "/recent/")
    assert items_of(sandbox, playlist)[-1] == song
