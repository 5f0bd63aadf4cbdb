"""The player's clock: what plays goes on by itself, and shows as Spotify shows it."""

from tests.sandbox.conftest import Box


def playing(box: Box, member: str = "ada") -> dict:
    return box.get("/me/player?additional_types=track,episode", member)


def queued(box: Box, member: str = "ada") -> list[str]:
    return [item["uri"] for item in box.get("/me/player/queue", member)["queue"]]


def uris(album: dict) -> list[str]:
    return [track["uri"] for track in album["tracks"]["items"]]


def test_the_household_is_in_the_middle_of_an_evening(box: Box) -> None:
    ada = playing(box)
    assert ada["is_playing"]
    assert ada["device"]["name"] == "Living room amp"
    assert ada["context"]["type"] == "playlist"
    assert [uri.split(":")[1] for uri in box.state()["queue"]] == ["track", "episode", "track"]
    assert playing(box, "ben")["is_playing"] is False
    assert playing(box, "ines")["currently_playing_type"] == "episode"
    assert box.api("willem", "GET", "/me/player").status == 204
    assert len(box.get("/me/player/devices", "willem")["devices"]) == 1


def test_nothing_active_is_204_and_an_empty_queue(box: Box) -> None:
    box.scene(scene="nothing")
    for path in ("/me/player", "/me/player/currently-playing"):
        answer = box.api("ada", "GET", path)
        assert (answer.status, answer.body) == (204, b"")
    assert box.get("/me/player/queue") == {"currently_playing": None, "queue": []}


def test_progress_runs_while_playing_and_stands_while_paused(box: Box) -> None:
    box.scene(context=box.album(tracks=3)["uri"], progress_ms=1000)
    box.wait(10)
    assert 11_000 <= playing(box)["progress_ms"] < 20_000
    box.scene(scene="paused", progress_ms=5000)
    box.wait(10)
    assert playing(box)["progress_ms"] == 5000


def test_a_track_ends_and_the_next_of_the_album_follows(box: Box) -> None:
    album = box.album(tracks=3)
    first, second = album["tracks"]["items"][:2]
    box.scene(context=album["uri"])
    box.wait(first["duration_ms"] / 1000 + 2)
    now = playing(box)
    assert now["item"]["uri"] == second["uri"]
    assert 2000 <= now["progress_ms"] < 10_000


def test_what_was_queued_by_hand_comes_before_the_rest_of_the_album(box: Box) -> None:
    album = box.album(tracks=4)
    extra = box.control("GET", "catalog?type=track&odd=emoji")[0]["uri"]
    box.scene(context=album["uri"], queue=[extra])
    assert queued(box)[:3] == [extra, *uris(album)[1:3]]
    box.wait(album["tracks"]["items"][0]["duration_ms"] / 1000)
    assert playing(box)["item"]["uri"] == extra
    assert queued(box)[:2] == uris(album)[1:3]
    box.do("POST", "/me/player/next")
    assert playing(box)["item"]["uri"] == uris(album)[1]


def test_the_queue_shows_twenty_and_starts_the_album_over_even_without_repeat(box: Box) -> None:
    album = box.album(tracks=3)
    names = uris(album)
    box.scene(context=album["uri"], repeat="off")
    shown = queued(box)
    assert len(shown) == 20
    assert shown == [names[(place + 1) % len(names)] for place in range(20)]


def test_an_album_ends_back_at_its_start_and_waits(box: Box) -> None:
    album = box.album(tracks=2)
    box.scene(context=album["uri"])
    box.wait(sum(track["duration_ms"] for track in album["tracks"]["items"]) / 1000 + 1)
    now = playing(box)
    assert (now["is_playing"], now["item"]["uri"], now["progress_ms"]) == (False, uris(album)[0], 0)


