"""Making playlists, naming them, following them: what reaches Spotify, and what is said when it refuses."""

import re
from html import unescape

import pytest

from playlists.models import Playlist
from tests.player.parts import PART
from tests.support.undo import press_undo, undo_values

BIG = {"name": "n", "visibility": "off"}


def ids(person):
    person.get("/playlists/")
    return {entry.playlist.name: entry.playlist.spotify_id for entry in person.member.playlists.all()}


def at_spotify(sandbox, playlist_id):
    return sandbox.control("GET", f"playlists/{playlist_id}")


def text_of(answer):
    return unescape(answer.text)


# --- New ---------------------------------------------------------------------------------------------------


def test_a_new_playlist_is_made_and_opened(ada, sandbox):
    sent = {"name": "Rainy days", "description": "for the window", "visibility": "off"}
    answer = ada.post("/playlists/new/", sent)
    made = Playlist.objects.get(name="Rainy days")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/playlists/{made.spotify_id}/"
    there = at_spotify(sandbox, made.spotify_id)
    assert (there["name"], there["collaborative"]) == ("Rainy days", False)
    assert "Rainy days" in ids(ada)


def test_collaborative_never_goes_with_public(ada, sandbox):
    ada.post("/playlists/new/", {"name": "All of us", "visibility": "shared"})
    there = at_spotify(sandbox, ids(ada)["All of us"])
    assert (there["collaborative"], there["public"]) == (True, False)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "   "}, "Give it a name."),
        ({"name": "n" * 101}, "at most 100 characters; this one has 101"),
        ({"description": "d" * 301}, "at most 300 characters; these are 301"),
        ({"visibility": ""}, "Choose who finds it."),
        ({"visibility": "public+shared"}, "Choose who finds it."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(ada, sandbox, sent, words):
    answer = ada.post("/playlists/new/", {"name": "Kept", "description": "also kept", **BIG, **sent}, **PART)
    assert answer.status_code == 422
    assert words in text_of(answer)
    kept = sent.get("description", "also kept")
    assert kept in answer.text
    assert sandbox.requests("create-playlist") == []


def test_a_description_goes_in_one_line_and_html_stays_text(ada, sandbox):
    ada.post(
        "/playlists/new/", {**BIG, "name": "Lines", "description": "one\r\ntwo\n\n<b>three</b> & 'four'"}
    )
    mine = ids(ada)["Lines"]
    assert fields_of(ada, mine)["description"].startswith("one two")
    assert "<b>three" not in ada.get(f"/playlists/{mine}/").text


def test_a_refusal_of_spotify_is_shown_beside_what_was_typed(ada):
    sent = {**BIG, "name": "Linked", "description": "see https://example.org/songs"}
    answer = ada.post("/playlists/new/", sent, **PART)
    assert answer.status_code == 422
    assert "refuses links in descriptions" in answer.text
    assert "see https://example.org/songs" in answer.text


@pytest.mark.parametrize("kind", ["rate_limit", "quota", "reset"])
def test_while_spotify_fails_the_form_stays(ada, sandbox, kind):
    sandbox.fault("/v1/*/playlists", kind, method="POST", **({"retry_after": 60} if kind != "reset" else {}))
    answer = ada.post("/playlists/new/", {**BIG, "name": "Patience"}, **PART)
    # Whatever Spotify's answer was: our own refusals alone are swapped into a dialog.
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="Patience"' in answer.text
    assert ada.post("/playlists/new/", {**BIG, "name": "Patience"}).status_code == 503


def test_a_lost_answer_makes_no_second_playlist(ada, sandbox):
    sandbox.fault("/v1/*/playlists", "reset", method="POST", handled=True, times=1)
    answer = ada.post("/playlists/new/", {**BIG, "name": "Once"})
    assert answer.status_code == 302
    names = [one["name"] for one in sandbox.control("GET", "playlists")]
    assert names.count("Once") == 1


# --- Details -----------------------------------------------------------------------------------------------


_AREA = re.compile(r"<textarea[^>]*>([^<]*)</textarea>")


def fields_of(person, playlist_id):
    """What the form of the details would send, with what it showed."""
    text = person.get(f"/playlists/{playlist_id}/details/", **PART).text
    fields = {}
    for tag in re.findall(r"<input [^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        is_off = 'type="radio"' in tag and " checked" not in tag
        if name and not is_off:
            fields[name[1]] = unescape(value[1]) if value else ""
    fields["description"] = unescape(_AREA.search(text)[1]).strip()
    return fields


def test_only_what_was_changed_is_sent(ada, sandbox):
    mine = ids(ada)["Saturday slow"]
    fields = fields_of(ada, mine) | {"name": "Sunday slow"}
    sandbox.forget_requests()
    answer = ada.post(f"/playlists/{mine}/details/", fields, **PART)
    assert answer.status_code == 200
    assert at_spotify(sandbox, mine)["name"] == "Sunday slow"
    assert answer.headers["HX-Trigger"] == '{"playlists:changed": {"target": "body"}}'
    assert 'hx-target="#dialog"' in answer.text
    assert len(sandbox.requests("change-playlist-details")) == 1


def test_a_form_sent_unchanged_asks_spotify_nothing(ada, sandbox):
    mine = ids(ada)["Saturday slow"]
    fields = fields_of(ada, mine)
    sandbox.forget_requests()
    assert ada.post(f"/playlists/{mine}/details/", fields).status_code == 302
    assert sandbox.requests("change-playlist-details") == []


def test_a_name_that_is_too_long_already_may_stay(ada, sandbox):
    mine = sandbox.control("POST", "playlists", {"owner": "ada", "name": "n" * 300})["id"]
    ids(ada)
    fields = fields_of(ada, mine) | {"description": "a new one"}
    assert ada.post(f"/playlists/{mine}/details/", fields, **PART).status_code == 200
    assert at_spotify(sandbox, mine)["name"] == "n" * 300


def test_a_description_cannot_be_emptied_and_that_is_said(ada):
    mine = ids(ada)["Ferry mixtape"]
    fields = fields_of(ada, mine)
    assert fields["description"]
    answer = ada.post(f"/playlists/{mine}/details/", fields | {"description": " "}, **PART)
    assert answer.status_code == 422
    assert "can’t empty a description" in answer.text


def test_others_lists_are_not_renamed(ada, ben, sandbox):
    theirs = ids(ben)["Do not open"]
    for path in ("details", "cover"):
        assert ada.get(f"/playlists/{theirs}/{path}/").status_code in {403, 404}
        assert ada.post(f"/playlists/{theirs}/{path}/", {**BIG, "name": "Mine now"}).status_code in {403, 404}
    assert at_spotify(sandbox, theirs)["name"] == "Do not open"


def test_a_list_followed_but_not_owned_keeps_its_name(ada, sandbox):
    ada.get("/playlists/")
    theirs = ada.member.playlists.filter(is_own=False).first().playlist.spotify_id
    assert ada.get(f"/playlists/{theirs}/details/").status_code == 403
    assert "/details/" not in ada.get("/playlists/?show=followed").text


# --- Follow and unfollow -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("", "Paste a link"),
        ("hello", "n’t a link to a playlist"),
        ("https://open.spotify.com/track/0123456789abcdefghijkl", "something else than a playlist"),
        ("https://spotify.link/abc", "short link"),
        ("https://evil.example/playlist/0123456789abcdefghijkl", "n’t a link to a playlist"),
        ("x" * 600, "n’t a link to a playlist"),
    ],
)
def test_a_link_to_something_else_is_refused_in_words(ada, sandbox, link, words):
    answer = ada.post("/playlists/follow/", {"link": link}, **PART)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert sandbox.requests("follow-playlist") == sandbox.requests("save-library-items") == []


