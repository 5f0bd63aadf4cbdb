"""Whole playlists: made, named, followed, taken out and put back."""

import pytest

from playlists.errors import NotEditable, PlaylistGone
from playlists.index import actions
from playlists.models import Playlist
from playlists.sync import access
from playlists.sync.index import get_playlists
from spotweb.spotify.errors import InvalidRequest, Unavailable


def names(person):
    return [one.playlist.name for one in get_playlists(person.member, refresh=True)]


def test_a_new_one_is_there_at_once_and_opens_without_reading(ada, sandbox):
    playlist = actions.create_playlist(ada.member, "For the road", description="Long & winding")
    assert names(ada)[0] == "For the road"
    sandbox.forget_requests()
    opened = access.open_playlist(ada.member, playlist.spotify_id)
    assert (opened.contents.total, opened.can_edit) == (0, True)
    assert not [one for one in sandbox.requests() if "items" in one["path"]]


def test_a_lost_answer_makes_no_second_one(ada, sandbox):
    get_playlists(ada.member)
    sandbox.fault("/v1/*playlists", "status", method="POST", times=1, handled=True)
    playlist = actions.create_playlist(ada.member, "Only once")
    assert names(ada).count("Only once") == 1
    assert playlist.spotify_id
    sandbox.fault("/v1/*playlists", "status", method="POST", times=1)
    with pytest.raises(Unavailable):
        actions.create_playlist(ada.member, "Never made")
    assert "Never made" not in names(ada)


@pytest.mark.parametrize(
    "trouble",
    [
        {"kind": "empty", "status": 201},
        {"kind": "html", "status": 200},
        {"kind": "rewrite", "put": {"": None}},
        {"kind": "rewrite", "remove": ["/id", "/uri"]},
        {"kind": "rewrite", "put": {"/id": 7}, "remove": ["/uri"]},
        {"kind": "rewrite", "put": {"/id": None, "/uri": "spotify:track:x/y"}},
        {"kind": "rewrite", "remove": ["/name", "/owner", "/snapshot_id"]},
    ],
    ids=str,
)
def test_one_that_was_made_without_saying_so_is_found(ada, sandbox, trouble):
    get_playlists(ada.member)
    sandbox.fault("/v1/*playlists", method="POST", handled=True, **trouble)
    playlist = actions.create_playlist(ada.member, "Made in silence")
    assert names(ada).count("Made in silence") == 1
    opened = access.open_playlist(ada.member, playlist.spotify_id)
    assert (opened.playlist.name, opened.can_edit) == ("Made in silence", True)


def test_a_collaborative_one_is_not_public(ada):
    playlist = actions.create_playlist(ada.member, "Ours", public=False, collaborative=True)
    assert Playlist.objects.get(pk=playlist.pk).is_collaborative
    with pytest.raises(InvalidRequest):
        actions.create_playlist(ada.member, "Ours", public=True, collaborative=True)


def test_details_change_alone(ada, lists):
    playlist_id = lists.make(ada, lists.tracks[:2], description="Old words")
    access.open_playlist(ada.member, playlist_id)
    actions.change_details(ada.member, playlist_id, name="Ünïcode & <b>")
    again = access.refresh_playlist(ada.member, playlist_id).playlist
    assert (again.name, again.description) == ("Ünïcode & <b>", "Old words")


def test_somebody_elses_name_is_theirs(ada, ben, lists):
    playlist_id = lists.make(ben, [], followers=["ada"])
    get_playlists(ada.member)
    with pytest.raises(NotEditable):
        actions.change_details(ada.member, playlist_id, name="Mine")


def test_follow_unfollow_and_back(ada, ben, lists):
    playlist_id = lists.make(ben, lists.tracks[:2], name="Ben's")
    followed = actions.follow_playlist(ada.member, f"https://open.spotify.com/playlist/{playlist_id}?si=x")
    assert (followed.name, names(ada)[0]) == ("Ben's", "Ben's")
    actions.unfollow_playlist(ada.member, playlist_id)
    assert "Ben's" not in names(ada)
    actions.restore_playlist(ada.member, playlist_id)
    assert "Ben's" in names(ada)


def test_an_own_one_comes_back_with_all_that_was_in_it(ada, lists):
    playlist_id = lists.make(ada, lists.tracks[:4], name="Deleted")
    get_playlists(ada.member)
    access.open_playlist(ada.member, playlist_id)
    actions.unfollow_playlist(ada.member, playlist_id)
    actions.restore_playlist(ada.member, playlist_id)
    opened = access.open_playlist(ada.member, playlist_id)
    assert opened.entry.is_own
    assert lists.shown(ada, playlist_id) == lists.tracks[:4]


def test_following_what_is_not_there(ada):
    with pytest.raises(PlaylistGone):
        actions.follow_playlist(ada.member, "0123456789abcdefghijkl")
