"""The page of a playlist as tests meet it: read, acted on, and compared with what Spotify has."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse

from tests.player.parts import PART
from tests.support.people import Person
from tests.support.sandbox_control import SandboxControl


class PlaylistPage:
    """What a person's open page shows of one playlist, and what it would send."""

    def __init__(self, person: Person, playlist: dict[str, Any]) -> None:
        self.person, self.id = person, playlist["id"]
        self.url = f"/playlists/{self.id}/"
        self.answer = person.get(self.url)
        assert self.answer.status_code == 200, self.answer.text[:2000]
        self.seen = seen_in(self.answer.text)

    def act(self, name: str, /, **values: object) -> HttpResponse:
        sent = {"seen": self.seen, **values}
        return self.person.post(f"{self.url}{name}/", sent, **PART)

    def part(self, name: str, /, **values: object) -> HttpResponse:
        return self.person.get(f"{self.url}{name}/", values, **PART)


def seen_in(text: str) -> str:
    return re.search(r'id="state" data-seen="(\d+)"', text)[1]


def titles_in(text: str) -> list[str]:
    """Of all rows, in their order."""
    text = text.split('id="rows"', 1)[-1]
    return [unescape(title) for title in re.findall(r'item-row__title"><\w+[^>]*>([^<]*)</', text)]


def make(sandbox: SandboxControl, owner: str = "ada", count: int = 5, **more: Any) -> Any:
    """A playlist with some songs of the catalogue."""
    if "items" not in more:
        more["items"] = [one["uri"] for one in sandbox.control("GET", f"catalog?type=track&limit={count}")][
            :count
        ]
    return sandbox.control("POST", "playlists", {"owner": owner, "name": "Sunday slow", **more})


def items_of(sandbox: SandboxControl, playlist: dict[str, Any]) -> list[Any]:
    return sandbox.control("GET", f"playlists/{playlist['id']}")["items"]
