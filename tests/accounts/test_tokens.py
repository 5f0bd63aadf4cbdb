"""A member's tokens: renewed just in time, by one caller, and never lost for nothing."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.encryption import decrypt_token, encrypt_token
from accounts.house.actions import prepare_house
from accounts.models import Grant
from accounts.tokens import SECOND_TRY_AFTER, GrantTokens, spotify_for, store_grant
from spotweb.spotify import profile
from spotweb.spotify.authorization import Tokens
from spotweb.spotify.errors import GrantExpired, GrantOfOtherApp, GrantRevoked, Unavailable
from tests.support.database import environment_of_process


def _renewals(sandbox):
    return sandbox.requests("token")


def _let_access_token_end(person):
    Grant.objects.filter(member=person.member).update(access_expires_at=timezone.now())


def test_a_token_that_still_lives_costs_no_renewal(ada, sandbox):
    GrantTokens(ada.member).access_token()
    assert not _renewals(sandbox)


def test_ten_callers_at_once_renew_once(ada, sandbox):
    _let_access_token_end(ada)
    sandbox.control("PUT", "settings", {"latency_ms": 100})

    def ask(_):
        try:
            return GrantTokens(ada.member).access_token()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as tabs:
        tokens = list(tabs.map(ask, range(10)))
    assert len(set(tokens)) == 1
    assert len(_renewals(sandbox)) == 1


_ASK = """
import sys, django
django.setup()
from accounts.models import Member
from accounts.tokens import GrantTokens
tokens = GrantTokens(Member.objects.get(pk=int(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
print(tokens.access_token())
"""


def test_processes_that_ask_at_once_renew_once(ada, sandbox, settings):
    _let_access_token_end(ada)
    sandbox.control("PUT", "settings", {"latency_ms": 200})
    env = environment_of_process()
    command = [sys.executable, "-c", _ASK, str(ada.member.pk)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    asking = [subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, **pipes) for _ in range(4)]
    try:
        assert [process.stdout.readline() for process in asking] == ["ready\n"] * 4
        for process in asking:
            process.stdin.write("\n")
            process.stdin.flush()
        tokens = [process.communicate(timeout=120)[0] for process in asking]
    finally:
        for process in asking:
            process.kill()
            process.communicate()
    assert len(set(tokens)) == 1
    assert tokens[0].strip()
    assert len(_renewals(sandbox)) == 1


def test_the_old_refresh_token_is_kept_when_no_new_one_comes(ada, sandbox):
    before = decrypt_token(Grant.objects.get().refresh_token)
    _let_access_token_end(ada)
    GrantTokens(ada.member).access_token()
    assert decrypt_token(Grant.objects.get().refresh_token) == before


def test_a_new_refresh_token_is_kept(ada, sandbox):
    sandbox.control("PUT", "settings", {"rotate_refresh_tokens": True})
    before = decrypt_token(Grant.objects.get().refresh_token)
    _let_access_token_end(ada)
    GrantTokens(ada.member).access_token()
    assert decrypt_token(Grant.objects.get().refresh_token) != before


def test_an_access_token_that_spotify_ended_early_is_renewed_under_the_page(ada, sandbox):
    sandbox.control("POST", "expire", {"member": "ada", "what": "access"})
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):  # older than a forced renewal
        assert profile.get_current_users_profile(spotify_for(ada.member)).id
    assert len(_renewals(sandbox)) == 1


@pytest.mark.parametrize(("age_s", "renewals"), [(29.9, 0), (30, 1)])
def test_a_token_that_is_refused_is_renewed_twice_a_minute_at_most(ada, sandbox, age_s, renewals):
    tokens = GrantTokens(ada.member)
    rejected = tokens.access_token()
    renewed_at = Grant.objects.get(member=ada.member).renewed_at
    with time_machine.travel(renewed_at + timedelta(seconds=age_s), tick=False):
        assert (tokens.renew(rejected) == rejected) == (not renewals)
    assert len(_renewals(sandbox)) == renewals


@pytest.mark.parametrize(
    ("ended", "error", "trouble"), [("expire", GrantExpired, "expired"), ("revoke", GrantRevoked, "revoked")]
)
def test_a_grant_that_ended_asks_to_reconnect_and_loses_nothing(ada, sandbox, ended, error, trouble):
    sandbox.control("POST", ended, {"member": "ada", "what": "refresh"})
    _let_access_token_end(ada)
    with pytest.raises(error):
        GrantTokens(ada.member).access_token()
    grant = Grant.objects.get()
    assert (grant.trouble, grant.needs_reconnect) == (trouble, True)
    assert decrypt_token(grant.refresh_token)
    assert ada.get("/household/").status_code == 200


def test_spotify_is_not_asked_again_while_the_grant_is_in_trouble(ada, sandbox):
    sandbox.control("POST", "revoke", {"member": "ada"})
    _let_access_token_end(ada)
    for _ in range(3):
        with pytest.raises(GrantRevoked):
            GrantTokens(ada.member).access_token()
    assert len(_renewals(sandbox)) == 1


def test_a_false_revocation_heals_by_itself_at_the_second_try(ada, sandbox):
    sandbox.fault(
        "/api/token", "status", status=400, message="invalid_grant", reason="Refresh token revoked", times=1
    )
    _let_access_token_end(ada)
    with pytest.raises(GrantRevoked):
        GrantTokens(ada.member).access_token()
    Grant.objects.update(trouble_at=timezone.now() - SECOND_TRY_AFTER - timedelta(seconds=1))
    assert GrantTokens(ada.member).access_token()
    assert Grant.objects.get().trouble == ""


def test_after_the_second_refusal_the_secrets_are_thrown_away(ada, sandbox):
    sandbox.control("POST", "revoke", {"member": "ada"})
    _let_access_token_end(ada)
    for _ in range(2):
        with pytest.raises(GrantRevoked):
            GrantTokens(ada.member).access_token()
        Grant.objects.update(trouble_at=timezone.now() - SECOND_TRY_AFTER - timedelta(seconds=1))
    assert Grant.objects.get().refresh_token == ""


def test_a_false_revocation_heals_when_a_member_tries_once_more(ada, sandbox):
    refused = {"status": 400, "message": "invalid_grant", "reason": "Refresh token revoked"}
    sandbox.fault("/api/token", "status", **refused, times=3)
    _let_access_token_end(ada)
    page = ada.get("/playlists/")
    assert (page.status_code, "Try once more" in page.content.decode()) == (403, True)
    for _ in range(2):  # the outage lasts: trying again costs nothing
        answer = ada.post("/accounts/try-again/", {"next": "/playlists/"})
        assert "still refuses" in ada.get(answer["Location"]).content.decode()
        assert decrypt_token(Grant.objects.get().refresh_token)
    assert ada.post("/accounts/try-again/", {"next": "/playlists/"})["Location"] == "/playlists/"
    assert ada.get("/playlists/").status_code == 200
    assert Grant.objects.get().trouble == ""


def test_an_outage_during_renewal_is_no_revocation(ada, sandbox):
    sandbox.fault("/api/token", "status", status=503)
    _let_access_token_end(ada)
    with pytest.raises(Unavailable):
        GrantTokens(ada.member).access_token()
    assert Grant.objects.get().trouble == ""
    sandbox.control("DELETE", "faults")
    assert GrantTokens(ada.member).access_token()


def test_a_renewer_that_crashed_does_not_lock_the_member_out(ada, sandbox):
    _let_access_token_end(ada)
    Grant.objects.update(renewing_until=timezone.now() - timedelta(seconds=1))
    assert GrantTokens(ada.member).access_token()


def test_a_wrong_key_asks_to_reconnect_and_the_right_one_heals(ada, settings):
    right = settings.TOKEN_KEY
    settings.TOKEN_KEY = "another key"
    _let_access_token_end(ada)
    for _ in range(3):
        with pytest.raises(GrantRevoked):
            GrantTokens(ada.member).access_token()
    assert Grant.objects.get().trouble == "unreadable"
    settings.TOKEN_KEY = right
    assert GrantTokens(ada.member).access_token()
    assert Grant.objects.get().trouble == ""


def test_a_renewal_carries_the_tokens_over_to_a_new_key(ada, settings):
    settings.TOKEN_KEYS_OLD = [settings.TOKEN_KEY]
    settings.TOKEN_KEY = "new key"
    _let_access_token_end(ada)
    GrantTokens(ada.member).access_token()
    settings.TOKEN_KEYS_OLD = []
    _let_access_token_end(ada)
    assert GrantTokens(ada.member).access_token()


def test_what_spotify_says_of_old_tokens_does_not_spoil_a_new_sign_in(ada, sandbox):
    sandbox.control("PUT", "settings", {"latency_ms": 300})
    _let_access_token_end(ada)
    fresh = sandbox.tokens("ada")
    sandbox.control("POST", "revoke", {"member": "ada"})

    def ask():
        try:
            GrantTokens(ada.member).access_token()
        except GrantRevoked:
            return "revoked"
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as tab:
        old = tab.submit(ask)
        while not (Grant.objects.get().renewing_until or old.done()):
            pass
        store_grant(
            ada.member, Tokens(access_token=fresh["access_token"], refresh_token=fresh["refresh_token"])
        )
        assert old.result() == "revoked"
    assert not Grant.objects.get().needs_reconnect


def test_an_outage_is_met_once_and_not_by_each_who_waits(ada, sandbox):
    sandbox.fault("/api/token", "status", status=503)
    sandbox.control("PUT", "settings", {"latency_ms": 200})
    _let_access_token_end(ada)

    def ask(_):
        try:
            GrantTokens(ada.member).access_token()
        except Unavailable:
            return "unavailable"
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as tabs:
        assert list(tabs.map(ask, range(5))) == ["unavailable"] * 5
    assert len(_renewals(sandbox)) <= 4  # one renewal with its one repetition; a late comer may begin another


def test_tokens_are_sealed_in_the_database(ada, sandbox):
    grant = Grant.objects.get()
    assert decrypt_token(grant.access_token) not in grant.access_token
    assert encrypt_token("x") != encrypt_token("x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPOTIFY_IDENTITY", "https://other.example/v1"),
        ("SPOTIFY_CLIENT_ID", "fedcba9876543210fedcba9876543210"),
    ],
)
def test_a_token_goes_nowhere_but_where_it_came_from(ada, sandbox, settings, name, value):
    sandbox.forget_requests()
    before, value_before = Grant.objects.values().get(), getattr(settings, name)
    setattr(settings, name, value)
    for use in (GrantTokens(ada.member).access_token, lambda: GrantTokens(ada.member).renew("any")):
        with pytest.raises(GrantOfOtherApp):
            use()
    prepare_house()
    assert ada.get("/household/").status_code == 200
    assert "another Spotify app" in ada.get("/household/").content.decode()
    assert not sandbox.requests()
    setattr(settings, name, value_before)
    prepare_house()
    assert Grant.objects.values().get() == before, "put back, everything is as it was"
    assert GrantTokens(ada.member).access_token()
