"""Several members: who shows what to whom, at what cost, and adding to each other's queues."""

import time

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from player import household
from player.playback import refresh
from player.playback.state import load_state
from tests.player.parts import PART, act, look_again, poll, tag_of, titles

PLAYBACK = "get-information-about-the-users-current-playback"


def share(person, **what: bool):
    for name, value in what.items():
        setattr(person.member, name, value)
    person.member.save()
    cache.delete("player:household")


def strip(answer):
    return (
        answer.text.split('id="company"', 1)[1].split("</section>", 1)[0]
        if 'id="company"' in answer.text
        else ""
    )


@pytest.fixture
def both(ada, ben, sandbox):
    """Ben's player is known, as if his page were open."""
    sandbox.scene("ben")
    ben.get("/player/")
    ada.get("/player/")
    return ada, ben


def test_nobody_shows_anything_until_they_say_so(both):
    ada, _ben = both
    assert not strip(ada.get("/player/"))


def test_who_allows_it_is_shown_with_what_plays_and_where(both):
    ada, ben = both
    share(ben, shows_listening=True)
    shown = strip(ada.get("/player/"))
    playback = load_state(ben.member).playback
    assert "Ben" in shown
    assert playback.item.url in shown
    assert f"on {playback.device.name}" in shown
    assert not strip(ben.get("/player/"))  # oneself is no company


def test_a_private_session_is_never_shown(both, sandbox):
    ada, ben = both
    share(ben, shows_listening=True)
    sandbox.scene("ben", scene="private")
    look_again(ben)
    cache.delete("player:household")
    shown = strip(ada.get("/player/"))
    assert load_state(ben.member).playback.item.url not in shown
    assert "Nothing is playing" in shown


def test_what_the_others_do_changes_the_tag(both, sandbox):
    ada, ben = both
    share(ben, shows_listening=True)
    tag = tag_of(ada.get("/player/"))
    assert poll(ada, tag).status_code == 304
    act(ben, "next")
    cache.delete("player:household")
    assert poll(ada, tag).status_code == 200


def test_who_has_no_page_open_is_asked_for_once_a_minute(both, sandbox):
    if "server" in settings.CACHES:
        pytest.skip("Redis keeps time by a clock that no test can move")
    ada, ben = both
    share(ben, shows_listening=True)
    start = timezone.now()
    sandbox.forget_requests()
    for second in (5, 66, 70, 90, 131):
        with time_machine.travel(start + timezone.timedelta(seconds=second)):
            poll(ada)
            wait_for_the_others()
    asked = [one["operation"] for one in sandbox.requests() if one["member"] == "ben"]
    assert asked == [PLAYBACK, PLAYBACK]


def wait_for_the_others():
    """Those who ask work one after the other, so a task behind theirs ends after them."""
    household._background.submit(time.monotonic).result()


def test_an_open_page_of_theirs_is_enough(both, sandbox):
    ada, ben = both
    share(ben, shows_listening=True)
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=61)):
        refresh.get_state(ben.member)
        sandbox.forget_requests()
        poll(ada)
        wait_for_the_others()
    assert not [one for one in sandbox.requests() if one["member"] == "ben"]


def test_an_open_queue_takes_what_others_add_and_names_them(both, sandbox):
    ada, ben = both
    share(ben, has_open_queue=True)
    track = sandbox.control("GET", "catalog?type=track")[9]
    page = ada.get("/player/")
    assert f'<option value="{ben.member.pk}">Ben</option>' in " ".join(page.text.split())
    answer = act(ada, "queue", uri=track["uri"], for_member=ben.member.pk)
    assert "queue of Ben." in answer.text
    assert track["uri"] in sandbox.control("GET", "player/ben")["queue"]
    assert track["uri"] not in sandbox.control("GET", "player/ada")["queue"]
    theirs = look_again(ben).text
    assert "</span>Ada" in theirs.split('id="by-hand-title"', 1)[1]
    assert titles(theirs.split('id="by-hand-title"', 1)[1].split("</ol>")[0])[-1] == track["name"]


def test_the_log_is_seen_by_both_and_by_nobody_else(both, sandbox, willem):
    ada, ben = both
    share(ben, has_open_queue=True)
    found = ada.get("/find/", {"q": "night"}, **PART)
    uri = found.text.split('name="uri" value="', 1)[1].split('"', 1)[0]
    act(ada, "queue", uri=uri, for_member=ben.member.pk)
    assert "by you, for Ben" in ada.get("/player/added/").text
    assert "by Ada" in ben.get("/player/added/").text
    assert "Nothing was added yet" in willem.get("/player/added/").text


@pytest.mark.parametrize("pk", ["ben", "0", "99999", "-1", "self"])
def test_a_closed_queue_takes_nothing(both, sandbox, pk):
    ada, ben = both
    whose = {"ben": ben.member.pk, "self": ada.member.pk}.get(pk, pk)
    uri = sandbox.control("GET", "catalog?type=track")[9]["uri"]
    assert "doesn’t let others add" in act(ada, "queue", uri=uri, for_member=whose).text
    assert not sandbox.requests("add-to-queue")


def test_their_troubles_are_told_as_theirs(both, sandbox, willem):
    ada, ben = both
    share(ben, has_open_queue=True)
    share(willem, has_open_queue=True)
    uri = sandbox.control("GET", "catalog?type=track")[9]["uri"]
    sandbox.scene("ben", scene="nothing")
    look_again(ben)
    sandbox.scene("willem")
    assert "Ben has no device awake" in act(ada, "queue", uri=uri, for_member=ben.member.pk).text
    assert "is on the free plan" in act(ada, "queue", uri=uri, for_member=willem.member.pk).text
    ben.member.grant.trouble, ben.member.grant.refusals = "revoked", 2
    ben.member.grant.save()
    assert (
        "Ben has to sign in with Spotify again" in act(ada, "queue", uri=uri, for_member=ben.member.pk).text
    )


def test_the_household_page_keeps_both_switches(ada):
    page = ada.get("/household/")
    assert 'name="shows_listening"' in page.text
    assert "checked" not in page.text.split('name="shows_listening"', 1)[1].split(">", 1)[0]
    ada.post("/household/sharing/", {"shows_listening": "on"})
    ada.member.refresh_from_db()
    assert (ada.member.shows_listening, ada.member.has_open_queue) == (True, False)
