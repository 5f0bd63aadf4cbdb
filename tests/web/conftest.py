from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Grant, Member

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def _routes_that_fail(settings: pytest.FixtureRequest) -> None:
    settings.ROOT_URLCONF = "tests.web.urls"
    first = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], HERE / "templates"]}]


@pytest.fixture
def client() -> Client:
    """A browser: failures answer with a page instead of raising into the test."""
    return Client(raise_request_exception=False)


@pytest.fixture
def member(db: None) -> Member:
    return Member.objects.create(account_key="ada", spotify_id="ada", display_name="Ada", is_owner=True)


@pytest.fixture
def grant_of() -> Callable[..., Grant]:
    def grant(member: Member, *, age: timedelta = timedelta(days=10), trouble: str = "") -> Grant:
        now = timezone.now()
        return Grant.objects.create(
            member=member,
            access_token="",
            refresh_token="",
            scopes="",
            authorized_at=now - age,
            access_expires_at=now,
            renewed_at=now,
            trouble=trouble,
        )

    return grant


@pytest.fixture
def signed_in(client: Client, member: Member) -> Iterator[Client]:
    client.force_login(member)
    return client
