"""One pace for the whole house: never too many in a window, members first, all of it in the ledger."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections

from spotweb.spotify import catalog, player, profile
from spotweb.spotify.errors import PaceReached, QuotaExceeded, SpotifyError
from spotweb.spotify.http import Client
from spotweb.spotify.rate_limit import blocks, ledger, limits, lock, pace
from spotweb.spotify.rate_limit.ledger import LedgerRow
from spotweb.spotify.rate_limit.limits import RequestFacts
from tests.spotify.unruly import Reply, found

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ME = found({"id": "ada"})
TRACK = "4iV5W9uYEdYUVa79Axb7Rh"
FOUND_TRACK = found({"type": "track", "id": TRACK, "uri": f"spotify:track:{TRACK}", "name": "One"})
COMMAND = RequestFacts("player", "page", "pause", is_act=True)


@pytest.fixture
def set_pace(settings) -> Callable[..., None]:
    def apply_pace(requests: int, seconds: float, parallel: int = 3) -> None:
        settings.SPOTIFY_PACE_REQUESTS = requests
        settings.SPOTIFY_PACE_SECONDS = seconds
        settings.SPOTIFY_PACE_PARALLEL = parallel

    return apply_pace


@pytest.fixture
def behind(tokens) -> Client:
    return Client(tokens, purpose="background")


class VirtualClock:
    """Stands in for the time module in the rate limit: sleeping takes no time, and nothing else does."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def time(self) -> float:
        return self.now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch) -> VirtualClock:
    """For tests of one thread: each wait is as long as it was asked for, however busy the machine is."""
    clock = VirtualClock()
    for module in (pace, blocks, ledger):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def departures(monkeypatch) -> list[tuple[float, str]]:
    """When each request was allowed to go, and for whom: when it arrives, a busy machine decides."""
    departures = []
    record_departure = pace._record_departure

    def record(memory, allowed, request, now) -> str:
        departures.append((now, request.purpose))
        return record_departure(memory, allowed, request, now)

    monkeypatch.setattr(pace, "_record_departure", record)
    return departures


@pytest.fixture
def patient(monkeypatch) -> None:
    """Everybody waits as long as it takes: on a busy machine a thread may wake up seconds late."""
    patient = dict.fromkeys(("button", "page", "poll", "background"), 120.0)
    monkeypatch.setattr(pace, "_MAX_WAIT_S", patient)
    monkeypatch.setattr(pace, "_MAX_WAIT_FOR_OTHERS_S", patient)
    # Else two seconds in which the database's lock is busy let one go without it.
    monkeypatch.setattr(lock, "_MAX_HOLD_S", 120)


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(start <= at < start + seconds for at in times) for start in times)


def entered(turn: AbstractContextManager[float]) -> AbstractContextManager[float]:
    """A turn that is not over; it would end by itself if nobody kept it."""
    turn.__enter__()
    return turn


def row(family: str, purpose: str = "page") -> LedgerRow:
    return next(row for row in ledger.list_usage() if (row.family, row.purpose) == (family, purpose))


@pytest.mark.usefixtures("patient")
def test_no_window_holds_more_than_the_pace(unruly, client, behind, set_pace, departures):
    set_pace(20, 1.0)
    unruly.answer(ME)
    with ThreadPoolExecutor(6) as pool:
        clients = [behind, behind, behind, client]
        list(pool.map(profile.get_current_users_profile, clients * 15))
    assert len(unruly.asked) == 60
    assert len(departures) == 60
    assert most_within([at for at, _ in departures], 1.0) <= 20


def test_background_work_goes_evenly(unruly, behind, set_pace, departures):
    set_pace(20, 1.0)
    unruly.answer(ME)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(profile.get_current_users_profile, [behind] * 20))
    # No burst that would leave a member nothing: half of the window's requests in half of its time.
    assert len(unruly.asked) == 20
    assert most_within([at for at, _ in departures], 0.5) <= 13


@pytest.mark.usefixtures("patient")
def test_not_too_many_are_on_their_way_at_once(unruly, client, set_pace):
    set_pace(1000, 1.0, parallel=3)
    unruly.answer(Reply(200, ME.body, ME.headers, delay_s=0.03))
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(profile.get_current_users_profile, [client] * 24))
    assert unruly.most_at_once <= 3


