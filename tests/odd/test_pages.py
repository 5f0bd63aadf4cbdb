"""Whole pages with one odd thing in what Spotify answered: they stand, and show everything else."""

import html
import json
import re
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import pytest
import requests
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spotweb.spotify.rate_limit import pace
from tests.spotify.mutations import VALUES, list_pointers, make_fault
from tests.support.database import empty_tables
from tests.support.laws import limit_examples
from tests.support.people import Person, move_in
from tests.support.sandbox_control import SandboxControl

Ids = dict[str, str]


class OddPage(NamedTuple):
    """`asks` is a glob over the path at Spotify; it and `address` may name a thing by its kind. `rows` points
    to the rows of the answer, and `name` from a row to what the page shows of it."""

    address: str
    asks: str
    rows: str = ""
    name: str = "name"
    is_part: bool = False


PAGES = {
    "songs": OddPage("/library/", "/v1/me/tracks", "/items", "track/name"),
    "albums": OddPage("/library/albums/", "/v1/me/albums", "/items", "album/name"),
    "podcasts": OddPage("/library/podcasts/", "/v1/me/shows", "/items", "show/name"),
    "episodes": OddPage("/library/episodes/", "/v1/me/episodes", "/items", "episode/name"),
    "audiobooks": OddPage("/library/audiobooks/", "/v1/me/audiobooks", "/items"),
    "artists": OddPage("/library/artists/", "/v1/me/following", "/artists/items"),
    "recently played": OddPage("/recent/", "/v1/me/player/recently-played", "/items", "track/name"),
    "top artists": OddPage("/top/", "/v1/me/top/artists", "/items"),
    "top songs": OddPage("/top/?of=tracks", "/v1/me/top/tracks", "/items", "name"),
    "found songs": OddPage("/search/?q=la", "/v1/search", "/tracks/items"),
    "found lists": OddPage("/search/?q=a", "/v1/search", "/playlists/items"),
    "found for the queue": OddPage("/player/?q=la", "/v1/search", "/tracks/items"),
    "album": OddPage("/albums/{album}/", "/v1/albums/{album}", "/tracks/items"),
    "artist": OddPage("/artists/{artist}/", "/v1/artists/{artist}"),
    "albums of an artist": OddPage("/artists/{artist}/", "/v1/artists/*/albums", "/items"),
    "song": OddPage("/tracks/{track}/", "/v1/tracks/*"),
    "podcast": OddPage("/shows/{show}/", "/v1/shows/{show}"),
    "episodes of a podcast": OddPage("/shows/{show}/", "/v1/shows/*/episodes", "/items"),
    "episode": OddPage("/episodes/{episode}/", "/v1/episodes/*"),
    "audiobook": OddPage("/audiobooks/{audiobook}/", "/v1/audiobooks/{audiobook}"),
    "chapter": OddPage("/chapters/{chapter}/", "/v1/chapters/*"),
    "playlist": OddPage("/playlists/{playlist}/", "/v1/playlists/{playlist}"),
    "items of a playlist": OddPage("/playlists/{playlist}/", "/v1/playlists/{playlist}/*"),
    "playlists": OddPage("/playlists/", "/v1/me/playlists", "/items"),
    "player": OddPage("/player/", "/v1/me/player"),
    "queue": OddPage("/player/", "/v1/me/player/queue", "/queue"),
    "devices": OddPage("/player/", "/v1/me/player/devices"),
    "what is saved of what plays": OddPage("/player/", "/v1/me/library/contains"),
    "bar": OddPage("/player/bar/", "/v1/me/player", is_part=True),
    "household": OddPage("/household/", "/v1/me"),
}
EXTENDED_PAGES = {
    "shop window": OddPage("/browse/", "/v1/browse/featured-playlists", "/playlists/items"),
    "new releases": OddPage("/browse/new/", "/v1/browse/new-releases", "/albums/items"),
    "categories": OddPage("/browse/", "/v1/browse/categories", "/categories/items"),
    "items in extended mode": OddPage("/playlists/{playlist}/", "/v1/playlists/{playlist}"),
    "other people": OddPage("/users/{user}/", "/v1/users/{user}"),
    "lists of other people": OddPage("/users/{user}/", "/v1/users/*/playlists", "/items"),
    "songs": PAGES["songs"],
}


