"""Ada's browser, with a library that has been read, and every page that she can open."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.library.saved_pages.test_pages import read_all
from tests.playlists.pages import make
from tests.support.pages import list_addresses


@pytest.fixture
def playlist(sandbox) -> Any:
    return make(sandbox, count=12, description="For slow mornings")


@pytest.fixture
def addresses(sandbox, playlist) -> list[str]:
    """Of every kind of page, each with something on it; and one of none."""
    return [*list_addresses(sandbox, playlist), "/nowhere/"]


@pytest.fixture
def reader(ada, window, page) -> Page:
    read_all(ada)
    ada.enter(window)
    return page
