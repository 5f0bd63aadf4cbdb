"""Pages while another program holds the database: what only reads works, what has to write says so."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.core.cache import cache
from django.db import connection

from accounts.models import Member
from tests.jobs.workers import work
from tests.player.parts import act

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
PAGES = [
    "/",
    "/player/",
    "/recent/",
    "/library/",
    "/library/albums/",
    "/library/artists/",
    "/search/?q=moon",
    "/playlists/",
    "/playlists/labels/",
    "/playlists/removed/",
    "/household/",
    "/top/",
    "/privacy/",
]

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the database"
)


@contextmanager
def locked() -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(name, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture(autouse=True)
def _short_waits(settings):
    settings.DATABASE_WAIT_S = 0.2


def test_pages_that_were_seen_before_are_shown(ada):
    for path in PAGES:
        assert ada.get(path).status_code == 200, path
    with locked():
        for path in PAGES:
            assert ada.get(path).status_code == 200, path


def test_a_toast_that_waits_and_what_was_begun_cost_no_page(ada, sandbox):
    """What is announced once is taken out of what is stored, and pages look after work that was left."""
    pages = ["/player/", "/playlists/import/", "/playlists/export/", "/library/", "/household/"]
    links = sandbox.list_saved_tracks("ada", 2)
    ada.post("/player/lines/", {"lines": "\n".join(links)}, **PART)
    work()
    for path in pages:
        assert ada.get(path).status_code == 200, path
    ada.post("/player/lines/", {"lines": "\n".join(links)}, **PART)
    work()
    for path in pages:
        ada.post("/playlists/labels/", {"name": f"A label for {path}"[:40]})
        with locked():
            assert ada.get(path).status_code == 200, path
            assert act(ada, "pause").status_code == 200, path
        assert ada.get(path).status_code == 200, path


def test_a_page_that_was_never_seen_says_what_happens_and_comes_by_itself(ada):
    """Nothing is stored of it yet, and nothing can be."""
    paths = [*PAGES, "/library/podcasts/", "/library/episodes/", "/library/audiobooks/"]
    with locked():
        first = {path: ada.get(path) for path in paths}
    waiting = {path: answer for path, answer in first.items() if answer.status_code != 200}
    assert "/library/" in waiting
    for path, answer in waiting.items():
        assert answer.status_code == 503, path
        assert "The box is busy" in answer.text, path
        assert "This page comes by itself" in answer.text, path
        assert '<meta http-equiv="refresh" content="5">' in answer.text, path
    for path in waiting:
        assert ada.get(path).status_code == 200, path


def test_what_was_not_done_is_not_done_by_itself_later(ada):
    with locked():
        page = ada.post("/playlists/labels/", {"name": "Jazz"})
    assert page.status_code == 503
    assert "http-equiv" not in page.text
    assert "comes by itself" not in page.text


def test_the_player_is_shown_although_nothing_is_known_of_it_yet(ada):
    cache.clear()
    with locked():
        answer = ada.get("/player/")
    assert answer.status_code == 200
    assert "doesn’t answer" not in answer.text


def test_a_control_goes_to_spotify(ada, sandbox):
    act(ada, "play")
    sandbox.forget_requests()
    with locked():
        assert act(ada, "pause").status_code == 200
    assert len(sandbox.requests("pause-a-users-playback")) == 1


def test_the_first_control_of_a_member_needs_nothing_stored_either(ada, sandbox):
    Member.objects.update(is_premium=None)
    sandbox.forget_requests()
    with locked():
        assert act(ada, "pause").status_code == 200
    assert len(sandbox.requests("pause-a-users-playback")) == 1


def test_what_cannot_be_stored_is_not_begun_and_says_so(ada, sandbox):
    sandbox.forget_requests()
    with locked():
        page = ada.post("/playlists/labels/", {"name": "Jazz"})
        toast = ada.post("/playlists/labels/", {"name": "Jazz"}, **PART)
    for answer in (page, toast):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "The box is busy" in answer.text
        assert "Nothing was changed." in answer.text
    assert "Another program on the box" in page.text
    assert "<html" in page.text
    assert "<html" not in toast.text
    assert not [one for one in sandbox.requests() if one["method"] != "GET"]
    assert not ada.member.labels.exists()


def test_what_would_be_stored_after_it_was_sent_is_not_sent(ada, sandbox):
    ada.get("/playlists/")
    known = list(ada.member.playlists.values_list("playlist__spotify_id", flat=True))
    acts = {
        "/playlists/new/": {"name": "Late", "visibility": "off"},
        f"/playlists/{known[0]}/unfollow/": {},
        "/playlists/follow/": {"link": f"spotify:playlist:{known[0]}"},
    }
    sandbox.forget_requests()
    with locked():
        answers = [ada.post(path, data, **PART) for path, data in acts.items()]
    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert "Nothing was changed." in answer.text
    assert not [one for one in sandbox.requests() if one["method"] != "GET"]


def test_the_wait_of_requests_ends_with_them(ada):
    with locked():
        assert ada.post("/playlists/labels/", {"name": "Jazz"}).status_code == 503
        timeout_ms = connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]
    assert timeout_ms == 20_000, "after a request the connection is the worker's again"
