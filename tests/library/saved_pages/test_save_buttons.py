"""Saving and removing from any row: one, many, undone, refused, cut off half-way."""

from library.saved import actions
from library.saved_pages.forms import MAX_URIS
from player.playback.state import load_state
from spotweb.spotify import modes
from tests.player.parts import PART, attribute
from tests.support.undo import press_undo, undo_values

SET_SAVED = "/library/saved/"


def saved(sandbox, kind="track"):
    return sandbox.control("GET", "library/ada")[kind]


def some(sandbox, count, kind="track"):
    return [f"spotify:{kind}:{one}" for one in saved(sandbox, kind)[:count]]


def not_saved(sandbox, kind="track"):
    mine = set(saved(sandbox, kind))
    return next(one["uri"] for one in sandbox.control("GET", f"catalog?type={kind}") if one["id"] not in mine)


def test_a_press_saves_and_says_so(ada, sandbox):
    uri = not_saved(sandbox)
    answer = ada.post(SET_SAVED, {"saved": f"true {uri}"}, **PART)
    assert uri.rpartition(":")[2] == saved(sandbox)[0]
    assert "Added to Liked Songs." in answer.text
    assert f'data-saved="true" data-uris="{uri}"' in answer.text
    assert 'id="bar"' in answer.text, "the bar shows it too"
    assert actions.get_known_saved(ada.member, [uri]) == {uri: True}


def test_removing_can_be_taken_back_and_says_what_cannot(ada, sandbox):
    uris = some(sandbox, 3)
    answer = ada.post(SET_SAVED, {"saved": "false", "uris": uris}, **PART)
    assert "Removed 3 songs from Liked Songs. Undo re-adds them with today’s date." in answer.text
    assert not {uri.rpartition(":")[2] for uri in uris} & set(saved(sandbox))
    assert undo_values(answer.text) == {"uris": " ".join(reversed(uris)), "saved": "true"}
    press_undo(ada, answer.text, **PART)
    assert {uri.rpartition(":")[2] for uri in uris} <= set(saved(sandbox))


def test_each_kind_has_its_own_words(ada, sandbox):
    for kind, words in {
        "episode": "Removed from Your Episodes.",
        "album": "Removed from your library.",
        "show": "Removed from your library.",
        "artist": "You don’t follow the artist any more.",
    }.items():
        [uri] = some(sandbox, 1, kind)
        assert words in ada.post(SET_SAVED, {"saved": f"false {uri}"}, **PART).text
        assert uri.rpartition(":")[2] not in saved(sandbox, kind)


def test_without_a_script_it_leads_back_to_the_page(ada, sandbox):
    uri = not_saved(sandbox)
    answer = ada.post(SET_SAVED, {"saved": f"true {uri}", "next": "/recent/"})
    assert answer.headers["Location"] == "/recent/"
    answer = ada.post(SET_SAVED, {"saved": f"true {uri}", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/library/"


def test_nonsense_is_refused_with_words(ada, sandbox):
    sandbox.forget_requests()
    for sent, words in (
        ({}, "Say whether to save or to remove"),
        ({"saved": "perhaps"}, "Say whether to save or to remove"),
        ({"saved": "true"}, "Choose at least one row first."),
        ({"saved": "true", "uris": "spotify:local:::x:1"}, "This can’t be saved"),
        ({"saved": "true <script>"}, "Say whether to save or to remove"),
        ({"saved": "true", "uri": "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M"}, "This can’t be saved"),
    ):
        answer = ada.post(SET_SAVED, sent, **PART)
        assert answer.status_code == 422
        assert words in answer.text
    many = [f"spotify:track:{number:022d}" for number in range(MAX_URIS + 1)]
    answer = ada.post(SET_SAVED, {"saved": "true", "uris": many}, **PART)
    assert "At most 400 at once; these are 401. Nothing was changed." in answer.text
    assert not [one for one in sandbox.requests() if one["method"] != "GET"]


def test_what_came_through_before_spotify_stopped_is_told_and_can_be_undone(ada, sandbox):
    uris = some(sandbox, 90)
    sandbox.control("PUT", "settings", {"window_requests": 1, "window_s": 60})
    answer = ada.post(SET_SAVED, {"saved": "false", "uris": uris}, **PART)
    first = modes.get_max_limit("remove-tracks-user" if modes.is_extended() else "remove-library-items")
    assert f"Spotify took {first} of 90, then no more. Do the rest again in a while." in answer.text
    assert f"Removed {first} songs from Liked Songs." in answer.text
    left = {uri for uri in uris if uri.rpartition(":")[2] in set(saved(sandbox))}
    assert left == set(uris[first:])
    known = actions.get_known_saved(ada.member, uris)
    assert not any(known[uri] for uri in uris[:first])


def test_a_failure_is_said_and_changes_nothing(ada, sandbox):
    [uri] = some(sandbox, 1)
    sandbox.fault("/v1/me/*", "rate_limit", retry_after=30, method="DELETE")
    answer = ada.post(SET_SAVED, {"saved": f"false {uri}"}, **PART)
    assert answer.status_code == 503
    assert "toast" in answer.text
    assert "saved-news" not in answer.text
    assert uri.rpartition(":")[2] in saved(sandbox)


def test_a_press_is_a_post(ada):
    assert ada.get(SET_SAVED).status_code == 405


def test_the_bar_of_another_tab_learns_it_with_its_next_poll(ada, sandbox):
    page = ada.get("/player/")
    uri = load_state(ada.member).playback.item.uri
    was = attribute(page, "bar-save", "aria-pressed") == "true"
    answer = ada.post(SET_SAVED, {"saved": f"{str(not was).lower()} {uri}"}, **PART)
    assert attribute(answer, "bar-save", "aria-pressed") == str(not was).lower()
    bar = {**PART, "HX-Target": "div#bar", "HX-PTag": attribute(page, "bar", "data-tag")}
    polled = ada.get("/player/bar/", **bar)
    assert polled.status_code == 200
    assert attribute(polled, "bar-save", "aria-pressed") == str(not was).lower()
    ada.post("/player/saved/", {"uri": uri, "saved": str(was).lower()}, **bar)
    assert actions.get_known_saved(ada.member, [uri]) == {uri: was}
