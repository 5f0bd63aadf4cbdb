"""The sidebar in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import violations
from tests.support.texts import read_text

pytestmark = pytest.mark.browser

WIDE, MIDDLE = {"width": 1440, "height": 900}, {"width": 820, "height": 900}


def test_the_sidebar_is_folded_filtered_and_pinned_to(ada, window, page):
    ada.get("/playlists/")
    ada.enter(window)
    page.set_viewport_size(WIDE)
    page.goto("/household/")
    entries = page.locator("#sidebar-list .sidebar__entry")
    last = entries.last
    name = read_text(last.locator(".sidebar__text > span"))

    page.locator("#sidebar-filter").click()
    page.keyboard.type(name)
    expect(page.locator("#sidebar-liked")).to_have_count(0)
    expect(entries.first).to_contain_text(name)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar-liked")).to_have_count(1)
    expect(page.locator("#sidebar-filter")).to_be_focused()

    last.hover()
    last.get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name="Pin to the sidebar").click()
    expect(entries.nth(1)).to_contain_text(name)
    expect(page.locator(".toast", has_text="Pinned")).to_be_visible()

    page.evaluate("window.isTheSamePage = true")
    entries.nth(1).get_by_role("link").click()
    expect(entries.nth(1).get_by_role("link")).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile(r"/playlists/\w{22}/"))
    assert page.evaluate("window.isTheSamePage")

    # One stop for Tab, arrow keys through the list and into an entry, letters that a name begins with.
    assert page.locator("#sidebar-list [tabindex='0']").count() == 1
    entries.nth(1).get_by_role("link").focus()
    page.keyboard.press("ArrowDown")
    expect(entries.nth(2).get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(entries.nth(2).get_by_role("button")).to_be_focused()
    page.keyboard.press("Home")
    expect(entries.first.get_by_role("link")).to_be_focused()
    page.keyboard.type(name[:3].lower())
    expect(entries.nth(1).get_by_role("link")).to_be_focused()
    expect(page.locator("#sidebar-list [tabindex='0']")).to_have_count(1)

    sidebar = page.locator(".sidebar")
    assert sidebar.bounding_box()["width"] == 264
    page.locator("#sidebar-fold").click()
    assert sidebar.bounding_box()["width"] == 76
    page.reload()
    expect(page.locator("#sidebar-fold")).to_have_attribute("aria-expanded", "false")
    assert sidebar.bounding_box()["width"] == 76
    assert violations(page) == []
    page.locator("#sidebar-fold").click()
    page.set_viewport_size(MIDDLE)
    assert sidebar.bounding_box()["width"] == 76
