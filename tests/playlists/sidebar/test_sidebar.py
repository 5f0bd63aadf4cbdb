"""The playlists beside every page, as the server draws them."""

import re
from html import unescape

from tests.support.menus import PART
from tests.support.people import Person


def names(person: Person, query: str = "") -> list[str]:
    answer = person.get("/playlists/sidebar/", {"q": query}, **PART)
    return [unescape(name) for name in re.findall(r'data-owner.*?title="(.*?)"', answer.text, re.S)]


def test_pinned_ones_come_first_and_nothing_asks_spotify(ada: Person, ben: Person, sandbox):
    ada.get("/playlists/")
    entries = list(ada.member.playlists.select_related("playlist"))
    opened, pinned = entries[3].playlist, entries[4].playlist
    ada.get(f"/playlists/{opened.spotify_id}/")
    sandbox.forget_requests()
    ada.post(f"/playlists/{pinned.spotify_id}/pin/", {"pinned": "yes"}, **PART)
    assert names(ada)[:2] == [pinned.name, opened.name]
    assert len(names(ada)) == len(entries)
    assert names(ada, pinned.name.upper()) == [pinned.name]
    assert "No match." in ada.get("/playlists/sidebar/", {"q": "no such name", "list": "1"}, **PART).text
    assert pinned.name in ada.get("/privacy/").text
    assert "sidebar-liked" not in ada.get("/privacy/", **{"HX-Request": "true"}).text
    assert sandbox.requests() == []

    ada.post(f"/playlists/{pinned.spotify_id}/pin/", {"pinned": ""}, **PART)
    assert names(ada)[0] == opened.name
    assert ben.post(f"/playlists/{pinned.spotify_id}/pin/", {"pinned": "yes"}, **PART).status_code == 404


def test_it_is_drawn_small_from_the_start_and_never_empty(ada: Person):
    ada.client.cookies["sidebar"] = "small"
    page = ada.get("/privacy/").text
    assert 'data-sidebar="small"' in page
    assert "sidebar-liked" in page
    assert "New playlist" in page
