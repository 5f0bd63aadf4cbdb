"""No token, code, verifier or secret, and nothing that a member typed, in any exception or log record."""

import logging
import traceback
from collections.abc import Callable

import pytest

from spotweb.spotify import authorization, catalog, player
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.http import Client
from tests.spotify.conftest import HandOfTokens
from tests.spotify.unruly import Reply, found, said

# Tracebacks show the lines of this file too, so below the secrets are only named.
FIRST, SECOND, REFRESH, CODE, VERIFIER = "BQfirst!", "BQsecond!", "AQrefresh!", "AQcode!", "v" * 43
SECRETS = (FIRST, SECOND, REFRESH, CODE, VERIFIER, "hush-hush", "aG91c2U6aHVzaC1odXNo")
TYPED = "wedding"
URI = "spotify:track:4iV5W9uYEdYUVa79Axb7Rh"
CALLBACK = "http://127.0.0.1:8000/cb/"

TROUBLES = [
    said(400, "Invalid limit"),
    said(401, "The access token expired"),
    said(401, "Access token missing"),
    said(403, "Insufficient client scope"),
    said(404, "Device not found"),
    said(429, "Too many requests", "QUOTA_EXCEEDED"),
    Reply(400, echo=True),
    Reply(403, echo=True),
    Reply(500, echo=True),
    Reply(200, echo=True),
    Reply(302, b"", {"Location": "http://127.0.0.1:9/else"}),
    Reply(reset=True),
    found({"tracks": {"items": "none"}, "queue": 7}),
]


def told_by(*acts: Callable[[], object]) -> str:
    """All that an error page, a log or an error reporter could show of what goes wrong."""
    told = []
    for act in acts:
        try:
            act()
        except SpotifyError as error:
            told += [*traceback.format_exception(error), *_facts(error)]
    assert told, "nothing went wrong"
    return "\n".join(told)


def _facts(error: BaseException | None) -> list[str]:
    return [repr(error), str(error), repr(vars(error)), *_facts(error.__context__)] if error else []


def acts_of(client: Client) -> list[Callable[[], object]]:
    return [
        lambda: catalog.search(client, TYPED),
        lambda: player.get_queue(client),
        lambda: player.add_to_queue(client, URI),
        lambda: player.start_a_users_playback(client, uris=(URI,)),
        lambda: authorization.refresh_tokens(REFRESH),
        lambda: authorization.exchange_code(CODE, redirect_uri=CALLBACK, code_verifier=VERIFIER),
        authorization.fetch_app_tokens,
    ]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda reply: f"{reply.status} {reply.body[-24:].decode()}")
def test_nothing_secret_is_told(unruly, caplog, trouble):
    caplog.set_level(logging.DEBUG)
    unruly.answer(trouble)
    client = Client(HandOfTokens(FIRST, SECOND))
    told = told_by(*acts_of(client)) + repr(client) + caplog.text
    told += "".join(repr(vars(record)) for record in caplog.records)
    addresses = "".join(asked.line for asked in unruly.asked)
    assert not [secret for secret in SECRETS if secret in told + addresses]
    if not trouble.echo:
        assert TYPED not in told


def test_nothing_secret_is_told_when_nobody_answers(caplog, settings):
    caplog.set_level(logging.DEBUG)
    settings.SPOTIFY_API_URL = settings.SPOTIFY_ACCOUNTS_URL = "http://127.0.0.1:9"
    told = told_by(*acts_of(Client(HandOfTokens(FIRST)))) + caplog.text
    assert not [secret for secret in (*SECRETS, TYPED) if secret in told]
