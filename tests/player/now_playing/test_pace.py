"""The household at its own pace: what members see of it, and what they do not."""

import pytest

from player.playback import refresh
from tests.player.parts import PART, act, poll, tag_of, title_of


@pytest.fixture
def slow_pace(settings):
    def apply(requests: int) -> None:
        settings.SPOTIFY_PACE_REQUESTS, settings.SPOTIFY_PACE_SECONDS = requests, 30
        settings.SPOTIFY_PACE_PARALLEL = 3

    return apply


def test_a_poll_gives_way_without_a_word(ada, sandbox, slow_pace):
    page = ada.get("/player/")
    slow_pace(1)
    act(ada, "pause")
    sandbox.forget_requests()
    refresh.update_state(ada.member, lambda state: refresh.structs.replace(state, due_at=0.0, changed_at=0.0))
    answer = poll(ada, tag_of(page))
    assert answer.status_code == 200
    assert title_of(answer) == title_of(page)
    assert "asked us" not in answer.text
    assert 'id="stale"' not in answer.text
    assert not sandbox.requests()


def test_a_button_beyond_the_pace_is_told_as_ours(ada, sandbox, slow_pace):
    ada.get("/player/")
    slow_pace(3)
    answers = [act(ada, "volume", volume_percent=percent) for percent in range(20, 30)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 503
    assert "Busy, one moment" in answers[-1].text
    assert not any("asked us" in answer.text for answer in answers)
    assert "asked us" not in ada.get("/player/").text


@pytest.mark.parametrize("path", ["/find/?q=fog", "/search/spotify/?q=fog&kind=tracks"])
def test_a_search_beyond_the_pace_is_told_as_ours(ada, sandbox, slow_pace, path):
    ada.get("/player/")
    slow_pace(1)
    act(ada, "pause")
    answer = ada.get(path, **PART)
    assert "asked us" not in answer.text
    assert "Busy, one moment" in answer.text


def test_what_spotify_refuses_is_told_as_its_word(ada, sandbox, slow_pace):
    ada.get("/player/")
    sandbox.fault("/v1/me/player*", "rate_limit", retry_after=600)
    answer = act(ada, "pause")
    assert answer.status_code == 503
    assert "asked us to wait until" in answer.text
