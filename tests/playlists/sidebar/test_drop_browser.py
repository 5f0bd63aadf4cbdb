"""Songs dragged onto playlists of the sidebar, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.support.texts import read_texts

pytestmark = pytest.mark.browser


@pytest.fixture
def places(ada, ben, lists, window, page):
    """The page of one playlist, beside another and one that only Ben can add to."""
    source = lists.make(ada, lists.tracks[:6], name="Source")
    target = lists.make(ada, [], name="Target")
    ada.get("/playlists/")
    ada.enter(window)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/playlists/{source}/")
    page.wait_for_selector("#rows[data-can-drag]")
    return page, source, target


def drag(page, handle, entry, *, until=None):
    """Press on the one, go to the other, look, let go."""
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(500):  # the script comes with the first row that is pointed at
        page.mouse.move(box["x"] + box["width"] / 2 - 20 - step % 9, box["y"] + box["height"] / 2 + 4)
        if page.locator("html.is-dragging-songs").count():
            break
    goal = entry.bounding_box()
    page.mouse.move(goal["x"] + 60, goal["y"] + 26, steps=4)
    if until:
        until()
    page.mouse.up()
    expect(page.locator("html.is-dragging-songs")).to_have_count(0)


def test_songs_are_dropped_on_a_playlist_and_taken_back(places, lists, sandbox):
    page, source, target = places
    rows, entry = page.locator("#rows .item-row"), page.locator(f"#sidebar-{target}")
    here = page.locator(f"#sidebar-{source}")

    def look():
        expect(entry).to_contain_text("Drop to add 1 song")
        expect(page.locator(".drag-label")).to_contain_text("Add to Target")
        expect(page.locator("#sidebar-heading")).to_have_text("Drop on a playlist")
        expect(here).to_contain_text("The songs are from here")
        off = page.locator(".sidebar__entry.is-drop-off")
        assert any("Only " in text for text in read_texts(off))

    drag(page, rows.nth(1).locator(".item-row__duration"), entry, until=look)
    expect(page.locator(".toast", has_text="Added 1 item")).to_be_visible()
    assert lists.items(target) == [lists.tracks[1]]

    rows.nth(2).locator(".item-row__duration").click(modifiers=["Control"])
    rows.nth(3).locator(".item-row__duration").click(modifiers=["Control"])
    drag(page, rows.nth(3).locator(".item-row__duration"), entry)
    toast = page.locator(".toast", has_text="Added 2 items")
    expect(toast).to_be_visible()
    assert lists.items(target) == lists.tracks[1:4]
    with page.expect_response("**/undo/"):
        toast.get_by_role("button", name="Undo").click()
    assert lists.items(target) == [lists.tracks[1]]

    # A grip moves rows within the list, and adds outside of it.
    with page.expect_response("**/add-to/lists/"):
        drag(page, rows.nth(4).locator(".item-row__grip"), entry)
    assert lists.items(target) == [lists.tracks[1], lists.tracks[4]]
    assert lists.items(source) == lists.tracks[:6]

    drag(page, rows.nth(0).locator(".item-row__duration"), entry, until=lambda: page.keyboard.press("Escape"))
    drag(page, rows.nth(0).locator(".item-row__duration"), here)
    expect(page.locator(".htmx-request")).to_have_count(0)
    assert lists.items(target) == [lists.tracks[1], lists.tracks[4]]
    assert lists.items(source) == lists.tracks[:6]