def test_with_autoplay_something_similar_follows_the_album(box: Box) -> None:
    box.control("PUT", "settings", {"autoplay": True})
    album = box.album(tracks=2)
    box.scene(context=album["uri"])
    box.wait(sum(track["duration_ms"] for track in album["tracks"]["items"]) / 1000 + 1)
    now = playing(box)
    assert now["is_playing"]
    assert now["context"] is None


def test_repeat_goes_round_for_years(box: Box) -> None:
    album = box.album(tracks=2)
    total_s = sum(track["duration_ms"] for track in album["tracks"]["items"]) / 1000
    box.scene(context=album["uri"], repeat="context", progress_ms=1000)
    box.wait(total_s * 50_000 + 3)
    box.sign_in_again()
    now = playing(box)
    assert now["item"]["uri"] == uris(album)[0]
    assert 4000 <= now["progress_ms"] < 12_000


def test_repeating_one_track_keeps_to_it_until_somebody_skips(box: Box) -> None:
    album = box.album(tracks=2)
    box.scene(context=album["uri"], repeat="track")
    box.wait(album["tracks"]["items"][0]["duration_ms"] / 1000 * 3.5)
    assert playing(box)["item"]["uri"] == uris(album)[0]
    box.do("POST", "/me/player/next")
    assert playing(box)["item"]["uri"] == uris(album)[1]


def test_a_paused_session_falls_asleep_and_needs_a_device_to_wake(box: Box) -> None:
    box.scene(scene="paused", progress_ms=7000)
    device = playing(box)["device"]["id"]
    box.wait(11 * 60)
    assert box.api("ada", "GET", "/me/player").status == 204
    assert not any(shown["is_active"] for shown in box.get("/me/player/devices")["devices"])
    assert box.api("ada", "PUT", "/me/player/play").error[2] == "NO_ACTIVE_DEVICE"
    box.do("PUT", f"/me/player/play?device_id={device}")
    assert playing(box)["progress_ms"] >= 7000


def test_idle_devices_go_and_come_back_but_the_active_one_stays(box: Box) -> None:
    box.scene(repeat="context")
    everything = {device["name"] for device in box.get("/me/player/devices")["devices"]}
    assert len(everything) > 4
    box.wait(50 * 60)
    assert {device["name"] for device in box.get("/me/player/devices")["devices"]} == {"Living room amp"}
    box.wait(20 * 60)
    box.sign_in_again()
    assert {device["name"] for device in box.get("/me/player/devices")["devices"]} == everything


def test_a_vanished_speaker_answers_to_its_id_and_a_vanished_phone_does_not(box: Box) -> None:
    box.scene(repeat="context")
    ids = {device["name"]: device["id"] for device in box.state()["devices"]}
    box.wait(50 * 60)
    gone = box.api("ada", "PUT", "/me/player", {"device_ids": [ids["Study laptop"]]})
    assert gone.error == (404, "Device not found", "")
    box.do("PUT", "/me/player", {"device_ids": [ids["Kitchen radio"]]})
    assert playing(box)["device"]["name"] == "Kitchen radio"


def test_an_episode_is_nothing_to_who_does_not_ask_for_episodes(box: Box) -> None:
    box.scene(scene="podcast")
    plain = box.get("/me/player")
    assert (plain["item"], plain["currently_playing_type"]) == (None, "episode")
    assert playing(box)["item"]["type"] == "episode"
    assert playing(box)["item"]["show"]["name"] == "The Slow Kitchen"


def test_where_a_podcast_was_left_is_where_it_goes_on(box: Box) -> None:
    box.scene(scene="podcast", progress_ms=120_000)
    episode = box.state()["item"]
    box.do("POST", "/me/player/next")
    resume = box.get(f"/episodes/{episode.rpartition(':')[2]}")["resume_point"]
    assert 120_000 <= resume["resume_position_ms"] < 130_000
    box.do("POST", "/me/player/previous")
    assert box.state()["item"] == episode
    assert box.state()["progress_ms"] >= 120_000


