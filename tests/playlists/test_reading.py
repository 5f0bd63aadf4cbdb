"""Reading playlists: when Spotify is asked, what is believed, and what is shown meanwhile."""

from playlists import reading
from playlists.contents import Entry

LIST = "get-playlist"
ITEMS = "get-playlists-items"


def by_name(sandbox, name):
    return next(one for one in sandbox.control("GET", "playlists") if one["name"] == name)


def key_of(entry: Entry):
    return entry.uri


def test_the_list_of_playlists_is_asked_for_once_in_a_while(ada, sandbox):
    first = reading.my_playlists(ada.member)
    assert {"Groceries & chores", "Empty for now"} <= {one.playlist.name for one in first}
    sandbox.forget_requests()
    assert [one.pk for one in reading.my_playlists(ada.member)] == [one.pk for one in first]
    assert not sandbox.requests()


def test_an_unchanged_playlist_costs_no_request_for_items(ada, sandbox):
    known = by_name(sandbox, "Ferry mixtape")
    playlist_id = known["uri"].rsplit(":", 1)[1]
    opened = reading.open_playlist(ada.member, playlist_id)
    assert [entry.uri for entry in opened.contents.entries] == known["items"]
    sandbox.forget_requests()
    again = reading.look(ada.member, playlist_id)
    assert again.contents == opened.contents
    assert not sandbox.requests(ITEMS)
    assert len(sandbox.requests(LIST)) == 1
