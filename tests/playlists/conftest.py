"""Playlists of the simulated Spotify as tests meet them, and the worker."""

from typing import Any

import pytest
from django.core.management import call_command

from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from tests.support.people import Person
from tests.support.sandbox_control import SandboxControl


class Lists:
    """Playlists made for a test, and what is truly in them."""

    def __init__(self, sandbox: SandboxControl) -> None:
        self.sandbox = sandbox
        self.tracks = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")]

    def make(self, person: Person, items: list[str | None], *, name: str = "Test", **details: Any) -> str:
        body = {"owner": person.name, "name": name, "items": items, **details}
        made = self.sandbox.control("POST", "playlists", body)
        return str(made["uri"].rsplit(":", 1)[1])

    def items(self, playlist_id: str) -> list[str | None]:
        return list(self.sandbox.control("GET", f"playlists/{playlist_id}")["items"])

    def change(self, playlist_id: str, items: list[str | None], **details: Any) -> None:
        """As if somebody had done it with Spotify's own app."""
        self.sandbox.control("PUT", f"playlists/{playlist_id}", {"items": items, **details})

    def seen(self, person: Person, playlist_id: str) -> int:
        """The revision that the member's page shows."""
        opened = access.open_playlist(person.member, playlist_id)
        assert opened.contents is not None
        return opened.contents.revision_id

    def shown(self, person: Person, playlist_id: str) -> list[str | None]:
        opened = access.open_playlist(person.member, playlist_id, ask=False)
        assert opened.contents is not None
        return [entry.uri for entry in opened.contents.entries]


@pytest.fixture
def lists(sandbox: SandboxControl) -> Lists:
    return Lists(sandbox)


def open_list(person: Person, playlist_id: str) -> OpenPlaylist:
    """As a view opens it before an edit."""
    return access.open_for_add(person.member, playlist_id)


def work() -> None:
    """All that waits for the worker, done here and now."""
    call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)
