"""Where it sounds: transfer with and without starting, devices that left the list, the preferred one."""

import time_machine
from django.utils import timezone

from tests.player.parts import act, look_again


def state(sandbox):
    return sandbox.control("GET", "player/ada")


def device(sandbox, name):
    return next(one["id"] for one in state(sandbox)["devices"] if one["name"] == name)


def test_moving_leaves_the_music_as_it_is_and_playing_there_starts_it(ada, sandbox):
    ada.get("/player/")
    act(ada, "pause")
    act(ada, "device", device_id=device(sandbox, "Kitchen radio"))
    assert (state(sandbox)["device"], state(sandbox)["is_playing"]) == (
        device(sandbox, "Kitchen radio"),
        False,
    )
    amp = device(sandbox, "Living room amp")
    act(ada, "device/play", device_id=amp)
    assert (state(sandbox)["device"], state(sandbox)["is_playing"]) == (amp, True)


def test_the_deck_names_the_device_and_leads_to_the_list(ada):
    page = ada.get("/player/")
    deck = page.text.split('id="now-playing"', 1)[1].split("</section>", 1)[0]
    link = deck.split('id="to-devices"', 1)[1].split("</a>", 1)[0]
    assert 'href="#devices"' in link
    assert "Living room amp" in link
    assert "#speaker" in link or "#cast" in link


def test_a_device_that_left_the_list_is_offered_with_when_it_was_seen(ada, sandbox):
    ada.get("/player/")
    kitchen = device(sandbox, "Kitchen radio")
    sandbox.scene("ada", devices=[{"name": "Living room amp"}])
    page = act(ada, "devices")
    line = page.text.split('id="devices"', 1)[1].split("Kitchen radio", 1)[1].split("</li>", 1)[0]
    assert "Last seen" in line
    assert "try it" in line
    assert f'value="{kitchen}"' in page.text


def test_a_device_of_last_month_is_forgotten(ada, sandbox):
    ada.get("/player/")
    with time_machine.travel(timezone.now() + timezone.timedelta(days=40)):
        sandbox.scene("ada", devices=[{"name": "Living room amp"}])
        assert "Kitchen radio" not in act(ada, "devices").text


def test_a_restricted_device_is_never_offered_again_as_if_it_could_be_used(ada, sandbox):
    ada.get("/player/")
    assert not ada.member.known_devices.filter(name="Car").exists()


def test_the_preferred_device_is_taken_when_none_is_active(ada, sandbox):
    ada.get("/player/")
    kitchen = device(sandbox, "Kitchen radio")
    answer = act(ada, "device/prefer", device_id=kitchen)
    assert "taken from now on" in answer.text
    sandbox.scene("ada", scene="paused")
    sandbox.control("POST", "clock", {"advance_s": 900})
    look_again(ada)
    done = act(ada, "play")
    assert done.status_code == 200
    assert "your preferred device" in done.text
    assert (state(sandbox)["device"], state(sandbox)["is_playing"]) == (kitchen, True)


def test_preferring_another_one_or_the_same_once_more(ada, sandbox):
    ada.get("/player/")
    for name, expected in [("Kitchen radio", 1), ("Living room amp", 1), ("Living room amp", 0)]:
        act(ada, "device/prefer", device_id=device(sandbox, name))
        assert ada.member.known_devices.filter(is_preferred=True).count() == expected


def test_a_preferred_device_that_is_gone_leads_to_the_question_where_it_comes_first(ada, sandbox):
    ada.get("/player/")
    kitchen = device(sandbox, "Kitchen radio")
    act(ada, "device/prefer", device_id=kitchen)
    sandbox.scene("ada", scene="nothing", devices=[{"name": "Living room amp"}, {"name": "Attic"}])
    asked = act(ada, "play")
    assert asked.status_code == 409
    assert asked.text.split('id="choose-1"', 1)[1].split("</button>")[0].count("Kitchen radio") == 1


def test_nobody_prefers_a_device_of_somebody_else(ada, ben, sandbox):
    ada.get("/player/")
    ben.get("/player/")
    act(ben, "device/prefer", device_id=device(sandbox, "Kitchen radio"))
    assert not ada.member.known_devices.filter(is_preferred=True).exists()
