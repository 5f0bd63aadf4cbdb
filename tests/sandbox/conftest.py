"""A sandbox over real HTTP, and small words for talking to it."""

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from spotweb.sandbox.server import Sandbox

CLIENT_ID, SECRET = "house", "hush"
PKCE_ONLY = "demo"
CALLBACK = "http://127.0.0.1:8000/accounts/spotify/login/callback/"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def error(self) -> tuple[int, str, str]:
        error = self.json["error"]
        assert error["status"] == self.status
        return self.status, error["message"], error.get("reason", "")


class Box:
    """What a test says to one running sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.url = sandbox.url
        self._tokens: dict[tuple[str, tuple[str, ...] | None], str] = {}

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def control(self, method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        encoded = None if body is None else json.dumps(body).encode()
        answer = self.send(method, f"/__sandbox__/{path}", encoded)
        assert answer.status == expect, answer.text
        return answer.json

    def token(self, member: str, scopes: tuple[str, ...] | None = None) -> str:
        if (member, scopes) not in self._tokens:
            wish = {"member": member} | ({} if scopes is None else {"scopes": list(scopes)})
            self._tokens[member, scopes] = self.control("POST", "tokens", wish)["access_token"]
        return self._tokens[member, scopes]

    def api(
        self, member: str, method: str, path: str, body: Any = None, *, scopes: tuple[str, ...] | None = None
    ) -> Answer:
        encoded = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token(member, scopes)}"}
        return self.send(method, f"/v1{path}", encoded, headers)

    def get(self, path: str, member: str = "ada") -> Any:
        answer = self.api(member, "GET", path)
        assert answer.status == 200, answer.text
        return answer.json

    def do(self, method: str, path: str, body: Any = None, member: str = "ada") -> None:
        answer = self.api(member, method, path, body)
        assert answer.status in {200, 202, 204}, answer.text

    def scene(self, member: str = "ada", **wish: Any) -> Any:
        return self.control("PUT", f"player/{member}", wish)

    def state(self, member: str = "ada") -> Any:
        return self.control("GET", f"player/{member}")

    def wait(self, seconds: float) -> None:
        """Let the sandbox's time pass."""
        self.control("POST", "clock", {"advance_s": seconds})

    def sign_in_again(self) -> None:
        """Take new tokens: the old ones have seen their hour."""
        self._tokens.clear()

    def album(self, *, tracks: int = 0) -> dict[str, Any]:
        """Some album of at least so many tracks, all of them playable."""
        for found in self.control("GET", "catalog?type=album&limit=200"):
            album = self.get(f"/albums/{found['id']}")
            playable = all(track.get("is_playable", True) for track in album["tracks"]["items"])
            if playable and album["total_tracks"] >= tracks:
                return album
        raise AssertionError("no such album")

    # The accounts service

    def authorize_path(self, **changes: str | None) -> str:
        query = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "state": "s t&te",
            "scope": "user-read-private user-read-playback-state",
            "code_challenge_method": "S256",
            "code_challenge": CHALLENGE,
        }
        kept = {name: value for name, value in (query | changes).items() if value is not None}
        return f"/authorize?{urlencode(kept)}"

    def agree(
        self, member: str = "ada", *, cookie: str = "", answer: str = "agree", **changes: str | None
    ) -> Answer:
        form = urlencode({"member": member, "answer": answer}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | (
            {"Cookie": cookie} if cookie else {}
        )
        return self.send("POST", self.authorize_path(**changes), form, headers)

    def code(self, member: str = "ada", **changes: str | None) -> str:
        return sent_back(self.agree(member, **changes))["code"]

    def exchange(self, *, basic: tuple[str, str] | None = None, **form: str) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if basic:
            headers["Authorization"] = "Basic " + base64.b64encode(":".join(basic).encode()).decode()
        return self.send("POST", "/api/token", urlencode(form).encode(), headers)

    def exchange_code(self, code: str, /, **changes: str) -> Answer:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": CLIENT_ID,
            "code_verifier": VERIFIER,
        }
        return self.exchange(**(form | changes))

    def refresh(self, refresh_token: str) -> Answer:
        return self.exchange(grant_type="refresh_token", refresh_token=refresh_token, client_id=CLIENT_ID)


def sent_back(answer: Answer) -> dict[str, str]:
    """What the app is told by the redirect."""
    location = urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(CALLBACK), answer.headers["Location"]
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def names_in(html: str) -> list[str]:
    return re.findall(r'class="name">([^<]+)<', html)


def wait_until(seen: Callable[[], bool]) -> None:
    """For what happens in another thread, which a busy machine may let wait for long."""
    for _ in range(6_000):
        if seen():
            return
        time.sleep(0.01)
    raise AssertionError("never seen")


def make_box(**options: Any) -> Box:
    defaults = {
        "clients": {CLIENT_ID: SECRET, PKCE_ONLY: ""},
        "redirect_uris": [CALLBACK, "http://127.0.0.1/portless"],
        "delay_ms": 0,
    }
    return Box(Sandbox(**(defaults | options)).start())


@pytest.fixture
def box() -> Iterator[Box]:
    made = make_box()
    yield made
    made.sandbox.stop()


@pytest.fixture
def extended() -> Iterator[Box]:
    made = make_box(quota_mode="extended")
    yield made
    made.sandbox.stop()
