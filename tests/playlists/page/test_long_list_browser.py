"""A long playlist in a browser: only what is near the screen stands in the page."""

import pytest
from playwright.sync_api import expect

from playlists.sync.index import get_playlists
from tests.playlists.conftest import work
from tests.playlists.page.test_selection_browser import open_page, tick
from tests.playlists.pages import items_of, make
from tests.support.shared_window import wait_until
from tests.support.texts import read_text

pytestmark = pytest.mark.browser
ROWS = 440


@pytest.fixture
def playlist(sandbox):
    tracks = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")]
    return make(sandbox, items=(tracks * 3)[:ROWS])


@pytest.fixture
def shown(ada, window, page, playlist):
    return open_page(ada, window, page, playlist)


def height(page):
    return page.evaluate("document.documentElement.scrollHeight")


def test_rows_come_and_go_and_the_scrollbar_stays_honest(shown):
    before = height(shown)
    shown.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(shown.locator(f"#row-p{ROWS - 1}")).to_be_visible()
    expect(shown.locator("#row-p0")).to_have_count(0)
    assert shown.locator("#rows > .item-row").count() < 250
    assert abs(height(shown) - before) <= 2
    shown.evaluate("scrollTo(0, 0)")
    expect(shown.locator("#row-p0")).to_be_visible()
    expect(shown.locator(f"#row-p{ROWS - 1}")).to_have_count(0)


IS_LAID_OUT = (
    """(row) => document.querySelector(row).lastElementChild.checkVisibility({contentVisibilityAuto: true})"""
)


def test_rows_below_the_first_screens_are_laid_out_after_what_is_seen(ada, window, page, playlist):
    script = "**/pages/playlist-page*.js"
    idle = "export function start() {}"
    page.route(script, lambda route: route.fulfill(content_type="text/javascript", body=idle))
    ada.enter(window)
    page.goto(f"/playlists/{playlist['id']}/")
    assert page.evaluate(IS_LAID_OUT, "#row-p0")
    assert not page.evaluate(IS_LAID_OUT, "#row-p39"), "laid out with the first screen"
    before = height(page)
    page.locator("#row-p39").scroll_into_view_if_needed()
    expect(page.locator("#row-p39 .item-row__title")).to_be_in_viewport()
    assert page.evaluate(IS_LAID_OUT, "#row-p39"), "nobody sees it where the script doesn't come"
    assert height(page) == before
    page.unroute(script)
    page.evaluate("scrollTo(0, 0)")
    page.reload()
    wait_until(page, IS_LAID_OUT, "#row-p39")
    assert page.evaluate("scrollY") == 0
    lefts = page.locator("#rows .item-row__duration").evaluate_all(
        "(cells) => [...new Set(cells.map((cell) => cell.getBoundingClientRect().right))]"
    )
    assert len(lefts) == 1


def test_a_choice_outlives_rows_that_are_scrolled_away(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    tick(shown, 1)
    shown.locator("#jump").fill("300")
    shown.locator("#jump").press("Enter")
    expect(shown.locator("#row-p299")).to_be_focused()
    expect(shown.locator("#row-p1")).to_have_count(0)
    tick(shown, 301, modifiers=["Shift"])
    expect(shown.locator("#selection-bar strong")).to_have_text("301 selected")
    shown.locator("#selected-copy").click()
    expect(shown.locator("#dialog")).to_contain_text("Add 301 items to")
    shown.keyboard.press("Escape")
    shown.keyboard.press("Escape")
    tick(shown, 302)
    shown.locator("#selected-top").click()
    expect(shown.locator(".toast").last).to_contain_text("Moved 1 item.")
    assert items_of(sandbox, playlist)[0] == before[302]


def test_a_row_far_down_is_moved_and_the_place_is_kept(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    shown.locator("#jump").fill("350")
    shown.locator("#jump").press("Enter")
    expect(shown.locator("#row-p349")).to_be_focused()
    shown.locator("#grip-p349").focus()
    shown.keyboard.press("ArrowUp")
    shown.keyboard.press("Enter")
    expect(shown.locator(".toast")).to_contain_text("Moved 1 item.")
    expect(shown.locator("#grip-p348")).to_be_focused()
    expect(shown.locator("#row-p348")).to_be_in_viewport()
    assert items_of(sandbox, playlist)[348:350] == [before[349], before[348]]


def test_loading_anew_comes_to_the_same_rows(shown):
    shown.locator("#jump").fill("300")
    shown.locator("#jump").press("Enter")
    expect(shown.locator("#row-p299")).to_be_in_viewport()
    expect(shown.locator("#row-p299")).to_be_focused()
    kept = """new Promise((done) => {
      const looking = setInterval(() => history.state?.row > 200 && done(true), 50);
      setInterval(() => scrollBy(0, 1), 1000); // what is kept is kept when scrolling has come to rest
      setTimeout(() => (clearInterval(looking), done(false)), 8000);
    })"""
    assert shown.evaluate(kept)
    shown.reload()
    expect(shown.locator("#row-p299")).to_be_in_viewport()


def test_the_filter_searches_all_rows_and_all_that_match_are_chosen(shown):
    title = read_text(shown.locator("#row-p5 .item-row__title"))
    shown.locator("#filter-q").fill(title)
    expect(shown.locator("#list-count")).to_contain_text(f"of {ROWS} shown.")
    expect(shown.locator("#row-p405")).to_be_visible()  # the same song, once more
    tick(shown, 405)
    shown.locator("[data-select=all]").click()
    expect(shown.locator("#row-p5 .checkbox input")).to_be_checked()


def test_an_empty_list_says_so_until_something_is_added(ada, window, page, sandbox):
    ada.enter(window)
    address, asked = f"/playlists/{make(sandbox, items=[])['id']}/", []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith(address) else None)
    with page.expect_response("**/player/bar/"):  # whose swap makes the page look at itself
        page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#rows-none")).to_be_visible()
    assert len(asked) == 1
    page.locator("#toggle-add").click()
    page.locator("#paste-lines").fill(sandbox.control("GET", "catalog?type=track&limit=1")[0]["uri"])
    page.get_by_role("button", name="Add them").click()
    expect(page.locator("#rows > .item-row")).to_have_count(1)


@pytest.mark.parametrize("is_in_library", [False, True])
def test_a_list_that_was_read_in_the_background_can_be_filtered_and_moved(
    ada, window, page, sandbox, is_in_library
):
    tracks = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")]
    playlist = make(sandbox, items=(tracks * 2)[:600])
    if is_in_library:
        get_playlists(ada.member)
    shown = open_page(ada, window, page, playlist)
    with page.expect_response("**/state/?**"):
        expect(shown.locator("#reading")).to_be_visible()
    expect(shown.locator("#reading")).to_be_visible()
    expect(shown.locator("#filter-q")).to_be_disabled()
    work()
    expect(shown.locator("#reading")).to_have_count(0)
    expect(shown.locator("#counts")).to_contain_text("min")
    expect(shown.locator("#row-p0 .item-row__grip")).to_be_visible()
    shown.locator("#filter-q").fill("no such song")
    expect(shown.locator("#list")).to_contain_text("Nothing here matches")
    assert shown.evaluate("window.isTheSamePage")