class House:
    """Ada as after her first sign-in, as often as wanted."""

    def __init__(self, sandbox: SandboxControl) -> None:
        self.sandbox = sandbox
        kinds = ("album", "artist", "track", "show", "episode", "audiobook", "chapter")
        self.ids: Ids = {kind: self._first(f"catalog?type={kind}&limit=1") for kind in kinds}
        lists = sandbox.control("GET", "playlists")
        self.ids["playlist"] = next(one["id"] for one in lists if one["name"].startswith("Groceries"))
        members = sandbox.control("GET", "members")
        self.ids["user"] = next(one["user_id"] for one in members if one["id"] == "ben")

    def move_in(self) -> Person:
        empty_tables()
        cache.clear()
        pace.reset_process_memory()
        return move_in(self.sandbox, "ada", is_owner=True)

    def set_fault(self, fault: dict[str, Any]) -> None:
        # Its own encoder refuses NaN, and half characters have to arrive as they are.
        told = json.dumps([fault])
        requests.put(f"{self.sandbox.url}/__sandbox__/faults", data=told, timeout=60).raise_for_status()

    def _first(self, path: str) -> str:
        return str(self.sandbox.control("GET", path)[0]["id"])


@pytest.fixture
def house(sandbox: SandboxControl, settings: Any) -> House:
    settings.SPOTIFY_PACE_REQUESTS = settings.SPOTIFY_DAILY_READS = 0
    return House(sandbox)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_with_something_odd(house, name):
    check_page(house, PAGES[name])


@pytest.mark.parametrize("name", sorted(EXTENDED_PAGES))
def test_a_page_of_extended_mode_with_something_odd(house, settings, name):
    settings.SPOTIFY_QUOTA_MODE = "extended"
    house.sandbox.control("PUT", "settings", {"quota_mode": "extended"})
    check_page(house, EXTENDED_PAGES[name])


def check_page(house: House, page: OddPage) -> None:
    address, asks = page.address.format(**house.ids), page.asks.format(**house.ids)
    house.sandbox.forget_requests()
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"} if page.is_part else {}
    answer = house.move_in().get(address, **headers)
    assert answer.status_code == 200
    read = next(
        (
            one
            for one in house.sandbox.requests()
            if one["method"] == "GET" and fnmatchcase(one["path"], asks)
        ),
        None,
    )
    if read is None:  # its page asks for nothing of the kind
        assert page in {PAGES["household"], PAGES["items of a playlist"]}
        return
    document = fetch(house, read)
    names = list_names(document, page)
    text = html.unescape(answer.content.decode())
    shown = {at: name for at, name in names.items() if name in text}
    if page.rows:
        assert len(shown) > 1
    pointers = list(list_pointers(document))

    @settings(
        max_examples=limit_examples(12),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.sampled_from(pointers), st.sampled_from(VALUES))
    def try_it(pointer: str, value: Any) -> None:
        person = house.move_in()
        house.set_fault(make_fault(read["path"], pointer, value))
        answer = person.get(address, **headers)
        assert answer.status_code == 200
        content = answer.content.decode()
        assert not re.search(r'(href|src|action)="\s*javascript:', content)
        if page.rows and not is_of_all_rows(page, pointer):
            text = html.unescape(content)
            mine = re.match(rf"{page.rows}/(\d+)", pointer)
            lost = [
                name for at, name in shown.items() if name not in text and (not mine or at != int(mine[1]))
            ]
            assert not lost

    try_it()


def is_of_all_rows(page: OddPage, pointer: str) -> bool:
    """The list of rows itself, or what holds it: then there is no neighbour."""
    return page.rows == pointer or page.rows.startswith(f"{pointer}/")


def fetch(house: House, read: dict[str, Any]) -> Any:
    token = house.sandbox.tokens("ada")["access_token"]
    answer = requests.get(
        house.sandbox.url + read["path"],
        params=read["query"],
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    return answer.json()


def list_names(document: Any, page: OddPage) -> dict[int, str]:
    rows = document
    for step in page.rows.split("/")[1:]:
        rows = rows[step]
    names = {}
    for at, row in enumerate(rows if page.rows else ()):
        name = row
        for step in page.name.split("/"):
            name = name[step] if name else None
        if name:
            names[at] = name
    return names
