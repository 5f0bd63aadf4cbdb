"""What runs, in the bar of every page: its count, its list in place, cancelling, and the toast at the end."""

import re

import pytest
from playwright.sync_api import expect

from playlists.editing.actions import add_items
from playlists.sync import access
from tests.jobs.workers import work
from tests.player.parts import act
from tests.playlists.conftest import open_list
from tests.support.accessibility import violations, violations_on_phone
from tests.support.shared_window import wait_until

pytestmark = pytest.mark.browser


# Where each thing stands that can be pressed, beside those that come and go.
LIST_PLACES = """() => [...document.querySelectorAll("#bar-now :is(button, a, input, .player-bar__volume)")]
  .filter((it) => it.checkVisibility() && !it.closest(".player-bar__running, .player-bar__text"))
  .map((it) => [it.id, ...["x", "y", "width"].map((side) => it.getBoundingClientRect()[side])].join())"""


@pytest.fixture
def begin(ada, lists):
    """Has the worker add 600 songs to an empty playlist."""

    def add(name):
        playlist_id = lists.make(ada, [], name=name)
        access.open_playlist(ada.member, playlist_id)
        return add_items(open_list(ada, playlist_id), [lists.tracks[place % 300] for place in range(600)])

    return add


def list_places(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return page.evaluate(LIST_PLACES)


def test_what_runs_is_seen_stopped_and_told_of_without_leaving_the_page(ada, window, page, sandbox, begin):
    ada.enter(window)
    ada.get("/player/")
    page.goto("/household/")
    button, panel = page.locator("#bar-activity"), page.locator("#activity-popover")
    expect(page.locator("#bar-play")).to_have_attribute("aria-label", "Pause")
    expect(button).to_have_count(0)
    sizes = ((1440, 900), (1280, 900), (700, 900), (390, 844))
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator("#bar-shuffle")).to_be_visible()
    places = {size: list_places(page, size) for size in sizes}
    begin("Evening")
    begin("Morning")
    act(ada, "sleep", after="15")
    speakers = sandbox.control("GET", "player/ada")["devices"]
    act(ada, "device", device_id=next(one["id"] for one in speakers if one["name"] == "Kitchen radio"))
    with page.expect_response("**/player/bar/"):
        page.evaluate("htmx.trigger('#bar-watch', 'player:poll')")
    expect(button).to_have_accessible_name("Activity, 2 running")
    expect(page.locator("#bar-sleep")).to_be_visible()
    expect(page.locator("#bar-device")).to_have_accessible_name("Devices: Kitchen radio")
    for size in sizes:
        assert list_places(page, size) == places[size], size
        ends = page.locator(".player-bar__running, .player-bar__transport").evaluate_all(
            "(parts) => parts.map((it) => it.getBoundingClientRect()).map(({ left, right }) => [left, right])"
        )
        assert ends[0][1] <= ends[1][0], size
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        button.click()
        expect(panel.locator("li")).to_have_count(2)
        expect(panel.get_by_role("heading", name="Activity")).to_be_focused()
        look = violations if width == 1440 else violations_on_phone
        assert look(page, within="#activity-popover") == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(button).to_be_focused()
    button.click()
    panel.locator("li", has_text="Evening").get_by_role("button", name="Cancel").click()
    expect(panel.locator("li", has_text="Evening")).to_contain_text("Cancelled.")
    wait_until(page, "document.activeElement.closest('#activity-popover') !== null")
    work()
    expect(page.locator(".toast")).to_contain_text(re.compile("“Morning”: Added 600 items"))
    expect(panel.locator("li")).to_have_count(1)  # the open list asks again
    panel.get_by_role("button", name="Dismiss").click()
    expect(panel).to_contain_text("Nothing is running.")
    page.keyboard.press("Escape")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="Took back: Added 600 items")).to_be_visible()
    assert page.url.endswith("/household/")
