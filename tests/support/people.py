"""Members of the demo household as tests meet them: signed in, with a Django client of their own."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import BrowserContext

from accounts.models import Member
from accounts.tokens import store_grant
from spotweb.spotify.authorization import Tokens
from tests.support.sandbox_control import SandboxControl

ALL_SCOPES = ""


@dataclass(frozen=True)
class Person:
    name: str
    member: Member
    client: Client

    def get(self, path: str, data: Any = None, **headers: Any) -> HttpResponse:
        return self.client.get(path, data, headers=headers)

    def post(self, path: str, data: Any = None, **headers: Any) -> HttpResponse:
        return self.client.post(path, data, headers=headers)

    def enter(self, window: BrowserContext) -> None:
        """Sign in in this browser, without the walk through Spotify's consent."""
        cookie = self.client.cookies[settings.SESSION_COOKIE_NAME]
        window.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": settings.SPOTWEB_URL.geturl()}]
        )


def new_client() -> Client:
    """A browser without JavaScript at the address members type."""
    return Client(headers={"Host": settings.SPOTWEB_URL.netloc})


def move_in(sandbox: SandboxControl, name: str, *, is_owner: bool = False) -> Person:
    """A member whose grant is as good as after a real sign-in."""
    granted = sandbox.tokens(name)
    known = next(one for one in sandbox.control("GET", "members") if one["id"] == name)
    member = Member.objects.create(
        account_key=f"account-{name}",
        spotify_id=known["user_id"],  # what Spotify calls them as the owner of something
        display_name=known["display_name"],
        is_owner=is_owner,
    )
    store_grant(
        member,
        Tokens(
            access_token=granted["access_token"],
            refresh_token=granted["refresh_token"],
            expires_in=granted["expires_in"],
            scope=granted.get("scope", ALL_SCOPES),
        ),
    )
    client = new_client()
    client.force_login(member)
    return Person(name, member, client)
