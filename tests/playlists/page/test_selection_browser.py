"""Choosing rows in a browser, and what is done with them."""

import re

import pytest
from playwright.sync_api import expect

from playlists.models import Playlist
from tests.playlists.pages import items_of, make
from tests.support.accessibility import list_misfits
from tests.support.rows import choose
from tests.support.shared_window import wait_until
from tests.support.texts import read_text, read_texts

pytestmark = pytest.mark.browser


@pytest.fixture
def playlist(sandbox):
    return make(sandbox, count=12)


@pytest.fixture
def shown(ada, window, page, playlist):
    return open_page(ada, window, page, playlist)


def open_page(person, window, page, playlist):
    person.enter(window)
    page.goto(f"/playlists/{playlist['id']}/")
    expect(page.locator("#rows .item-row").first).to_be_visible()
    expect(page.locator("#rows > .gap").last).to_be_attached()  # the script has taken over
    page.evaluate("window.isTheSamePage = true")
    return page


def tick(page, row, modifiers=()):
    choose(page.locator(f"#row-p{row}"), *modifiers)


def test_a_range_is_chosen_with_shift_and_removed_with_a_way_back(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    tick(shown, 2)
    tick(shown, 5, modifiers=["Shift"])
    expect(shown.locator("#selection-bar strong")).to_have_text("4 selected")
    shown.locator("#selected-remove").click()
    expect(shown.locator(".toast")).to_contain_text("Removed 4 items.")
    expect(shown.locator("#rows .item-row")).to_have_count(8)
    expect(shown.locator("#counts")).to_contain_text("8 items")
    expect(shown.locator("#selection-bar")).to_be_hidden()
    assert items_of(sandbox, playlist) == [*before[:2], *before[6:]]
    shown.locator(".toast__undo button").click()
    expect(shown.locator("#rows .item-row")).to_have_count(12)
    assert items_of(sandbox, playlist) == before
    assert shown.evaluate("window.isTheSamePage")


def test_chosen_rows_go_to_the_top_and_stay_chosen(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    tick(shown, 3)
    tick(shown, 9)
    shown.locator("#selected-top").click()
    expect(shown.locator("#row-p0 .checkbox input")).to_be_checked()
    expect(shown.locator("#row-p1 .checkbox input")).to_be_checked()
    expect(shown.locator("#rows .item-row.is-selected")).to_have_count(2)
    assert items_of(sandbox, playlist)[:2] == [before[3], before[9]]


def test_rows_go_to_a_number(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    tick(shown, 0)
    shown.locator("#selected-place").click()
    shown.locator("#place-number").fill("4")
    shown.locator("#place-number").press("Enter")
    expect(shown.locator(".toast")).to_contain_text("Moved 1 item.")
    assert items_of(sandbox, playlist) == [*before[1:4], before[0], *before[4:]]


def test_the_menu_of_a_row_means_that_row_whatever_is_chosen(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    tick(shown, 0)
    shown.locator("#row-p7").get_by_role("button", name="More for").click()
    shown.locator("#row-up").click()
    expect(shown.locator(".toast")).to_contain_text("Moved 1 item.")
    assert items_of(sandbox, playlist) == [*before[:6], before[7], before[6], *before[8:]]
    tick(shown, 2)
    expect(shown.locator("#selection-bar strong")).to_have_text("1 selected")
    shown.locator("#row-p11").get_by_role("button", name="More for").click()
    shown.locator("#row-remove").click()
    expect(shown.locator("#rows .item-row")).to_have_count(11)
    assert before[11] not in items_of(sandbox, playlist)


def test_an_open_menu_stays_where_it_is_when_its_row_is_replaced(shown):
    shown.locator("#row-p5").get_by_role("button", name="More for").click()
    menu = shown.locator("#row-menu")
    expect(menu).to_be_visible()
    before = menu.bounding_box()
    shown.evaluate("""() => {
        const row = document.querySelector("#row-p5");
        const fresh = row.cloneNode(true);
        for (const element of fresh.querySelectorAll("[data-anchor]")) delete element.dataset.anchor;
        row.replaceWith(fresh);
    }""")
    wait_until(shown, "document.querySelector('#row-menu').opener.isConnected")
    assert menu.bounding_box() == before


def press_menu_while_the_row_is_replaced(page, row, change=""):
    """Open the menu of a row; before it comes, a new element takes the place of its button."""
    waiting = []

    def hold(route):  # Playwright marks its handlers, which a built-in method does not let it
        waiting.append(route)

    page.route("**/menu/**", hold)
    with page.expect_request("**/menu/**"):
        page.locator(f"#row-p{row}").get_by_role("button", name="More for").click()
    page.evaluate(
        f"""() => {{
            const gone = document.querySelector("#row-p{row} [form=menus]");
            const button = gone.cloneNode(true);
            gone.replaceWith(button);
            {change}
        }}"""
    )
    waiting[0].continue_()
    page.unroute("**/menu/**")


def test_a_menu_opens_although_its_row_is_replaced_meanwhile_but_for_that_song_alone(
    shown, sandbox, playlist
):
    shown.evaluate(
        """() => {
            window.opened = [];
            document.getElementById("row-menu").addEventListener("toggle", (event) => {
                if (event.newState === "open") window.opened.push(event.target.ariaLabel);
            });
        }"""
    )
    with shown.expect_response("**/menu/**"):
        press_menu_while_the_row_is_replaced(shown, 7, 'button.ariaLabel = "More for another song";')
    shown.locator("#row-p8").get_by_role("button", name="More for").click()
    expect(shown.locator("#row-menu")).to_be_visible()
    wait_until(shown, "window.opened.length > 0")
    assert shown.evaluate("window.opened") == [read_text(shown.locator("#row-p8 .item-row__title"))]
    shown.keyboard.press("Escape")
    expect(shown.locator("#row-menu")).to_be_hidden()
    shown.reload()

    # Where the song has moved to meanwhile, and where only its row was drawn again.
    for rest, change in (
        (11, f'button.value = "{shown.locator("#row-p8 [form=menus]").get_attribute("value")}";'),
        (10, ""),
    ):
        before = items_of(sandbox, playlist)
        press_menu_while_the_row_is_replaced(shown, 7, change)
        shown.locator("#row-remove").click()
        expect(shown.locator("#rows .item-row")).to_have_count(rest)
        assert items_of(sandbox, playlist) == [*before[:7], *before[8:]]


def test_all_of_a_filter_is_chosen_and_escape_lets_go(shown):
    shown.keyboard.press("Control+a")
    expect(shown.locator("#selection-bar strong")).to_have_text("12 selected")
    shown.keyboard.press("Escape")
    expect(shown.locator("#selection-bar")).to_be_hidden()
    title = read_text(shown.locator("#row-p4 .item-row__title"))
    tick(shown, 0)
    shown.locator("#filter-q").fill(title)
    expect(shown.locator("#list-count")).to_contain_text("of 12 shown.")
    expect(shown.locator("#row-p4")).to_be_visible()
    shown.locator("[data-select=all]").click()
    shown.locator("#filter-q").fill("")
    expect(shown.locator("#rows .item-row")).to_have_count(12)
    expect(shown.locator("#row-p0 .checkbox input")).to_be_checked()  # the filter left it alone
    expect(shown.locator("#row-p4 .checkbox input")).to_be_checked()
    expect(shown).not_to_have_url(re.compile("q="))


def test_the_view_stands_in_the_address(shown, ada, window):
    shown.locator("#filter-sort").select_option("title")
    expect(shown.locator("#list-count")).to_contain_text("playlist order")
    expect(shown).to_have_url(re.compile(r"\?sort=title$"))
    titles = shown.locator("#rows .item-row__title")
    order = read_texts(titles)
    shown.reload()
    expect(titles).to_have_text(order)
    expect(shown.locator("#rows .item-row__grip")).to_have_count(0)


@pytest.mark.own_window
def test_another_version_is_announced_and_the_choice_is_kept(ada, window, page, sandbox, playlist):
    sandbox.control("PUT", "settings", {"snapshot_lag_s": 0})
    page.clock.install()
    shown = open_page(ada, window, page, playlist)
    before = items_of(sandbox, playlist)
    tick(shown, 1)
    sandbox.control("PUT", f"playlists/{playlist['id']}", {"items": [before[11], *before[:11]]})
    Playlist.objects.update(proven_at=None)  # the last look is long ago
    shown.clock.run_for(31_000)
    expect(shown.locator("#changed")).to_contain_text("1 moved")
    expect(shown.locator("#row-p1 .checkbox input")).to_be_checked()
    shown.locator("#see-changes").click()
    expect(shown.locator("#dialog")).to_contain_text("Moved")
    shown.locator("#dialog [data-close]").click()
    shown.locator("#load-new").click()
    expect(shown.locator("#row-p2 .checkbox input")).to_be_checked()
    expect(shown.locator("#row-p1 .checkbox input")).not_to_be_checked()
    expect(shown.locator("#changed")).to_be_hidden()


def test_a_selection_stands_in_nobodys_way(shown):
    """What opens from it has tests of its own, with all that opens in front of a page."""
    tick(shown, 1)
    assert list_misfits(shown, height=3000) == []  # nothing is half hidden
