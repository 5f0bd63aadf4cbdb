"""Ada's browser, with a library that has been read, and every page that she can open."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.library.saved_pages.test_pages import read_all
from tests.playlists.pages import make

KINDS = ("album", "artist", "track", "show", "episode", "audiobook", "chapter")


@pytest.fixture
def playlist(sandbox) -> Any:
    return make(sandbox, count=12, description="For slow mornings")


@pytest.fixture
def addresses(sandbox, playlist) -> list[str]:
    """Of every kind of page, each with something on it."""
    own = f"/playlists/{playlist['id']}/"
    first = {kind: sandbox.control("GET", f"catalog?type={kind}&limit=1")[0]["id"] for kind in KINDS}
    things = [f"/{kind}s/{thing}/" for kind, thing in first.items()]
    shelf_names = ("", "albums/", "podcasts/", "episodes/", "audiobooks/", "artists/")
    shelves = [f"/library/{name}" for name in shelf_names]
    ways = ("", "tools/", "history/", "details/", "cover/", "label/", "export/", "clear/", "unfollow/")
    lists = [f"/playlists/{way}" for way in ("", "?shape=rows", "new/", "follow/", "labels/", "removed/")]
    house = ["/household/", "/household/devices/", "/household/leaving/", "/privacy/", "/nowhere/"]
    found = ["/", "/player/", "/player/?q=lemon", "/search/?q=la", "/recent/", "/top/", "/library/export/"]
    return [
        *found,
        *shelves,
        *lists,
        "/playlists/import/",
        "/playlists/export/",
        *[own + way for way in ways],
        f"{own}tools/sort/",
        *things,
        *house,
    ]


@pytest.fixture
def reader(ada, window, page) -> Page:
    read_all(ada)
    ada.enter(window)
    return page
