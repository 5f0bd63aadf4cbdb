"""Home: what it shows, in both quota modes, with Spotify away, and what it asks for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from home.models import FirstSteps
from player.models import ListeningPlace
from tests.clock import pass_time
from tests.library.conftest import work  # noqa: F401  # a fixture
from tests.player.parts import PART

RECENT, TOP = "get-recently-played", "get-users-top-artists-and-tracks"


def asked(sandbox, member="ada"):
    return sorted(one["operation"] for one in sandbox.requests() if one["member"] == member)


def see_everything(person):
    """The page as a browser with scripts gets it."""
    answers = [person.get("/")]
    answers += [person.get(f"/home/{part}/", **PART) for part in ("continue", "listening", "top")]
    assert [answer.status_code for answer in answers] == [200] * 4
    return "".join(answer.text for answer in answers)


def test_home_asks_for_two_things_and_not_again(either_mode, ada, sandbox):
    sandbox.scene("ada")
    sandbox.forget_requests()
    page = ada.get("/").text
    assert asked(sandbox) == []
    assert 'hx-get="/home/continue/" hx-trigger="load"' in " ".join(page.split())
    see_everything(ada)
    assert asked(sandbox) == [RECENT, TOP]
    for _ in range(3):
        page = see_everything(ada)
    assert asked(sandbox) == [RECENT, TOP]
    assert 'hx-trigger="load"' not in ada.get("/").text
    assert "Your top artists" in page
    with pass_time(timedelta(minutes=11)):
        see_everything(ada)
    assert asked(sandbox) == [RECENT, RECENT, TOP]


def test_home_stands_while_spotify_is_away(ada, sandbox, work):  # noqa: F811
    ada.get("/library/albums/")
    work()
    sandbox.fault("/v1/*", "status", status=503)
    page = see_everything(ada)
    assert 'id="added-' in page
    assert "Play an album, a playlist or a podcast" in page


def test_an_episode_goes_on_where_it_was_stopped(ada, sandbox):
    sandbox.scene("ada", scene="podcast", progress_ms=754_000)
    ada.get("/player/")
    ada.post("/player/pause/", **PART)
    place = ListeningPlace.objects.get(member=ada.member)
    page = ada.get("/home/continue/", **PART).text
    assert f'name="position_ms" value="{place.position_ms}"' in page
    assert "min left" in page


def test_a_step_stays_done_and_the_list_can_be_closed(ada):
    page = ada.get("/").text
    assert "Share what you hear" in page
    ada.post("/household/sharing/", {"shows_listening": "on"})
    ada.get("/")
    ada.post("/household/sharing/", {})
    assert "share" in FirstSteps.objects.get(member=ada.member).done
    assert "1 of " in ada.get("/").text
    part = ada.post("/home/first-steps/shortcuts/done/", **PART).text
    assert "2 of " in part
    assert ada.post("/home/first-steps/close/")["Location"] == "/"
    assert 'id="checklist"' not in ada.get("/").text


def test_the_list_goes_away_by_itself(ada):
    assert 'id="checklist"' in ada.get("/").text
    ada.member.joined_at = timezone.now() - timedelta(days=14)
    ada.member.save()
    assert 'id="checklist"' not in ada.get("/").text


@pytest.mark.parametrize(
    ("old", "new"),
    [("/?q=night", "/player/?q=night"), ("/?q=a%26b&kind=album", "/player/?q=a%26b&kind=album")],
)
def test_old_addresses_of_the_player_lead_there(ada, old, new):
    assert ada.get(old)["Location"] == new
    assert ada.get("/", **PART)["HX-Redirect"] == "/player/"
