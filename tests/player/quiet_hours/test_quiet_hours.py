"""Quiet hours: what is sent and turned down, when, and what pages say."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings

from player.playback.state import load_state
from player.quiet_hours import observer
from tests.player.parts import act, look_again, toast, words

AMP = "Living room amp"


def volume(sandbox):
    devices = sandbox.control("GET", "player/ada")["devices"]
    return next(one["volume_percent"] for one in devices if one["name"] == AMP)


def set_hours(person, **fields: object):
    device = load_state(person.member).playback.device.id
    values = {"starts_at": "22:00", "ends_at": "07:00", "ceiling": 30, "time_zone": "Asia/Tokyo", **fields}
    return person.post("/player/quiet-hours/set/", {"device_id": device, **values})


def look(person):
    """A poll of an open page, and what it has turned down since."""
    shown = look_again(person)
    observer._background.submit(int).result()
    return shown


@pytest.fixture
def night(ada, sandbox):
    """23:30 in Tokyo, the amp at 38, and quiet hours from 22:00 to 7:00 there."""
    if "server" in settings.CACHES:
        pytest.skip("Redis keeps time by a clock that no test can move")
    sandbox.scene("ada")
    with time_machine.travel(datetime(2026, 11, 30, 14, 30, tzinfo=UTC), tick=True) as traveller:
        ada.member.grant.access_expires_at = datetime(2026, 12, 30, tzinfo=UTC)
        ada.member.grant.save()
        ada.get("/player/")
        assert volume(sandbox) == 38
        assert set_hours(ada).status_code == 302
        yield traveller


def test_it_is_turned_down_once_a_minute_never_up_and_only_until_morning(ada, sandbox, night):
    assert "Quiet until 07:00, at most 30" in look(ada).text
    assert volume(sandbox) == 30
    act(ada, "volume", volume_percent=20)
    night.shift(70)
    look(ada)
    assert volume(sandbox) == 20
    # Turned up at the speaker: it has its minute.
    for wait, expected in ((0, 30), (5, 90), (70, 30)):
        night.shift(wait)
        if expected != 30 or wait == 0:
            devices = sandbox.control("GET", "player/ada")["devices"]
            turned = [{k: v for k, v in one.items() if k != "is_active"} for one in devices]
            for one in turned:
                one["volume_percent"] = 90 if one["name"] == AMP else one["volume_percent"]
            sandbox.scene("ada", devices=turned)
        look(ada)
        assert volume(sandbox) == expected, wait
    night.shift(7.6 * 3600)
    act(ada, "volume", volume_percent=80)
    assert volume(sandbox) == 80
    assert "Quiet until" not in look(ada).text


def test_louder_is_not_sent_and_the_reason_stands_by_the_volume(ada, sandbox, night):
    response = act(ada, "volume", volume_percent=80)
    assert volume(sandbox) == 30
    assert "Quiet until 07:00, at most 30." in toast(response)
    page = words(ada.get("/player/quiet-hours/").text)
    assert "Living room amp 22:00 to 07:00, at most 30 (Asia/Tokyo)" in page
    assert "Not in the list" in page
    assert "phone" in page.split("Not in the list", 1)[1]
    # By the clock there, also when the box lost what it knew.
    assert set_hours(ada, ceiling=10, starts_at="08:00", ends_at="23:45").status_code == 302
    assert ada.member.quiet_hours.count() == 1
    act(ada, "volume", volume_percent=80)
    assert volume(sandbox) == 10
    pk = ada.member.quiet_hours.get().pk
    ada.post(f"/player/quiet-hours/{pk}/remove/")
    act(ada, "volume", volume_percent=80)
    assert volume(sandbox) == 80


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("ends_at", "22:00", "Choose two different times."),
        ("ceiling", "101", "from 0 to 100"),
        ("time_zone", "../etc/passwd", "such as Europe/Berlin"),
        ("device_id", "x", "Choose a device from the list."),
        ("starts_at", "late", "such as 22:00"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(ada, sandbox, field, value, said):
    sandbox.scene("ada")
    ada.get("/player/")
    response = set_hours(ada, **{field: value})
    assert response.status_code == 422
    assert said in words(response.text)
    assert not ada.member.quiet_hours.exists()
