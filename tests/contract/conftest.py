"""Other people's Spotify clients against the sandbox, unchanged: only the network leads elsewhere."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests
import spotipy
import tekore
from requests.adapters import HTTPAdapter

from spotweb.sandbox.server import Sandbox

CLIENT_ID, CLIENT_SECRET = "contract", "contract-secret"
REDIRECT_URI = "http://127.0.0.1/callback"


class Detour(HTTPAdapter):
    """What is meant for Spotify goes to the sandbox (for requests)."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = self.url + request.url.partition(urlsplit(request.url).netloc)[2]
        return super().send(request, *args, **kwargs)


class DetourTransport(httpx.HTTPTransport):
    """The same for httpx."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.netloc = urlsplit(url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host=self.netloc.hostname, port=self.netloc.port)
        return super().handle_request(request)


@pytest.fixture(params=["development", "extended"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sandbox(mode: str) -> Iterator[Sandbox]:
    server = Sandbox(
        quota_mode=mode,
        clients={CLIENT_ID: CLIENT_SECRET},
        redirect_uris=[REDIRECT_URI],
        delay_ms=0,
    ).start()
    yield server
    server.stop()


@pytest.fixture
def told(sandbox: Sandbox):
    """The sandbox's control pages."""

    def control(method: str, path: str, payload: Any = None) -> Any:
        answer = requests.request(method, f"{sandbox.url}/__sandbox__/{path}", json=payload, timeout=10)
        answer.raise_for_status()
        return answer.json()

    return control


@pytest.fixture
def token(told) -> str:
    return str(told("POST", "tokens", {"member": "ada"})["access_token"])


def detoured(sandbox: Sandbox) -> requests.Session:
    session = requests.Session()
    session.mount("https://", Detour(sandbox.url))
    return session


@pytest.fixture
def spotify(sandbox: Sandbox, token: str) -> spotipy.Spotify:
    """spotipy speaks today's paths, and the classic ones for reads in batches."""
    return spotipy.Spotify(auth=token, requests_session=detoured(sandbox), retries=0, status_retries=0)


@pytest.fixture
def teke(sandbox: Sandbox, token: str) -> Iterator[tekore.Spotify]:
    """tekore knows the classic paths only, and its strict models refuse what development mode leaves out."""
    http = httpx.Client(transport=DetourTransport(sandbox.url))
    yield tekore.Spotify(token, sender=tekore.SyncSender(http))
    http.close()
