"""What is done in Spotify's own app and at the speaker, and what sessions and devices do by themselves."""

from tests.sandbox.conftest import Box
from tests.sandbox.test_player import playing, queued, uris


def act(box: Box, act: str, *, member: str = "ada", expect: int = 200, **told: object) -> dict:
    return box.control("POST", f"app/{member}", {"act": act, **told}, expect=expect)


def test_the_queue_is_edited_in_the_app_but_not_after_a_start_with_uris(box: Box) -> None:
    first, second, third = [entry["uri"] for entry in box.control("GET", "catalog?type=track&limit=3")]
    album = box.album(tracks=4)
    box.scene(context=album["uri"])
    assert act(box, "queue", uris=[first, second, third])["queue"] == [first, second, third]
    assert act(box, "reorder", uris=[third, first])["queue"] == [third, first]
    act(box, "skip")
    assert playing(box)["item"]["uri"] == third
    assert act(box, "clear")["queue"] == []
    act(box, "queue", uris=[second])
    box.do("PUT", "/me/player/play", {"uris": [first, third]})
    assert box.state()["queue"] == []
    for refused in ("queue", "clear", "reorder"):
        act(box, refused, uris=[], expect=409)
    box.do("POST", f"/me/player/queue?uri={second}")
    assert queued(box)[0] == second
    act(box, "pause")
    assert not playing(box)["is_playing"]
    act(box, "resume")
    act(box, "seek", position_ms=40_000)
    assert playing(box)["progress_ms"] >= 40_000


def test_edits_of_a_playlist_reach_what_was_started_in_the_app_alone(box: Box) -> None:
    tracks = [entry["uri"] for entry in box.control("GET", "catalog?type=track&limit=30")][20:25]
    made = box.control("POST", "playlists", {"owner": "ada", "items": tracks[:3]})
    box.do("PUT", "/me/player/play", {"context_uri": made["uri"]})
    box.control("PUT", f"playlists/{made['id']}", {"items": tracks[3:], "append": True})
    assert box.state()["rest_of_context"] == tracks[1:3]
    box.scene(context=box.album(tracks=3)["uri"], queue=tracks[4:5])
    assert act(box, "start", context=made["uri"])["queue"] == tracks[4:5]
    box.control("PUT", f"playlists/{made['id']}", {"items": tracks[:2]})
    assert box.state()["rest_of_context"] == tracks[1:2]
    assert playing(box)["item"]["uri"] == tracks[0]


def test_a_speaker_plays_for_the_account_that_started_there_last(box: Box) -> None:
    album = box.album(tracks=3)
    box.scene(context=album["uri"], device="Kitchen radio", progress_ms=20_000)
    radio = playing(box)["device"]["id"]
    act(box, "start", member="ben", context=album["uri"], device="Kitchen radio")
    assert box.api("ada", "GET", "/me/player").status == 204
    assert box.api("ben", "GET", "/me/player").json["is_playing"]
    assert radio not in [device["id"] for device in box.get("/me/player/devices")["devices"]]
    assert box.api("ada", "PUT", f"/me/player/play?device_id={radio}").error[0] == 404
    act(box, "end", member="ben")
    assert box.api("ada", "PUT", f"/me/player/play?device_id={radio}").status < 300
    assert playing(box)["item"]["uri"] == uris(album)[0]
    assert playing(box)["progress_ms"] >= 20_000


def test_a_session_that_ends_forgets_its_queue_and_a_lost_device_does_not(box: Box) -> None:
    (extra,) = [entry["uri"] for entry in box.control("GET", "catalog?type=track&limit=1")]
    box.scene(context=box.album(tracks=3)["uri"], queue=[extra])
    assert act(box, "lose-device")["queue"] == [extra]
    assert box.api("ada", "GET", "/me/player").status == 204
    act(box, "resume")
    assert playing(box)["is_playing"]
    assert act(box, "end")["queue"] == []
    assert box.get("/me/player/queue") == {"currently_playing": None, "queue": []}


def test_ends_come_early_and_late_and_a_second_gets_lost(box: Box) -> None:
    album = box.album(tracks=6)
    lengths = [track["duration_ms"] for track in album["tracks"]["items"]]
    box.control("PUT", "settings", {"end_jitter_ms": 3000})
    offsets = set()
    for place in range(4):
        box.scene(context=album["uri"], offset=place, progress_ms=lengths[place] - 3500)
        waited = 0
        while playing(box)["item"]["uri"] == uris(album)[place]:
            box.wait(0.5)
            waited += 1
        offsets.add(waited)
    assert len(offsets) > 1
    box.control("PUT", "settings", {"end_jitter_ms": 0, "seek_end_ms": 2000})
    box.scene(context=album["uri"], progress_ms=50_000)
    act(box, "stall", seconds=10)
    assert playing(box)["progress_ms"] < 45_000
    box.do("PUT", f"/me/player/seek?position_ms={lengths[0] - 1000}")
    assert playing(box)["item"]["uri"] == uris(album)[1]


def test_a_speaker_without_keys_skips_everything(box: Box) -> None:
    album = box.album(tracks=4)
    box.scene(context=album["uri"], devices=[{"name": "Attic", "skips_everything": True}])
    box.wait(1)
    assert playing(box)["item"]["uri"] == uris(album)[2]
    box.wait(60)
    assert not playing(box)["is_playing"]
