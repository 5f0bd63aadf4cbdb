"""What goes over the wire, and what is asked again."""

import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from spotweb.spotify import authorization, http, player, profile, transport
from spotweb.spotify.errors import (
    BadResponse,
    GrantRevoked,
    NoActiveDevice,
    PremiumRequired,
    SpotifyError,
    TokenRefused,
    Unavailable,
)
from spotweb.spotify.http import Client
from tests.spotify.conftest import HandOfTokens
from tests.spotify.unruly import Reply, found, said

ME = {"id": "ada", "display_name": "Ada"}
BUSY = Reply(503, b"upstream connect error")
HTML = Reply(200, b"<!doctype html><title>Welcome to Hotel Wi-Fi</title>", {"Content-Type": "text/html"})


def test_the_token_travels_in_the_header_alone(unruly, client):
    unruly.answer(found(ME))
    profile.get_current_users_profile(client)
    asked = unruly.asked[0]
    assert asked.headers["Authorization"] == "Bearer BQfirst"
    assert "BQfirst" not in asked.line
    assert asked.headers["User-Agent"].startswith("spotweb/")


def test_connections_are_kept(unruly, client):
    unruly.answer(found(ME))
    for _ in range(5):
        profile.get_current_users_profile(client)
    assert len({asked.connection for asked in unruly.asked}) == 1


def test_a_cookie_for_one_member_does_not_travel_with_the_next(unruly, client):
    unruly.answer(found(ME, **{"Set-Cookie": "sp_t=ada; Path=/"}))
    profile.get_current_users_profile(client)
    profile.get_current_users_profile(Client(HandOfTokens("BQben", key="ben")))
    assert "Cookie" not in unruly.asked[1].headers


