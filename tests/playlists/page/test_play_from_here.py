"""Playing from a playlist: the row that was meant, and what the page shows in the order that it shows."""

import re

import pytest
from django.urls import reverse

from playlists.sync.index import get_playlists
from spotweb.sandbox.catalogue.models import uri_of
from tests.player.parts import PART
from tests.playlists.pages import PlaylistPage, make

ROW = {"HX-Current-URL": ""}


@pytest.fixture
def tracks(sandbox):
    odd = {one["uri"] for one in sandbox.control("GET", "catalog?odd=unplayable")}
    found = sandbox.control("GET", "catalog?type=track&limit=400")
    return [one["uri"] for one in found if one["uri"] not in odd]


@pytest.fixture
def device(ada, sandbox):
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"])
    ada.get("/player/")


def playing(sandbox):
    player = sandbox.control("GET", "player/ada")
    return player["context"], player["item"], player["rest_of_context"]


def play_from(page, position, view=""):
    return page.act("play-from", positions=str(position), view=view)


def titled(sandbox, uris):
    names = {one["uri"]: one["name"] for one in sandbox.control("GET", "catalog?type=track&limit=400")}
    return [names[uri] for uri in uris]


def test_the_second_copy_of_a_song_plays_on_from_the_second(ada, sandbox, device, tracks):
    one, two, three, four = tracks[:4]
    playlist = make(sandbox, items=[one, two, one, three, four])
    page = PlaylistPage(ada, playlist)
    assert play_from(page, 2).status_code == 200
    assert playing(sandbox) == (playlist["uri"], one, [three, four])
    play_from(page, 0)
    assert playing(sandbox) == (playlist["uri"], one, [two, one, three, four])


def test_where_another_version_stands_in_the_queue_the_one_of_the_list_is_started(ada, sandbox, tracks):
    one, two, three, other = *tracks[:3], tracks[60]
    playlist = make(sandbox, items=[one, two, three])
    get_playlists(ada.member)
    PlaylistPage(ada, playlist)
    sandbox.scene("ada", context=playlist["uri"])
    played = {"/queue/0/uri": other, "/queue/0/id": other.rpartition(":")[2]}
    sandbox.fault("/v1/me/player/queue", "rewrite", put=played, times=1)
    assert other in ada.get("/player/").text
    answer = ada.post(reverse("player:play-from"), {"uri": f"{playlist['uri']} {other}"}, **PART)
    assert answer.status_code == 200
    assert playing(sandbox) == (playlist["uri"], two, [three])


def test_the_copy_is_found_where_it_has_moved_to(ada, sandbox, device, tracks):
    one, two, three, four = tracks[:4]
    playlist = make(sandbox, items=[one, two, one, three])
    page = PlaylistPage(ada, playlist)
    page.act("add", lines=four, place="top")
    play_from(page, 2)  # the page shows the version of before
    assert playing(sandbox) == (playlist["uri"], one, [three])


def test_a_row_that_others_removed_plays_what_the_page_shows(ada, sandbox, device, tracks):
    one, two, three = tracks[:3]
    page = PlaylistPage(ada, make(sandbox, items=[one, two, three]))
    page.act("remove", positions="1")
    play_from(page, 1)
    assert playing(sandbox) == (None, two, [three])


@pytest.mark.parametrize("sort", ["title", "-added", "-length"])
def test_in_another_order_it_plays_what_is_shown_from_there_on(ada, sandbox, device, tracks, sort):
    playlist = make(sandbox, items=tracks[:12])
    page = PlaylistPage(ada, playlist)
    shown = shown_positions(ada, page, f"?sort={sort}")
    answer = play_from(page, shown[5], view=f"sort={sort}")
    wanted = [tracks[position] for position in shown[5:]]
    assert playing(sandbox) == (None, wanted[0], wanted[1:])
    assert "Playing 7 items." in answer.text


def test_a_row_that_cannot_be_played_leaves_it_to_the_next(ada, sandbox, device, tracks):
    """Keys and double-clicks reach it although it has no button."""
    gone = sandbox.control("GET", "catalog?odd=unplayable")[0]["uri"]
    playlist = make(sandbox, items=[tracks[0], gone, "spotify:local:a:b:c:100", None, *tracks[1:3]])
    page = PlaylistPage(ada, playlist)
    play_from(page, 1)
    assert playing(sandbox) == (playlist["uri"], tracks[1], [tracks[2]])
    for items in ([tracks[0], gone], []):
        page = PlaylistPage(ada, make(sandbox, items=items))
        assert play_from(page, max(len(items) - 1, 0)).status_code == 422


