"""The keyboard alone: whatever an act replaces, removes or closes, the focus goes to a neighbour."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.texts import read_text, read_texts

pytestmark = pytest.mark.browser

_WHERE = """() => {
    const at = document.activeElement;
    if (at === document.body) return "nothing";
    return at.id || at.ariaLabel || at.textContent.trim();
}"""
# A frame in which the browser takes the focus from what is gone, and the task that gives it back.
_SETTLE = """() => new Promise((done) =>
    requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => setTimeout(done)))))"""


def press(target: Locator, key: str = "Enter") -> None:
    target.focus()
    expect(target).to_be_focused()
    target.press(key)


def where(page: Page) -> str:
    page.wait_for_load_state("networkidle")
    page.evaluate(_SETTLE)
    at: str = page.evaluate(_WHERE)
    assert at != "nothing"
    return at


def open_menu(page: Page, name: str) -> Locator:
    press(page.get_by_role("button", name=f"More for {name}", exact=True).first)
    menu = page.locator("#row-menu")
    expect(menu).to_be_visible()
    return menu


def choose(page: Page, name: str, entry: str) -> None:
    press(open_menu(page, name).get_by_role("menuitem", name=entry))


@pytest.fixture
def rows(reader, playlist):
    reader.goto(f"/playlists/{playlist['id']}/")
    expect(reader.locator("#rows > .gap").last).to_be_attached()  # the script has taken over
    return reader


def names(page: Page) -> list[str]:
    return read_texts(page.locator("#rows .item-row__title"))


def wait_for(page: Page, expected: list[str]) -> None:
    expect(page.locator("#rows .item-row .item-row__title")).to_have_text(expected)


def test_a_row_that_moves_takes_the_focus_along(rows):
    a, b, c, *rest = names(rows)
    choose(rows, a, "Move down")
    wait_for(rows, [b, a, c, *rest])
    assert where(rows) == f"More for {a}"
    choose(rows, a, "Move down")
    wait_for(rows, [b, c, a, *rest])
    assert where(rows) == f"More for {a}"


def test_after_a_row_is_removed_the_next_has_it(rows):
    a, b, c, *rest = names(rows)
    choose(rows, b, "Remove from playlist")
    wait_for(rows, [a, c, *rest])
    assert where(rows) == f"More for {c}"
    choose(rows, rest[-1], "Remove from playlist")
    wait_for(rows, [a, c, *rest[:-1]])
    assert where(rows) == f"More for {rest[-2]}"


def test_the_last_row_leaves_it_to_a_heading(rows):
    rows.locator("[data-select-mode]").click()
    for name in names(rows):
        press(rows.get_by_role("checkbox", name=f"Select {name}", exact=True), "Space")
    press(rows.locator("#selected-remove"))
    expect(rows.locator("#rows-none")).to_be_visible()
    assert where(rows)
    assert rows.evaluate("document.activeElement.matches('h1, h2, button')")


def test_a_toolbar_that_goes_gives_it_back_to_the_rows(rows):
    a, b, c, *rest = names(rows)
    rows.locator("[data-select-mode]").click()
    box = rows.get_by_role("checkbox", name=f"Select {b}", exact=True)
    press(box, "Space")
    press(rows.locator("#selection-bar [data-select=none]"))
    assert where(rows) == "row-p1"  # the checkboxes have gone as well
    rows.locator("[data-select-mode]").click()
    press(box, "Space")
    press(rows.locator("#selected-remove"))
    wait_for(rows, [a, c, *rest])
    assert where(rows) == f"Select {c}"
    press(rows.locator(".toast__undo button"))
    wait_for(rows, [a, b, c, *rest])
    where(rows)


def test_a_toast_gives_it_back(rows):
    name = names(rows)[3]
    choose(rows, name, "Add to queue")
    press(rows.locator(".toast [data-dismiss]").first)
    expect(rows.locator(".toast")).to_have_count(0)
    assert where(rows) == f"More for {name}"


def test_a_dialog_gives_it_back(rows):
    name = names(rows)[2]
    for leave in ("Escape", "Close"):
        choose(rows, name, "Add to playlist…")
        dialog = rows.locator("#dialog")
        expect(dialog).to_be_visible()
        where(rows)
        if leave == "Escape":
            rows.keyboard.press("Escape")
        else:
            press(dialog.get_by_role("button", name="Close"))
        expect(dialog).to_be_hidden()
        assert where(rows) == f"More for {name}"


def test_a_dialog_whose_row_is_drawn_again_gives_it_to_that_row(reader, playlist):
    reader.goto("/playlists/")
    choose(reader, "Sunday slow", "Name and description…")
    field = reader.locator("#dialog").get_by_label("Name", exact=True)
    field.fill("Sunday quick")
    press(field)
    expect(reader.locator("#lists")).to_contain_text("Sunday quick")
    expect(reader.locator("#dialog")).to_be_hidden()
    assert where(reader).startswith("More for ")
    choose(reader, "Sunday quick", "Remove from your library…")
    press(reader.locator("#dialog .btn--main, #dialog .btn--danger").first)
    expect(reader.locator("#dialog")).to_be_hidden()
    expect(reader.locator("#lists")).not_to_contain_text("Sunday quick")
    assert where(reader).startswith("More for ")
    press(reader.locator(".toast__undo button"))
    expect(reader.locator("#lists")).to_contain_text("Sunday quick")
    where(reader)


def test_a_menu_gives_it_back(rows):
    name = names(rows)[1]
    open_menu(rows, name)
    where(rows)
    rows.keyboard.press("Escape")
    assert where(rows) == f"More for {name}"
    press(rows.locator("#more-playlist"))
    where(rows)
    rows.keyboard.press("Escape")
    assert where(rows) == "more-playlist"


def test_filters_and_shapes_keep_it(reader):
    reader.goto("/library/")
    for name in ("decade", "length"):
        box = reader.locator(f"#facets input[name={name}]").first
        press(box, "Space")
        expect(box).to_be_checked()
        where(reader)
    press(reader.locator("#show-all"))
    expect(reader.locator("#show-all")).to_have_count(0)
    where(reader)
    reader.goto("/playlists/")
    for link in reader.locator("#lists .facets a").all():
        press(link)
        where(reader)


def test_saved_songs_that_are_removed_leave_it_to_their_neighbours(reader):
    reader.goto("/library/")
    reader.wait_for_load_state("networkidle")
    reader.locator("[data-select-mode]").click()
    boxes = reader.locator("#rows .checkbox input")
    for place in (1, 2):
        press(boxes.nth(place), "Space")
    following = boxes.nth(3).get_attribute("aria-label")
    press(reader.locator("#selection-bar").get_by_role("button", name="Remove"))
    expect(boxes.nth(1)).to_have_attribute("aria-label", following)
    assert where(reader).startswith("Select ")
    press(reader.locator(".toast__undo button").last)
    expect(boxes.nth(3)).to_have_attribute("aria-label", following)
    where(reader)


def test_searches_and_pages_of_results_keep_it(reader):
    reader.goto("/search/?q=la")
    press(reader.locator("#spotify .facet", has_text="Songs"))
    expect(reader.locator("#spotify .facet[aria-current]")).to_have_text("Songs")
    where(reader)
    more = reader.get_by_role("link", name="Show ten more")
    press(more)
    expect(reader.locator("#found-rows .item-row").nth(15)).to_be_attached()
    where(reader)


def test_the_player_keeps_it(reader):
    reader.goto("/player/?q=lemon")
    press(reader.locator("#kind-tracks"))
    expect(reader.locator("#kind-tracks")).to_have_attribute("aria-pressed", "true")
    where(reader)
    press(reader.locator("#found .item-row__actions button").first)
    expect(reader.locator(".toast").first).to_be_visible()
    where(reader)
    title = read_text(reader.locator("#now-playing h1"))
    press(reader.locator("#key-next"))
    expect(reader.locator("#now-playing h1")).not_to_have_text(title)
    assert where(reader) == "key-next"
