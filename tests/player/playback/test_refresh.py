"""One read for all tabs, at the right moments, and commands that are believed before Spotify obeys."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from player import commands
from player.playback import refresh
from player.playback.state import load_state
from tests.player.parts import PART, act, attribute, poll, rows, tag_of, title_of

PLAYBACK = "get-information-about-the-users-current-playback"


def reads(sandbox):
    return {
        name: len(sandbox.requests(operation))
        for name, operation in [
            ("playback", PLAYBACK),
            ("queue", "get-queue"),
            ("devices", "get-a-users-available-devices"),
        ]
    }


def later(seconds):
    return time_machine.travel(timezone.now() + timezone.timedelta(seconds=seconds), tick=True)


def in_threads(count, work):
    start = threading.Barrier(count)

    def run(_number):
        start.wait()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_ten_tabs_that_open_at_once_cost_one_read(ada, sandbox):
    sandbox.control("PUT", "settings", {"latency_ms": 150})
    answers = in_threads(10, lambda: refresh.get_state(ada.member))
    assert reads(sandbox) == {"playback": 1, "queue": 1, "devices": 1}
    assert len({answer.playback.item.uri for answer in answers}) == 1


def test_ten_tabs_that_poll_at_once_cost_one_read(ada, sandbox):
    refresh.get_state(ada.member)
    with later(6):
        in_threads(10, lambda: refresh.get_state(ada.member))
    assert reads(sandbox)["playback"] == 2


def test_what_is_known_is_not_asked_again_before_it_is_due(ada, sandbox):
    ada.get("/player/")
    for _ in range(5):
        poll(ada)
    assert reads(sandbox) == {"playback": 1, "queue": 1, "devices": 1}


@pytest.mark.parametrize(
    ("scene", "early", "due"), [("playing", 4, 6), ("paused", 14, 16), ("nothing", 29, 31)]
)
def test_a_read_is_due_sooner_the_more_is_going_on(ada, sandbox, scene, early, due):
    sandbox.scene("ada", scene=scene, progress_ms=10_000)
    refresh.get_state(ada.member)
    with later(early):
        refresh.get_state(ada.member)
        assert reads(sandbox)["playback"] == 1
    with later(due):
        refresh.get_state(ada.member)
        assert reads(sandbox)["playback"] == 2


def test_the_end_of_a_track_is_looked_at_when_it_comes(ada, sandbox):
    state = refresh.get_state(ada.member)
    left_ms = state.playback.item.duration_ms - 2_000
    sandbox.scene("ada", progress_ms=left_ms, item=state.playback.item.uri)
    refresh.request_refresh(ada.member)
    state = refresh.get_state(ada.member)
    assert 2_000 <= state.poll_ms <= 3_200


def test_a_page_that_nobody_touches_costs_a_quarter_and_is_fresh_when_somebody_does(ada, sandbox):
    ada.get("/player/")
    with later(6):
        answer = ada.get("/player/bar/", **PART, Untouched="true")
        assert reads(sandbox)["playback"] == 1
        assert 10_000 < int(answer["Poll-Ms"]) <= 14_500
        ada.get("/player/bar/", **PART)
        assert reads(sandbox)["playback"] == 2
    with later(27):
        ada.get("/player/bar/", **PART, Untouched="true")
        assert reads(sandbox)["playback"] == 3


def test_a_page_that_nobody_touches_meets_the_end_of_a_track_and_what_was_commanded(ada, sandbox):
    item = refresh.get_state(ada.member).playback.item
    sandbox.scene("ada", progress_ms=item.duration_ms - 8_000, item=item.uri)
    refresh.request_refresh(ada.member)
    answer = ada.get("/player/bar/", **PART, Untouched="true")
    assert 8_000 <= int(answer["Poll-Ms"]) <= 9_200
    act(ada, "pause")
    state = load_state(ada.member)
    assert refresh.get_due_at(state, refresh.UNTOUCHED) == state.due_at


def test_the_queue_is_asked_again_only_when_something_else_plays(ada, sandbox):
    refresh.get_state(ada.member)
    with later(6):
        refresh.get_state(ada.member)
    assert reads(sandbox)["queue"] == 1
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"])
    with later(12):
        refresh.get_state(ada.member)
    assert reads(sandbox)["queue"] == 2


def test_an_unchanged_page_answers_nothing_but_when_to_ask_again(ada):
    page = ada.get("/player/")
    answer = poll(ada, tag_of(page))
    assert answer.status_code == 304
    assert not answer.content
    assert 0 < int(answer["Poll-Ms"]) <= 5_200
    act(ada, "shuffle", state="true")
    assert poll(ada, tag_of(page)).status_code == 200


def test_a_jump_within_the_track_changes_the_tag_and_playing_on_does_not(ada, sandbox):
    before = refresh.get_state(ada.member)
    refresh.request_refresh(ada.member)
    again = refresh.get_state(ada.member)
    assert again.playback_at > before.playback_at
    sandbox.scene("ada", context=before.playback.context.uri, item=before.playback.item.uri, repeat="context",
                  progress_ms=5_000)  # fmt: skip
    refresh.request_refresh(ada.member)
    assert refresh.get_state(ada.member).tag != again.tag


def test_a_read_that_comes_too_early_does_not_undo_what_was_commanded(ada, sandbox):
    refresh.get_state(ada.member)
    sandbox.control("PUT", "settings", {"delay_ms": 1_500})
    first, *_others = rows(ada.get("/player/"))
    assert title_of(act(ada, "next")) == first
    with later(1):
        assert title_of(poll(ada)) == first
        assert len(sandbox.requests(PLAYBACK)) == 2
    sandbox.control("POST", "clock", {"advance_s": 2})
    with later(3):
        assert title_of(poll(ada)) == first
        assert load_state(ada.member).expectation is None


def test_after_two_seconds_spotify_is_believed_again(ada, sandbox):
    refresh.get_state(ada.member)
    sandbox.control("PUT", "settings", {"delay_ms": 60_000})
    paused = act(ada, "pause")
    assert attribute(paused, "key-play", "aria-label") == "Play"
    with later(3):
        assert attribute(poll(ada), "key-play", "aria-label") == "Pause"


def test_two_commands_in_a_row_are_both_expected(ada, sandbox):
    refresh.get_state(ada.member)
    sandbox.control("PUT", "settings", {"delay_ms": 1_000})
    commands.pause(ada.member)
    commands.set_shuffle(ada.member, state=True)
    with later(0.9):
        state = refresh.get_state(ada.member)
    assert (state.playback.is_playing, state.playback.shuffle_state) == (False, True)


def test_a_queued_item_is_looked_for_until_it_is_there(ada, sandbox):
    refresh.get_state(ada.member)
    sandbox.control("PUT", "settings", {"delay_ms": 1_200})
    uri = sandbox.control("GET", "catalog?type=track")[3]["uri"]
    commands.add_to_queue(ada.member, uri=uri)
    with later(0.8):
        assert uri not in [item.uri for item in refresh.get_state(ada.member).queue.queue]
    sandbox.control("POST", "clock", {"advance_s": 1.2})
    with later(1.8):
        assert uri in [item.uri for item in refresh.get_state(ada.member).queue.queue]


def test_members_do_not_see_each_other(ada, ben, sandbox):
    assert title_of(ada.get("/player/")) != title_of(ben.get("/player/"))
    act(ben, "play")
    assert load_state(ada.member).playback.is_playing
    assert len(sandbox.requests("start-a-users-playback")) == 1


def test_a_page_costs_few_queries_and_a_poll_fewer(ada, sandbox, django_assert_max_num_queries):
    ada.get("/player/")
    # Among them jobs, what runs elsewhere, earlier searches, three of the sidebar; polls leave those alone.
    with django_assert_max_num_queries(12):
        page = ada.get("/player/")
    with django_assert_max_num_queries(5):
        poll(ada, tag_of(page))


def test_nothing_is_known_of_a_newcomer_who_only_pressed_a_key(ada, sandbox):
    """A command before any page was open must not make an empty page look known."""
    act(ada, "next")
    assert attribute(poll(ada), "key-play", "aria-label") == "Pause"
