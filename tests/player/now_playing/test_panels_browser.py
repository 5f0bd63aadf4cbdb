"""What opens from the bar, in place: devices and volume, and the queue beside the page."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import violations
from tests.support.texts import read_text

pytestmark = pytest.mark.browser

DEVICES = "get-a-users-available-devices"
WIDE, NARROW, PHONE = (
    {"width": 1440, "height": 900},
    {"width": 1000, "height": 700},
    {"width": 360, "height": 640},
)


@pytest.fixture
def house(ada, window, page):
    """Ada’s household page, with a queue that is known."""
    ada.enter(window)
    ada.get("/player/")
    page.set_viewport_size(WIDE)
    page.goto("/household/")
    expect(page.locator("#bar-play")).to_have_attribute("aria-label", "Pause")
    yield page
    page.set_viewport_size({"width": 1280, "height": 900})


def is_quiet(page):
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_the_music_moves_and_is_turned_down_without_leaving_the_page(house, sandbox):
    house.locator("#bar-device").click()
    panel = house.locator("#device-popover")
    expect(panel.get_by_role("heading", name="Devices")).to_be_focused()
    panel.get_by_role("button", name=re.compile("^Kitchen radio")).click()
    expect(panel.locator(".is-current")).to_contain_text("Kitchen radio")
    expect(panel).to_be_visible()
    expect(house.locator("#bar-device")).to_contain_text("Kitchen radio")
    device = sandbox.control("GET", "player/ada")["device"]
    assert device == next(
        one["id"] for one in sandbox.control("GET", "player/ada")["devices"] if one["name"] == "Kitchen radio"
    )
    is_quiet(house)
    with house.expect_response("**/player/volume/"):
        panel.locator("#panel-volume").press("Home")
    expect(house.locator("#bar-mute")).to_have_attribute("aria-pressed", "true")
    house.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(house.locator("#bar-device")).to_be_focused()
    with house.expect_response("**/player/volume/"):
        house.keyboard.press("m")
    expect(house.locator("#bar-mute")).to_have_attribute("aria-pressed", "false")
    assert house.url.endswith("/household/")


def test_a_closed_popover_asks_nothing_and_a_fresh_list_is_not_read_again(house, sandbox):
    sandbox.forget_requests()
    house.locator("#bar-device").click()
    expect(house.locator("#device-popover .device").first).to_be_visible()
    is_quiet(house)
    assert sandbox.requests(DEVICES) == []
    with house.expect_response("**/player/devices/"):
        house.locator("#panel-look").click()
    assert len(sandbox.requests(DEVICES)) == 1


def test_the_queue_stands_beside_every_page_and_the_device_remembers_it(house, sandbox):
    panel, rows = house.locator("#queue-panel"), house.locator("#queue-panel .item-row")
    expect(panel).to_be_hidden()
    house.locator("#bar-queue").click()
    expect(rows).to_have_count(20)
    assert (
        house.evaluate("document.getElementById('view').getBoundingClientRect().right") <= WIDE["width"] - 352
    )
    second = read_text(rows.nth(1).locator(".item-row__title"))
    house.reload()
    expect(rows).to_have_count(20)
    house.locator(".sidebar").get_by_role("link", name="Library", exact=True).click()
    expect(house.get_by_role("heading", level=1)).to_be_focused()
    expect(rows.first).to_be_visible()
    with house.expect_response("**/player/next/"):
        house.locator("#bar-next").click()
    expect(rows.first.locator(".item-row__title")).to_have_text(second)
    with house.expect_response("**/player/skip-to/"):
        rows.nth(2).get_by_role("button", name=re.compile("^More for|More")).click()
        house.get_by_role("menuitem", name="Skip to this").click()
    panel.get_by_role("button", name="Close the queue").click()
    expect(panel).to_be_hidden()
    expect(house.locator("#bar-queue")).to_be_focused()
    house.reload()
    expect(house.locator("#bar-queue")).to_be_visible()
    expect(panel).to_be_hidden()


def test_where_there_is_no_room_the_queue_lies_over_the_page(house):
    for size in (NARROW, PHONE):
        house.set_viewport_size(size)
        expect(house.locator("#queue-panel")).to_be_hidden()
        house.evaluate("document.getElementById('bar-queue').click()")
        expect(house.locator("#queue-panel .item-row").first).to_be_visible()
        if size == NARROW:  # on a phone with all that opens in front of a page
            # High enough for all rows: a button that the end of a scroller cuts in half counts as too small.
            house.set_viewport_size({**size, "height": 1800})
            assert violations(house) == []
            house.set_viewport_size(size)
        assert house.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
        house.locator("#queue-panel").get_by_role("button", name="Close the queue").click()
        expect(house.locator("#queue-panel")).to_be_hidden()
    house.locator("#bar-device").click()
    sheet = house.locator("#device-popover")
    expect(sheet.locator(".device").first).to_be_visible()
    box = sheet.bounding_box()
    assert box["height"] <= 0.88 * PHONE["height"] + 1
    assert box["y"] + box["height"] == PHONE["height"]
