"""The bar on every page: what it says, what its poll costs, and how it works without a script."""

import json

import pytest

from player.playback import refresh
from player.playback.state import load_state
from tests.player.parts import PART, attribute

BAR = {**PART, "HX-Target": "div#bar"}
PLAYBACK = "get-information-about-the-users-current-playback"


def facts(answer):
    return json.loads(attribute(answer, "bar", "data-facts"))


def poll_bar(person, tag=""):
    return person.get("/player/bar/", **BAR, **({"HX-PTag": tag} if tag else {}))


def test_drawing_a_page_asks_spotify_nothing(ada, sandbox):
    page = ada.get("/household/")
    assert "Asking Spotify" in page.text
    assert sandbox.requests() == []
    ada.get("/player/")
    sandbox.forget_requests()
    page = ada.get("/privacy/")
    assert f">{load_state(ada.member).playback.item.name}<" in page.text
    assert sandbox.requests() == []


def test_bar_and_player_page_share_one_read(ada, sandbox):
    bar = poll_bar(ada)
    ada.get("/player/")
    ada.get("/player/", **PART)
    assert poll_bar(ada, attribute(bar, "bar", "data-tag")).status_code == 304
    assert len(sandbox.requests(PLAYBACK)) == 1


def test_the_answer_to_the_player_page_brings_the_bar_along(ada):
    answer = ada.get("/player/", **PART)
    assert facts(answer)["now"]["title"] == load_state(ada.member).playback.item.name
    assert answer.text.count('id="bar"') == 1


def test_a_command_on_the_bar_is_answered_with_the_bar_alone(ada, sandbox):
    ada.get("/player/")
    answer = ada.post("/player/pause/", {}, **BAR)
    assert 'id="player"' not in answer.text
    assert attribute(answer, "bar-play", "aria-label") == "Play"
    assert facts(answer)["isPlaying"] is False


def test_several_presses_of_next_are_one_request(ada, sandbox):
    ada.get("/player/")
    queue = load_state(ada.member).queue.queue
    answer = ada.post("/player/next/", {"times": "4"}, **BAR)
    assert facts(answer)["now"]["uri"] == queue[3].uri
    assert sandbox.control("GET", "player/ada")["item"] == queue[3].uri
    assert len(sandbox.requests("skip-users-playback-to-next-track")) == 4


@pytest.mark.parametrize("times", ["0", "11", "-1", "many"])
def test_nonsense_is_not_skipped(ada, sandbox, times):
    ada.get("/player/")
    answer = ada.post("/player/next/", {"times": times}, **BAR)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert sandbox.requests("skip-users-playback-to-next-track") == []


def test_a_read_on_the_way_of_several_skips_is_not_taken_for_the_end(ada, sandbox):
    ada.get("/player/")
    queue = load_state(ada.member).queue.queue
    ada.post("/player/next/", {"times": "3"}, **BAR)
    sandbox.scene("ada", item=queue[0].uri)  # as if Spotify had obeyed only the first so far
    refresh.request_refresh(ada.member)
    assert facts(poll_bar(ada))["now"]["uri"] == queue[2].uri


def test_without_a_script_a_key_leads_back_to_its_page(ada, sandbox):
    ada.get("/player/")
    page = ada.get("/household/")
    assert attribute(page, "bar-play", "formaction") == "/player/pause/"
    answer = ada.post("/player/pause/", {"next": "/household/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/household/")
    assert not sandbox.control("GET", "player/ada")["is_playing"]
    assert ada.post("/player/play/", {"next": "https://evil.example/"}).headers["Location"] == "/player/"


@pytest.mark.parametrize(
    ("scene", "title"), [("nothing", "Nothing is playing"), ("ad", "Advertisement"), ("dj", "DJ")]
)
def test_what_has_no_name_is_said_in_words_and_cannot_be_saved(ada, sandbox, scene, title):
    sandbox.scene("ada", scene=scene)
    answer = poll_bar(ada)
    assert facts(answer)["now"]["title"] == title
    assert 'id="bar-save"' not in answer.text
    assert facts(answer)["controls"]["saved"]["reason"] == "This can’t be saved."


def test_trouble_is_told_with_the_age_of_what_is_shown(ada, sandbox):
    poll_bar(ada)
    sandbox.fault("/v1/me/player*", "rate_limit", retry_after=40)
    refresh.request_refresh(ada.member)
    answer = poll_bar(ada)
    assert "Last seen" in answer.text
    assert attribute(answer, "bar-next", "title").startswith("Spotify asked us to wait for ")


def test_a_name_is_never_carried_out(ada, sandbox):
    uris = [one["uri"] for one in sandbox.control("GET", "catalog?odd=hostile&type=track")]
    sandbox.scene("ada", item=uris[0], queue=uris[1:])
    answer = poll_bar(ada)
    assert "<script>alert" not in answer.text
    assert facts(answer)["now"]["title"].startswith("<script>")


def test_smart_shuffle_is_named(ada, sandbox):
    sandbox.scene("ada", shuffle=True, smart_shuffle=True)
    page = ada.get("/player/")
    assert attribute(page, "key-shuffle", "aria-label") == "Smart shuffle"
    assert attribute(page, "key-shuffle", "value") == "false"
