"""Commands: what each does, how late, and every way in which it is refused."""

from typing import Any

import pytest

from tests.sandbox.conftest import Box

PLAY = "/me/player/play"
ARTIST_OFFSET = "can't have offset for context type: ARTIST"
RESTRICTED = (403, "Player command failed: Restriction violated", "UNKNOWN")
NO_DEVICE = (404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE")
COMMANDS = [
    ("PUT", PLAY),
    ("PUT", "/me/player/pause"),
    ("POST", "/me/player/next"),
    ("POST", "/me/player/previous"),
    ("PUT", "/me/player/seek?position_ms=1"),
    ("PUT", "/me/player/repeat?state=off"),
    ("PUT", "/me/player/shuffle?state=true"),
    ("PUT", "/me/player/volume?volume_percent=5"),
    ("POST", "/me/player/queue?uri={track}"),
]


def a_track(box: Box, number: int = 0) -> str:
    return str(box.album(tracks=5)["tracks"]["items"][number]["uri"])


def test_success_has_no_json_in_it(box: Box) -> None:
    seen = set()
    for percent in range(60):
        answer = box.api("ada", "PUT", f"/me/player/volume?volume_percent={percent}")
        seen.add(answer.status)
        assert "Content-Type" not in answer.headers
        if answer.status == 200:
            assert 26 <= len(answer.body) <= 28
            with pytest.raises(ValueError, match=r"."):
                _ = answer.json
    assert seen == {200, 202, 204}


def test_a_command_takes_effect_a_moment_later(box: Box) -> None:
    box.control("PUT", "settings", {"delay_ms": 60_000})
    box.do("PUT", "/me/player/pause")
    assert box.get("/me/player")["is_playing"] is True
    assert box.state()["pending"] == ["pause"]
    box.wait(61)
    assert box.get("/me/player")["is_playing"] is False
    # The music played on until then.
    assert box.state()["pending"] == []


@pytest.mark.parametrize(("method", "path"), COMMANDS)
def test_a_free_account_commands_nothing(box: Box, method: str, path: str) -> None:
    box.scene("willem")
    answer = box.api("willem", method, path.format(track=a_track(box)), b"")
    assert answer.error == (403, "Player command failed: Premium required", "PREMIUM_REQUIRED")


@pytest.mark.parametrize(("method", "path"), COMMANDS)
def test_without_a_device_nothing_is_commanded(box: Box, method: str, path: str) -> None:
    box.scene(scene="nothing")
    assert box.api("ada", method, path.format(track=a_track(box)), b"").error == NO_DEVICE


@pytest.mark.parametrize(("method", "path"), COMMANDS)
def test_a_device_that_is_gone_is_not_found(box: Box, method: str, path: str) -> None:
    joint = "&" if "?" in path else "?"
    answer = box.api("ada", method, f"{path.format(track=a_track(box))}{joint}device_id=nosuch", b"")
    assert answer.error == (404, "Device not found", "")


@pytest.mark.parametrize(("method", "path"), COMMANDS)
def test_a_restricted_device_obeys_nobody(box: Box, method: str, path: str) -> None:
    box.scene(device="Car")
    answer = box.api("ada", method, path.format(track=a_track(box)), b"")
    assert answer.error[::2] == (403, "DEVICE_NOT_CONTROLLABLE")


def test_pausing_the_paused_and_resuming_the_playing_is_a_violation(box: Box) -> None:
    assert box.api("ada", "PUT", PLAY).error == RESTRICTED
    box.do("PUT", "/me/player/pause")
    assert box.api("ada", "PUT", "/me/player/pause").error == RESTRICTED
    box.do("PUT", PLAY)
    assert box.get("/me/player")["is_playing"] is True


def test_an_album_starts_where_the_offset_says(box: Box) -> None:
    album = box.album(tracks=4)
    tracks = [track["uri"] for track in album["tracks"]["items"]]
    box.do("PUT", PLAY, {"context_uri": album["uri"], "offset": {"position": 2}, "position_ms": 3000})
    now = box.state()
    assert (now["item"], now["context"]) == (tracks[2], album["uri"])
    assert 3000 <= now["progress_ms"] < 8000
    box.do("PUT", PLAY, {"context_uri": album["uri"], "offset": {"uri": tracks[1]}})
    assert box.state()["item"] == tracks[1]


def test_playing_tracks_replaces_context_and_queue(box: Box) -> None:
    album = box.album(tracks=5)
    wanted = [track["uri"] for track in album["tracks"]["items"][:3]]
    box.do("PUT", PLAY, {"uris": wanted})
    now = box.state()
    assert (now["item"], now["context"], now["queue"], now["rest_of_context"]) == (
        wanted[0],
        None,
        [],
        wanted[1:],
    )


def test_the_unplayable_is_passed_over_and_alone_refused(box: Box) -> None:
    odd = box.control("GET", "catalog?type=track&odd=unplayable")[0]["uri"]
    assert box.api("ada", "PUT", PLAY, {"uris": [odd]}).error == RESTRICTED
    good = a_track(box)
    box.do("PUT", PLAY, {"uris": [odd, good]})
    assert box.state()["item"] == good


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "Malformed json"),
        (b"[]", "Malformed json"),
        ({"uris": ["spotify:local:a:b:c:1"]}, "Invalid track uri: spotify:local:a:b:c:1"),
        ({"uris": ["spotify:album:1"]}, "Invalid track uri: spotify:album:1"),
        ({"uris": []}, "Invalid uris"),
        ({"context_uri": "spotify:track:4uLU6hMCjMI75M1A2tKUQC"}, "Non supported context uri"),
        ({"context_uri": "spotify:user:ada:collection"}, "Non supported context uri"),
        ({"context_uri": "{artist}", "offset": {"position": 1}}, ARTIST_OFFSET),
        ({"context_uri": "{album}", "offset": {"position": 999}}, "Invalid offset"),
        ({"context_uri": "{album}", "offset": {"position": -1}}, "Invalid offset"),
        ({"position_ms": -1}, "Invalid position_ms"),
        ({"position_ms": "soon"}, "Invalid position_ms"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(box: Box, body: Any, message: str) -> None:
    if isinstance(body, dict) and isinstance(body.get("context_uri"), str):
        names = {
            kind: box.control("GET", f"catalog?type={kind}&limit=1")[0]["uri"] for kind in ("artist", "album")
        }
        body = body | {"context_uri": body["context_uri"].format(**names)}
    assert box.api("ada", "PUT", PLAY, body).error == (400, message, "")


def test_too_many_tracks_at_once_are_too_much(box: Box) -> None:
    assert box.api("ada", "PUT", PLAY, {"uris": [a_track(box)] * 801}).status == 413


def test_a_strangers_list_can_be_played(box: Box) -> None:
    house = {member["user_id"] for member in box.control("GET", "members")}
    foreign = next(one for one in box.control("GET", "playlists") if one["owner"] not in house)
    box.do("PUT", PLAY, {"context_uri": foreign["uri"]})
    assert box.state()["context"] == foreign["uri"]


def test_asking_for_the_dj_only_stops_the_music(box: Box) -> None:
    box.do("PUT", PLAY, {"context_uri": "spotify:playlist:37i9dQZF1EYkqdzj48dyYq"})
    assert box.get("/me/player")["is_playing"] is False


def test_next_and_previous_walk_the_album_and_the_first_has_no_previous(box: Box) -> None:
    album = box.album(tracks=3)
    names = [track["uri"] for track in album["tracks"]["items"]]
    box.scene(context=album["uri"], progress_ms=50_000)
    assert box.get("/me/player")["actions"]["disallows"]["skipping_prev"] is True
    assert box.api("ada", "POST", "/me/player/previous").error == RESTRICTED
    box.do("POST", "/me/player/next")
    assert box.state()["item"] == names[1]
    # Previous goes back however far the track has got.
    box.wait(60)
    box.do("POST", "/me/player/previous")
    assert box.state()["item"] == names[0]
    assert box.state()["progress_ms"] < 5000


def test_seeking_past_the_end_goes_to_the_next(box: Box) -> None:
    album = box.album(tracks=2)
    box.scene(context=album["uri"])
    box.do("PUT", "/me/player/seek?position_ms=30000")
    assert 30_000 <= box.state()["progress_ms"] < 36_000
    box.do("PUT", "/me/player/seek?position_ms=99999999")
    assert box.state()["item"] == album["tracks"]["items"][1]["uri"]


def test_shuffle_mixes_what_is_to_come_and_straightens_it_again(box: Box) -> None:
    album = box.album(tracks=7)
    names = [track["uri"] for track in album["tracks"]["items"]]
    box.scene(context=album["uri"], offset=2)
    box.do("PUT", "/me/player/shuffle?state=true")
    mixed = box.state()
    assert mixed["item"] == names[2]
    assert sorted(mixed["rest_of_context"]) == sorted(names[:2] + names[3:])
    assert mixed["rest_of_context"] != names[3:]
    box.do("PUT", "/me/player/shuffle?state=false")
    assert box.state()["rest_of_context"] == names[3:]


def test_volume_is_refused_where_there_is_none(box: Box) -> None:
    box.scene(device="Ada’s phone")
    answer = box.api("ada", "PUT", "/me/player/volume?volume_percent=5")
    assert answer.error == (
        403,
        "Player command failed: Cannot control device volume",
        "VOLUME_CONTROL_DISALLOW",
    )
    box.scene(device="Living room amp")
    box.do("PUT", "/me/player/volume?volume_percent=5")
    assert box.get("/me/player")["device"]["volume_percent"] == 5


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("PUT", "/me/player/volume?volume_percent=101", "Invalid volume_percent"),
        ("PUT", "/me/player/volume", "Missing required field: volume_percent"),
        ("PUT", "/me/player/seek?position_ms=-1", "Invalid position_ms"),
        ("PUT", "/me/player/seek?position_ms=x", "Invalid position_ms"),
        ("PUT", "/me/player/repeat?state=maybe", "Invalid state"),
        ("PUT", "/me/player/shuffle?state=1", "Invalid state"),
        ("POST", "/me/player/queue", "Missing required field: uri"),
        ("POST", "/me/player/queue?uri=spotify:local:a:b:c:1", "Invalid track uri: spotify:local:a:b:c:1"),
        ("GET", "/me/player/recently-played?limit=51", "Invalid limit"),
    ],
)
def test_numbers_and_words_out_of_range_are_refused(box: Box, method: str, path: str, message: str) -> None:
    assert box.api("ada", method, path, b"" if method != "GET" else None).error == (400, message, "")


