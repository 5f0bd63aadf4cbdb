"""What a member hears most: lists over three times, and nothing more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.player.parts import PART, titles


def test_artists_and_songs_over_three_times(ada, sandbox):
    for of in ("artists", "tracks"):
        for time_range in ("short_term", "medium_term", "long_term"):
            assert titles(ada.get("/top/", {"of": of, "range": time_range}).text)
    asked = [one["query"] for one in sandbox.requests("get-users-top-artists-and-tracks")]
    assert len(asked) == 6
    ada.get("/top/", {"of": "tracks", "range": "long_term"})
    assert len(sandbox.requests("get-users-top-artists-and-tracks")) == 6


def test_it_is_for_the_member_alone(ada, ben, sandbox):
    ada.get("/top/")
    ben.get("/top/")
    asked = sandbox.requests("get-users-top-artists-and-tracks")
    assert [one["member"] for one in asked] == ["ada", "ben"]


def test_what_makes_no_sense_shows_artists_of_half_a_year(ada, sandbox):
    page = ada.get("/top/", {"of": "albums", "range": "ever", "offset": "-3"})
    assert page.status_code == 200
    assert titles(page.text)


def test_more_are_added_below(ada, sandbox):
    page = ada.get("/top/", {"of": "tracks"})
    if "offset=50" in page.text:
        more = ada.get("/top/", {"of": "tracks", "offset": 50}, **PART)
        assert "<html" not in more.text
        assert titles(more.text)[0] not in titles(page.text)


@pytest.mark.parametrize("kind", ["quota", "status"])
def test_an_old_list_is_shown_when_spotify_cannot_be_asked(ada, sandbox, time_machine, kind):
    before = titles(ada.get("/top/").text)
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    sandbox.fault("/v1/me/top/*", kind, **({"retry_after": 9000} if kind == "quota" else {"status": 503}))
    page = ada.get("/top/")
    assert titles(page.text) == before
    assert "what the household already knows" in page.text
