"""Whatever a browser sends, wherever it can send something: an answer, and no error of ours.

`make test-engines` tries it on PostgreSQL, which takes no NUL, no number beyond a column's range and no text
longer than its column.
"""

import re
from functools import cache
from urllib.parse import quote

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache as kept
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Member
from playlists.models import Playlist
from tests.player.parts import PART
from tests.support.database import empty_tables
from tests.support.people import move_in
from tests.support.sandbox_control import SandboxControl
from tests.web.conftest import ROOT
from tests.web.routes import ROUTES

HOSTILE = {
    "nul": "spotify:track:\x00a",
    "number": "9" * 30,
    "negative": "-9223372036854775809",
    "long": "xyz " * 700,
    "digits": "٣²",
    "script": "<script>'\"%s;--{{ 1 }}",
}


@cache
def _names_of_fields() -> list[str]:
    """Of all forms, and what views read by hand."""
    names = set()
    waiting = [forms.BaseForm]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        names |= set(getattr(kind, "base_fields", {}))
    for path in ROOT.glob("[als]*/**/*.py"):
        names |= set(
            re.findall(r'(?:GET|POST|data|params)(?:\.get(?:list)?)?[(\[]"([a-z_]+)"', path.read_text())
        )
    return sorted(names - {"csrfmiddlewaretoken"})


KINDS = ("track", "album", "artist", "show", "episode", "audiobook", "chapter")


class House:
    """Who lives there, and what there is by the names that routes have for it; made anew when it is gone."""

    def __init__(self, sandbox: SandboxControl) -> None:
        self._sandbox = sandbox
        self._things = {
            f"{kind}_id": sandbox.control("GET", f"catalog?type={kind}&limit=1")[0]["id"] for kind in KINDS
        }
        self._items = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=3")]
        self._fill()

    def _fill(self) -> None:
        self.person = move_in(self._sandbox, "ada", is_owner=True)
        body = {"owner": "ada", "name": "Real", "items": self._items}
        playlist = self._sandbox.control("POST", "playlists", body)["uri"].rsplit(":", 1)[1]
        self.person.get(f"/playlists/{playlist}/")
        self.real = {**self._things, "playlist_id": playlist, "member_id": str(self.person.member.pk)}

    def restore(self) -> None:
        """For a door through which somebody left, or a playlist went."""
        is_there = Playlist.objects.filter(spotify_id=self.real["playlist_id"]).exists()
        is_signed_in = Member.objects.exists() and SESSION_KEY in self.person.client.session
        if not (is_there and is_signed_in):
            empty_tables()
            kept.clear()
            self._fill()


@pytest.fixture
def house(sandbox: SandboxControl) -> House:
    return House(sandbox)


def _fill(route: str, values: dict[str, str], otherwise: str) -> str:
    return "/" + re.sub(
        r"<(?:(\w+):)?(\w+)>",
        lambda found: quote(values.get(found[2], "1" if found[1] == "int" else otherwise), safe=""),
        route,
    )


@pytest.mark.parametrize("folder", sorted({route.split("/")[0] for route in ROUTES}))
def test_whatever_stands_in_a_field_is_answered(house, folder):
    for route in (route for route in ROUTES if route.split("/")[0] == folder):
        url = _fill(route, house.real, "track")
        _try_values(house.person.get, url)
        _try_values(house.person.post, url, **PART)
        house.restore()


def _try_values(send, url, **headers: str):
    for name in ("nul", "number", "long"):
        status = send(url, dict.fromkeys(_names_of_fields(), HOSTILE[name]), **headers).status_code
        assert status < 500, (url, name)
        if status == 405:  # whatever it says
            return


def test_whatever_stands_in_an_address_is_answered(ada):
    for route in (route for route in ROUTES if "<" in route):
        urls = [_fill(route.replace("<int:", "<"), {}, value) for value in HOSTILE.values()]
        for send in (ada.get, ada.post):
            for url in urls:
                status = send(url, **PART).status_code
                assert status < 500, url
                if status == 405:
                    break


@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "last_member"])
def test_whatever_stands_in_a_cookie_is_answered(client, db, name):
    for value in (r'"aaaaaaaaaa\000"', "a" * 3000, r'"\377\377aaaaaaaa"'):
        for path in ("/", "/accounts/login/"):
            headers = {"Cookie": f"{name}={value}", "Host": settings.SPOTWEB_URL.netloc}
            assert client.get(path, headers=headers).status_code < 500


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer", "X-Member", "User-Agent", "HX-Target"])
def test_whatever_stands_in_a_header_is_answered(ada, header):
    for value in ("/%00", "http://[", "x" * 3000, "\x00"):
        assert ada.get("/household/", **{header: value, **PART}).status_code < 500


FILES = [
    b"Song\x00 - Artist\x00",
    b'[{"title": "a\\u0000b", "artist": "c\\u0000", "uri": "\\u0000"}]',
    b'{"playlists": [{"name": "\\u0000\\ud800", "items": [{"track": {"trackName": "\\ud83d"}}]}]}',
    b"title,artist\n\x00,\x00\n",
    b"#EXTM3U\n#EXTINF:1,\x00\n\x00.mp3",
    b"\xff\xfe\x00\x00",
    b"x" * 5000 + b" - " + b"y" * 5000,
]


@pytest.mark.parametrize("name", ["list.csv", "\x00.json", "x" * 300 + ".txt"])
def test_whatever_a_file_holds_is_answered(house, name):
    ada = house.person
    cover = f"/playlists/{house.real['playlist_id']}/cover/"
    for content in FILES:
        for url, field in (("/playlists/import/", "file"), (cover, "picture")):
            upload = SimpleUploadedFile(name, content, content_type="text/\x00plain")
            answer = ada.post(url, {field: upload, "lines": "a\x00b - c", "name": "\x00"})
            assert answer.status_code < 500
            assert ada.get(answer.headers.get("Location", "/")).status_code < 500
