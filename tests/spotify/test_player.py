"""What each act asks of Spotify, and what is refused before a request is spent."""

import pytest

from spotweb.spotify import catalog, player
from spotweb.spotify.errors import Gone, InvalidRequest
from spotweb.spotify.modes import GONE, OPERATIONS, Operation, fill_path
from spotweb.spotify.transport import HttpAnswer
from tests.spotify.unruly import Reply, found

TRACK, EPISODE = "spotify:track:4iV5W9uYEdYUVa79Axb7Rh", "spotify:episode:512ojhOuo1ktJprKbVcKyQ"
ALBUM, ARTIST = "spotify:album:2up3OPMp9Tb4dAKM2erWXQ", "spotify:artist:0TnOYISbd1XYRBk9myaseg"
BOTH = {"additional_types": "track,episode"}


@pytest.mark.parametrize(
    ("act", "asked", "query"),
    [
        (player.get_information_about_the_users_current_playback, "GET /v1/me/player", BOTH),
        (player.get_the_users_currently_playing_track, "GET /v1/me/player/currently-playing", BOTH),
        (player.get_a_users_available_devices, "GET /v1/me/player/devices", {}),
        (player.get_queue, "GET /v1/me/player/queue", {}),
        (lambda c: player.get_recently_played(c, limit=9, before=7), "GET /v1/me/player/recently-played",
         {"limit": "9", "before": "7"}),
        (player.pause_a_users_playback, "PUT /v1/me/player/pause", {}),
        (lambda c: player.pause_a_users_playback(c, device_id="d1"), "PUT /v1/me/player/pause",
         {"device_id": "d1"}),
        (player.skip_users_playback_to_next_track, "POST /v1/me/player/next", {}),
        (player.skip_users_playback_to_previous_track, "POST /v1/me/player/previous", {}),
        (lambda c: player.seek_to_position_in_currently_playing_track(c, 0), "PUT /v1/me/player/seek",
         {"position_ms": "0"}),
        (lambda c: player.set_repeat_mode_on_users_playback(c, "context"), "PUT /v1/me/player/repeat",
         {"state": "context"}),
        (lambda c: player.set_volume_for_users_playback(c, 100), "PUT /v1/me/player/volume",
         {"volume_percent": "100"}),
        (lambda c: player.toggle_shuffle_for_users_playback(c, state=False), "PUT /v1/me/player/shuffle",
         {"state": "false"}),
        (lambda c: player.add_to_queue(c, EPISODE, device_id="d1"), "POST /v1/me/player/queue",
         {"uri": EPISODE, "device_id": "d1"}),
    ],
)  # fmt: skip
def test_what_is_asked(unruly, client, act, asked, query):
    unruly.answer(Reply(204))
    act(client)
    (request,) = unruly.asked
    assert f"{request.method} {request.path}" == asked
    assert request.query == query
    assert request.body == b""


@pytest.mark.parametrize(
    ("values", "body"),
    [
        ({"context_uri": ALBUM, "offset_position": 5}, {"context_uri": ALBUM, "offset": {"position": 5}}),
        ({"context_uri": ALBUM, "offset_uri": TRACK}, {"context_uri": ALBUM, "offset": {"uri": TRACK}}),
        ({"uris": (TRACK, EPISODE), "position_ms": 0}, {"uris": [TRACK, EPISODE], "position_ms": 0}),
        ({"context_uri": ARTIST}, {"context_uri": ARTIST}),
    ],
)
def test_playing_something(unruly, client, values, body):
    player.start_a_users_playback(client, device_id="d1", **values)
    (request,) = unruly.asked
    assert (request.method, request.path, request.query) == ("PUT", "/v1/me/player/play", {"device_id": "d1"})
    assert request.json == body
    assert request.headers["Content-Type"] == "application/json"


