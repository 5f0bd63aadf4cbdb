"""A 429 is remembered for everybody, and nothing is sent until it is over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache

from spotweb.spotify import catalog, player, playlists, profile
from spotweb.spotify.errors import QuotaExceeded, RateLimited, Throttled
from spotweb.spotify.http import Client
from spotweb.spotify.rate_limit import blocks, ledger
from spotweb.spotify.rate_limit.current_app import delete_limits_of_other_app
from tests.spotify.conftest import HandOfTokens
from tests.spotify.unruly import Reply, found, said

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUOTA = said(429, "Too many requests", "QUOTA_EXCEEDED")


def wait_of(client: Client) -> timedelta:
    with pytest.raises(Throttled) as caught:
        player.get_queue(client)
    return caught.value.until - datetime.now(UTC)


@pytest.mark.parametrize("seconds", [3, 40_000])
def test_the_wait_spotify_names_is_told_and_kept(unruly, client, seconds):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(Reply(429, b"Too many requests", {"Retry-After": str(seconds)}))
        with pytest.raises(RateLimited) as caught:
            player.get_queue(client)
        assert caught.value.until == NOON + timedelta(seconds=seconds)
        assert caught.value.retry_after_s == seconds
        assert caught.value.family == "player"

        unruly.answer(Reply(204))
        clock.shift(seconds - 1)
        with pytest.raises(RateLimited):
            player.pause_a_users_playback(client)
        assert unruly.asked == []

        clock.shift(1)
        player.pause_a_users_playback(client)
        assert len(unruly.asked) == 1


def test_a_429_is_never_slept_through(unruly, client):
    unruly.answer(Reply(429, b"", {"Retry-After": "1"}), found({"id": "ada"}))
    with pytest.raises(RateLimited):
        profile.get_current_users_profile(client)
    assert len(unruly.asked) == 1


def test_the_whole_house_waits(unruly, client):
    unruly.answer(Reply(429, b"", {"Retry-After": "60"}))
    with pytest.raises(RateLimited):
        player.get_queue(client)
    with pytest.raises(RateLimited):
        player.get_queue(Client(HandOfTokens("BQben", key="ben")))
    assert len(unruly.asked) == 1


def test_another_process_learns_of_it_within_a_second(unruly, client):
    with time_machine.travel(NOON, tick=False) as clock:
        player.get_queue(client)
        blocked_elsewhere = (NOON.timestamp() + 60, False)
        cache.set("spotify:blocked:player", blocked_elsewhere, timeout=60)
        clock.shift(1.1)
        assert wait_of(client) == timedelta(seconds=58.9)


def test_one_blocked_family_does_not_block_the_others(unruly, client):
    unruly.answer(QUOTA, found({"id": "ada"}))
    with pytest.raises(QuotaExceeded) as caught:
        catalog.get_track(client, "4iV5W9uYEdYUVa79Axb7Rh")
    assert caught.value.family == "catalogue"
    assert profile.get_current_users_profile(client).id == "ada"


PLAIN = Reply(429, b"Too many requests", {"Retry-After": "600"})
AVAILABLE = found({"id": "ada"})


def test_a_plain_429_pauses_background_work_of_all_families_for_a_window(unruly, client, tokens):
    behind = Client(tokens, purpose="background")
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(PLAIN, AVAILABLE)
        assert wait_of(client) == timedelta(minutes=10)
        with pytest.raises(RateLimited) as caught:
            profile.get_current_users_profile(behind)
        assert caught.value.until == NOON + timedelta(seconds=30)
        assert profile.get_current_users_profile(client).id == "ada"
        clock.shift(31)
        assert profile.get_current_users_profile(behind).id == "ada"
        assert wait_of(client) == timedelta(minutes=10, seconds=-31)


def test_a_second_family_refused_means_the_whole_app_and_members_wait_too(unruly, client):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(PLAIN)
        wait_of(client)
        with pytest.raises(RateLimited):
            catalog.search(client, "x")
        unruly.answer(AVAILABLE)
        with pytest.raises(RateLimited) as caught:
            profile.get_current_users_profile(client)
        assert caught.value.until == NOON + timedelta(seconds=30)
        assert unruly.asked == []
        clock.shift(31)
        assert profile.get_current_users_profile(client).id == "ada"


def test_a_429_after_the_first_wait_is_over_is_no_sign_for_the_whole_app(unruly, client):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(Reply(429, b"", {"Retry-After": "2"}))
        wait_of(client)
        clock.shift(3)
        unruly.answer(PLAIN, AVAILABLE)
        with pytest.raises(RateLimited):
            catalog.search(client, "x")
        assert profile.get_current_users_profile(client).id == "ada"


def test_the_quota_of_one_family_pauses_no_other(unruly, tokens):
    behind = Client(tokens, purpose="background")
    unruly.answer(QUOTA, AVAILABLE)
    with pytest.raises(QuotaExceeded):
        catalog.get_track(behind, "4iV5W9uYEdYUVa79Axb7Rh")
    assert profile.get_current_users_profile(behind).id == "ada"


def test_the_limit_that_covers_have_for_themselves_slows_nobody_down(unruly, tokens):
    behind = Client(tokens, purpose="background")
    unruly.answer(PLAIN, AVAILABLE)
    with pytest.raises(RateLimited):
        playlists.get_playlist_cover(behind, "3cEYpjA9oz9GiPac4AsH4n")
    assert profile.get_current_users_profile(behind).id == "ada"


def test_the_quota_is_told_apart_and_lasts_a_quarter_of_an_hour_unless_said(unruly, client):
    with time_machine.travel(NOON, tick=False):
        unruly.answer(QUOTA)
        with pytest.raises(QuotaExceeded) as caught:
            player.get_queue(client)
        assert caught.value.until == NOON + timedelta(minutes=15)


def test_a_quota_with_a_wait_of_a_day(unruly, client):
    with time_machine.travel(NOON, tick=False):
        unruly.answer(said(429, "Too many requests", "QUOTA_EXCEEDED", Retry_After="86236"))
        with pytest.raises(QuotaExceeded):
            player.get_queue(client)
        assert wait_of(client) == timedelta(seconds=86236)


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "nan", "inf", "Sun, 99 Nov 2026"])
def test_without_a_sensible_wait_each_429_doubles_it(unruly, client, header):
    headers = {} if header is None else {"Retry-After": header}
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(Reply(429, b"API rate limit exceeded", headers))
        waits = []
        for _ in range(10):
            waits.append(wait_of(client).total_seconds())
            clock.shift(waits[-1])
    assert waits[:4] == [2, 4, 8, 16]
    # Strikes are forgotten after ten minutes, so it begins anew somewhere behind this.
    assert max(waits) <= 300


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("90", 90),
        (" 90.2 ", 91),
        ("90s", 90),
        ("90 seconds", 90),
        ("5, 90", 90),  # two headers, as they arrive
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90),
        ("Saturday, 21-Nov-26 12:01:30 GMT", 90),
        ("Sat, 21 Nov 2026 12:01:30 -0000", 90),
        ("Sat Nov 21 12:01:30 2026", 90),
        ("2026-11-21T12:01:30Z", 90),
        ("2026-11-21T12:01:30", 90),
        (str(int(NOON.timestamp()) + 90), 90),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 1),
        ("9999999999999999", 2 * 24 * 3600),
    ],
)
def test_a_wait_in_any_writing(unruly, client, header, seconds):
    with time_machine.travel(NOON.astimezone(ZoneInfo("Asia/Tokyo")), tick=False):
        unruly.answer(Reply(429, b"", {"Retry-After": header}))
        assert wait_of(client) == timedelta(seconds=seconds)


def test_a_wait_of_nothing_still_holds_for_a_second(unruly, client):
    with time_machine.travel(NOON, tick=False):
        unruly.answer(Reply(429, b"", {"Retry-After": "0"}))
        assert wait_of(client) == timedelta(seconds=1)


def test_a_shorter_wait_does_not_shorten_a_longer_one():
    with time_machine.travel(NOON, tick=False):
        blocks.record_block("player", retry_after="600", is_quota=True)
        later = blocks.record_block("player", retry_after="5", is_quota=False)
    assert later.until == NOON + timedelta(seconds=600)
    assert isinstance(later, QuotaExceeded)


@pytest.mark.parametrize("seconds", [7, 600])
def test_a_block_is_forgotten_when_it_is_over(monkeypatch, seconds):
    with time_machine.travel(NOON, tick=False) as clock:
        blocks.record_block("player", retry_after=str(seconds), is_quota=True)
        clock.shift(seconds - 1)
        assert cache.get(blocks._block_key("player"))
        clock.shift(2)
        assert cache.get(blocks._block_key("player")) is None


def test_a_clock_set_back_does_not_open_the_gate(unruly, client):
    with time_machine.travel(NOON, tick=False) as clock:
        player.get_queue(client)
        clock.move_to(NOON - timedelta(hours=1))
        cache.set("spotify:blocked:player", (NOON.timestamp(), False), timeout=7200)
        assert wait_of(client) == timedelta(hours=1)


def test_another_app_has_limits_of_its_own(unruly, client):
    delete_limits_of_other_app("first")
    unruly.answer(QUOTA)
    wait_of(client)
    assert sum(row.day for row in ledger.list_usage()) == 1
    delete_limits_of_other_app("first")
    assert wait_of(client) > timedelta(minutes=10)
    delete_limits_of_other_app("second")
    unruly.answer(Reply(204))
    player.get_queue(client)
    assert sum(row.day for row in ledger.list_usage()) == 1


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("2.5", 3),
        ("0.2", 1),
        (" 7 ", 7),
        ("52531", 52_531),
        ("259200", 2 * 24 * 3600),
        ("99999999999", 2 * 24 * 3600),
        ("Sun, 29 Nov 2026 13:00:00 GMT", 3600),
        ("Sun, 29 Nov 2026 11:00:00 GMT", 1),
        ("Sun, 29 Nov 2099 11:00:00 GMT", 2 * 24 * 3600),
    ],
)
@pytest.mark.parametrize("reason", [None, "QUOTA_EXCEEDED"])
def test_a_wait_however_it_is_written(unruly, client, header, wait_s, reason):
    with time_machine.travel(datetime(2026, 11, 29, 12, tzinfo=UTC), tick=False):
        unruly.answer(said(429, "Too many requests", reason, Retry_After=header))
        with pytest.raises(Throttled) as caught:
            player.get_queue(client)
        assert caught.value.until == datetime.now(UTC) + timedelta(seconds=wait_s)


@pytest.mark.usefixtures("unruly")
def test_signing_in_is_another_host_and_waits_for_nobody():
    """Tokens are renewed while the whole app has to wait: else everybody would be asked to reconnect."""
    for family in ("player", "library"):
        blocks.record_block(family, retry_after="20", is_quota=False)
    for purpose in ("page", "background"):
        blocks.raise_if_blocked("accounts", purpose=purpose)
        with pytest.raises(RateLimited):
            blocks.raise_if_blocked("catalogue", purpose=purpose)
