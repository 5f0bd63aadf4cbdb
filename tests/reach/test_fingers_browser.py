"""What fingers do: drag songs to the sidebar after a long press, and swipe over the bar of a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.playlists.conftest import lists
from tests.support.texts import read_text

__all__ = ["lists"]
pytestmark = pytest.mark.browser

TABLET, PHONE = {"width": 820, "height": 1180}, {"width": 390, "height": 844}


class Finger:
    """Real touches, as the browser gets them from a screen."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touched = [{"x": x, "y": y} for x, y in points]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    def press(self, x, y):
        self.at = (x, y)
        self._send("touchStart", self.at)

    def move_to(self, x, y):
        for part in range(1, 9):
            self._send(
                "touchMove", tuple(a + (b - a) * part / 8 for a, b in zip(self.at, (x, y), strict=True))
            )
        self.at = (x, y)

    def lift(self):
        self._send("touchEnd")

    def swipe(self, box, across, down):
        x, y = box["x"] + 150, box["y"] + 20
        self.press(x, y)
        self.move_to(x + across, y + down)
        self.lift()


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2


def test_fingers_drag_songs_to_the_sidebar_and_swipe_over_the_bar(ada, browser, live, lists, sandbox):
    source, target = lists.make(ada, lists.tracks[:9], name="Source"), lists.make(ada, [], name="Target")
    ada.get("/playlists/")
    ada.get("/player/")
    context = browser.new_context(base_url=live, viewport=TABLET, has_touch=True, is_mobile=True)
    ada.enter(context)
    page = context.new_page()
    page.goto(f"/playlists/{source}/")
    finger, row = Finger(page), page.locator("#rows .item-row").nth(2)
    expect(page.locator("#rows[data-can-drag]")).to_be_attached()
    page.wait_for_load_state("networkidle")  # the script of the sidebar is there
    finger.press(*centre(row))
    expect(row).to_have_class(re.compile("is-menu-open"))  # it has rested long enough
    finger.move_to(*centre(page.locator(f"#sidebar-{target}")))
    expect(page.locator(".drag-label")).to_contain_text("Add to Target")
    finger.lift()
    expect(page.locator(".toast", has_text="Added 1 item")).to_be_visible()
    expect(page.locator(".menu:popover-open")).to_have_count(0)
    assert lists.items(target) == [lists.tracks[2]]
    # Whoever only scrolls drags nothing.
    finger.press(*centre(row))
    finger.move_to(centre(row)[0], 200)
    finger.lift()
    expect(page.locator("html.is-dragging-songs")).to_have_count(0)

    page.set_viewport_size(PHONE)
    page.goto("/household/")
    page.wait_for_load_state("networkidle")
    item, title = page.locator("#bar-item"), page.locator("#bar-title")
    before = read_text(title)
    finger.swipe(item.bounding_box(), -30, 4)  # too short
    finger.swipe(item.bounding_box(), -90, 70)  # crooked
    expect(title).to_have_text(before)
    with page.expect_response("**/player/next/"):
        finger.swipe(item.bounding_box(), -110, 6)
    expect(title).not_to_have_text(before)
    with page.expect_response("**/player/previous/"):
        finger.swipe(item.bounding_box(), 110, 6)
    expect(title).to_have_text(before)
    assert page.url.endswith("/household/")
    finger.swipe(item.bounding_box(), 5, -120)
    expect(page.locator("#now-playing")).to_be_visible()
    context.close()