def test_a_local_file_has_a_name_and_nothing_else(box: Box) -> None:
    box.scene(scene="local")
    item = playing(box)["item"]
    assert (item["id"], item["is_local"], item["name"]) == (None, True, "Rain on a Tin Roof")
    assert item["album"]["images"] == []
    assert item["uri"].startswith("spotify:local:")


def test_an_ad_can_neither_be_skipped_nor_sought(box: Box) -> None:
    box.scene("ben", scene="ad")
    now = playing(box, "ben")
    assert (now["item"], now["currently_playing_type"]) == (None, "ad")
    assert now["actions"]["disallows"]["skipping_next"] is True
    answer = box.api("ben", "POST", "/me/player/next")
    assert answer.error == (403, "Player command failed: Restriction violated", "UNKNOWN")


def test_the_dj_talks_and_forbids_shuffling(box: Box) -> None:
    box.scene(scene="dj")
    now = playing(box)
    assert now["item"] is None
    assert now["context"]["uri"] == "spotify:playlist:37i9dQZF1EYkqdzj48dyYq"
    assert {"toggling_shuffle", "toggling_repeat_context"} <= set(now["actions"]["disallows"])
    assert box.api("ada", "PUT", "/me/player/shuffle?state=true").status == 403


def test_an_unknown_thing_and_a_device_just_woken(box: Box) -> None:
    box.scene(scene="unknown")
    now = playing(box)
    assert (now["item"], now["currently_playing_type"], now["progress_ms"]) == (None, "unknown", None)
    box.scene(scene="idle")
    woken = playing(box)
    assert (woken["item"], woken["is_playing"]) == (None, False)
    assert woken["actions"] == {"disallows": {"skipping_prev": True, "toggling_repeat_track": True}}


def test_a_private_session_says_so(box: Box) -> None:
    box.scene(scene="private")
    assert playing(box)["device"]["is_private_session"] is True


def test_devices_of_the_test_s_own(box: Box) -> None:
    box.scene(devices=[{"name": "Shed", "id": None, "volume_percent": None}])
    assert (
        playing(box)["device"] | {"name": "Shed", "id": None, "volume_percent": None}
        == playing(box)["device"]
    )


def test_finished_tracks_are_remembered_episodes_are_not(box: Box) -> None:
    album = box.album(tracks=2)
    box.scene(context=album["uri"])
    box.wait(album["tracks"]["items"][0]["duration_ms"] / 1000 + 1)
    newest = box.get("/me/player/recently-played?limit=1")["items"][0]
    assert newest["track"]["uri"] == uris(album)[0]
    assert newest["context"]["uri"] == album["uri"]
    box.scene(scene="podcast", progress_ms=900_000)
    box.do("POST", "/me/player/next")
    assert box.get("/me/player/recently-played?limit=1")["items"][0]["track"]["uri"] == uris(album)[0]


def test_the_history_is_paged_by_cursors_to_its_end(box: Box) -> None:
    seen: list[str] = []
    path: str | None = "/me/player/recently-played?limit=20"
    while path:
        page = box.get(path)
        seen += [play["played_at"] for play in page["items"]]
        path = page["next"] and page["next"].partition("/v1")[2]
    assert len(seen) == 50
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 50


def test_after_takes_the_plays_right_after_that_moment(box: Box) -> None:
    everything = box.get("/me/player/recently-played?limit=50")["items"]
    oldest = box.get("/me/player/recently-played?limit=50")["cursors"]["before"]
    page = box.get(f"/me/player/recently-played?limit=2&after={oldest}")
    assert page["items"] == everything[-3:-1]


def test_hidden_addresses_of_items_work(box: Box) -> None:
    """Every href that the player gives leads somewhere."""
    item = playing(box)["item"]
    for thing in (item, item["album"], item["artists"][0]):
        path = thing["href"].removeprefix(box.url + "/v1")
        assert box.get(path)["uri"] == thing["uri"]
    assert box.send("GET", item["album"]["images"][0]["url"].removeprefix(box.url)).body.startswith(b"<svg")
