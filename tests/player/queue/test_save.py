"""The queue as a playlist, and another list instead of it."""

import pytest

from player.playback.state import load_state
from tests.player.parts import act


def playlists(sandbox):
    return {one["name"]: one["items"] for one in sandbox.control("GET", "playlists")}


def tracks(sandbox, count):
    return [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=200")[-count:]]


def test_what_plays_and_what_comes_is_kept_in_order(ada, sandbox):
    ada.get("/player/")
    known = load_state(ada.member)
    answer = act(ada, "keep", name="Friday")
    kept = playlists(sandbox)["Friday"]
    assert kept[0] == known.playback.item.uri
    assert kept[1:3] == [item.uri for item in known.queue.queue[:2]]
    assert f"Saved {len(kept)} items as “Friday”." in answer.text


def test_local_files_are_left_out_and_nothing_makes_no_playlist(ada, sandbox):
    sandbox.scene("ada", scene="local")
    ada.get("/player/")
    assert act(ada, "keep", name="Nothing").status_code == 422
    assert "Nothing" not in playlists(sandbox)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_is_needed(ada, sandbox, name):
    ada.get("/player/")
    sandbox.forget_requests()
    assert act(ada, "keep", name=name).status_code == 422
    assert not sandbox.requests()


def test_songs_that_spotify_does_not_take_are_said(ada, sandbox):
    ada.get("/player/")
    sandbox.fault("/v1/playlists/*", "status", method="POST", status=502)
    assert "didn’t take all" in act(ada, "keep", name="Half").text


def test_another_list_plays_instead(ada, sandbox):
    ada.get("/player/")
    wanted = tracks(sandbox, 3)
    act(ada, "lines/play", lines="\n".join(wanted))
    state = sandbox.control("GET", "player/ada")
    assert [state["item"], *state["rest_of_context"]] == wanted


def test_an_album_alone_plays_as_an_album(ada, sandbox):
    ada.get("/player/")
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    act(ada, "lines/play", lines=album)
    assert sandbox.control("GET", "player/ada")["context"] == album


def test_what_cannot_be_played_as_one_list_is_said_and_kept(ada, sandbox):
    ada.get("/player/")
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.forget_requests()
    mixed = ada.post("/player/lines/play/", {"lines": f"{album}\n{tracks(sandbox, 1)[0]}"})
    assert mixed.status_code == 422
    assert "paste just its link" in mixed.text
    assert album in mixed.text.split("<textarea", 1)[1]
    many = act(ada, "lines/play", lines="\n".join(tracks(sandbox, 101)))
    assert "at most 100" in many.text
    assert not sandbox.requests("start-a-users-playback")


@pytest.mark.parametrize("kind", ["empty", "html", "reset"])
@pytest.mark.parametrize("lost", ["/v1/me/playlists", "/v1/playlists/*"])
def test_what_was_saved_without_a_word_is_found(ada, sandbox, kind, lost):
    ada.get("/player/")
    details = {} if kind == "reset" else {"status": 200}
    sandbox.fault(lost, kind, method="POST", handled=True, **details)
    answer = act(ada, "keep", name="In silence")
    assert "as “In silence”." in answer.text
    made = [one for one in sandbox.control("GET", "playlists") if one["name"] == "In silence"]
    assert len(made) == 1
    assert made[0]["items"]