def test_items_are_queued_in_the_order_of_asking(box: Box) -> None:
    box.scene(queue=[])
    wanted = [a_track(box, 1), box.control("GET", "catalog?type=episode&limit=1")[0]["uri"], a_track(box, 2)]
    for uri in wanted:
        box.do("POST", f"/me/player/queue?uri={uri}")
    assert box.state()["queue"] == wanted
    assert [item["uri"] for item in box.get("/me/player/queue")["queue"]][:3] == wanted


def test_transferring_keeps_the_music_and_its_place(box: Box) -> None:
    before = box.state()
    kitchen = next(device["id"] for device in before["devices"] if device["name"] == "Kitchen radio")
    box.do("PUT", "/me/player", {"device_ids": [kitchen]})
    after = box.state()
    assert after["device"] == kitchen
    assert (after["item"], after["is_playing"]) == (before["item"], True)
    assert after["progress_ms"] >= before["progress_ms"]


def test_transferring_can_start_what_was_paused(box: Box) -> None:
    box.scene(scene="paused")
    kitchen = next(device["id"] for device in box.state()["devices"] if device["name"] == "Kitchen radio")
    box.do("PUT", "/me/player", {"device_ids": [kitchen], "play": False})
    assert box.state()["is_playing"] is False
    box.do("PUT", "/me/player", {"device_ids": [kitchen], "play": True})
    assert box.state()["is_playing"] is True


