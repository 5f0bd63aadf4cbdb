"""The token endpoint: every way to a token, and every body that says why not."""

import pytest

from tests.sandbox.conftest import CALLBACK, CLIENT_ID, PKCE_ONLY, SECRET, VERIFIER, Answer, Box

SIX_MONTHS_S = 183 * 24 * 3600


def refusal(answer: Answer) -> tuple[str, str]:
    assert answer.status == 400
    return answer.json["error"], answer.json.get("error_description", "")


def test_a_code_with_pkce_becomes_tokens(box: Box) -> None:
    told = box.exchange_code(box.code()).json
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] == 3600
    assert told["scope"].split() == ["user-read-private", "user-read-playback-state"]
    assert told["access_token"].startswith("BQ")
    assert told["refresh_token"].startswith("AQ")


def test_a_code_with_the_secret_alone_becomes_tokens(box: Box) -> None:
    code = box.code(code_challenge=None, code_challenge_method=None)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    assert box.exchange(basic=(CLIENT_ID, SECRET), **form).status == 200


def test_pkce_and_the_secret_together_are_accepted(box: Box) -> None:
    form = {"grant_type": "authorization_code", "code": box.code(), "redirect_uri": CALLBACK}
    assert box.exchange(basic=(CLIENT_ID, SECRET), code_verifier=VERIFIER, **form).status == 200


def test_an_app_without_a_secret_needs_none(box: Box) -> None:
    code = box.code(client_id=PKCE_ONLY)
    assert box.exchange_code(code, client_id=PKCE_ONLY).status == 200
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    assert box.exchange(basic=(PKCE_ONLY, ""), code=box.code(client_id=PKCE_ONLY), **form).status == 200


def test_a_code_works_once(box: Box) -> None:
    code = box.code()
    assert box.exchange_code(code).status == 200
    assert refusal(box.exchange_code(code)) == ("invalid_grant", "Invalid authorization code")


def test_a_code_lives_ten_minutes(box: Box) -> None:
    code = box.code()
    box.wait(601)
    assert refusal(box.exchange_code(code)) == ("invalid_grant", "Authorization code expired")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code": "AQnonsense"}, ("invalid_grant", "Invalid authorization code")),
        ({"redirect_uri": "http://127.0.0.1/portless"}, ("invalid_grant", "Invalid redirect URI")),
        ({"code_verifier": "w" * 64}, ("invalid_grant", "code_verifier was incorrect")),
        ({"code_verifier": ""}, ("invalid_request", "code_verifier must be supplied")),
        ({"client_id": "bogus"}, ("invalid_client", "Invalid client")),
        ({"client_id": PKCE_ONLY}, ("invalid_grant", "Invalid authorization code")),
        ({"client_id": ""}, ("invalid_client", "")),
        ({"client_secret": "wrong"}, ("invalid_client", "Invalid client secret")),
        ({"grant_type": "password"}, ("unsupported_grant_type", None)),
    ],
)
def test_a_wrong_exchange_says_why(
    box: Box, changes: dict[str, str], expected: tuple[str, str | None]
) -> None:
    error, description = refusal(box.exchange_code(box.code(), **changes))
    assert error == expected[0]
    assert expected[1] is None or description == expected[1]


def test_a_wrong_secret_in_the_header_is_refused(box: Box) -> None:
    answer = box.exchange(basic=(CLIENT_ID, "wrong"), grant_type="client_credentials")
    assert refusal(answer) == ("invalid_client", "Invalid client secret")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic !!!"}
    assert box.send("POST", "/api/token", b"grant_type=client_credentials", headers).status == 400


def test_a_refresh_gives_no_new_refresh_token(box: Box) -> None:
    first = box.exchange_code(box.code()).json
    second = box.refresh(first["refresh_token"]).json
    assert "refresh_token" not in second
    assert second["access_token"] != first["access_token"]
    assert second["scope"] == first["scope"]


def test_a_rotating_refresh_retires_the_old_token(box: Box) -> None:
    box.control("PUT", "settings", {"rotate_refresh_tokens": True})
    old = box.exchange_code(box.code()).json["refresh_token"]
    new = box.refresh(old).json["refresh_token"]
    assert new != old
    assert refusal(box.refresh(old)) == ("invalid_grant", "Refresh token revoked")
    assert box.refresh(new).status == 200


def test_a_refresh_token_dies_six_months_after_the_authorization_however_often_used(box: Box) -> None:
    token = box.exchange_code(box.code()).json["refresh_token"]
    box.wait(SIX_MONTHS_S / 2)
    assert box.refresh(token).status == 200
    box.wait(SIX_MONTHS_S / 2)
    assert refusal(box.refresh(token)) == ("invalid_grant", "Refresh token expired")
    again = box.exchange_code(box.code()).json["refresh_token"]
    assert box.refresh(again).status == 200


def test_a_revoked_grant_refuses_to_refresh_and_asks_for_consent_again(box: Box) -> None:
    told = box.exchange_code(box.code()).json
    box.control("POST", "revoke", {"member": "ada"})
    assert refusal(box.refresh(told["refresh_token"])) == ("invalid_grant", "Refresh token revoked")
    # What was issued lives out its hour.
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert box.send("GET", "/v1/me", headers=bearer).status == 200


def test_a_refresh_without_the_secret_needs_pkce(box: Box) -> None:
    code = box.code(code_challenge=None, code_challenge_method=None)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    token = box.exchange(basic=(CLIENT_ID, SECRET), **form).json["refresh_token"]
    assert refusal(box.refresh(token))[0] == "invalid_client"
    assert (
        box.exchange(basic=(CLIENT_ID, SECRET), grant_type="refresh_token", refresh_token=token).status == 200
    )


def test_an_app_of_its_own_sees_the_catalogue_and_nobody(box: Box) -> None:
    told = box.exchange(basic=(CLIENT_ID, SECRET), grant_type="client_credentials").json
    assert "refresh_token" not in told
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert box.send("GET", "/v1/search?q=kettle&type=track", headers=bearer).status == 200
    assert box.send("GET", "/v1/me", headers=bearer).status == 401
    assert box.send("GET", "/v1/me/player", headers=bearer).status == 401


def test_access_ends_after_an_hour(box: Box) -> None:
    assert box.api("ada", "GET", "/me").status == 200
    box.wait(3600)
    assert box.api("ada", "GET", "/me").error == (401, "The access token expired", "")


def test_control_can_end_access_and_refresh_at_once(box: Box) -> None:
    told = box.exchange_code(box.code()).json
    box.control("POST", "expire", {"member": "ada", "what": "access"})
    answer = box.send("GET", "/v1/me", headers={"Authorization": f"Bearer {told['access_token']}"})
    assert answer.error == (401, "The access token expired", "")
    box.control("POST", "expire", {"member": "ada", "what": "refresh"})
    assert refusal(box.refresh(told["refresh_token"])) == ("invalid_grant", "Refresh token expired")
