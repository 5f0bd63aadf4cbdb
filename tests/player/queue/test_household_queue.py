"""Who queued what: the marks on the rows, the two groups, and what can be done with a row."""

import pytest
import time_machine
from django.utils import timezone
from msgspec import structs

from player import commands
from player.playback.state import load_state, update_state
from tests.player.parts import PART, act, look_again, poll, rows, titles
from tests.support.menus import menus_of


def tracks(sandbox, *places: int):
    catalog = sandbox.control("GET", "catalog?type=track&limit=400")
    return [catalog[place] for place in places]


def group(answer, name):
    """The titles below one of the two headings; None without it."""
    if f'id="{name}-title"' not in answer.text:
        return None
    return titles(answer.text.split(f'id="{name}-title"', 1)[1].split("</ol>", 1)[0])


@pytest.fixture
def album(sandbox):
    """Ada listens to an album, and nothing is queued by hand."""
    uri = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=uri)
    return uri


def test_what_was_queued_here_is_marked_and_stands_apart(ada, sandbox, album):
    ada.get("/player/")
    one, two = tracks(sandbox, 200, 201)
    for track in (one, two):
        act(ada, "queue", uri=track["uri"])
    page = look_again(ada)
    assert group(page, "by-hand") == [one["name"], two["name"]]
    assert page.text.count("added by") == 2
    assert "</span>you" in page.text
    assert "Next from" in page.text
    assert group(page, "following") == rows(page)[2:]


def test_it_stands_in_its_row_at_once_and_stays_there(ada, sandbox, album):
    ada.get("/player/")
    found = ada.get("/find/", {"q": "night"}, **PART)
    uri = found.text.split('name="uri" value="', 1)[1].split('"', 1)[0]
    sandbox.control("PUT", "settings", {"delay_ms": 1_500})
    answer = act(ada, "queue", uri=uri)
    assert len(group(answer, "by-hand")) == 1
    assert len(sandbox.requests("get-queue")) == 1
    assert group(look_again(ada), "by-hand") == group(answer, "by-hand")
    assert len(sandbox.requests("get-queue")) == 2  # which did not show it yet


def test_what_somebody_queued_in_spotifys_own_app_is_told_by_what_comes_after_it(ada, sandbox, album):
    foreign, ours = tracks(sandbox, 200, 201)
    sandbox.scene("ada", context=album, queue=[foreign["uri"]])
    ada.get("/player/")
    act(ada, "queue", uri=ours["uri"])
    page = look_again(ada)
    assert group(page, "by-hand") == [foreign["name"], ours["name"]]
    assert "in Spotify</span>" in page.text


def test_a_row_that_has_played_is_no_longer_marked_although_the_album_brings_it_again(ada, sandbox, album):
    page = ada.get("/player/")
    uri = load_state(ada.member).queue.queue[2].uri
    act(ada, "queue", uri=uri)
    assert len(group(look_again(ada), "by-hand")) == 1
    act(ada, "next")
    page = look_again(ada)
    assert group(page, "by-hand") is None
    assert not ada.member.queued_items.filter(state="waiting").exists()


def test_the_next_item_as_foreseen_costs_no_read_of_the_queue(ada, sandbox, album):
    before = rows(ada.get("/player/"))
    sandbox.control(
        "POST", "clock", {"advance_s": load_state(ada.member).playback.item.duration_ms / 1000 + 1}
    )
    asked = len(sandbox.requests("get-queue"))
    update_state(ada.member, lambda known: structs.replace(known, due_at=0.0))
    assert rows(poll(ada))[:2] == before[1:3]
    assert len(sandbox.requests("get-queue")) == asked


def test_play_from_here_starts_the_album_at_that_row(ada, sandbox, album):
    page = ada.get("/player/")
    wanted = load_state(ada.member).queue.queue[2]
    act(ada, "queue", uri=tracks(sandbox, 200)[0]["uri"])
    answer = act(ada, "play-from", context_uri=album, uri=wanted.uri)
    state = sandbox.control("GET", "player/ada")
    assert (state["item"], state["context"], len(state["queue"])) == (wanted.uri, album, 1)
    assert wanted.name in answer.text.split("</h1>")[0]
    assert rows(page)[3] in group(look_again(ada), "following")


def test_rows_of_liked_songs_can_be_skipped_to_but_not_played_from(ada, sandbox, album):
    ada.get("/player/")
    assert "player/play-from/" in menus_of(ada, poll(ada).text, "queued")
    sandbox.scene("ada", tracks=[track["uri"] for track in tracks(sandbox, 1, 2, 3, 4)])
    page = look_again(ada)
    menus = menus_of(ada, page.text, "queued")
    assert "player/play-from/" not in menus
    assert "player/skip-to/" in menus


@pytest.mark.parametrize("uri", ["spotify:album:short", "", "spotify:track:0123456789abcdefghijkl"])
def test_only_a_context_can_be_played_from(ada, sandbox, uri):
    ada.get("/player/")
    sandbox.forget_requests()
    assert (
        act(ada, "play-from", context_uri=uri, uri="spotify:track:0123456789abcdefghijkl").status_code == 422
    )
    assert not sandbox.requests()


def test_a_queue_that_nobody_follows_any_more_is_forgotten(ada, sandbox, album):
    ada.get("/player/")
    for track in tracks(sandbox, 200, 201, 202):
        commands.add_to_queue(ada.member, uri=track["uri"])
    look_again(ada)
    sandbox.scene("ada", context=album)  # emptied elsewhere
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=3)):
        assert group(look_again(ada), "by-hand") is None
    assert ada.member.queued_items.filter(state="gone").count() == 3
