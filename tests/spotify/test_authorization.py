"""Tokens: with a secret, with PKCE alone, and each way in which the accounts service says no."""

import base64
import json
from urllib.parse import parse_qsl

import pytest

from spotweb.spotify import authorization, errors
from spotweb.spotify.errors import SpotifyError
from tests.spotify.unruly import Reply, found, said

TOKENS = {"access_token": "BQaccess", "token_type": "Bearer", "expires_in": 3600, "scope": "a b"}


def refused(error: str, description: str | None = None, status: int = 400) -> Reply:
    body = {"error": error, **({"error_description": description} if description else {})}
    return Reply(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def form_of(asked) -> dict[str, str]:
    return dict(parse_qsl(asked.body.decode()))


def test_a_code_with_secret_and_verifier(unruly):
    unruly.answer(found({**TOKENS, "refresh_token": "AQrefresh"}))
    tokens = authorization.exchange_code(
        "c0de", redirect_uri="http://127.0.0.1:8000/cb/", code_verifier="v" * 43
    )
    assert (tokens.access_token, tokens.refresh_token) == ("BQaccess", "AQrefresh")
    assert tokens.scopes == {"a", "b"}
    asked = unruly.asked[0]
    assert (asked.method, asked.path, asked.query) == ("POST", "/api/token", {})
    assert base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")) == b"house:hush-hush"
    assert form_of(asked) == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": "http://127.0.0.1:8000/cb/",
        "code_verifier": "v" * 43,
    }


def test_pkce_alone(unruly, settings):
    settings.SPOTIFY_CLIENT_SECRET = ""
    unruly.answer(found(TOKENS))
    tokens = authorization.refresh_tokens("AQold")
    assert tokens.refresh_token is None
    assert "Authorization" not in unruly.asked[0].headers
    assert form_of(unruly.asked[0]) == {
        "grant_type": "refresh_token",
        "refresh_token": "AQold",
        "client_id": "house",
    }


def test_the_app_s_own_token(unruly, settings):
    unruly.answer(found(TOKENS))
    assert authorization.fetch_app_tokens().access_token == "BQaccess"
    settings.SPOTIFY_CLIENT_SECRET = ""
    with pytest.raises(errors.ClientRejected):
        authorization.fetch_app_tokens()
    assert len(unruly.asked) == 1


def test_tokens_are_not_shown():
    shown = repr(authorization.Tokens(access_token="BQaccess", refresh_token="AQrefresh", scope="a"))
    assert "BQ" not in shown
    assert "AQ" not in shown


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (refused("invalid_grant", "Refresh token expired"), errors.GrantExpired),
        (refused("invalid_grant", "Refresh token revoked"), errors.GrantRevoked),
        (refused("invalid_grant", "Something new"), errors.GrantRevoked),
        (refused("invalid_grant"), errors.GrantRevoked),
        (refused("INVALID_GRANT", "Refresh token EXPIRED"), errors.GrantExpired),
        (said(400, "invalid_grant: Refresh token expired"), errors.GrantExpired),
        (Reply(400, b"invalid_grant"), errors.GrantRevoked),
        (found({"access_token": "", "expires_in": 3600}), errors.BadResponse),
        (found({"access_token": "BQ\nX: y"}), errors.BadResponse),
        (refused("invalid_client", "Invalid client"), errors.ClientRejected),
        (refused("invalid_client", status=401), errors.ClientRejected),
        (refused("invalid_request", "refresh_token must be supplied"), errors.SignInFailed),
        (Reply(503), errors.Unavailable),
        (refused("invalid_grant", "Refresh token is older than 6 months"), errors.GrantExpired),
        (refused("invalid_token", "Refresh token expired"), errors.GrantExpired),
        (refused("invalidGrant"), errors.GrantRevoked),
        (refused("invalid_refresh_token", status=401), errors.GrantRevoked),
        (refused("access_denied", "The user is not registered for this app"), errors.NotOnAllowlist),
        (refused("invalid_client", "The owner of the app needs Premium"), errors.OwnerPremiumLapsed),
        # A broken server, or something in between, takes nobody's sign-in away.
        (refused("invalid_grant", "Refresh token revoked", status=503), errors.Unavailable),
        (Reply(502, b"<html>invalid client hello"), errors.Unavailable),
        (Reply(400, b"<html>invalid_grant"), errors.Unavailable),
        (Reply(400, b"<html>"), errors.Unavailable),
        (Reply(200, b"<html>"), errors.BadResponse),
        (Reply(200, b'{"token_type": "Bearer"}'), errors.BadResponse),
        (Reply(reset=True), errors.Unavailable),
        (Reply(429, b"Too many requests", {"Retry-After": "9"}), errors.RateLimited),
    ],
)
def test_why_a_refresh_failed(unruly, reply, expected):
    unruly.answer(reply)
    with pytest.raises(SpotifyError) as caught:
        authorization.refresh_tokens("AQold")
    assert type(caught.value) is expected
    is_transient = issubclass(expected, errors.Unavailable)
    assert len(unruly.asked) == (2 if is_transient else 1)


def test_a_hiccup_does_not_cost_a_refresh(unruly):
    unruly.answer(Reply(502), found(TOKENS))
    assert authorization.refresh_tokens("AQold").access_token == "BQaccess"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (refused("invalid_grant", "Invalid authorization code"), errors.CodeRejected),
        (refused("invalid_grant", "Authorization code expired"), errors.CodeRejected),
        (refused("invalid_grant", "Invalid redirect URI"), errors.CodeRejected),
        (refused("invalid_grant", "code_verifier was incorrect"), errors.CodeRejected),
        (Reply(400, b"Illegal redirect_uri"), errors.CodeRejected),
        (refused("access_denied"), errors.SignInFailed),
        (refused("invalid_client"), errors.ClientRejected),
        (Reply(500), errors.Unavailable),
    ],
)
def test_why_a_code_was_refused_and_that_it_is_shown_once(unruly, reply, expected):
    unruly.answer(reply)
    with pytest.raises(SpotifyError) as caught:
        authorization.exchange_code("c0de", redirect_uri="http://127.0.0.1:8000/cb/", code_verifier="v" * 43)
    assert type(caught.value) is expected
    assert len(unruly.asked) == 1


def test_while_the_accounts_service_wants_peace_it_has_it(unruly):
    unruly.answer(Reply(429, b"", {"Retry-After": "30"}))
    for _ in range(2):
        with pytest.raises(errors.RateLimited) as caught:
            authorization.refresh_tokens("AQold")
        assert caught.value.family == "accounts"
    assert len(unruly.asked) == 1
