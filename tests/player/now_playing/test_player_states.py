"""What the page says in each state of the player, and which controls it offers then."""

import pytest
from django.core.cache import cache

from player.playback.state import load_state
from tests.player.parts import PART, act, attribute, first_device, poll, title_of


def why_not(answer, key):
    assert attribute(answer, key, "aria-disabled") == "true"
    assert attribute(answer, key, "hx-post") is None
    return attribute(answer, key, "title")


def test_nothing_playing_says_what_to_do_next_and_offers_the_devices(ada, sandbox):
    sandbox.scene("ada", scene="nothing")
    page = ada.get("/player/")
    assert title_of(page) == "Nothing is playing"
    assert "Pick a device to continue." in page.text
    assert "Kitchen radio" in page.text
    assert why_not(page, "key-next") == "Nothing is playing."
    assert attribute(page, "key-play", "formaction") == "/player/play/"


def test_no_device_at_all(ada, sandbox):
    sandbox.scene("ada", scene="nothing", devices=[])
    page = ada.get("/player/")
    assert "Open Spotify on a phone, a computer or a speaker" in page.text
    assert "No device is ready" in page.text


def test_a_device_without_an_item(ada, sandbox):
    sandbox.scene("ada", scene="idle")
    page = ada.get("/player/")
    assert title_of(page) == "Nothing is playing"
    assert "“Living room amp” is ready" in page.text


def test_a_podcast_has_skips_of_15_seconds(ada, sandbox):
    sandbox.scene("ada", scene="podcast", progress_ms=60_000)
    page = ada.get("/player/")
    assert attribute(page, "key-back", "value") == "-15"
    assert attribute(page, "key-forward", "value") == "15"
    assert 'id="key-shuffle"' not in page.text
    act(ada, "skip", seconds=15)
    assert sandbox.control("GET", "player/ada")["progress_ms"] >= 75_000


def test_an_advertisement(ada, sandbox):
    sandbox.scene("ada", scene="ad")
    page = ada.get("/player/")
    assert title_of(page) == "Advertisement"
    assert why_not(page, "key-next") == "Not during an advertisement."


def test_the_dj_talks(ada, sandbox):
    sandbox.scene("ada", scene="dj")
    page = ada.get("/player/")
    assert title_of(page) == "DJ"
    assert why_not(page, "key-shuffle") == "Spotify doesn’t allow this right now."


def test_an_unknown_item(ada, sandbox):
    sandbox.scene("ada", scene="unknown")
    page = ada.get("/player/")
    assert title_of(page) == "Unknown item"
    assert 'id="position-slider"' not in page.text


def test_a_local_file_has_no_link_and_says_so(ada, sandbox):
    sandbox.scene("ada", scene="local")
    page = ada.get("/player/")
    assert title_of(page) == "Rain on a Tin Roof"
    assert "A file from the device itself" in page.text


def test_a_private_session_is_said(ada, sandbox):
    sandbox.scene("ada", scene="private")
    assert "private session" in ada.get("/player/").text


def test_a_restricted_device_locks_the_controls_but_not_the_choice(ada, sandbox):
    sandbox.scene("ada", device="Car")
    page = ada.get("/player/")
    assert "can’t be controlled from other apps" in why_not(page, "key-next")
    assert "Choose another device" in page.text
    assert 'name="device_id"' in page.text


def test_a_phone_whose_volume_is_its_own_has_no_slider(ada, sandbox):
    sandbox.scene("ada", device="Ada’s phone")
    page = ada.get("/player/")
    assert 'id="volume-slider"' not in page.text
    assert "can only be changed on the device" in page.text


@pytest.mark.parametrize(
    "odd", ["hostile", "rtl", "emoji", "long", "empty_name", "explicit", "unplayable", "short", "epic"]
)
def test_no_name_breaks_the_page(ada, sandbox, odd):
    uris = [one["uri"] for one in sandbox.control("GET", f"catalog?odd={odd}") if one["type"] == "track"]
    sandbox.scene("ada", item=uris[0], queue=uris)
    for answer in (ada.get("/player/"), poll(ada)):
        assert answer.status_code == 200
        for evil in ("<script>alert", "<img src=x", "<h1>Heading", "<b>bold", "</title></textarea>"):
            assert evil not in answer.text


def test_the_title_of_the_page_follows_the_track(ada, sandbox):
    sandbox.scene("ada", item=sandbox.control("GET", "catalog?odd=hostile&type=track")[0]["uri"])
    assert "<title>&lt;script&gt;alert(&quot;played&quot;)&lt;/script&gt; · " in ada.get("/player/").text


def test_a_free_account_sees_what_plays_and_is_told_why_it_cannot_steer(willem, sandbox):
    sandbox.scene("willem")
    page = willem.get("/player/")
    assert attribute(page, "key-play", "formaction") == "/player/pause/"
    refused = act(willem, "pause")
    assert refused.status_code == 403
    assert "needs Premium" in refused.text
    assert "<hx-partial" in refused.text
    page = willem.get("/player/")
    assert "Spotify lets only Premium accounts do this." in why_not(page, "key-play")
    assert "Your account is on the free plan" in page.text
    assert attribute(act(willem, "premium"), "key-play", "formaction") == "/player/pause/"


