"""Why the music stopped, and the list of what happened: in plain words, and only what is the member's own."""

from html import unescape

import pytest

from player.models import PlayerEvent
from player.observation.events import record_event
from player.playback import refresh
from player.playback.state import load_state
from tests.player.observation.parts import act_in_app, share_clock, shown_reason
from tests.player.parts import act


@pytest.fixture
def clock(ada, sandbox):
    """Ada listens to an album, and her page is open."""
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"], progress_ms=20_000)
    ada.get("/player/")
    with share_clock(sandbox) as clock:
        yield clock


def events(person):
    text = person.get("/player/events/").text
    if 'id="events"' not in text:
        return []
    entries = text.split('id="events"', 1)[1].split("</ul>", 1)[0].split("<li")[1:]
    return [unescape(entry.split('dir="auto">', 1)[1].split("</span>", 1)[0]) for entry in entries]


def test_a_pause_from_elsewhere_is_told_and_ones_own_is_not(ada, sandbox, clock):
    act_in_app(sandbox, "ada", "pause")
    clock.skip(6)
    assert "It was paused in a Spotify app or on the device." in shown_reason(ada)
    act(ada, "play")
    assert not shown_reason(ada)
    act(ada, "pause")
    clock.skip(16)
    assert not shown_reason(ada)
    assert events(ada) == [
        "You paused.",
        "You pressed Play.",
        "It was paused in a Spotify app or on the device.",
    ]
    act_in_app(sandbox, "ada", "resume")
    clock.skip(16)
    ada.get("/player/")
    act_in_app(sandbox, "ada", "pause")
    clock.skip(6)
    assert shown_reason(ada)
    clock.skip(601)
    assert not shown_reason(ada)


def test_the_end_of_everything_a_move_and_a_lost_device_are_told_apart(ada, sandbox, clock):
    act_in_app(sandbox, "ada", "skip", device="Kitchen radio")
    clock.skip(6)
    ada.get("/player/")
    assert "The music moved from Living room amp to Kitchen radio." in events(ada)
    assert "Somebody skipped to" in events(ada)[0]
    rest = len(sandbox.control("GET", "player/ada")["rest_of_context"])
    act_in_app(sandbox, "ada", "skip", times=rest)
    clock.skip(6)
    ada.get("/player/")
    playback = load_state(ada.member).playback
    act_in_app(sandbox, "ada", "seek", position_ms=playback.item.duration_ms - 9_000)
    clock.skip(6)
    ada.get("/player/")
    clock.skip(6)
    assert "Everything in the queue has been played." in shown_reason(ada)
    act(ada, "play")
    clock.skip(13)
    ada.get("/player/")
    act_in_app(sandbox, "ada", "lose-device")
    clock.skip(6)
    assert "Kitchen radio disconnected" in shown_reason(ada)


def test_another_member_who_took_the_speaker_is_named_only_when_they_show_it(ada, ben, sandbox, clock):
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, device="Kitchen radio")
    clock.skip(6)
    ada.get("/player/")
    act_in_app(sandbox, "ben", "start", context=album, device="Kitchen radio")
    refresh.get_state(ben.member)
    clock.skip(6)
    assert "Kitchen radio disconnected" in shown_reason(ada)
    ben.member.shows_listening = True
    ben.member.save()
    clock.skip(11)
    assert "Ben is playing on Kitchen radio now." in shown_reason(ada)
    assert events(ben) == []


def test_a_device_that_skips_everything_is_named(ada, sandbox, clock):
    tracks = [entry["uri"] for entry in sandbox.control("GET", "catalog?type=track&limit=25")]
    sandbox.scene("ada", tracks=tracks, devices=[{"name": "Attic"}])
    clock.skip(13)
    ada.get("/player/")
    sandbox.scene("ada", tracks=tracks, devices=[{"name": "Attic", "skips_everything": True}])
    clock.skip(6)
    ada.get("/player/")
    clock.skip(6)
    assert "Attic skips one song after another" in shown_reason(ada)


def test_nothing_is_kept_of_a_private_session(ada, sandbox, clock):
    sandbox.scene("ada", scene="private")
    clock.skip(6)
    ada.get("/player/")
    act_in_app(sandbox, "ada", "skip")
    act_in_app(sandbox, "ada", "pause")
    clock.skip(6)
    assert not shown_reason(ada)
    assert events(ada) == ["A private session began. Nothing of it is kept here."]


def test_spotifys_request_to_wait_is_noted_and_only_fifty_things_are_kept(ada, sandbox, clock):
    sandbox.fault("/v1/me/player*", "rate_limit", retry_after=5, times=1)
    clock.skip(6)
    ada.get("/player/")
    assert "Spotify asked this app to wait" in events(ada)[0]
    for _ in range(60):
        record_event(ada.member, PlayerEvent.Kind.PAUSED, {}, is_own=True)
    assert events(ada) == ["You paused."] * 50
    assert PlayerEvent.objects.count() == 50