def test_a_transfer_goes_to_exactly_one_device(box: Box) -> None:
    assert box.api("ada", "PUT", "/me/player", {"device_ids": ["a", "b"]}).status == 400
    assert box.api("ada", "PUT", "/me/player", {}).error[1] == "Missing required field: device_ids"
    assert box.api("ada", "PUT", "/me/player", {"device_ids": ["a"]}).error == (404, "Device not found", "")


def test_members_do_not_hear_each_other(box: Box) -> None:
    before = box.state("ben")
    box.do("POST", "/me/player/next")
    assert box.state("ben") == before


def test_a_device_that_wakes_says_at_first_that_nothing_plays(box: Box) -> None:
    box.control("PUT", "settings", {"wake_ms": 2_000})
    other = next(device for device in box.get("/me/player/devices")["devices"] if not device["is_active"])
    before = box.get("/me/player")
    box.do("PUT", "/me/player", {"device_ids": [other["id"]], "play": True})
    waking = box.get("/me/player")
    assert (waking["item"], waking["currently_playing_type"], waking["is_playing"]) == (
        None,
        "unknown",
        False,
    )
    assert waking["device"]["id"] == other["id"]
    assert box.get("/me/player/queue") == {"currently_playing": None, "queue": []}
    box.wait(2)
    assert box.get("/me/player")["item"] == before["item"]


def test_a_device_has_to_be_chosen_once_in_spotifys_own_app(box: Box) -> None:
    devices = [{"name": "Kitchen", "id": "k1"}, {"name": "Headless", "id": "h1", "is_unpaired": True}]
    box.scene(devices=devices, device="Kitchen")
    body = {"device_ids": ["h1"], "play": True}
    assert box.api("ada", "PUT", "/me/player", body).error == (404, "Device not found", "")
    assert [device["id"] for device in box.get("/me/player/devices")["devices"]] == ["k1", "h1"]
    box.scene(device="Headless")
    box.scene(device="Kitchen")
    box.do("PUT", "/me/player", body)
    assert box.state()["device"] == "h1"
