"""A Saturday: what people do most, one thing after the other, its clicks counted (docs/saturday-walk.md).

No step takes more clicks than in Spotify's own web player. With `-s` counts and seconds are printed.
"""

import re
import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.playlists.conftest import lists

__all__ = ["lists"]
pytestmark = pytest.mark.browser

# Counted from what Spotify's support pages describe; a drag counts as a click, typing does not.
SPOTIFY = {
    "Find a song": 1,  # the search field
    "Play it": 1,
    "Move it to the kitchen": 2,  # Connect to a device, the device
    "Turn it down": 1,
    "Queue three more": 6,  # right-click and Add to queue, three times
    "File one into a playlist": 1,  # drag
    "Take it back": 3,  # open the playlist, right-click, Remove from this playlist
    "See who listens": 1,  # Friend Activity
    "Come back after the phone was locked": 0,
}


class Walk:
    def __init__(self, page) -> None:
        self.page, self.counts, self.seconds = page, {}, {}

    @contextmanager
    def step(self, name):
        self.name = name
        self.counts[name], began = 0, time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began

    def click(self, target, **options) -> None:  # noqa: ANN003
        self.counts[self.name] += 1
        target.click(**options)

    def drag(self, row, entry) -> None:
        self.counts[self.name] += 1
        mouse, box, goal = self.page.mouse, row.bounding_box(), entry.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse.move(x, y)
        mouse.down()
        for step in range(500):  # the script comes with the first row that is pointed at
            mouse.move(x - 20 - step % 9, y + 4)
            if self.page.locator("html.is-dragging-songs").count():
                break
        mouse.move(goal["x"] + 60, goal["y"] + 20, steps=4)
        expect(entry).to_have_class(re.compile("is-drop-over"))
        mouse.up()

    def print_counts(self) -> None:
        for name, clicks in self.counts.items():
            seconds = f"{self.seconds[name]:.1f} s"
            print(f"\n{name:40} {clicks} clicks, {seconds:>7}; Spotify {SPOTIFY[name]} clicks", end="")


@pytest.fixture
def home(ada, ben, lists, window, page):
    """Ada's page, beside which Ben listens, with a playlist to file things into."""
    page.target = lists.make(ada, [], name="Kitchen dance")
    ben.post("/household/sharing/", {"shows_listening": "on"})
    for person in (ada, ben):
        person.get("/player/")
    ada.get("/playlists/")
    ada.enter(window)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/")
    return page


def test_a_saturday_takes_no_more_clicks_than_elsewhere(home, lists, sandbox):
    page, target = home, home.target
    walk, rows = Walk(page), page.locator("#spotify .item-row[data-uri^='spotify:track:']")

    with walk.step("Find a song"):
        walk.click(page.locator(".sidebar").get_by_role("link", name="Search", exact=True))
        page.locator("#search-q").fill("lemon")
        expect(rows.nth(3)).to_be_visible()
    uris = [rows.nth(place).get_attribute("data-uri") for place in range(5)]
    with walk.step("Play it"):
        rows.first.hover()
        walk.click(rows.first.locator(".item-row__play"))
        expect(rows.first).to_have_class(re.compile("is-playing"))
    panel = page.locator("#device-popover")
    with walk.step("Move it to the kitchen"):
        walk.click(page.locator("#bar-device"))
        walk.click(panel.get_by_role("button", name=re.compile("^Kitchen radio")))
        expect(panel.locator(".is-current")).to_contain_text("Kitchen radio")
    with walk.step("Turn it down"), page.expect_response("**/player/volume/"):
        scale = panel.locator("#panel-volume")
        walk.click(scale, position={"x": scale.bounding_box()["width"] * 0.1, "y": 8})
    page.keyboard.press("Escape")
    with walk.step("Queue three more"):
        for place in (1, 2, 3):
            walk.click(rows.nth(place).locator(".item-row__byline"), button="right")
            with page.expect_response("**/player/queue/"):
                walk.click(page.get_by_role("menuitem", name="Add to queue"))
    with walk.step("File one into a playlist"):
        walk.drag(rows.nth(1).locator(".item-row__duration"), page.locator(f"#sidebar-{target}"))
        toast = page.locator(".toast", has_text="Added 1 item")
        expect(toast).to_be_visible()
    assert lists.items(target) == [uris[1]]
    with walk.step("Take it back"), page.expect_response("**/undo/"):
        walk.click(toast.get_by_role("button", name="Undo"))
    assert lists.items(target) == []
    with walk.step("See who listens"):
        walk.click(page.locator(".sidebar").get_by_role("link", name="Home", exact=True))
        expect(page.locator("#home-listeners")).to_contain_text("Ben")
    page.go_back()
    expect(rows.nth(3)).to_be_visible()
    with walk.step("Come back after the phone was locked"):
        page.reload()
        expect(page.locator("#bar-device")).to_contain_text("Kitchen radio")
        expect(page.locator("#search-q")).to_have_value("lemon")

    player = sandbox.control("GET", "player/ada")
    assert player["item"] == uris[0]
    assert player["device"] == next(one["id"] for one in player["devices"] if one["name"] == "Kitchen radio")
    walk.print_counts()
    assert walk.counts.keys() == SPOTIFY.keys()
    assert [name for name, clicks in walk.counts.items() if clicks > SPOTIFY[name]] == []