def test_resuming_says_nothing_more(unruly, client):
    player.start_a_users_playback(client)
    assert unruly.asked[0].body == b""
    assert unruly.asked[0].headers["Content-Length"] == "0"


@pytest.mark.parametrize(("play", "rest"), [(None, {}), (True, {"play": True}), (False, {"play": False})])
def test_moving_playback(unruly, client, play, rest):
    player.transfer_a_users_playback(client, "d1", play=play)
    assert (unruly.asked[0].method, unruly.asked[0].path) == ("PUT", "/v1/me/player")
    assert unruly.asked[0].json == {"device_ids": ["d1"], **rest}


@pytest.mark.parametrize(
    "act",
    [
        lambda c: player.set_volume_for_users_playback(c, 101),
        lambda c: player.set_volume_for_users_playback(c, -1),
        lambda c: player.seek_to_position_in_currently_playing_track(c, -1),
        lambda c: player.set_repeat_mode_on_users_playback(c, "forever"),
        lambda c: player.add_to_queue(c, ALBUM),
        lambda c: player.add_to_queue(c, "spotify:local:a:b:c:1"),
        lambda c: player.start_a_users_playback(c, uris=(TRACK,) * 101),
        lambda c: player.start_a_users_playback(c, uris=(TRACK,), context_uri=ALBUM),
        lambda c: player.start_a_users_playback(c, context_uri=ARTIST, offset_position=1),
        lambda c: player.start_a_users_playback(c, context_uri=ALBUM, offset_position=-1),
        lambda c: player.start_a_users_playback(c, offset_position=1),
        lambda c: player.start_a_users_playback(c, position_ms=-1),
        lambda c: player.get_recently_played(c, limit=51),
        lambda c: player.get_recently_played(c, after=1, before=2),
        lambda c: catalog.search(c, "  "),
        lambda c: catalog.search(c, "x", types=()),
        lambda c: catalog.search(c, "x", limit=11),
        lambda c: catalog.search(c, "x", limit=0),
        lambda c: catalog.search(c, "x", offset=1001),
    ],
)
def test_what_spotify_would_refuse_costs_no_request(unruly, client, act):
    with pytest.raises(InvalidRequest):
        act(client)
    assert unruly.asked == []


def test_extended_mode_searches_in_fifties(unruly, client, settings):
    settings.SPOTIFY_QUOTA_MODE = "extended"
    unruly.answer(found({}))
    catalog.search(client, "x", limit=50)
    assert unruly.asked[0].query["limit"] == "50"


def test_an_operation_that_is_gone_says_so(settings):
    gone = Operation("get-available-markets", "GET", "/markets", "browse", development=GONE)
    with pytest.raises(Gone):
        gone.path()
    settings.SPOTIFY_QUOTA_MODE = "extended"
    assert gone.path() == "/markets"


def test_a_renamed_path_follows_the_mode(settings):
    renamed = Operation(
        "x", "GET", "/playlists/{id}/tracks", "playlists", development="/playlists/{id}/items"
    )
    assert renamed.path() == "/playlists/{id}/items"
    settings.SPOTIFY_QUOTA_MODE = "extended"
    assert renamed.path() == "/playlists/{id}/tracks"


def test_an_id_cannot_name_another_operation():
    assert fill_path("/tracks/{id}", {"id": "../me/player?x=#"}) == "/tracks/..%2Fme%2Fplayer%3Fx%3D%23"


def test_what_would_happen_twice_is_not_repeatable():
    once = {name for name, operation in OPERATIONS.items() if not operation.is_repeatable}
    assert once == {
        "skip-users-playback-to-next-track",
        "skip-users-playback-to-previous-track",
        "add-to-queue",
        "create-playlist",
        "add-items-to-playlist",
        "reorder-or-replace-playlists-items",
    }


def test_secrets_are_cut_out_of_what_is_kept_of_an_answer():
    assert HttpAnswer(500, {}, b"you sent hush").redact("hush", "").body == b"you sent [secret]"