def test_a_netrc_or_proxy_of_the_box_changes_nothing(unruly, client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    unruly.answer(found(ME))
    profile.get_current_users_profile(client)
    assert unruly.asked[0].headers["Authorization"] == "Bearer BQfirst"


def test_a_redirect_is_not_followed(unruly, client):
    unruly.answer(Reply(302, b"", {"Location": f"{unruly.url}/elsewhere"}))
    with pytest.raises(BadResponse):
        profile.get_current_users_profile(client)
    assert [asked.path for asked in unruly.asked] == ["/v1/me"]


@pytest.mark.parametrize("address", ["http://[::1", "http://\xff\xfe", "", "http://x:99999999/"])
def test_where_a_redirect_leads_is_not_even_read(unruly, client, address):
    unruly.answer(Reply(302, b"", {"Location": address}))
    for act in (profile.get_current_users_profile, player.pause_a_users_playback):
        with pytest.raises(BadResponse):
            act(client)
    with pytest.raises(Unavailable):
        authorization.refresh_tokens("AQold")


def test_a_chunk_of_a_negative_length_is_no_answer(unruly, client):
    unruly.answer(Reply(200, b"-5\r\nabc\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}))
    with pytest.raises(Unavailable):
        profile.get_current_users_profile(client)


@pytest.mark.parametrize(
    "reply",
    [Reply(204), Reply(202), Reply(200), Reply(200, b"AQB3kd9Zq1mXc7vN0pLr2sTuVwY")],
    ids=["204", "202", "200 without a body", "opaque token"],
)
def test_a_command_that_spotify_accepts_is_a_success(unruly, client, reply):
    unruly.answer(reply)
    player.pause_a_users_playback(client)
    assert len(unruly.asked) == 1


# --- asking again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [BUSY, Reply(500), Reply(502, b"<html>"), Reply(reset=True)])
def test_a_read_is_asked_again_after_a_hiccup(unruly, client, trouble):
    unruly.answer(trouble, trouble, found(ME))
    assert profile.get_current_users_profile(client).id == "ada"
    assert len(unruly.asked) == 3


def test_a_read_is_asked_three_times_at_most_and_soon_gives_up(unruly, client, monkeypatch):
    unruly.answer(BUSY)
    pauses: list[float] = []
    monkeypatch.setattr(http, "time", SimpleNamespace(monotonic=lambda: sum(pauses), sleep=pauses.append))
    with pytest.raises(Unavailable) as caught:
        profile.get_current_users_profile(client)
    assert len(unruly.asked) == 3
    assert len(pauses) == 2
    assert sum(pauses) < 2
    assert caught.value.spotify_status == 503
    assert not caught.value.is_outcome_unknown


def test_a_cut_off_answer_is_asked_for_again(unruly, client):
    whole = found(ME)
    unruly.answer(Reply(200, whole.body, whole.headers, cut=True), whole)
    assert profile.get_current_users_profile(client).display_name == "Ada"


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
def test_an_answer_without_end_is_not_taken_in(unruly, client, is_packed):
    too_long = found(ME).body.ljust(transport.MAX_ANSWER_BYTES + 1)
    packed = Reply(200, gzip.compress(too_long), {"Content-Encoding": "gzip"})
    unruly.answer(packed if is_packed else Reply(200, too_long))
    with pytest.raises(BadResponse, match="longer than"):
        profile.get_current_users_profile(client)
    assert len(unruly.asked) == 1
    with pytest.raises(BadResponse) as caught:
        player.skip_users_playback_to_next_track(client)
    assert caught.value.is_outcome_unknown
    unruly.answer(Reply(200, too_long[:-1]), found(ME))
    assert profile.get_current_users_profile(client).id == "ada"
    assert profile.get_current_users_profile(client).id == "ada"
    assert len({asked.connection for asked in unruly.asked}) == 1


def test_setting_a_state_is_repeated(unruly, client):
    unruly.answer(BUSY, Reply(204))
    player.set_volume_for_users_playback(client, 30)
    assert [asked.query["volume_percent"] for asked in unruly.asked] == ["30", "30"]


def test_the_pauses_of_one_call_are_short_all_together(unruly, client):
    unruly.answer(said(401, "Access token missing"), BUSY, BUSY, Reply(204))
    with pytest.raises(Unavailable):
        player.set_volume_for_users_playback(client, 30)
    assert len(unruly.asked) == 3


def test_a_call_that_took_long_is_not_repeated(unruly, client, monkeypatch):
    monkeypatch.setattr(http, "_NO_REPEAT_AFTER_S", 0.0)
    unruly.answer(BUSY, Reply(204))
    with pytest.raises(Unavailable):
        player.set_volume_for_users_playback(client, 30)
    assert len(unruly.asked) == 1


def test_a_read_without_an_answer_has_changed_nothing(unruly, client):
    unruly.answer(Reply(reset=True))
    with pytest.raises(Unavailable) as caught:
        profile.get_current_users_profile(client)
    assert not caught.value.is_outcome_unknown


@pytest.mark.parametrize(
    "act",
    [
        player.skip_users_playback_to_next_track,
        player.skip_users_playback_to_previous_track,
        lambda client: player.add_to_queue(client, "spotify:track:4iV5W9uYEdYUVa79Axb7Rh"),
    ],
    ids=["next", "previous", "queue"],
)
@pytest.mark.parametrize("trouble", [BUSY, Reply(reset=True)], ids=["503", "reset"])
def test_what_would_happen_twice_is_asked_once(unruly, client, act, trouble):
    unruly.answer(trouble, Reply(204))
    with pytest.raises(Unavailable) as caught:
        act(client)
    assert len(unruly.asked) == 1
    assert caught.value.is_outcome_unknown
    assert not caught.value.is_repeatable


@pytest.mark.parametrize("trouble", [BUSY, Reply(reset=True)], ids=["503", "reset"])
def test_a_lost_answer_to_setting_a_state_may_be_repeated_by_the_member_too(unruly, client, trouble):
    unruly.answer(trouble)
    with pytest.raises(Unavailable) as caught:
        player.set_volume_for_users_playback(client, 30)
    assert caught.value.is_outcome_unknown
    assert caught.value.is_repeatable


def test_a_command_that_never_left_the_house_has_a_known_outcome(client, settings):
    settings.SPOTIFY_API_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(Unavailable) as caught:
        player.skip_users_playback_to_next_track(client)
    assert not caught.value.is_outcome_unknown


def test_a_slow_answer_is_not_waited_for(unruly, client, settings):
    settings.SPOTIFY_READ_TIMEOUT_S = 0.2
    unruly.answer(Reply(204, hangs=True))
    with pytest.raises(Unavailable) as caught:
        player.add_to_queue(client, "spotify:episode:512ojhOuo1ktJprKbVcKyQ")
    assert unruly.at_once == 1, "the answer is still under way"
    unruly.released.set()
    assert caught.value.is_outcome_unknown


@pytest.mark.parametrize("reply", [HTML, Reply(200, b'{"id": "ada'), Reply(200, b"[]"), Reply(200, b" ")])
def test_what_is_no_profile_is_a_bad_response(unruly, client, reply):
    unruly.answer(reply)
    with pytest.raises(BadResponse) as caught:
        profile.get_current_users_profile(client)
    assert caught.value.operation == "get-current-users-profile"
    assert len(unruly.asked) == 1


# --- refused tokens -----------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed_and_the_call_repeated(unruly, client, tokens):
    unruly.answer(said(401, "The access token expired"), found(ME))
    assert profile.get_current_users_profile(client).id == "ada"
    assert [asked.headers["Authorization"] for asked in unruly.asked] == ["Bearer BQfirst", "Bearer BQsecond"]
    assert tokens.renewals == ["BQfirst"]


def test_even_a_skip_is_repeated_after_an_expired_token_since_it_was_not_obeyed(unruly, client):
    unruly.answer(said(401, "The access token expired"), Reply(204))
    player.skip_users_playback_to_next_track(client)
    assert len(unruly.asked) == 2


def test_a_call_renews_once_and_then_gives_up(unruly, client, tokens):
    unruly.answer(said(401, "The access token expired"))
    with pytest.raises(TokenRefused):
        profile.get_current_users_profile(client)
    assert tokens.renewals == ["BQfirst"]
    assert len(unruly.asked) == 2


def test_a_token_that_cannot_be_renewed_says_why(unruly):
    unruly.answer(said(401, "The access token expired"))
    with pytest.raises(GrantRevoked):
        profile.get_current_users_profile(Client(HandOfTokens("BQlast")))


def test_a_token_renewed_just_now_is_tried_once_more_as_it_is(unruly):
    class JustRenewed(HandOfTokens):
        def renew(self, rejected):
            return rejected

    unruly.answer(said(401, "Missing/invalid/expired access token"), found(ME))
    assert profile.get_current_users_profile(Client(JustRenewed("BQnew"))).id == "ada"


def test_a_mislaid_token_on_the_player_is_shown_again_not_renewed(unruly, client, tokens):
    unruly.answer(said(401, "Access token missing"), Reply(204))
    assert player.get_information_about_the_users_current_playback(client) is None
    assert tokens.renewals == []
    assert {asked.headers["Authorization"] for asked in unruly.asked} == {"Bearer BQfirst"}


def test_a_token_mislaid_twice_is_not_shown_a_third_time(unruly, client, tokens):
    unruly.answer(said(401, "Access token missing"))
    with pytest.raises(TokenRefused):
        player.get_queue(client)
    assert len(unruly.asked) == 2
    assert tokens.renewals == []


# --- Premium ------------------------------------------------------------------------------------------------

FREE = said(403, "Player command failed: Premium required", "PREMIUM_REQUIRED")


def test_a_paying_member_is_not_called_free_by_a_glitch(unruly, client):
    unruly.answer(FREE, Reply(204))
    player.pause_a_users_playback(client)
    assert len(unruly.asked) == 2


def test_a_free_member_waits_for_the_second_opinion_only_once(unruly, client):
    unruly.answer(FREE)
    with pytest.raises(PremiumRequired):
        player.pause_a_users_playback(client)
    assert len(unruly.asked) == 2
    with pytest.raises(PremiumRequired):
        player.pause_a_users_playback(client)
    assert len(unruly.asked) == 3


def test_a_skip_that_is_refused_is_not_repeated(unruly, client):
    unruly.answer(FREE)
    with pytest.raises(PremiumRequired):
        player.skip_users_playback_to_next_track(client)
    assert len(unruly.asked) == 1


def test_a_plain_refusal_is_not_repeated(unruly, client):
    unruly.answer(said(404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE"))
    with pytest.raises(NoActiveDevice):
        player.pause_a_users_playback(client)
    assert len(unruly.asked) == 1


# --- side by side -------------------------------------------------------------------------------------------


def test_many_threads_share_the_session(unruly, client):
    unruly.answer(found(ME))
    with ThreadPoolExecutor(16) as pool:
        names = list(pool.map(lambda _: profile.get_current_users_profile(client).id, range(64)))
    assert names == ["ada"] * 64
    assert len({asked.connection for asked in unruly.asked}) <= 16


def test_a_forked_process_connects_by_itself(unruly, client):
    unruly.answer(found(ME))
    profile.get_current_users_profile(client)
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if profile.get_current_users_profile(client).id == "ada" else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert unruly.asked[0].connection != unruly.asked[1].connection


def test_everything_that_can_go_wrong_is_a_spotify_error(unruly, client):
    for status in [*range(300, 309), *range(400, 452), *range(500, 512), 599]:
        unruly.answer(Reply(status, b'{"error": ["not", "an", "object"]}'))
        with pytest.raises(SpotifyError):
            player.add_to_queue(client, "spotify:track:4iV5W9uYEdYUVa79Axb7Rh")
