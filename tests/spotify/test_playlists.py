"""Playlists: what goes over the wire in each mode, what is checked before, and what comes back."""

from base64 import b64decode

import pytest

from spotweb.spotify import playlists
from spotweb.spotify.errors import Forbidden, Gone, InvalidRequest, Unavailable
from spotweb.spotify.models import Episode, Track, UnknownItem
from tests.spotify.unruly import Reply, found, said

LIST = "3cEYpjA9oz9GiPac4AsH4n"
MADE = found({"snapshot_id": "s2"})


def tracks(count: int) -> list[str]:
    return [f"spotify:track:{number:022}" for number in range(count)]


@pytest.fixture(params=["development", "extended"])
def mode(request, settings) -> str:
    settings.SPOTIFY_QUOTA_MODE = request.param
    return request.param


@pytest.fixture
def rows_path(mode) -> str:
    return f"/v1/playlists/{LIST}/{'items' if mode == 'development' else 'tracks'}"


def test_rows_of_every_sort(unruly, client, rows_path, mode):
    name = "item" if mode == "development" else "track"
    local = {"type": "track", "id": None, "uri": "spotify:local:A:B:C:9", "is_local": True, "name": "C",
             "album": {"album_type": None, "images": [], "id": None, "uri": None}}  # fmt: skip
    rows = [
        {name: {"type": "track", "id": "1", "uri": "spotify:track:1", "name": "One"}, "is_local": False},
        {name: {"type": "episode", "id": "2", "uri": "spotify:episode:2", "name": "Two"}},
        {name: local, "is_local": True, "added_by": None},
        {name: None, "added_at": None},
        None,
        {name: {"type": "hologram", "uri": "spotify:hologram:3", "name": "Three"}},
    ]
    unruly.answer(found({"items": rows, "total": 6, "next": None}))
    items = playlists.get_playlists_items(client, LIST).items
    kinds = [type(row.item) for row in items]
    assert kinds == [Track, Episode, Track, type(None), type(None), UnknownItem]
    assert items[2].is_local
    assert unruly.asked[0].path == rows_path
    assert unruly.asked[0].query == {"limit": "50", "offset": "0", "additional_types": "track,episode"}


def test_both_names_of_a_row_are_one_item(unruly, client):
    track = {"type": "track", "id": "1", "uri": "spotify:track:1", "name": "One"}
    page = {"items": [{"item": track, "track": track}], "total": 1, "next": None}
    unruly.answer(found({"id": LIST, "name": "Mine", "items": page, "tracks": page}))
    playlist = playlists.get_playlist(client, f"https://open.spotify.com/playlist/{LIST}?si=1")
    assert (playlist.total_items, playlist.tracks) == (1, None)
    row = playlist.items.items[0]
    assert (row.item.name, row.track) == ("One", None)


def test_items_that_are_not_shown_are_not_taken_for_none(unruly, client):
    unruly.answer(found({"id": LIST, "name": "Somebody's"}))
    assert playlists.get_playlist(client, LIST).items is None


def test_lists_leave_out_what_spotify_hides(unruly, client):
    own = {
        "id": LIST,
        "uri": f"spotify:playlist:{LIST}",
        "name": "Mine",
        "items": {"href": "", "total": None},
    }
    unruly.answer(found({"items": [None, own], "total": 2, "next": None}))
    page = playlists.get_a_list_of_current_users_playlists(client)
    assert [(playlist.name, playlist.total_items) for playlist in page.items] == [("Mine", None)]


def test_adding_goes_in_hundreds_one_behind_the_other(unruly, client, rows_path):
    unruly.answer(found({"snapshot_id": "s1"}), MADE)
    assert playlists.add_items_to_playlist(client, LIST, tracks(150), position=7) == "s2"
    assert {(asked.method, asked.path) for asked in unruly.asked} == {("POST", rows_path)}
    bodies = [asked.json for asked in unruly.asked]
    assert [(len(body["uris"]), body["position"]) for body in bodies] == [(100, 7), (50, 107)]
    assert bodies[0]["uris"] + bodies[1]["uris"] == tracks(150)


def test_adding_at_the_end_names_no_position(unruly, client):
    unruly.answer(MADE)
    playlists.add_items_to_playlist(client, LIST, tracks(1) * 2)
    assert unruly.asked[0].json == {"uris": tracks(1) * 2}


def test_a_lost_answer_is_not_asked_for_again_and_says_how_far_it_came(unruly, client):
    unruly.answer(found({"snapshot_id": "s1"}), Reply(reset=True))
    with pytest.raises(Unavailable) as caught:
        playlists.add_items_to_playlist(client, LIST, tracks(250))
    assert len(unruly.asked) == 2
    written = caught.value.written
    assert written.done == tuple(tracks(250)[:100])
    assert written.in_doubt == tuple(tracks(250)[100:200])
    assert written.not_done == tuple(tracks(250)[200:])
    assert written.snapshot_id == "s1"


