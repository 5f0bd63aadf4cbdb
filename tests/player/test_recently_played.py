"""What was heard lately, and doing something with it again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.player.parts import PART, titles
from tests.support.menus import menus_of

BAR = {**PART, "HX-Target": "div#bar"}


def plays(sandbox):
    return sandbox.requests("get-recently-played")


def test_the_latest_come_first_and_the_rest_is_one_step_away(ada, sandbox):
    page = ada.get("/recent/")
    assert len(titles(page.text)) == 25
    more = page.text.split('href="/recent/?before=', 1)[1].split('"', 1)[0]
    added = ada.get(f"/recent/?before={more}", **PART)
    assert "<html" not in added.text
    assert len(titles(added.text)) == 25
    assert "no more than the last 50" in added.text
    alone = ada.get(f"/recent/?before={more}")
    assert "Back to the latest" in alone.text
    assert len(plays(sandbox)) == 2


def test_a_song_is_queued_played_and_saved_again(ada, sandbox):
    ada.get("/player/")
    page = ada.get("/recent/")
    uri = page.text.split('name="uri" value="spotify:track:', 1)[1].split('"', 1)[0]
    uri = f"spotify:track:{uri}"
    answer = ada.post("/player/queue/", {"uri": uri, "next": "/recent/"}, **BAR)
    assert "<hx-partial" in answer.text
    assert "to the queue." in answer.text
    assert 'id="player"' not in answer.text
    assert sandbox.control("GET", "player/ada")["queue"][-1] == uri
    assert "plays now" in ada.post("/player/play-item/", {"uri": uri, "next": "/recent/"}, **BAR).text
    assert sandbox.control("GET", "player/ada")["item"] == uri
    ada.post("/player/saved/", {"uri": uri, "saved": "true", "next": "/recent/"}, **BAR)
    assert sandbox.requests("save-library-items") or sandbox.requests("save-tracks-user")


def test_playing_as_it_was_begins_the_album_at_that_song(ada, sandbox):
    ada.get("/player/")
    page = ada.get("/recent/")
    menus = menus_of(ada, page.text, "played")
    pair = menus.split('name="uri" value="spotify:album:', 1)[1].split('"', 1)[0]
    context, _, uri = f"spotify:album:{pair}".partition(" ")
    ada.post("/player/play-from/", {"uri": f"{context} {uri}", "next": "/recent/"}, **BAR)
    state = sandbox.control("GET", "player/ada")
    assert (state["context"], state["item"]) == (context, uri)


def test_without_a_script_one_comes_back_to_the_list(ada, sandbox):
    ada.get("/player/")
    ada.get("/recent/")
    uri = sandbox.control("GET", "catalog?type=track")[3]["uri"]
    answer = ada.post("/player/queue/", {"uri": uri, "next": "/recent/"})
    assert (answer.status_code, answer["Location"]) == (302, "/recent/")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_out_of_the_house(ada, sandbox, back):
    ada.get("/player/")
    uri = sandbox.control("GET", "catalog?type=track")[3]["uri"]
    assert ada.post("/player/queue/", {"uri": uri, "next": back})["Location"] == "/player/"


@pytest.mark.parametrize("before", ["x", "-3", "9" * 30])
def test_a_cursor_that_makes_no_sense_shows_the_latest(ada, before):
    assert ada.get("/recent/", {"before": before}).status_code == 200


def test_what_was_known_last_is_shown_when_spotify_is_silent(ada, sandbox):
    shown = titles(ada.get("/recent/").text)
    sandbox.fault("/v1/me/player/recently-played", "status", status=503)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        page = ada.get("/recent/")
    assert page.status_code == 200
    assert "Spotify isn’t answering right now." in page.text
    assert titles(page.text) == shown


def test_going_back_and_forth_asks_once_a_minute(ada, ben, sandbox):
    for person in (ada, ada, ben):
        person.get("/recent/")
    assert [one["member"] for one in plays(sandbox)] == ["ada", "ben"]
