"""What opens in front of a page: popovers, menus, sheets and dialogs, at a desk and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.accessibility import violations, violations_on_phone

pytestmark = pytest.mark.browser

ROW_MENU, LIST_MENU = "#row-menu", "#menu-playlist"
# What opens each, a selector or a key, and what it shows once it is filled.
LAYERS = {
    "#device-popover": ("#bar-device", ".device"),
    "#queue-panel": ("#bar-queue", ".item-row"),
    "#palette": ("Control+k", "[role=option]"),
    "#help": ("?", "kbd"),
    ROW_MENU: ("#row-p1 [form=menus]", "[role=menuitem]"),
    LIST_MENU: ("#more-playlist", "[role=menuitem]"),
}
# Dialogs, by the menu that they are opened from and the words there.
DIALOGS = [
    (ROW_MENU, "Add to playlist"),
    (LIST_MENU, "Name and description"),
    (LIST_MENU, "Remove all items"),
]


def open_layer(page: Page, layer: str) -> None:
    opener, content = LAYERS[layer]
    if opener.startswith("#"):
        page.locator(opener).dispatch_event("click")  # a phone opens its queue from the player alone
    else:
        page.keyboard.press(opener)
    expect(page.locator(layer).locator(content).first).to_be_visible()


def check(page: Page, layer: str) -> None:
    look = violations if page.viewport_size["width"] > 640 else violations_on_phone
    assert look(page, within=layer) == [], layer
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), layer


def test_what_opens_in_front_of_a_page_is_accessible(reader, playlist):
    reader.goto(f"/playlists/{playlist['id']}/")
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        reader.set_viewport_size(size)
        for layer in LAYERS:
            open_layer(reader, layer)
            check(reader, layer)
            close(reader, layer)
        for menu, words in DIALOGS:
            open_layer(reader, menu)
            reader.locator(menu).get_by_role("menuitem", name=words).click()
            expect(reader.locator("#dialog[open] h2")).to_be_visible()
            check(reader, "#dialog")
            close(reader, "#dialog")


def close(page: Page, layer: str) -> None:
    if layer == "#queue-panel":  # a column beside the page where there is room
        page.get_by_role("button", name="Close the queue").click()
    else:
        page.keyboard.press("Escape")
    expect(page.locator(layer)).to_be_hidden()
