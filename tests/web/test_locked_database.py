"""Pages while another program holds the database: what only reads works, what has to write says so."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts.encryption import decrypt_token
from accounts.models import Grant, Member
from accounts.tokens import GrantTokens
from player.sleep_timer import actions as sleep_timer
from spotweb.storage import steady_cache
from spotweb.storage.database_waits import limit_wait
from tests.jobs.workers import work
from tests.player.observation.parts import act_in_app, share_clock
from tests.player.parts import PART, act, poll

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
def _short_waits(settings, monkeypatch):
    settings.DATABASE_WAIT_S = 0.05
    monkeypatch.setattr(steady_cache, "_TABLE_WAIT_S", 0.05)


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


def list_buttons(sandbox):
    """Each control of the player that Spotify alone carries out, with what its form sends."""
    song, other = sandbox.list_saved_tracks("ada", 12)[10:]
    album = sandbox.control("GET", "catalog?type=album")[5]["uri"]
    device = sandbox.control("GET", "player/ada")["devices"][0]["id"]
    return [
        ("next", {"times": 2}),
        ("pause", {}),
        ("play", {}),
        ("seek", {"position_ms": 5_000}),
        ("skip", {"seconds": 15}),
        ("volume", {"volume_percent": 31}),
        ("shuffle", {"state": "true"}),
        ("repeat", {"state": "context"}),
        ("previous", {}),
        ("saved", {"uri": song, "saved": "true"}),
        ("play-item", {"uri": other}),
        ("shuffle-item", {"uri": album}),
        ("lines/play", {"lines": f"{song}\n{other}"}),
        ("saved/play", {"uris": song}),
        ("queue/play", {"row": f"{song} 0 "}),
        ("device", {"device_id": device}),
        ("device/play", {"device_id": device}),
        ("devices", {}),
        ("premium", {}),
        ("queues/dismiss", {}),
    ]


def press_all(person, buttons):
    """What was answered with an error, with a script and without one."""
    answers = [
        (name, headers, person.post(f"/player/{name}/", values, **headers))
        for headers in (PART, {})
        for name, values in buttons
    ]
    return [
        (name, "part" if headers else "page", answer.status_code)
        for name, headers, answer in answers
        if answer.status_code not in {200, 302}
    ]


def test_every_button_works_after_an_evening_although_nothing_can_be_written(ada, sandbox):
    """Songs were queued, skipped and changed by themselves, the queue was lost, and a toast waits."""
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, progress_ms=10_000, repeat="context")
    ada.get("/player/")
    songs = sandbox.list_saved_tracks("ada", 6)
    ada.get("/player/", {"find": "moon"}, **PART)
    with share_clock(sandbox) as clock:
        for song in songs:
            act(ada, "queue", uri=song)
        act(ada, "sleep", after="15")
        for act_of_app in ("skip", "pause", "resume"):
            act_in_app(sandbox, "ada", act_of_app)
            clock.skip(20)
            poll(ada)
        buttons = list_buttons(sandbox)
        clock.skip(20)  # somebody skips, and nobody has looked since
        act_in_app(sandbox, "ada", "skip")
        queue = ("queue", {"uri": songs[0]})
        for _ in range(2):
            ada.post("/player/queue/", queue[1])  # its toast waits for the next page
            with locked():
                assert not press_all(ada, [*buttons, queue])
                assert poll(ada).status_code == 200
            clock.skip(400)
            cache.clear()  # as after some days
        sandbox.scene("ada", playing=False, context=None)
        with locked():
            assert act(ada, "play").status_code in {200, 404}
    assert poll(ada).status_code == 200


def test_buttons_work_where_the_queue_is_kept_here_and_a_timer_has_ended(ada, sandbox):
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, progress_ms=10_000, repeat="context")
    ada.get("/player/")
    act(ada, "kept", is_on="true")
    for song in sandbox.list_saved_tracks("ada", 3):
        act(ada, "queue", uri=song)
    act(ada, "sleep", after="15")
    timer = sleep_timer.find_job(ada.member)
    sleep_timer.show_timer(ada.member, timer.payload, slept_at=time.time())
    buttons = list_buttons(sandbox)
    cache.clear()
    with locked():
        assert not press_all(ada, buttons)
        assert act(ada, "play").status_code == 200


def test_the_first_control_of_a_member_needs_nothing_stored_either(ada, sandbox):
    Member.objects.update(is_premium=None)
    sandbox.forget_requests()
    with locked():
        assert act(ada, "pause").status_code == 200
    assert len(sandbox.requests("pause-a-users-playback")) == 1


def test_pages_answer_from_what_is_there_when_a_token_ends_meanwhile(ada, sandbox):
    """No new one can be stored, so none is asked for: nothing is said of Spotify."""
    playlist = ada.get("/playlists/").text.partition('href="/playlists/')[2].partition('"')[0]
    song, album = sandbox.list_saved_tracks("ada", 1)[0], sandbox.control("GET", "catalog?type=album")[4]
    things = [f"/playlists/{playlist}", f"/tracks/{song.rpartition(':')[2]}/", f"/albums/{album['id']}/"]
    known = [*PAGES, *things]
    for path in known:
        assert ada.get(path).status_code == 200, path
    sandbox.forget_requests()
    with time_machine.travel(timezone.now() + timedelta(hours=3)), locked():
        for path in known:
            answer = ada.get(path)
            assert answer.status_code == 200, (path, answer.text[:2000])
            assert "answering" not in answer.text, path
        assert not sandbox.requests()
        toast = act(ada, "pause")
        assert (toast.status_code, "The box is busy" in toast.text) == (503, True)
        unknown = ada.get(f"/albums/{sandbox.control('GET', 'catalog?type=album')[9]['id']}/")
        assert (unknown.status_code, "The box is busy" in unknown.text) == (503, True)


def test_the_player_is_well_some_seconds_after_the_lock_has_ended(ada, sandbox):
    ada.get("/player/")
    with time_machine.travel(timezone.now() + timedelta(hours=3)) as clock:
        with locked():
            for _ in range(4):
                clock.shift(60)
                assert "The box is busy" in ada.get("/player/").text
        clock.shift(6)
        assert "The box is busy" not in ada.get("/player/").text


def test_a_token_that_still_lives_is_used_while_no_new_one_can_be_stored(ada, sandbox):
    Grant.objects.update(access_expires_at=timezone.now() + timedelta(seconds=40))
    sandbox.forget_requests()
    with locked():
        assert act(ada, "pause").status_code == 200
    assert [one["operation"] for one in sandbox.requests()] == ["pause-a-users-playback"]


def test_a_renewal_that_could_not_be_stored_is_used_and_stored_afterwards(ada, sandbox):
    sandbox.control("PUT", "settings", {"rotate_refresh_tokens": True, "latency_ms": 300})
    before = decrypt_token(Grant.objects.get().refresh_token)
    Grant.objects.update(access_expires_at=timezone.now())
    with ThreadPoolExecutor(1) as pool:
        renewal = pool.submit(renew_and_close, ada.member)
        while Grant.objects.get().renewing_until is None:
            time.sleep(0.01)
        with locked():
            token = renewal.result()
            assert decrypt_token(Grant.objects.get().refresh_token) == before
            with limit_wait(0.05):
                assert GrantTokens(ada.member).access_token() == token
    assert GrantTokens(ada.member).access_token() == token
    assert decrypt_token(Grant.objects.get().refresh_token) != before
    assert Grant.objects.get().renewing_until is None
    assert len(sandbox.requests("token")) == 1


def renew_and_close(member):
    try:
        with limit_wait(0.05):
            return GrantTokens(member).access_token()
    finally:
        connection.close()


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
