"""The keyboard in a playlist: one stop for Tab, and everything that can be done with a row."""

import pytest
from playwright.sync_api import expect

from tests.playlists.page.test_selection_browser import open_page
from tests.playlists.pages import items_of, make
from tests.support.shared_window import wait_until
from tests.support.texts import read_text

pytestmark = pytest.mark.browser

_WHERE = "document.activeElement.closest('.item-row')?.id ?? document.activeElement.id"


@pytest.fixture
def playlist(sandbox):
    odd = {one["uri"] for one in sandbox.control("GET", "catalog?odd=unplayable")}
    tracks = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=90")]
    return make(sandbox, items=[uri for uri in tracks if uri not in odd][:60])


@pytest.fixture
def shown(ada, window, page, sandbox, playlist):
    sandbox.scene("ada")
    ada.get("/player/")
    page.emulate_media(reduced_motion="no-preference")  # as members have it
    return open_page(ada, window, page, playlist)


def wait_for(page, row):
    wait_until(page, f"{_WHERE} === '{row}'")


def test_keys_go_through_the_list_and_play_from_it(shown, sandbox, playlist):
    items = items_of(sandbox, playlist)
    press = shown.keyboard.press

    # One stop, whichever row was used last
    expect(shown.locator("#row-p0")).to_have_attribute("tabindex", "0")
    shown.locator("[data-select-mode]").focus()
    press("Tab")
    wait_for(shown, "row-p0")
    press("ArrowDown")
    press("ArrowDown")
    wait_for(shown, "row-p2")
    press("Tab")
    wait_until(shown, "!document.activeElement.closest('#rows')")
    press("Shift+Tab")
    wait_for(shown, "row-p2")

    # Sideways into the row and back
    press("ArrowRight")
    expect(shown.locator("#row-p2 :focus")).to_have_count(1)
    press("ArrowLeft")
    expect(shown.locator("#row-p2")).to_be_focused()

    # Playing, queueing, liking
    with shown.expect_response("**/play-from/"):
        press("Enter")
    assert sandbox.control("GET", "player/ada")["item"] == items[2]
    press("ArrowDown")
    with shown.expect_response("**/player/queue/"):
        press("q")
    like = shown.locator("#row-p3 .save-button")
    was_saved = like.get_attribute("aria-pressed")
    press("l")
    expect(like).not_to_have_attribute("aria-pressed", was_saved)

    # Far away, and back
    press("End")
    wait_for(shown, "row-p59")
    press("Home")
    wait_for(shown, "row-p0")
    press("PageDown")
    wait_until(shown, f"parseInt(({_WHERE}).slice(5)) > 3")
    press("Home")
    wait_for(shown, "row-p0")

    # A letter with Shift goes to the next title that begins with it.
    title = read_text(shown.locator("#row-p7 .item-row__title")).lower()
    shown.keyboard.down("Shift")
    press(title[0])
    shown.keyboard.up("Shift")
    found = shown.locator(".item-row:focus .item-row__title")
    expect(found).to_have_count(1)
    assert read_text(found).lower().startswith(title[0])

    # The menu, and out of it to the row
    press("Home")
    press("Shift+F10")
    expect(shown.locator("#row-menu")).to_be_visible()
    press("Escape")
    expect(shown.locator("#row-menu")).to_be_hidden()


def test_keys_choose_move_and_remove_and_take_it_back(shown, sandbox, playlist):
    items = items_of(sandbox, playlist)
    press = shown.keyboard.press
    shown.locator("#row-p3").focus()

    # Choosing
    press("x")
    press("Shift+ArrowDown")
    press("Shift+ArrowDown")
    expect(shown.locator("#selection-bar strong")).to_have_text("3 selected")
    wait_for(shown, "row-p5")
    press("Escape")
    expect(shown.locator("#selection-bar")).to_be_hidden()

    # Moving, with the focus on the row that moves
    shown.locator("#row-p0").focus()
    shown.keyboard.down("Alt")
    press("ArrowDown")
    press("ArrowDown")
    with shown.expect_response("**/move/"):
        shown.keyboard.up("Alt")
    expect(shown.locator(".toast").last).to_contain_text("Moved 1 item.")
    expect(shown.locator("#rows.is-busy")).to_have_count(0)
    wait_for(shown, "row-p2")
    moved = [items[1], items[2], items[0], *items[3:]]
    assert items_of(sandbox, playlist) == moved

    # Removing: the row that takes its place is next. Ctrl+Z gives it back, and takes back the move after it.
    with shown.expect_response("**/remove/"):
        press("Delete")
    expect(shown.locator("#rows")).to_have_attribute("data-total", "59")
    wait_for(shown, "row-p2")
    shown.locator(".toast [data-dismiss]").last.click()
    given_back = []

    def note_items(response):
        if response.url.endswith("/undo/"):
            given_back.append(items_of(sandbox, playlist))
        return len(given_back) == 2

    with shown.expect_response(note_items):
        press("Control+z")
        press("Control+z")
    assert given_back == [moved, items]
