"""Every control: what Spotify was told, what the member sees at once, and without a script."""

import pytest

from tests.player.parts import PART, act, attribute, look_again, rows, title_of


def player_of(sandbox, name="ada"):
    return sandbox.control("GET", f"player/{name}")


def test_pause_and_play(ada, sandbox):
    ada.get("/player/")
    paused = act(ada, "pause")
    assert not player_of(sandbox)["is_playing"]
    assert attribute(paused, "key-play", "aria-label") == "Play"
    assert attribute(paused, "now-playing", "data-running") is None
    playing = act(ada, "play")
    assert player_of(sandbox)["is_playing"]
    assert attribute(playing, "key-play", "aria-label") == "Pause"
    assert attribute(playing, "now-playing", "data-running") == ""


def test_next_shows_the_first_of_the_queue_at_once(ada, sandbox):
    first, *others = rows(ada.get("/player/"))
    answer = act(ada, "next")
    assert title_of(answer) == first
    assert f"<title>{first} · " in answer.text
    assert rows(answer) == others
    assert int(attribute(answer, "now-playing", "data-progress-ms")) < 1_000
    assert len(sandbox.requests("skip-users-playback-to-next-track")) == 1


def test_a_start_that_is_refused_is_said_while_something_else_plays(ada, sandbox):
    """From a row of a list, for one, that has lost its song in Spotify's own app."""
    ada.get("/player/")
    before = player_of(sandbox)["item"]
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    other = sandbox.control("GET", "catalog?type=track&limit=400")[350]["uri"]
    answer = act(ada, "play-from", context_uri=album, uri=other)
    assert answer.status_code == 409
    assert "Spotify doesn’t allow that right now." in answer.text
    assert player_of(sandbox)["item"] == before


def test_previous_goes_back(ada, sandbox):
    ada.get("/player/")
    before = player_of(sandbox)["item"]
    act(ada, "previous")
    assert player_of(sandbox)["item"] != before or player_of(sandbox)["progress_ms"] < 5_000


def test_seek(ada, sandbox):
    ada.get("/player/")
    answer = act(ada, "seek", position_ms=90_000)
    assert 90_000 <= player_of(sandbox)["progress_ms"] < 95_000
    assert 90_000 <= int(attribute(answer, "position-slider", "value")) < 92_000


@pytest.mark.parametrize(("seconds", "low", "high"), [(15, 79_000, 85_000), (-15, 49_000, 55_000)])
def test_skip_15_seconds_from_where_it_is_now(ada, sandbox, seconds, low, high):
    ada.get("/player/")
    act(ada, "skip", seconds=seconds)
    assert low <= player_of(sandbox)["progress_ms"] < high


def test_skipping_back_stops_at_the_beginning(ada, sandbox):
    sandbox.scene("ada", progress_ms=3_000)
    act(ada, "skip", seconds=-15)
    assert player_of(sandbox)["progress_ms"] < 3_000


def test_volume(ada, sandbox):
    ada.get("/player/")
    answer = act(ada, "volume", volume_percent=70)
    device = next(one for one in player_of(sandbox)["devices"] if one["is_active"])
    assert device["volume_percent"] == 70
    assert attribute(answer, "volume-slider", "value") == "70"


def test_shuffle(ada, sandbox):
    assert attribute(ada.get("/player/"), "key-shuffle", "value") == "true"
    answer = act(ada, "shuffle", state="true")
    assert player_of(sandbox)["shuffle"]
    assert attribute(answer, "key-shuffle", "aria-pressed") == "true"
    assert attribute(answer, "key-shuffle", "value") == "false"


def test_repeat_goes_through_all_three_states(ada, sandbox):
    page = ada.get("/player/")
    seen = []
    for _ in range(3):
        page = act(ada, "repeat", state=attribute(page, "key-repeat", "value"))
        seen.append(player_of(sandbox)["repeat"])
    assert sorted(seen) == ["context", "off", "track"]


def test_add_to_queue_says_what_was_added_and_the_next_poll_shows_it(ada, sandbox):
    found = ada.get("/find/", {"q": "night"}, **PART)
    ada.get("/player/")
    uri = attribute_of_first_button(found)
    answer = act(ada, "queue", uri=uri)
    assert "to the queue." in answer.text
    assert 'hx-target="#toasts"' in answer.text
    assert uri in player_of(sandbox)["queue"]
    assert f"row-queue-{uri.rpartition(':')[2]}-1" in look_again(ada).text


