"""What a second press must not do while the first is on its way."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_second_press_makes_no_second_playlist(ada, window, page, sandbox):
    ada.enter(window)
    page.goto("/playlists/")
    sandbox.control("PUT", "settings", {"latency_ms": 300})
    page.locator("#main").get_by_role("link", name="New playlist").click()
    page.get_by_label("Name", exact=True).fill("Only one of it")
    page.get_by_role("button", name="Create").dblclick()
    expect(page.get_by_role("heading", name="Only one of it", level=1)).to_be_visible()
    expect(page.locator(".toast")).to_have_count(1)
    made = [one for one in sandbox.control("GET", "playlists") if one["name"] == "Only one of it"]
    assert len(made) == 1
