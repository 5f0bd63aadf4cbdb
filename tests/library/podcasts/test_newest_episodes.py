"""The newest episodes of saved podcasts: what is asked for, what is shown, and without Spotify."""

from datetime import timedelta

from library.podcasts.episodes import MAX_REQUESTS
from library.saved import actions
from tests.library.conftest import work  # noqa: F401  # a fixture
from tests.player.parts import PART
from tests.support.clock import pass_time

PAGE, REFRESH = "/library/podcasts/newest/", "/library/podcasts/newest/refresh/"
EPISODES = "get-a-shows-episodes"


def save_none(sandbox, ada):
    ids = sandbox.control("GET", "library/ada")["show"]
    actions.set_saved(ada.member, [f"spotify:show:{id_}" for id_ in ids], saved=False)


def save_shows(sandbox, ada, work, count):  # noqa: F811
    shows = sandbox.control("GET", f"catalog?type=show&limit={count}")
    save_none(sandbox, ada)
    actions.set_saved(ada.member, [show["uri"] for show in shows], saved=True)
    ada.get("/library/podcasts/")
    work()
    sandbox.forget_requests()
    return shows


def test_a_refresh_asks_for_eight_podcasts_and_not_before_ten_minutes(either_mode, ada, sandbox, work):  # noqa: F811
    shows = save_shows(sandbox, ada, work, 11)
    page = ada.get(PAGE).text
    assert 'hx-trigger="load"' in page
    assert not sandbox.requests()
    page = ada.post(REFRESH, **PART).text
    assert len(sandbox.requests()) == len(sandbox.requests(EPISODES)) == min(MAX_REQUESTS, len(shows))
    assert 'hx-trigger="load"' not in page
    for _ in range(3):
        ada.get(PAGE)
        ada.post(REFRESH, **PART)
    assert len(sandbox.requests()) == min(MAX_REQUESTS, len(shows))
    with pass_time(timedelta(minutes=11)):
        assert 'hx-trigger="load"' in ada.get(PAGE).text
        ada.post(REFRESH, **PART)
    assert len(sandbox.requests()) == 2 * min(MAX_REQUESTS, len(shows))
    asked = {one["path"] for one in sandbox.requests(EPISODES)}
    assert len(asked) == len(shows), "those that were left out come first"


def test_episodes_are_played_in_place_and_say_how_far_they_were_heard(ada, sandbox, work):  # noqa: F811
    save_shows(sandbox, ada, work, 3)
    page = ada.post(REFRESH, **PART).text
    row = page.split('id="row-newest-0"', 1)[1].split("</li>", 1)[0]
    uri = row.split('data-uri="', 1)[1].split('"', 1)[0]
    show_uri = row.split(f"{uri} ", 1)[1].split('"', 1)[0]
    assert "formaction" not in row, "what plays it stands in front of the row, as in every list"
    ada.post("/player/play-from/", {"uri": f"{show_uri} {uri}"}, **PART)
    assert sandbox.control("GET", "player/ada")["item"] == uri
    ada.post("/player/seek/", {"position_ms": 300_000}, **PART)
    ada.post("/player/next/", **PART)
    with pass_time(timedelta(minutes=11)):
        page = ada.post(REFRESH, **PART).text
        assert f'name="uri" value="{uri}"' in page.split("Newest</h2>")[0], "it is in progress"
        assert 'name="position_ms" value="300' in page
        assert uri in ada.get("/home/continue/", **PART).text


def test_without_spotify_the_page_says_so_and_shows_what_it_knows(ada, sandbox, work):  # noqa: F811
    save_shows(sandbox, ada, work, 3)
    sandbox.fault("/v1/*", "status", status=503)
    assert "Spotify isn’t answering right now." in ada.post(REFRESH, **PART).text
    sandbox.control("PUT", "faults", [])
    with pass_time(timedelta(minutes=11)):
        ada.post(REFRESH)
        sandbox.fault("/v1/*", "status", status=503)
    with pass_time(timedelta(minutes=22)):
        page = ada.post(REFRESH, **PART).text
        assert "Last synced" in page
        assert 'id="row-newest-0"' in page


def test_without_podcasts_it_says_how_to_get_some(ada, sandbox):
    save_none(sandbox, ada)
    assert "No saved podcasts" in ada.get(PAGE).text
