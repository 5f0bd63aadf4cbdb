"""Phones of any size, upright and sideways: what matters is on the first screen, and a finger hits it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.reach.test_hostile_names_browser import FINGER_PX, LIST_SMALL
from tests.support.shared_window import TIMEOUT_MS

pytestmark = pytest.mark.browser

PHONES = [(390, 844), (360, 640), (640, 360), (844, 390)]


@pytest.fixture
def phone(browser: Browser, reader: Page, ada, live) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(TIMEOUT_MS)
    ada.enter(context)
    yield context.new_page()
    context.close()


def turn(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def test_the_play_key_is_on_the_first_screen(phone):
    for size in PHONES:
        turn(phone, size)
        phone.goto("/player/")
        key = phone.locator("#key-play").bounding_box()
        tabs = 56 if size[0] < 640 else 0
        assert key["y"] + key["height"] <= size[1] - tabs, size


def test_a_playlist_shows_rows_a_menu_that_scrolls_and_what_a_finger_hits(phone, playlist):
    for size in PHONES:
        turn(phone, size)
        phone.goto(f"/playlists/{playlist['id']}/")
        expect(phone.locator("#rows > .gap").last).to_be_attached()
        rows = [row.bounding_box() for row in phone.locator("#rows .item-row").all()]
        end = phone.locator(".player-bar-box").bounding_box()["y"]
        whole = sum(row["y"] + row["height"] <= end for row in rows)
        assert whole >= (6 if size == (390, 844) else 1), size
        check_menu(phone, size)
        phone.locator("#row-p0 [form=menus]").tap()
        phone.locator("#row-select").tap()
        expect(phone.locator("#selection-bar")).to_be_visible()
        assert phone.evaluate(LIST_SMALL, FINGER_PX) == [], size
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
    phone.locator("#selected-remove").tap()
    expect(phone.locator(".toast__undo")).to_be_visible()
    assert phone.evaluate(LIST_SMALL, FINGER_PX) == []


def check_menu(phone: Page, size: tuple[int, int]) -> None:
    """Long, it can be scrolled and closed."""
    phone.locator("#more-playlist").tap()
    menu = phone.locator("#menu-playlist")
    expect(menu).to_be_visible()
    box = menu.bounding_box()
    assert box["y"] >= 0, size
    assert box["y"] + box["height"] <= size[1] + 1, size
    menu.get_by_role("menuitem").last.scroll_into_view_if_needed()
    expect(menu.get_by_role("menuitem").last).to_be_in_viewport(ratio=0.9)
    phone.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_liked_songs_come_before_what_narrows_them_down_and_the_cover_leads_to_the_player(phone):
    phone.goto("/library/")
    rows = phone.locator("#rows .item-row")
    expect(rows.first).to_be_visible()
    end = phone.locator(".player-bar-box").bounding_box()["y"]
    assert sum(row["y"] + row["height"] <= end for row in (row.bounding_box() for row in rows.all()[:9])) >= 7
    facet = phone.locator("#facet-only-explicit")
    expect(facet).to_be_hidden()
    phone.get_by_title("Filters").tap()
    facet.tap()
    expect(phone.locator("#shown-count")).to_contain_text(" of 393 songs")
    phone.get_by_title("Filters").tap()
    expect(facet).to_be_visible()  # what is chosen stays in sight
    assert phone.evaluate(LIST_SMALL, FINGER_PX) == []
    phone.locator("#bar-item").tap(position={"x": 20, "y": 20})
    phone.wait_for_url("**/")
    expect(phone.locator("#now-playing")).to_be_visible()