@pytest.mark.usefixtures("patient")
def test_a_member_overtakes_background_work(unruly, client, behind, set_pace, monkeypatch):
    set_pace(10, 1.0)
    unruly.answer(ME)
    stop = threading.Event()
    events = []  # under the lock of the rate limit, so in their true order
    compute_wait, record_departure = pace._compute_wait, pace._record_departure

    def note_look(memory, allowed, request, now):
        events.append((request.purpose, "looks"))
        return compute_wait(memory, allowed, request, now)

    def note_departure(memory, allowed, request, now):
        events.append((request.purpose, "goes"))
        return record_departure(memory, allowed, request, now)

    monkeypatch.setattr(pace, "_compute_wait", note_look)
    monkeypatch.setattr(pace, "_record_departure", note_departure)
    # On a busy machine a member who waits may not wake up in time to say so again.
    monkeypatch.setattr(pace, "_PAGE_WAITS_S", 120)

    def work() -> None:
        while not stop.is_set():
            profile.get_current_users_profile(behind)

    overtaken_by = []
    with ThreadPoolExecutor(8) as pool:
        workers = [pool.submit(work) for _ in range(8)]
        while len(unruly.asked) < 10:
            time.sleep(0.01)
        for _ in range(6):
            before = len(events)
            catalog.search(client, "x")
            since = events[before:]
            waiting = since[since.index(("page", "looks")) : since.index(("page", "goes"))]
            overtaken_by.append(waiting.count(("background", "goes")))
        stop.set()
    # Eight others that wait as well may not go before the member who began to wait.
    assert max(overtaken_by) == 0
    assert all(worker.result() is None for worker in workers)


def test_a_member_is_told_instead_of_kept_waiting(unruly, client, set_pace, clock):
    set_pace(5, 30)
    unruly.answer(ME)
    for _ in range(5):
        profile.get_current_users_profile(client)
    began = clock.now
    with pytest.raises(PaceReached) as caught:
        profile.get_current_users_profile(client)
    assert clock.now == began
    assert 30 < caught.value.until.timestamp() - clock.now <= 31
    assert len(unruly.asked) == 5


def test_an_act_does_not_suffer_for_what_pages_read(unruly, client, set_pace):
    set_pace(6, 30)
    unruly.answer(ME)
    for _ in range(5):
        profile.get_current_users_profile(client)
    with pytest.raises(PaceReached):
        profile.get_current_users_profile(client)
    unruly.answer(Reply(204))
    for _ in range(3):
        player.pause_a_users_playback(client)
    with pytest.raises(PaceReached):
        player.pause_a_users_playback(client)
    assert len(unruly.asked) == 3, "what pages leave, and a third more; not without end"


def test_requests_that_hang_do_not_hold_a_member_up(set_pace, clock):
    set_pace(100, 30, parallel=2)
    hanging = [entered(pace.wait_for_slot(RequestFacts("library", "background"))) for _ in range(2)]
    with pace.wait_for_slot(COMMAND) as waited_s:
        assert 0.1 < waited_s < 0.3
    assert len(hanging) == 2


def test_who_crashed_in_flight_is_forgotten(set_pace, clock):
    set_pace(100, 30, parallel=2)
    crashed = [entered(pace.wait_for_slot(RequestFacts("library", "page"))) for _ in range(2)]
    clock.sleep(31)
    with pace.wait_for_slot(RequestFacts("library", "background")) as waited_s:
        assert waited_s < 0.5
    assert len(crashed) == 2


def test_a_clock_set_back_stops_nobody(set_pace, clock):
    set_pace(3, 30)
    for _ in range(3):
        with pace.wait_for_slot(RequestFacts("library", "page")):
            pass
    clock.sleep(-3600)
    with pace.wait_for_slot(RequestFacts("library", "background")) as waited_s:
        assert waited_s < 0.5


def _send(priority: str, member: str = "ada") -> None:
    facts = RequestFacts("player", priority, "get-queue", member=member)
    with pace.wait_for_slot(facts):
        pass


def _send_until_refused(priority: str) -> int:
    for count in range(100):
        try:
            _send(priority)
        except PaceReached:
            return count
    raise AssertionError("never refused")


def test_polls_give_way_first_and_buttons_last(set_pace, clock, monkeypatch):
    set_pace(45, 30)
    monkeypatch.setitem(pace._MAX_WAIT_S, "background", 0.9)
    for _ in range(3):
        _send("page")
    clock.sleep(10)
    polls, pages, buttons = map(_send_until_refused, ("poll", "page", "button"))
    assert 0 < pages < polls
    assert 3 + polls + pages < 45, "the rest is for buttons alone"
    assert 3 + polls + pages + buttons == 60
    assert _send_until_refused("background") == 0


def test_background_work_leaves_room_for_pages_and_polls(set_pace, clock):
    set_pace(45, 30)
    for _ in range(100):
        _send("background")
    began = clock.now
    for priority in ("poll", "page", "button"):
        _send(priority)
    for _ in range(9):
        _send("button")
    assert clock.now - began < 2


def test_a_poll_does_not_wait(set_pace, clock):
    set_pace(45, 30)
    _send_until_refused("poll")
    began = clock.now
    assert _send_until_refused("poll") == 0
    assert clock.now - began < 0.5