def test_following_unfollowing_and_the_way_back(ada, ben, sandbox):
    theirs = ids(ben)["Do not open"]
    assert "Do not open" not in ids(ada)
    answer = ada.post(
        "/playlists/follow/", {"link": f"https://open.spotify.com/playlist/{theirs}?si=x"}, **PART
    )
    assert "is in your library" in text_of(answer)
    assert "Do not open" in ids(ada)
    assert theirs in sandbox.control("GET", "library/ada")["playlist"]
    answer = ada.post(f"/playlists/{theirs}/unfollow/", {}, **PART)
    assert "no longer in your library" in text_of(answer)
    assert undo_values(answer.text)["playlist"] == theirs
    assert theirs not in sandbox.control("GET", "library/ada")["playlist"]
    press_undo(ada, answer.text, **PART)
    assert theirs in sandbox.control("GET", "library/ada")["playlist"]


def test_removing_an_own_list_says_that_this_is_deleting_and_undo_brings_it_back(ada, sandbox):
    mine = ids(ada)["Ferry mixtape"]
    label = ada.member.labels.create(name="Boats")
    ada.member.playlists.filter(playlist__spotify_id=mine).update(label=label)
    asked = ada.get(f"/playlists/{mine}/unfollow/", **PART)
    assert "is how Spotify deletes" in asked.text
    answer = ada.post(f"/playlists/{mine}/unfollow/", {}, **PART)
    assert "Ferry mixtape" not in ids(ada)
    press_undo(ada, answer.text, **PART)
    entry = ada.member.playlists.get(playlist__spotify_id=mine)
    assert entry.is_own
    assert entry.label == label


def test_what_was_deleted_stands_among_the_deleted_until_it_is_back(ada, ben, sandbox):
    mine = ids(ada)["Ferry mixtape"]
    assert "Ferry mixtape" not in ada.get("/playlists/removed/").text.split("<main")[1]
    ada.post(f"/playlists/{mine}/unfollow/", {})
    assert "Ferry mixtape" in ada.get("/playlists/removed/").text
    assert "Ferry mixtape" not in ben.get("/playlists/removed/").text
    answer = ada.post(f"/playlists/{mine}/restore/", {"next": "/playlists/removed/"})
    assert answer.headers["Location"] == "/playlists/removed/"
    assert "is back in your library" in ada.get("/playlists/removed/").text
    assert "Ferry mixtape" in ids(ada)


def test_asking_alone_removes_nothing(ada, sandbox):
    mine = ids(ada)["Ferry mixtape"]
    ada.get(f"/playlists/{mine}/unfollow/")
    assert mine in sandbox.control("GET", "library/ada")["playlist"]


def test_a_list_that_nobody_has_is_not_found(ada):
    for path in ("unfollow", "details", "cover", "label", "history"):
        assert ada.get(f"/playlists/{'0' * 22}/{path}/").status_code == 404
    answer = ada.post("/playlists/follow/", {"link": f"spotify:playlist:{'0' * 22}"}, **PART)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_in_the_house(ada, where):
    mine = ids(ada)["Ferry mixtape"]
    answer = ada.post(f"/playlists/{mine}/restore/", {"next": where})
    assert answer.headers["Location"] == "/playlists/"