def test_replacing_more_than_a_request_holds(unruly, client, rows_path):
    unruly.answer(MADE)
    playlists.replace_playlists_items(client, LIST, tracks(130))
    assert [(asked.method, len(asked.json["uris"])) for asked in unruly.asked] == [("PUT", 100), ("POST", 30)]
    assert {asked.path for asked in unruly.asked} == {rows_path}


def test_replacing_with_nothing_empties(unruly, client):
    unruly.answer(MADE)
    playlists.replace_playlists_items(client, LIST, [])
    assert unruly.asked[0].json == {"uris": []}


def test_moving(unruly, client, rows_path):
    unruly.answer(MADE)
    moved = playlists.reorder_playlists_items(
        client, LIST, range_start=0, insert_before=10, range_length=2, snapshot_id="s1"
    )
    assert moved == "s2"
    assert (unruly.asked[0].method, unruly.asked[0].path) == ("PUT", rows_path)
    assert unruly.asked[0].json == {
        "range_start": 0,
        "insert_before": 10,
        "range_length": 2,
        "snapshot_id": "s1",
    }


def test_a_move_is_never_repeated(unruly, client):
    unruly.answer(Reply(502), MADE)
    with pytest.raises(Unavailable):
        playlists.reorder_playlists_items(client, LIST, range_start=0, insert_before=2)
    assert len(unruly.asked) == 1


def test_removing_names_each_once(unruly, client, rows_path, mode):
    unruly.answer(MADE)
    playlists.remove_items_playlist(client, LIST, tracks(2) * 2, snapshot_id="s1")
    asked = unruly.asked[0]
    assert (asked.method, asked.path) == ("DELETE", rows_path)
    rows = [{"uri": uri} for uri in tracks(2)]
    assert asked.json == {"items" if mode == "development" else "tracks": rows, "snapshot_id": "s1"}


def test_creating_takes_the_path_of_the_mode(unruly, client, mode):
    unruly.answer(*[found({"id": "ada me"})] * (mode == "extended"), found({"id": LIST, "name": "New"}))
    made = playlists.create_playlist(client, "New", public=False, description="for the kitchen")
    assert made.id == LIST
    asked = unruly.asked[-1]
    assert asked.path == ("/v1/me/playlists" if mode == "development" else "/v1/users/ada%20me/playlists")
    assert asked.json == {"name": "New", "public": False, "description": "for the kitchen"}


def test_playlists_of_others_are_gone(unruly, client):
    with pytest.raises(Gone):
        playlists.get_list_users_playlists(client, "smedjan")
    assert unruly.asked == []


def test_a_cover(unruly, client):
    unruly.answer(Reply(202))
    jpeg = b"\xff\xd8\xff\xe0" + b"x" * 1000
    playlists.upload_custom_playlist_cover(client, LIST, jpeg)
    asked = unruly.asked[0]
    assert (asked.method, asked.headers["Content-Type"]) == ("PUT", "image/jpeg")
    assert b64decode(asked.body) == jpeg
    assert b"\n" not in asked.body
    unruly.answer(Reply(200, b"null"))
    assert playlists.get_playlist_cover(client, LIST) == ()


@pytest.mark.parametrize(
    "act",
    [
        lambda c: playlists.get_playlist(c, "spotify:album:" + LIST),
        lambda c: playlists.get_playlists_items(c, LIST, limit=51),
        lambda c: playlists.add_items_to_playlist(c, LIST, []),
        lambda c: playlists.add_items_to_playlist(c, LIST, ["spotify:local:a:b:c:1"]),
        lambda c: playlists.add_items_to_playlist(c, LIST, tracks(1), position=-1),
        lambda c: playlists.reorder_playlists_items(c, LIST, range_start=-1, insert_before=0),
        lambda c: playlists.reorder_playlists_items(c, LIST, range_start=0, insert_before=1, range_length=0),
        lambda c: playlists.remove_items_playlist(c, LIST, []),
        lambda c: playlists.change_playlist_details(c, LIST),
        lambda c: playlists.change_playlist_details(c, LIST, name=" "),
        lambda c: playlists.change_playlist_details(c, LIST, name="x" * 101),
        lambda c: playlists.change_playlist_details(c, LIST, description=""),
        lambda c: playlists.change_playlist_details(c, LIST, description="one\ntwo"),
        lambda c: playlists.change_playlist_details(c, LIST, collaborative=True),
        lambda c: playlists.create_playlist(c, "x", collaborative=True),
        lambda c: playlists.upload_custom_playlist_cover(c, LIST, b"GIF89a"),
        lambda c: playlists.upload_custom_playlist_cover(c, LIST, b"\xff\xd8\xff" + b"x" * 200_000),
    ],
)
def test_what_spotify_would_refuse_costs_no_request(unruly, client, act):
    with pytest.raises(InvalidRequest):
        act(client)
    assert unruly.asked == []


def test_changing_says_only_what_changes(unruly, client):
    unruly.answer(Reply(200))
    playlists.change_playlist_details(client, LIST, collaborative=True, public=False)
    assert unruly.asked[0].json == {"collaborative": True, "public": False}


def test_somebody_elses_items(unruly, client):
    unruly.answer(said(403, "Forbidden"))
    with pytest.raises(Forbidden):
        playlists.get_playlists_items(client, LIST)