def attribute_of_first_button(found):
    return found.text.split('name="uri" value="', 1)[1].split('"', 1)[0]


def test_a_link_from_the_app_can_be_queued(ada, sandbox):
    uri = player_of(sandbox)["rest_of_context"][5]
    link = f"https://open.spotify.com/intl-de/track/{uri.rpartition(':')[2]}?si=abc"
    assert act(ada, "queue", uri=link).status_code == 200
    assert player_of(sandbox)["queue"][-1] == uri


def test_choosing_a_device_moves_the_playback(ada, sandbox):
    ada.get("/player/")
    kitchen = next(one for one in player_of(sandbox)["devices"] if one["name"] == "Kitchen radio")
    answer = act(ada, "device", device_id=kitchen["id"])
    assert player_of(sandbox)["device"] == kitchen["id"]
    assert "Kitchen radio" in answer.text.split('aria-current="true"', 1)[1][:400]


def test_looking_for_devices_finds_one_that_was_just_switched_on(ada, sandbox):
    assert "New radio" not in ada.get("/player/").text
    devices = [{"name": "Living room amp"}, {"name": "New radio"}]
    sandbox.scene("ada", devices=devices)
    assert "New radio" in act(ada, "devices").text


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("pause", {}),
        ("next", {}),
        ("previous", {}),
        ("seek", {"position_ms": 1000}),
        ("skip", {"seconds": 15}),
        ("volume", {"volume_percent": 10}),
        ("shuffle", {"state": "true"}),
        ("repeat", {"state": "off"}),
        ("devices", {}),
        ("premium", {}),
    ],
)
def test_without_a_script_each_act_leads_back_to_the_page(ada, path, values):
    ada.get("/player/")
    answer = ada.post(f"/player/{path}/", values)
    assert answer.status_code == 302
    assert answer["Location"].partition("#")[0] == "/player/"
    assert ada.get("/player/").status_code == 200


def test_without_a_script_the_page_itself_searches(ada):
    answer = ada.get("/player/", {"q": "night"})
    assert 'name="uri" value="spotify:' in answer.text
    assert 'value="night"' in answer.text
    assert ada.get("/find/", {"q": "night"})["Location"] == "/player/?q=night"


def test_a_get_changes_nothing(ada, sandbox):
    ada.get("/player/")
    before = player_of(sandbox)["is_playing"]
    assert ada.get("/player/pause/").status_code == 405
    assert player_of(sandbox)["is_playing"] == before


def test_commands_name_the_device_that_is_known(ada, sandbox):
    ada.get("/player/")
    act(ada, "pause")
    device = player_of(sandbox)["device"]
    assert sandbox.requests("pause-a-users-playback")[0]["query"] == {"device_id": device}


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        ("seek", {"position_ms": -1}, "before the beginning"),
        ("seek", {"position_ms": "soon"}, "has to be a number"),
        ("seek", {"position_ms": 10**9}, "that long"),
        ("seek", {}, "where to go"),
        ("skip", {"seconds": 300}, "15 seconds"),
        ("volume", {"volume_percent": 101}, "from 0 to 100"),
        ("volume", {"volume_percent": "loud"}, "from 0 to 100"),
        ("shuffle", {"state": "maybe"}, "on or off"),
        ("repeat", {"state": "forever"}, "Repeat is off"),
        ("device", {"device_id": "../../etc"}, "isn’t one of your devices"),
        ("device", {}, "Choose a device"),
        ("queue", {"uri": "javascript:alert(1)"}, "isn’t a link to a song"),
        ("queue", {"uri": "https://spotify.link/abc"}, "short link"),
        ("queue", {"uri": "spotify:local:A:B:C:1"}, "Files from a computer"),
        ("queue", {"uri": "spotify:album:0123456789abcdefghijkl"}, "Only single songs"),
        ("queue", {"uri": "x" * 600}, "isn’t a link to a song"),
        ("queue", {}, "Paste a link"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_never_sent(ada, sandbox, path, values, words):
    ada.get("/player/")
    sandbox.forget_requests()
    for headers in (PART, {}):
        answer = ada.post(f"/player/{path}/", values, **headers)
        assert answer.status_code == 422
        assert words in answer.text
        assert "Nothing was changed." in answer.text
        assert 'id="queue"' in answer.text
    assert not sandbox.requests()