def test_in_a_filter_it_plays_what_is_shown_with_both_copies(ada, sandbox, device, tracks):
    one, two, three = tracks[:3]
    playlist = make(sandbox, items=[one, two, one, three])
    page = PlaylistPage(ada, playlist)
    word = titled(sandbox, [one])[0]
    shown = shown_positions(ada, page, f"?q={word}")
    assert {0, 2} <= set(shown)
    play_from(page, 0, view=f"q={word}")
    assert playing(sandbox) == (None, one, [playlist["items"][place] for place in shown[1:]])


def test_more_than_spotify_takes_is_said(ada, sandbox, device, tracks):
    page = PlaylistPage(ada, make(sandbox, items=tracks[:130]))
    first = shown_positions(ada, page, "?sort=title")[0]
    answer = play_from(page, first, view="sort=title")
    said = re.search(r"Playing the first 100 of (\d+) items.", answer.text)
    assert said, answer.text[-900:]
    assert 100 < int(said[1]) <= 130
    assert len(playing(sandbox)[2]) == 99


def test_play_in_another_order_plays_what_is_shown(ada, sandbox, device, tracks):
    playlist = make(sandbox, items=tracks[:12])
    page = PlaylistPage(ada, playlist)
    page.act("play-all", q="", sort="list")
    assert playing(sandbox) == (playlist["uri"], tracks[0], tracks[1:12])
    page.act("play-all", q="", sort="title")
    wanted = [tracks[position] for position in shown_positions(ada, page, "?sort=title")]
    assert playing(sandbox) == (None, wanted[0], wanted[1:])
    page.act("play-all", q="", sort="title", shuffle="yes")
    assert sorted([playing(sandbox)[1], *playing(sandbox)[2]]) == sorted(wanted)
    assert page.act("play-all", q="zzzz", sort="list").status_code == 422


def test_play_in_the_list_of_playlists_plays_it(ada, sandbox, device):
    get_playlists(ada.member)
    playlist = next(one for one in sandbox.control("GET", "playlists") if one["name"] == "Ferry mixtape")
    menu = ada.get("/menu/", {"playlist": playlist["id"]}, **PART).text
    assert f'formaction="{reverse("player:play-item")}" name="uri" value="{playlist["uri"]}"' in menu


def test_the_menu_of_a_row_sends_what_the_page_shows(ada, sandbox, device, tracks):
    page = PlaylistPage(ada, make(sandbox, items=tracks[:3]))
    view = '<input type="hidden" name="view" value="{}"'
    assert view.format("sort=title") + ' form="selection">' in ada.get(f"{page.url}?sort=title").text
    row = {"playlist-row": f"{page.id} {page.seen} 1", "next": f"{page.url}?sort=title"}
    menu = ada.get("/menu/", row).text  # a page of its own without a script
    assert view.format("sort=title") in menu
    assert f'formaction="{page.url}play-from/"' in menu


@pytest.mark.parametrize("kind", ["playlist", "unread playlist", "album", "show"])
def test_what_begins_with_something_unavailable_starts_with_what_is_not(
    ada, sandbox, spotify, device, tracks, kind
):
    sandbox.control("PUT", "settings", {"unplayable_start_is_silent": True})
    if "playlist" in kind:
        gone = sandbox.control("GET", "catalog?odd=unplayable")[0]["uri"]
        playlist = make(sandbox, items=[None, gone, *tracks[:3]])
        if kind == "playlist":
            PlaylistPage(ada, playlist)
        uri, wanted = playlist["uri"], tracks[0]
    else:
        uri, wanted = restrict_first(spotify, kind)
    answer = ada.post("/player/play-item/", {"uri": uri}, **PART)
    assert answer.status_code == 200
    player = sandbox.control("GET", "player/ada")
    assert (player["context"], player["item"], player["is_playing"]) == (uri, wanted, True)


def test_a_list_is_started_although_nobody_can_say_what_begins_it(ada, sandbox, device, tracks):
    playlist = make(sandbox, items=tracks[:3])
    sandbox.fault("/v1/playlists/*", "status", status=503)
    ada.post("/player/play-item/", {"uri": playlist["uri"]}, **PART)
    assert playing(sandbox)[1] == tracks[0]


def restrict_first(spotify, kind):
    """Make the first item of an album or a show unavailable; the URIs of the whole and of its second item."""
    catalog = spotify.world.catalog
    whole = catalog.albums[6] if kind == "album" else catalog.shows[1]
    first, second = (whole.tracks if kind == "album" else whole.episodes)[:2]
    first.restriction = "market"
    return uri_of(whole), uri_of(second)


def shown_positions(person, page, query):
    order = person.get(page.url + query).text.split('data-order="')[1].split('"')[0]
    positions = []
    for part in order.split(","):
        first, _dash, last = part.partition("-")
        positions += range(int(first), int(last or first) + 1)
    return positions
