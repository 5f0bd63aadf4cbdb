"""Walk through Spotify's sign-in as a browser does: follow redirects, choose who one is, agree or not."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from django.http import HttpResponse
from django.test import Client


@dataclass
class Form(HTMLParser):
    """The first form of a page: its address and its hidden fields."""

    html: str
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = found.get("action", "")
        elif tag == "input" and found.get("type") == "hidden":
            self.fields[found["name"]] = found.get("value", "")


def get_form(html: str) -> Form:
    return Form(html)


class Journey:
    """One browser: our app through Django's client, Spotify through real HTTP with its own cookies."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.spotify = requests.Session()
        self.spotify.trust_env = False

    def start(self, **data: Any) -> str:
        """Press “Sign in with Spotify”; returns the address Spotify is asked at."""
        answer = self.client.post("/accounts/spotify/login/", data)
        assert answer.status_code == 302, answer.content
        return answer["Location"]

    def consent(self, address: str, *, member: str, agree: bool = True) -> str:
        """Choose and decide on Spotify's page; returns the address the browser is sent back to."""
        page = self.spotify.get(address, allow_redirects=False, timeout=60)
        if page.headers.get("Location", "").startswith("/login"):
            page = self.spotify.get(urljoin(address, page.headers["Location"]), timeout=60)
        if page.status_code == 200:
            form = get_form(page.text)
            data = {**form.fields, "member": member, "answer": "agree" if agree else "cancel"}
            page = self.spotify.post(urljoin(address, form.action), data, allow_redirects=False, timeout=60)
        assert page.is_redirect, page.text
        return page.headers["Location"]

    def come_back(self, address: str) -> HttpResponse:
        """Follow Spotify's redirect to our callback."""
        parts = urlsplit(address)
        assert parts.netloc == settings.SPOTWEB_URL.netloc
        return self.client.get(f"{parts.path}?{parts.query}")

    def sign_in(self, member: str, **data: Any) -> HttpResponse:
        return self.come_back(self.consent(self.start(**data), member=member))
