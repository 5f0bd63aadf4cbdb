"""The accounts service: tokens for a code, for a refresh token, and for the app itself.

Works with a client secret and with PKCE alone. A refresh usually brings no new refresh token (since June
2026): the old one stays good, and its six months are not extended by using it.
"""

import re
import time
from base64 import b64encode
from typing import Annotated
from urllib.parse import urlencode

from django.conf import settings
from msgspec import Meta, Struct

from spotweb.spotify import errors, transport
from spotweb.spotify.answers.error_parsing import find_trouble_of_app, fold_body, is_page, parse_message
from spotweb.spotify.answers.json_decoder import decode_body
from spotweb.spotify.errors import SpotifyError, Unavailable
from spotweb.spotify.rate_limit import blocks, threads
from spotweb.spotify.transport import HttpAnswer

GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")

_FAMILY = "accounts"
_DEADLINE_S = 6.0  # of both tries together: others wait for the renewed token, for 20 s at most
_SECRET_FIELDS = ("code", "code_verifier", "refresh_token")

# Folded words of the answer.
_REFUSED = re.compile("invalid (grant|token|refresh token|redirect ur[il])|expired token|illegal redirect")
_CLIENT = re.compile("invalid client|unauthorized client")
_ABOUT_THE_REQUEST = re.compile(
    "invalid request|unsupported (grant|response) type|invalid scope|access denied"
)
# The first match wins.
_Refusals = tuple[tuple[re.Pattern[str], type[SpotifyError]], ...]
_ABOUT_THE_GRANT: _Refusals = (
    (re.compile(r"expired|lifetime|too old|older than|\bmonths\b"), errors.GrantExpired),
    (re.compile(""), errors.GrantRevoked),
)
_ABOUT_THE_CODE: _Refusals = ((re.compile(""), errors.CodeRejected),)


# Seconds. Whatever else Spotify says is taken for the hour that it always was; a token that dies sooner is
# renewed when it is refused.
Lifetime = Annotated[int, Meta(ge=1, le=24 * 3600)]
# What can be sent in a header; anything else is no token, whatever else the answer says.
TokenText = Annotated[str, Meta(pattern=r"^[\x21-\x7e]+$")]


class Tokens(Struct, frozen=True, kw_only=True):
    """`expires_in` is in seconds from now, `scope` what was really granted, separated by spaces."""

    access_token: TokenText
    expires_in: Lifetime = 3600
    scope: str = ""
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return f"Tokens(expires_in={self.expires_in}, scope={self.scope!r})"

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.split())


def exchange_code(code: str, *, redirect_uri: str, code_verifier: str = "") -> Tokens:
    """What a member's consent brings. Never repeated: a code counts once.

    `redirect_uri` is letter by letter the one of the authorize request. Raises CodeRejected, ClientRejected,
    Unavailable, RateLimited.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if code_verifier:
        form["code_verifier"] = code_verifier
    return _request_tokens(form, refusals=_ABOUT_THE_CODE)


def refresh_tokens(refresh_token: str) -> Tokens:
    """A new access token. Raises GrantExpired, GrantRevoked, ClientRejected, Unavailable, RateLimited.

    Repeated once when no answer came: if Spotify did renew the refresh token then, the old one is lost
    either way.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    began = time.monotonic()
    try:
        return _request_tokens(form, refusals=_ABOUT_THE_GRANT)
    except Unavailable:
        lasted_s = time.monotonic() - began
        if lasted_s > _DEADLINE_S / 2:
            raise
        return _request_tokens(form, refusals=_ABOUT_THE_GRANT, deadline_s=_DEADLINE_S - lasted_s)


def fetch_app_tokens() -> Tokens:
    """The app's own token, which reads the catalogue but no member. Without a secret: ClientRejected."""
    if not settings.SPOTIFY_CLIENT_SECRET:
        message = "there is no client secret"
        raise errors.ClientRejected(message)
    return _request_tokens({"grant_type": "client_credentials"}, refusals=_ABOUT_THE_CODE)


def _request_tokens(
    form: dict[str, str],
    *,
    refusals: _Refusals,
    deadline_s: float | None = None,
) -> Tokens:
    threads.hold_thread("button", family=_FAMILY, operation=form["grant_type"])
    blocks.raise_if_blocked(_FAMILY, operation=form["grant_type"])
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if settings.SPOTIFY_CLIENT_SECRET:
        pair = f"{settings.SPOTIFY_CLIENT_ID}:{settings.SPOTIFY_CLIENT_SECRET}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        form = {**form, "client_id": settings.SPOTIFY_CLIENT_ID}
    answer = transport.send_request(
        "POST",
        f"{settings.SPOTIFY_ACCOUNTS_URL.rstrip('/')}/api/token",
        headers=headers,
        content=urlencode(form).encode(),
        deadline_s=_DEADLINE_S if deadline_s is None else deadline_s,
    )
    if answer.is_success:
        return decode_body(answer.body, Tokens, operation=form["grant_type"])
    basic = headers.get("Authorization", "").removeprefix("Basic ")
    secrets = [form.get(name, "") for name in _SECRET_FIELDS]
    answer = answer.redact(basic, settings.SPOTIFY_CLIENT_SECRET, *secrets)
    raise _parse_token_error(answer, operation=form["grant_type"], refusals=refusals)


def _parse_token_error(answer: HttpAnswer, *, operation: str, refusals: _Refusals) -> SpotifyError:
    if answer.status == 429:  # noqa: PLR2004
        retry_after = answer.headers.get("Retry-After")
        return blocks.record_block(_FAMILY, retry_after=retry_after, is_quota=False, operation=operation)
    description, error = parse_message(answer.body)
    kind = _find_kind(answer, refusals)
    return kind(description, operation=operation, spotify_status=answer.status, reason=error)


def _find_kind(answer: HttpAnswer, refusals: _Refusals) -> type[SpotifyError]:
    """In outages Spotify has called good tokens invalid: what a broken server says takes no sign-in away."""
    if answer.status >= 500 or is_page(answer.body):  # noqa: PLR2004
        return Unavailable
    text = fold_body(answer.body)
    if about_the_app := find_trouble_of_app(text):
        return about_the_app
    if _REFUSED.search(text):
        return next(kind for words, kind in refusals if words.search(text))
    if _CLIENT.search(text):
        return errors.ClientRejected
    return errors.SignInFailed if _ABOUT_THE_REQUEST.search(text) else Unavailable