def test_a_free_account_is_offered_no_device_and_no_empty_promise(willem, sandbox):
    act(willem, "play")
    page = willem.get("/player/")
    assert "Spotify lets only Premium accounts do this." in why_not(page, "device-1")
    assert "what you queue here comes after it" not in page.text
    assert "Pick a device to continue." not in page.text


def test_an_account_that_turned_premium_is_learned_again(willem, sandbox):
    sandbox.scene("willem")
    willem.member.is_premium = False
    willem.member.save(update_fields=["is_premium"])
    sandbox.control("PUT", "product", {"member": "willem", "product": "premium"})
    act(willem, "premium")
    act(willem, "pause")
    willem.member.refresh_from_db()
    assert willem.member.is_premium is True


def test_pressing_play_with_nothing_active_offers_the_devices_and_then_plays(ada, sandbox):
    sandbox.scene("ada", scene="paused")
    sandbox.control("POST", "clock", {"advance_s": 900})
    asked = act(ada, "play")
    assert asked.status_code == 409
    assert "No device is ready to play." in asked.text
    assert 'name="command" value="play"' in asked.text
    device_id = first_device(asked)
    done = act(ada, "device", device_id=device_id, command="play")
    assert done.status_code == 200
    state = sandbox.control("GET", "player/ada")
    assert (state["is_playing"], state["device"]) == (True, device_id)
    assert 'name="command"' not in done.text


def test_what_was_queued_without_a_device_is_queued_once_it_is_chosen(ada, sandbox):
    sandbox.scene("ada", scene="paused")
    sandbox.control("POST", "clock", {"advance_s": 900})
    uri = sandbox.control("GET", "catalog?type=track")[3]["uri"]
    asked = ada.post("/player/queue/", {"uri": uri})
    assert asked.status_code == 409
    assert f'name="uri" value="{uri}"' in asked.text
    device_id = first_device(asked)
    assert (
        ada.post(
            "/player/device/", {"device_id": device_id, "command": "add-to-queue", "uri": uri}
        ).status_code
        == 302
    )
    assert sandbox.control("GET", "player/ada")["queue"] == [uri]


def test_a_wish_that_makes_no_sense_is_only_a_choice_of_device(ada, sandbox):
    ada.get("/player/")
    kitchen = sandbox.control("GET", "player/ada")["devices"][1]
    for wish in (
        {"command": "rm"},
        {"command": "seek", "position_ms": "-4"},
        {"command": "add-to-queue", "uri": "x"},
    ):
        assert act(ada, "device", device_id=kitchen["id"], **wish).status_code == 200
    assert sandbox.control("GET", "player/ada")["device"] == kitchen["id"]


def test_a_device_that_vanished_since_the_page_was_shown(ada, sandbox):
    ada.get("/player/")
    gone = sandbox.control("GET", "player/ada")["devices"][1]["id"]
    sandbox.scene("ada", devices=[{"name": "Living room amp"}])
    answer = act(ada, "device", device_id=gone)
    assert answer.status_code == 409
    assert "can’t reach this device" in answer.text
    assert 'id="choose-1"' in answer.text


def test_a_device_that_was_never_chosen_in_spotifys_own_app(ada, sandbox):
    sandbox.scene(
        "ada", devices=[{"name": "Amp", "id": "a1"}, {"name": "New", "id": "n1", "is_unpaired": True}]
    )
    ada.get("/player/")
    before = sandbox.control("GET", "player/ada")
    answer = act(ada, "device", device_id="n1")
    assert answer.status_code == 409
    assert "choose it once in the Spotify app" in answer.text
    assert sandbox.control("GET", "player/ada")["item"] == before["item"]
    sandbox.scene("ada", device="New")  # which is done there
    sandbox.scene("ada", device="Amp")
    assert act(ada, "device", device_id="n1").status_code == 200
    assert sandbox.control("GET", "player/ada")["device"] == "n1"


def test_a_device_that_is_still_waking_up_after_a_transfer(ada, sandbox):
    page = ada.get("/player/")
    title = load_state(ada.member).playback.item.name
    assert title in page.text
    sandbox.control("PUT", "settings", {"wake_ms": 60_000})
    other = next(one for one in sandbox.control("GET", "player/ada")["devices"] if not one["is_active"])
    assert act(ada, "device", device_id=other["id"]).status_code == 200
    for address in ("/player/", "/player/bar/"):
        assert ada.get(address, **PART).status_code == 200
    sandbox.control("POST", "clock", {"advance_s": 60})
    cache.clear()
    assert title in ada.get("/player/").text


def test_pausing_what_somebody_else_paused_is_no_failure(ada, sandbox):
    page = ada.get("/player/")
    assert attribute(page, "key-play", "aria-label") == "Pause"
    sandbox.scene("ada", scene="paused", device="Living room amp")
    answer = act(ada, "pause")
    assert answer.status_code == 200
    assert attribute(answer, "key-play", "aria-label") == "Play"


def test_every_state_is_also_a_part(ada, sandbox):
    for scene in ("nothing", "idle", "paused", "podcast", "local", "ad", "dj", "unknown", "private"):
        sandbox.scene("ada", scene=scene)
        assert ada.get("/player/", **PART).status_code == 200
