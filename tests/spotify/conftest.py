from collections.abc import Iterator

import pytest
from django.core.cache import cache

from spotweb.sandbox.server import Sandbox
from spotweb.spotify.errors import GrantRevoked
from spotweb.spotify.http import Client
from spotweb.spotify.rate_limit import pace
from tests.spotify.unruly import Reply, UnrulyServer


class HandOfTokens:
    """Hands out its tokens one after the other; with none left the grant counts as revoked."""

    def __init__(self, *tokens: str, key: str = "ada") -> None:
        self.key = key
        self.tokens = list(tokens)
        self.renewals: list[str] = []

    def access_token(self) -> str:
        return self.tokens[0]

    def renew(self, rejected: str) -> str:
        self.renewals.append(rejected)
        if len(self.tokens) < 2:
            raise GrantRevoked
        if self.tokens[0] == rejected:
            self.tokens.pop(0)
        return self.tokens[0]


@pytest.fixture(scope="session")
def _unruly_server() -> Iterator[UnrulyServer]:
    server = UnrulyServer()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["development", "extended"])
def served(request) -> Iterator[Sandbox]:
    """The simulated Spotify in one quota mode, then in the other, which a whole module shares."""
    server = Sandbox(port=0, quota_mode=request.param, clients={"house": "hush-hush"}, delay_ms=0).start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _own_memory(settings):
    """A cache of our own: what one test was told by Spotify must not block the next."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {**settings.CACHES["default"], "BACKEND": memory, "OPTIONS": {}}}
    settings.SPOTIFY_QUOTA_MODE = "development"
    settings.SPOTIFY_PACE_REQUESTS = 0
    settings.SPOTIFY_CLIENT_ID = "house"
    settings.SPOTIFY_CLIENT_SECRET = "hush-hush"
    cache.clear()
    pace.reset_process_memory()


@pytest.fixture
def unruly(_unruly_server, settings) -> UnrulyServer:
    settings.SPOTIFY_API_URL = f"{_unruly_server.url}/v1"
    settings.SPOTIFY_ACCOUNTS_URL = _unruly_server.url
    _unruly_server.answer(Reply(204))
    return _unruly_server


@pytest.fixture
def tokens() -> HandOfTokens:
    return HandOfTokens("BQfirst", "BQsecond", "BQthird")


@pytest.fixture
def client(unruly, tokens) -> Client:
    return Client(tokens)