@pytest.mark.usefixtures("patient")
def test_the_members_of_background_work_take_turns(set_pace, departures, monkeypatch):
    set_pace(60, 1.0)
    members = []
    record_departure = pace._record_departure

    def record(memory, allowed, request, now) -> str:
        members.append(request.member)
        return record_departure(memory, allowed, request, now)

    monkeypatch.setattr(pace, "_record_departure", record)
    # On a busy machine who waits may not wake up in time to say so again.
    monkeypatch.setattr(pace, "_MAX_SLEEP_S", 5)

    def work(member: str) -> None:
        for _ in range(12):
            _send("background", member)

    with ThreadPoolExecutor(7) as pool:
        # Six threads of one member against one of another.
        list(pool.map(work, ["ada"] * 6 + ["ben"]))
    between = [at for at, member in enumerate(members) if member == "ben"]
    # While Ben has something to send, he waits for a turn of Ada's or two, not for six.
    assert len(between) == 12
    assert between[-1] - between[0] <= 3 * 12


@pytest.mark.django_db(transaction=True)
def test_processes_share_the_pace(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    }
    settings.SPOTIFY_PACE_REQUESTS, settings.SPOTIFY_PACE_SECONDS = 20, 2
    call_command("createcachetable")
    cache.clear()
    connections.close_all()
    children = [_fork(lambda: _take_turns(8)) for _ in range(3)]
    began = time.monotonic()
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert row("library", "background").day == 24
    # 24 turns at 20 in 2 s cannot be over sooner, however many processes take them.
    assert time.monotonic() - began > 2


def _fork(act: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act()
            connections.close_all()
            status = 0
        finally:
            os._exit(status)
    return child


def _take_turns(count: int) -> None:
    for _ in range(count):
        with pace.wait_for_slot(RequestFacts("library", "background")):
            pass


# --- the ledger ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("requests", [0, 1000])
def test_the_ledger_says_who_spent_what(unruly, client, behind, set_pace, requests):
    set_pace(requests, 1)
    with time_machine.travel(NOON) as clock:
        unruly.answer(FOUND_TRACK)
        catalog.search(client, "x")
        clock.shift(2 * 3600)
        for _ in range(2):
            catalog.search(behind, "x")
        catalog.get_track(client, TRACK)
        assert (row("search").hour, row("search").day) == (0, 1)
        assert (row("search", "background").hour, row("search", "background").day) == (2, 2)
        catalogue = row("catalogue")
        assert (catalogue.day, catalogue.day_budget, catalogue.share_of_day) == (1, 600, 1 / 600)
        assert row("search").share_of_day is None
        clock.shift(timedelta(hours=24, minutes=16))
        assert {row.day for row in ledger.list_usage()} == {0}


def test_the_ledger_shows_what_is_blocked(unruly, client):
    with time_machine.travel(NOON, tick=False):
        unruly.answer(Reply(429, b'{"error": {"reason": "QUOTA_EXCEEDED"}}', {"Retry-After": "60"}))
        with pytest.raises(QuotaExceeded):
            catalog.search(client, "x")
        assert (row("search").blocked_until, row("search").is_quota) == (NOON + timedelta(seconds=60), True)
        assert row("player").blocked_until is None


@pytest.mark.parametrize("requests", [0, 10_000])
def test_background_work_leaves_members_their_share_of_the_day(set_pace, settings, requests):
    set_pace(requests, 1)
    settings.SPOTIFY_DAILY_READS, settings.SPOTIFY_DAILY_RESERVE = 10, 4
    with time_machine.travel(NOON) as clock:
        assert _reads_until_refused("background") == 6
        clock.shift(3600)
        assert _reads_until_refused("page") == 4
        with pytest.raises(QuotaExceeded) as caught:
            _read("page")
        # The first six fall out of the day when the quarter they were read in does.
        assert caught.value.until == NOON + timedelta(hours=24, minutes=15)
        clock.move_to(caught.value.until + timedelta(seconds=1))
        assert _reads_until_refused("background") == 2
        assert _reads_until_refused("page") == 4


def _reads_until_refused(purpose: limits.Purpose) -> int:
    for count in range(100):
        try:
            _read(purpose)
        except SpotifyError:
            return count
    raise AssertionError("never refused")


def _read(purpose: limits.Purpose) -> None:
    with pace.wait_for_slot(RequestFacts("catalogue", purpose, "get-track")):
        pass


def test_other_families_have_no_daily_share(settings):
    settings.SPOTIFY_DAILY_READS = 1
    for _ in range(5):
        with pace.wait_for_slot(RequestFacts("playlists", "background")):
            pass


def test_extended_mode_knows_no_daily_share(settings):
    settings.SPOTIFY_QUOTA_MODE = "extended"
    with time_machine.travel(NOON, tick=False):
        for _ in range(700):
            _read("background")
        assert row("catalogue", "background").day == 700
        assert row("catalogue").day_budget is None
