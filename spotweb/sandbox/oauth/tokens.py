"""The accounts service's token endpoint, with Spotify's own words for what is wrong."""

import base64
import binascii
import hashlib
import hmac

from spotweb.sandbox.core.clock import Clock
from spotweb.sandbox.core.messages import JsonObject, Refusal, Reply, Request, json_reply
from spotweb.sandbox.model.grants import ACCESS_LIFE_S, CODE_LIFE_S, Code, Grant
from spotweb.sandbox.world.world import App, World


def _refuse(error: str, description: str = "", *, status: int = 400) -> Refusal:
    body: JsonObject = {"error": error}
    if description:
        body["error_description"] = description
    return Refusal(json_reply(body, status=status))


def answer_token(world: World, request: Request) -> Reply:
    """POST /api/token."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise _refuse("unsupported_grant_type", "grant_type parameter is missing")
    form = request.form()
    grant_type = form.get("grant_type", "")
    if not grant_type:
        raise _refuse("unsupported_grant_type", "grant_type parameter is missing")
    ways = {
        "authorization_code": _from_code,
        "refresh_token": _from_refresh,
        "client_credentials": _for_the_app,
    }
    if grant_type not in ways:
        raise _refuse(
            "unsupported_grant_type",
            "grant_type must be client_credentials, authorization_code or refresh_token",
        )
    app, is_proven = _identify(world, request, form)
    return ways[grant_type](world, app, form, is_proven=is_proven)


def _identify(world: World, request: Request, form: dict[str, str]) -> tuple[App, bool]:
    """The app that asks, and whether it has shown its secret."""
    header, secret = request.headers.get("authorization", ""), form.get("client_secret")
    if header:
        client_id, secret = _basic(header)
    else:
        client_id = form.get("client_id", "")
    if not client_id:
        raise _refuse("invalid_client")
    app = world.apps.get(client_id)
    if app is None:
        raise _refuse("invalid_client", "Invalid client")
    if secret is None or (not secret and not app.secret):
        return app, False
    if not hmac.compare_digest(secret.encode(), app.secret.encode()):
        raise _refuse("invalid_client", "Invalid client secret")
    return app, True


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _refuse("invalid_client", "Invalid client") from error
    if scheme.lower() != "basic" or not colon:
        raise _refuse("invalid_client", "Invalid client")
    return client_id, secret


def _from_code(world: World, app: App, form: dict[str, str], *, is_proven: bool) -> Reply:
    if not form.get("code"):
        raise _refuse("invalid_request", "code must be supplied")
    code = world.grants.use_code(form["code"])
    if code is None or code.client_id != app.client_id:
        raise _refuse("invalid_grant", "Invalid authorization code")
    if _is_stale(code, world.clock):
        raise _refuse("invalid_grant", "Authorization code expired")
    if form.get("redirect_uri") != code.redirect_uri:
        raise _refuse("invalid_grant", "Invalid redirect URI")
    _check_verifier(code, form.get("code_verifier", ""), is_proven=is_proven)
    grant = world.grants.new_grant(
        client_id=app.client_id, member=code.member, scopes=code.scopes, with_pkce=bool(code.challenge)
    )
    return _tokens(world, grant, refresh_token=grant.refresh_token)


def _is_stale(code: Code, clock: Clock) -> bool:
    return clock.now() >= code.made_at + CODE_LIFE_S


def _check_verifier(code: Code, verifier: str, *, is_proven: bool) -> None:
    if not code.challenge:
        if verifier:
            raise _refuse("invalid_grant", "code_verifier was incorrect")
        if not is_proven:
            raise _refuse("invalid_client", "Invalid client")
        return
    if not verifier:
        raise _refuse("invalid_request", "code_verifier must be supplied")
    digest = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not 43 <= len(verifier) <= 128 or not hmac.compare_digest(expected, code.challenge):  # noqa: PLR2004 - RFC 7636
        raise _refuse("invalid_grant", "code_verifier was incorrect")


def _from_refresh(world: World, app: App, form: dict[str, str], *, is_proven: bool) -> Reply:
    name = form.get("refresh_token", "")
    if not name:
        raise _refuse("invalid_request", "refresh_token must be supplied")
    grant = world.grants.by_refresh_token(name)
    if grant is None or grant.client_id != app.client_id:
        raise _refuse("invalid_grant", "Invalid refresh token")
    if not is_proven and not grant.with_pkce:
        raise _refuse("invalid_client", "Invalid client")
    if grant.is_revoked or name in grant.retired_tokens:
        raise _refuse("invalid_grant", "Refresh token revoked")
    if world.grants.has_outlived(grant):
        raise _refuse("invalid_grant", "Refresh token expired")
    rotated = world.grants.rotate(grant) if world.settings.rotate_refresh_tokens else ""
    return _tokens(world, grant, refresh_token=rotated)


def _for_the_app(world: World, app: App, _form: dict[str, str], *, is_proven: bool) -> Reply:
    if not is_proven:
        raise _refuse("invalid_client", "Invalid client secret" if app.secret else "Invalid client")
    grant = world.grants.new_grant(client_id=app.client_id, member="", scopes=[])
    return _tokens(world, grant, refresh_token="")


def _tokens(world: World, grant: Grant, *, refresh_token: str) -> Reply:
    body: JsonObject = {
        "access_token": world.grants.new_access(grant),
        "token_type": "Bearer",
        "expires_in": ACCESS_LIFE_S,
    }
    if refresh_token:
        body["refresh_token"] = refresh_token
    if grant.member:
        body["scope"] = " ".join(grant.scopes)
    return json_reply(body, headers=[("Cache-Control", "no-store")])
