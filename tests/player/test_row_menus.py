"""The menus of rows: what each kind of page offers, in which order, and that they work without a script."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from player.playback import refresh
from tests.support.menus import PART, buttons_of, entries_of, menu_of

PAGES = ["Go to song", "Go to album", "Go to artist"]
LINKS = ["Copy link", "Open in Spotify"]


def menu(person, name: str, value: str) -> list[str]:
    return entries_of(menu_of(person, name, value))


def button_of(page: str, name: str) -> str:
    return buttons_of(page, name)[0]


@pytest.fixture
def album(ada, sandbox):
    return sandbox.control("GET", "catalog?type=album")[0]


def test_a_song_of_an_album_is_played_from_there(ada, album):
    page = ada.get(f"/albums/{album['id']}/").text
    assert menu(ada, "item", button_of(page, "item")) == [
        "Play",
        "Add to queue",
        "Add to playlist…",
        "Add to Liked Songs",
        "",
        *PAGES,
        "",
        *LINKS,
    ]


def test_a_saved_song_can_be_removed(ada):
    page = ada.get("/library/").text
    words = menu(ada, "saved", button_of(page, "saved"))
    assert words[:4] == ["Play", "Add to queue", "Add to playlist…", ""]
    assert words[4:6] == PAGES[:2]
    assert words[-6:] == ["Select", "", *LINKS, "", "Remove from Liked Songs"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("albums", ["Play", "Queue all of it", "Add to playlist…", "Remove from your library"]),
        ("podcasts", ["Play", "Remove from your library"]),
        ("artists", ["Play", "Unfollow"]),
        ("audiobooks", ["Remove from your library"]),
    ],
)
def test_what_is_saved_as_a_whole_offers_what_spotify_can_do_with_it(ada, path, words):
    page = ada.get(f"/library/{path}/").text
    *own, removal = words
    assert menu(ada, "saved", button_of(page, "saved")) == [
        *own,
        *([""] if own else []),
        "Select",
        "",
        *LINKS,
        "",
        removal,
    ]


def test_a_row_of_the_queue_is_skipped_to(ada):
    page = ada.get("/player/").text
    value = button_of(page, "queued")
    words = menu(ada, "queued", value)
    own = words[: words.index("")]
    assert own[-3:-1] == ["Skip to this", "Add to playlist…"]
    assert own[-1].endswith("Liked Songs")
    assert words[-2:] == LINKS


def test_what_was_heard_is_played_again(ada):
    page = ada.get("/recent/").text
    words = menu(ada, "played", button_of(page, "played"))
    assert words[0] == "Play"
    assert {"Add to queue", "Add to playlist…"} <= set(words)
    assert words[-2:] == LINKS


def test_while_nothing_may_be_played_no_menu_offers_it(ada, album, sandbox):
    page = ada.get(f"/albums/{album['id']}/").text
    ada.member.is_premium = False
    ada.member.save()
    assert menu(ada, "item", button_of(page, "item")) == [
        "Add to playlist…",
        "Add to Liked Songs",
        "",
        *PAGES,
        "",
        *LINKS,
    ]


def test_without_a_script_the_menu_is_a_page_that_does_the_same(ada, sandbox):
    refresh.get_state(ada.member)
    uri = sandbox.control("GET", "catalog?type=track")[5]["uri"]
    page = ada.get(f"/menu/?{urlencode({'found': uri, 'next': '/library/'})}").text
    assert "<h1" in page
    assert entries_of(page)[:2] == ["Play", "Add to playlist…"]
    assert 'id="bar-form"' in page
    found = re.search(r'form="bar-form"\s+formaction="([^"]+)"\s+name="uri"\s+value="([^"]+)"', page)
    answer = ada.post(
        found[1], {found_name: unescape(found[2]) for found_name in ("uri",)} | {"next": "/library/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/library/")
    assert sandbox.control("GET", "player/ada")["item"] == uri


@pytest.mark.parametrize(
    "query",
    ["", "saved=0", "saved=x", "item=x", "unknown=1", "playlist=0", "playlist-row=0", "import-line=1 x"],
)
def test_nonsense_is_a_kind_404(ada, query):
    assert ada.get(f"/menu/?{query}").status_code == 404


def test_what_another_member_saved_has_no_menu_here(ada, ben):
    value = button_of(ben.get("/library/").text, "saved")
    assert ada.get(f"/menu/?saved={value}", **PART).status_code == 404
