"""Spotify refuses, fails, stalls or talks nonsense: the page keeps what it knows, and says so in words."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.encryption import decrypt_token
from player.playback import refresh
from tests.player.parts import PART, act, attribute, look_again, poll, rows, tag_of, title_of
from tests.support.clock import pass_time

READ = "/v1/me/player"
ALL = "/v1/me/player*"
FAULTS = {
    "rate limited for 3 seconds": {"kind": "rate_limit", "retry_after": 3},
    "rate limited for 11 hours": {"kind": "rate_limit", "retry_after": 40_000},
    "rate limited without a word": {"kind": "rate_limit", "retry_after": None},
    "quota used up": {"kind": "quota", "retry_after": None},
    "503": {"kind": "status", "status": 503},
    "500": {"kind": "status", "status": 500},
    "a timeout": {"kind": "timeout"},
    "a reset connection": {"kind": "reset"},
    "HTML": {"kind": "html"},
    "HTML that claims success": {"kind": "html", "status": 200},
    # Each piece comes within the time that one read may take.
    "an answer that drips": {"kind": "drip", "delay_ms": 40_000, "pieces": 400},
    "a truncated answer": {"kind": "truncate"},
    "broken JSON": {"kind": "invalid_json"},
}
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@pytest.fixture(autouse=True)
def _little_patience(settings):
    settings.SPOTIFY_READ_TIMEOUT_S = 0.3


@pytest.fixture
def ada(ada):
    """Her sign-in is a while ago: a token that was renewed this minute is not renewed again."""
    ada.member.grant.renewed_at = timezone.now() - timezone.timedelta(minutes=5)
    ada.member.grant.save(update_fields=["renewed_at"])
    return ada


def is_calm(answer):
    assert "Traceback" not in answer.text
    assert answer.status_code != 500
    return True


@each_fault
def test_an_open_page_keeps_what_it_knows_and_tells_its_age(ada, sandbox, fault):
    page = ada.get("/player/")
    sandbox.fault(ALL, **fault)
    refresh.request_refresh(ada.member)
    answer = poll(ada, tag_of(page))
    assert answer.status_code == 200
    assert title_of(answer) == title_of(page)
    assert rows(answer) == rows(page)
    assert "This is how it was at" in answer.text
    assert attribute(answer, "now-playing", "data-running") is None
    assert ada.get("/player/").status_code == 200


@each_fault
def test_a_first_visit_gets_a_page_that_says_what_to_do(ada, sandbox, fault):
    sandbox.fault(ALL, **fault)
    answer = ada.get("/player/")
    assert is_calm(answer)
    assert answer.status_code in {502, 503}
    assert "again" in answer.text


@each_fault
def test_a_command_that_fails_says_so_and_leaves_the_page_alone(ada, sandbox, fault):
    page = ada.get("/player/")
    sandbox.fault("/v1/me/player/next", method="POST", **fault)
    answer = act(ada, "next")
    assert is_calm(answer)
    if answer.status_code == 200:
        return  # whatever came back, its status said that it was done
    assert 'hx-target="#toasts"' in answer.text
    assert 'id="player"' not in answer.text
    # Where only the answer was lost, the skip was done, and the page tells that, too.
    assert title_of(poll(ada)) in {title_of(page), rows(page)[0]}
    assert len(sandbox.requests("skip-users-playback-to-next-track")) <= 1


def test_a_wait_is_told_with_its_end_and_nothing_is_asked_meanwhile(ada, sandbox):
    ada.get("/player/")
    sandbox.fault(ALL, "rate_limit", retry_after=40_000)
    refresh.request_refresh(ada.member)
    until = timezone.localtime(timezone.now() + timezone.timedelta(seconds=40_000))
    answer = poll(ada)
    assert f"{until:%H:%M}" in answer.text or f"{until - timezone.timedelta(minutes=1):%H:%M}" in answer.text
    assert "asked us to wait until" in attribute(answer, "key-next", "title")
    sandbox.forget_requests()
    for _ in range(3):
        assert poll(ada, tag_of(answer)).status_code == 304
        assert ada.get("/player/").status_code == 200
        assert is_calm(act(ada, "pause"))
    assert not sandbox.requests()
    assert int(poll(ada)["Poll-Ms"]) <= 60_000


def test_when_the_trouble_is_over_the_page_goes_on(ada, sandbox):
    page = ada.get("/player/")
    sandbox.fault(ALL, "status", status=503)
    assert 'id="stale"' in look_again(ada).text
    sandbox.control("DELETE", "faults")
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=40), tick=True):
        answer = poll(ada)
    assert 'id="stale"' not in answer.text
    assert title_of(answer) == title_of(page)


def test_a_failing_queue_does_not_stop_the_player(ada, sandbox):
    page = ada.get("/player/")
    sandbox.fault("/v1/me/player/queue", "status", status=503)
    act(ada, "pause")
    answer = look_again(ada)
    assert "The queue is as it was at" in answer.text
    assert rows(answer) == rows(page)
    assert attribute(answer, "key-play", "aria-label") == "Play"


def test_repeated_trouble_is_asked_about_less_and_less(ada, sandbox):
    ada.get("/player/")
    sandbox.fault(ALL, "status", status=503)
    waits = [int(look_again(ada)["Poll-Ms"]) for _ in range(4)]
    assert waits == sorted(waits)
    assert waits[0] <= 5_200 < waits[2]


def test_an_access_token_that_dies_under_an_open_page_is_renewed_unseen(ada, sandbox):
    page = ada.get("/player/")
    sandbox.control("POST", "expire", {"member": "ada", "what": "access"})
    assert act(ada, "pause").status_code == 200
    assert title_of(look_again(ada)) == title_of(page)


@pytest.mark.parametrize(("order", "what"), [("expire", "refresh"), ("revoke", "")])
def test_a_grant_that_is_gone_leads_to_signing_in_again(ada, sandbox, order, what):
    ada.get("/player/")
    sandbox.control("POST", order, {"member": "ada", **({"what": what} if what else {})})
    sandbox.control("POST", "expire", {"member": "ada", "what": "access"})
    refresh.request_refresh(ada.member)
    page = ada.get("/player/")
    assert page.status_code == 403
    assert "econnect" in page.text
    assert "hx-partial" in poll(ada).text


def test_off_the_allowlist(ada, sandbox):
    sandbox.control("PUT", "allowlist", {"members": ["ben"]})
    answer = ada.get("/player/")
    assert is_calm(answer)
    assert answer.status_code == 403
    assert "User Management" in answer.text
    sandbox.forget_requests()
    for _ in range(5):  # an open page, and everything else that shows the player
        assert poll(ada).status_code == 403
    assert sandbox.control("GET", "requests")["total"] == 0
    sandbox.control("PUT", "allowlist", {"members": ["ada"]})
    with pass_time(timedelta(seconds=refresh.REFUSED_S + 1)):
        assert poll(ada).status_code == 200


def test_a_known_player_says_too_that_its_member_was_taken_off_the_allowlist(ada, sandbox):
    ada.get("/player/")
    sandbox.control("PUT", "allowlist", {"members": ["ben"]})
    refresh.request_refresh(ada.member)
    sandbox.forget_requests()
    for _ in range(3):
        assert poll(ada).status_code == 403
    assert sandbox.control("GET", "requests")["total"] <= 3


def test_no_token_is_in_any_answer_or_log(ada, sandbox, caplog):

    token = decrypt_token(ada.member.grant.access_token)
    for kind in ("status", "html", "reset", "unauthorized"):
        sandbox.fault(ALL, kind, times=3)
        refresh.request_refresh(ada.member)
        assert token not in ada.get("/player/").text
        assert token not in act(ada, "next").text
    assert token not in caplog.text


def test_searching_that_has_to_wait_leaves_the_player_alone(ada, sandbox):
    sandbox.fault("/v1/search", "rate_limit", retry_after=40_000)
    answer = ada.get("/player/", {"q": "night"})
    assert answer.status_code == 200
    assert "is limiting searches until" in answer.text
    assert attribute(answer, "key-next", "formaction") == "/player/next/"
    assert "is limiting searches until" in ada.get("/find/", {"q": "fog"}, **PART).text
