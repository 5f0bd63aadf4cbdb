"""Playing and queueing what is saved: what was ticked, or what the page shows."""

import pytest
from django.http import QueryDict

from library.saved_pages.query import get_selected_uris, parse_query
from tests.library.saved_pages.test_pages import read_all
from tests.player.parts import PART
from tests.support.menus import menus_of

PLAY, QUEUE = "/player/saved/play/", "/player/saved/queue/"
BAR = {**PART, "HX-Target": "div#bar"}


@pytest.fixture
def full(ada, sandbox):
    read_all(ada)
    ada.get("/player/")
    return ada


def shown(person, query=""):
    return get_selected_uris(person.member, parse_query("track", QueryDict(query)))


def coming(sandbox):
    return sandbox.control("GET", "player/ada")["rest_of_context"]


def playing(sandbox):
    return sandbox.control("GET", "player/ada")["item"]


def test_all_that_the_page_shows_plays_in_its_order(full, sandbox):
    uris = shown(full, "sort=title&only=explicit")
    answer = full.post(PLAY, {"kind": "track", "sort": "title", "only": "explicit"}, **BAR)
    assert answer.status_code == 200
    assert len(sandbox.requests("start-a-users-playback")) == 1
    assert playing(sandbox) == uris[0]
    assert coming(sandbox) == uris[1:]


def test_more_than_spotify_takes_is_cut_and_said(full, sandbox):
    answer = full.post(PLAY, {"kind": "track"}, **BAR)
    assert "Spotify takes 100 at once: 100 of these 393 play now." in answer.text
    assert playing(sandbox) == shown(full)[0]


def test_from_one_row_on(full, sandbox):
    uris = shown(full)
    full.post(PLAY, {"kind": "track", "from": uris[7]}, **BAR)
    assert playing(sandbox) == uris[7]


def test_shuffled_is_picked_from_all_of_them(full, sandbox):
    full.post(PLAY, {"kind": "track", "shuffle": "true"}, **BAR)
    rest = [
        one["uri"] if isinstance(one, dict) else one
        for one in sandbox.control("GET", "player/ada")["rest_of_context"]
    ]
    assert rest != shown(full)[1:100]
    assert set(rest) <= set(shown(full))


def test_what_was_ticked_plays_or_is_queued(full, sandbox):
    uris = shown(full)[20:23]
    full.post(PLAY, {"uris": " ".join(uris)}, **BAR)
    assert playing(sandbox) == uris[0]
    answer = full.post(QUEUE, {"uris": uris}, **BAR)
    assert "3 items go to the queue, one by one." in answer.text


def test_albums_are_queued_song_by_song(ada, sandbox):
    ada.get("/player/")
    album = sandbox.control("GET", "catalog?type=album")[0]["uri"]
    assert ada.post(QUEUE, {"uris": album}, **BAR).status_code == 200
    assert ada.post(PLAY, {"uris": album}, **BAR).status_code == 422


def test_nonsense_and_too_many_are_refused(full, sandbox):
    assert full.post(PLAY, {"uris": "spotify:artist:4dpARuHxo51G3z768sgnrY"}, **BAR).status_code == 422
    assert full.post(PLAY, {"kind": "album"}, **BAR).status_code == 422
    assert full.post(PLAY, {"kind": "track", "q": "zzzz"}, **BAR).status_code == 422
    answer = full.post(QUEUE, {"uris": " ".join(shown(full)[:201])}, **BAR)
    assert answer.status_code == 422
    assert "At most 200 at once; these are 201." in answer.text
    assert full.post(QUEUE, {}, **BAR).status_code == 422


def test_without_a_device_one_is_asked_for(ada, sandbox):
    read_all(ada)
    sandbox.scene("ada", scene="nothing", devices=[])
    uris = shown(ada)[3:5]
    answer = ada.post(PLAY, {"uris": uris}, **BAR)
    assert answer.status_code == 409
    assert 'name="command" value="play-lines"' in answer.text


def test_a_free_member_is_told_and_offered_nothing(willem, sandbox):
    read_all(willem)
    willem.member.is_premium = False
    willem.member.save()
    page = willem.get("/library/")
    assert "play-shown" not in page.text
    assert "/player/saved/play/" not in menus_of(willem, page.text, "saved")
    assert page.status_code == 200
