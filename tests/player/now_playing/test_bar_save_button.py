"""Saving what plays: asked in one call for all that comes, shown on all pages, and taken back."""

import re
from html import unescape

import time_machine
from django.urls import reverse
from django.utils import timezone

from player.playback import refresh, saved
from player.playback.state import load_state
from tests.player.parts import PART, act, attribute
from tests.support.menus import buttons_of, menu_of
from tests.support.undo import press_undo, undo_values

CONTAINS = "check-library-contains"
BAR = {**PART, "HX-Target": "div#bar"}


def later(seconds):
    return time_machine.travel(timezone.now() + timezone.timedelta(seconds=seconds), tick=True)


def playing(ada):
    return load_state(ada.member).playback.item.uri


def contains(sandbox):
    """In extended mode each kind has an operation of its own."""
    return [one for one in sandbox.requests() if "check" in one["operation"]]


def test_the_next_tracks_need_no_call_of_their_own(ada, sandbox):
    ada.get("/player/")
    asked = len(contains(sandbox))
    assert asked >= 1
    for _ in range(3):
        act(ada, "next")
        with later(3):
            refresh.get_state(ada.member)
    assert len(contains(sandbox)) == asked
    assert playing(ada) in load_state(ada.member).saved


def test_saving_shows_everywhere_and_tells_how_to_undo_it(ada, sandbox):
    page = ada.get("/player/")
    uri = playing(ada)
    was = attribute(page, "now-playing-save", "aria-pressed") == "true"
    answer = ada.post("/player/saved/", {"uri": uri, "saved": str(not was).lower()}, **BAR)
    assert attribute(answer, "bar-save", "aria-pressed") == str(not was).lower()
    assert undo_values(answer.text)["saved"] == str(was).lower()
    assert ("Removed from Liked Songs." if was else "Added to Liked Songs.") in answer.text
    other_tab = ada.get("/player/", **PART, **{"HX-PTag": attribute(page, "player", "data-tag")})
    assert other_tab.status_code == 200
    assert attribute(other_tab, "now-playing-save", "aria-pressed") == str(not was).lower()
    act(ada, "saved", uri=uri, saved=str(was).lower())
    assert load_state(ada.member).saved[uri] is was


def test_a_read_under_way_does_not_undo_what_was_saved_meanwhile(ada, sandbox):
    before = refresh.get_state(ada.member)
    uri, started_at = playing(ada), timezone.now().timestamp()
    was = before.saved[uri]
    act(ada, "saved", uri=uri, saved=str(not was).lower())
    late = saved.merge_saved(before, fresh=before, latest=load_state(ada.member), started_at=started_at)
    assert late.saved[uri] is not was


def test_a_library_that_fails_does_not_stop_the_player_and_is_asked_again_later(ada, sandbox):
    sandbox.fault("/v1/me/library/contains", "status", status=503)
    sandbox.fault("/v1/me/*/contains", "status", status=503)
    page = ada.get("/player/")
    assert page.status_code == 200
    assert attribute(page, "now-playing-save", "aria-pressed") == "false"
    sandbox.control("DELETE", "faults")
    sandbox.forget_requests()
    with later(20):
        refresh.get_state(ada.member)
    assert contains(sandbox) == []
    with later(70):
        refresh.get_state(ada.member)
    assert playing(ada) in load_state(ada.member).saved


def test_an_episode_goes_to_the_episodes(ada, sandbox):
    sandbox.scene("ada", scene="podcast")
    ada.get("/player/")
    answer = act(ada, "saved", uri=playing(ada), saved="true")
    assert "Added to Your Episodes." in answer.text


def test_what_cannot_be_saved_is_refused_in_words(ada, sandbox):
    ada.get("/player/")
    for uri in ("spotify:local:a:b:c:1", "spotify:album:4aawyAB9vmqN3uQ7FjRGTy", "nonsense"):
        assert act(ada, "saved", uri=uri, saved="true").status_code == 422


def test_without_a_script_it_is_undone_by_the_form_of_the_toast(ada, sandbox):
    ada.get("/player/")
    uri = playing(ada)
    was = load_state(ada.member).saved[uri]
    ada.post("/player/saved/", {"uri": uri, "saved": str(not was).lower(), "next": "/household/"})
    page = ada.get("/household/")
    toast = page.text.split('id="toasts"')[1].split("</form>")[0]
    assert "csrfmiddlewaretoken" in toast
    assert 'name="next" value="/household/"' in toast
    assert undo_values(toast) == {"uri": uri, "saved": str(was).lower()}
    assert press_undo(ada, toast).status_code == 302
    assert load_state(ada.member).saved[uri] is was


def test_a_row_offers_to_save_and_says_how_to_undo_it(ada, sandbox):
    menu = menu_of(ada, "queued", buttons_of(ada.get("/player/").text, "queued")[0])
    uri = re.search(r'name="saved"\s+value="true (spotify:track:\w+)"', menu)[1]
    answer = ada.post(reverse("library:set-saved"), {"saved": f"true {uri}"}, **PART)
    assert "Added to Liked Songs." in answer.text
    assert [
        one["query"]["uris"] for one in sandbox.requests() if one["operation"] == "save-library-items"
    ] == [uri]


def test_another_version_counts_as_the_one_that_was_asked_for(ada, sandbox, settings):
    settings.SPOTIFY_QUOTA_MODE = "extended"
    sandbox.control("PUT", "settings", {"quota_mode": "extended"})
    asked = sandbox.list_saved_tracks("ada", 1)[0]
    linked = {"type": "track", "id": asked.rsplit(":")[-1], "uri": asked}
    unsaved = sandbox.control("GET", "catalog?type=track&limit=400")[399]["uri"]
    sandbox.scene("ada", item=unsaved)
    sandbox.fault("/v1/me/player", "rewrite", put={"/item/linked_from": linked})
    page = ada.get("/player/")
    assert playing(ada) == unsaved
    assert f'"asked": "{asked}"' in unescape(page.text)
    assert attribute(page, "now-playing-save", "aria-pressed") == "true"
    answer = ada.post("/player/saved/", {"uri": unsaved, "saved": "false"}, **BAR)
    assert attribute(answer, "bar-save", "aria-pressed") == "false"
    assert asked not in sandbox.list_saved_tracks("ada", 5)
