"""The queue that this app keeps, in a browser: turned on, reordered by keys, removed and brought back."""

import re

import pytest
from playwright.sync_api import expect

from player.managed_queue import actions
from tests.player.parts import act
from tests.player.queue.test_jobs import work
from tests.support.accessibility import list_misfits
from tests.support.texts import read_texts

pytestmark = pytest.mark.browser


def names(page):
    return read_texts(page.locator("#kept-rows .item-row__title"))


def test_rows_move_by_keys_and_menu_and_come_back_by_undo(ada, window, page, sandbox):
    songs = [entry["uri"] for entry in sandbox.control("GET", "catalog?type=track&limit=400")[330:333]]
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"])
    ada.enter(window)
    page.goto("/player/")
    page.locator("#kept-on").click()
    expect(page.locator("#kept-off")).to_be_visible()
    for uri in songs:
        act(ada, "queue", uri=uri)
    page.goto("/player/")
    first, second, third = names(page)
    page.wait_for_selector("#kept-rows[data-can-drag]")
    page.locator("#kept-rows .item-row__grip").nth(2).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#kept-rows .item-row__title").nth(1)).to_have_text(third)
    expect(page.locator(".toast").last).to_contain_text("Moved.")
    queue = actions.find_queue(ada.member)
    assert [row.uri for row in actions.list_waiting(queue)] == [songs[0], songs[2], songs[1]]
    page.locator("#kept-rows .item-row").nth(2).get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name="Remove from the queue").click()
    expect(page.locator(".toast").last).to_contain_text("Removed from the queue.")
    expect(page.locator("#kept-rows .item-row")).to_have_count(2)
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator("#kept-rows .item-row")).to_have_count(3)
    assert names(page) == [first, third, second]
    # One row is handed over: its lock, its button and its length stand beside each other on every screen.
    act(ada, "queue/next", uri=songs[0])
    work()
    page.goto("/player/")
    armed = page.locator("#handed-over .item-row")
    expect(armed.locator(".item-row__lock")).to_contain_text("handed to the speaker")
    expect(page.locator("#kept-rows .item-row__at").first).to_be_visible()
    assert list_misfits(page, height=1600) == []
    length, button = armed.locator(".item-row__duration"), armed.locator(".item-row__actions")
    assert length.bounding_box()["x"] + length.bounding_box()["width"] <= button.bounding_box()["x"]


def test_an_album_opens_by_key_stays_open_and_its_songs_move_within_it(ada, window, page, sandbox):
    songs = [entry["uri"] for entry in sandbox.control("GET", "catalog?type=track&limit=400")[330:332]]
    albums = sandbox.control("GET", "catalog?type=album")
    sandbox.scene("ada", context=albums[4]["uri"])
    ada.get("/player/")
    act(ada, "kept", is_on="true")
    for uri in songs:
        act(ada, "queue", uri=uri)
    act(ada, "lines", lines=albums[2]["uri"])
    work()
    ada.enter(window)
    page.goto("/player/")
    page.wait_for_selector("#kept-rows[data-can-drag]")
    block = page.locator("#kept-rows > .kept-block")
    inner = block.locator(".item-list .item-row__title")
    expect(inner.first).to_be_hidden()
    block.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(inner.first).to_be_visible()
    first, second = read_texts(inner)[:2]
    block.locator(".item-list .item-row__grip").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # The answer draws the page anew, and the album is still open.
    expect(inner.nth(1)).to_have_text(first)
    expect(inner.nth(0)).to_have_text(second)
    expect(inner.first).to_be_visible()
    assert list_misfits(page, height=2400) == []
    # By finger, on a phone and in the column beside a page.
    page.set_viewport_size({"width": 390, "height": 844})
    block.locator("summary").click()
    expect(inner.first).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/household/")
    page.locator("#bar-queue").click()
    panel = page.locator("#panel-kept-rows .kept-block")
    panel.locator("summary").click()
    expect(panel.locator(".item-list .item-row__title").first).to_be_visible()
    page.goto("/player/")
    page.wait_for_selector("#kept-rows[data-can-drag]")
    # The album as a whole, by its own grip and by its menu.
    block.locator("> .item-row__grip").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#kept-rows > .item-row").first).to_have_class(re.compile("kept-block"))
    block.locator("> .item-row__actions button").click()
    page.get_by_role("menuitem", name="Remove this album from the queue").click()
    expect(block).to_have_count(0)
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(block).to_have_count(1)
