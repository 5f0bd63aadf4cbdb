"""Moving rows with mouse, finger and keyboard."""

import pytest
from playwright.sync_api import expect

from tests.playlists.page.test_selection_browser import open_page, tick
from tests.playlists.pages import items_of, make
from tests.support.texts import read_texts

pytestmark = pytest.mark.browser


@pytest.fixture
def playlist(sandbox):
    return make(sandbox, count=12)


@pytest.fixture
def shown(ada, window, page, playlist):
    shown = open_page(ada, window, page, playlist)
    expect(shown.locator("#rows[data-can-drag]")).to_be_attached()
    return shown


def centre(page, selector):
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, row, to):
    page.mouse.move(*centre(page, f"#grip-p{row}"))
    page.mouse.down()
    x, y = centre(page, f"#grip-p{to}")
    page.mouse.move(x, y - 3, steps=12)
    page.mouse.move(x, y, steps=3)
    page.mouse.up()


def moved(before, chosen, place):
    kept = [one for at, one in enumerate(before) if at not in chosen]
    return kept[:place] + [before[at] for at in chosen] + kept[place:]


def test_a_row_is_dragged(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    sandbox.forget_requests()
    drag(shown, 1, 4)
    expect(shown.locator(".toast")).to_contain_text("Moved 1 item.")
    assert items_of(sandbox, playlist) == moved(before, [1], 4)
    writes = [one for one in sandbox.requests() if one["method"] != "GET"]
    assert len(writes) == 1


def test_who_drags_a_chosen_row_moves_all_that_are(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    for row in (0, 2, 5):
        tick(shown, row)
    drag(shown, 5, 3)
    expect(shown.locator(".toast")).to_contain_text("Moved 3 items.")
    now = items_of(sandbox, playlist)
    place = now.index(before[0])
    assert now[place : place + 3] == [before[0], before[2], before[5]]
    expect(shown.locator("#rows .item-row.is-selected")).to_have_count(3)


def test_arrow_keys_move_a_row_and_say_so_and_escape_puts_it_back(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    titles = shown.locator("#rows .item-row__title")
    order = read_texts(titles)
    shown.locator("#grip-p6").focus()
    for _ in range(3):
        shown.keyboard.press("ArrowUp")
    shown.keyboard.press("Escape")
    expect(titles).to_have_text(order)
    expect(shown.locator("#grip-p6")).to_be_focused()
    assert items_of(sandbox, playlist) == before
    shown.locator("#grip-p2").focus()
    shown.keyboard.press("ArrowDown")
    expect(shown.locator("#said")).to_contain_text("Place 4 of 12")
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")
    expect(shown.locator(".toast")).to_contain_text("Moved 1 item.")
    assert items_of(sandbox, playlist) == moved(before, [2], 4)
    expect(shown.locator("#grip-p4")).to_be_focused()


def test_what_spotify_refuses_goes_back_to_its_place(shown, sandbox, playlist):
    titles = read_texts(shown.locator("#rows .item-row__title"))
    sandbox.fault("/v1/playlists/*", "status", status=400, method="PUT")
    drag(shown, 1, 4)
    expect(shown.locator(".toast")).to_be_visible()
    expect(shown.locator("#rows .item-row__title").nth(1)).to_have_text(titles[1])


def test_a_finger_that_rests_on_the_grip_moves_the_row(ada, browser, live, sandbox, playlist):
    before = items_of(sandbox, playlist)
    phone = browser.new_context(
        base_url=live, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = open_page(ada, phone, phone.new_page(), playlist)
    expect(page.locator("#rows[data-can-drag]")).to_be_attached()
    page.locator("#rows").evaluate("list => list.scrollIntoView()")
    finger = phone.new_cdp_session(page)

    def touch(kind, points=()):
        sent = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": sent})

    x, y = centre(page, "#grip-p1")
    goal = centre(page, "#grip-p4")[1]
    touch("touchStart", [(x, y)])
    expect(page.locator("#row-p1.sortable-chosen")).to_be_attached()  # a shorter touch scrolls
    for part in range(1, 11):
        touch("touchMove", [(x, y + (goal - y) * part / 10)])
    touch("touchEnd")
    expect(page.locator(".toast")).to_contain_text("Moved 1 item.")
    place = items_of(sandbox, playlist).index(before[1])
    assert place > 1
    assert items_of(sandbox, playlist) == moved(before, [1], place)
    phone.close()


def test_undo_of_a_toast_works_on_another_page(shown, sandbox, playlist):
    before = items_of(sandbox, playlist)
    tick(shown, 2)
    shown.locator("#selected-remove").click()
    expect(shown.locator(".toast__undo")).to_be_visible()
    shown.get_by_role("link", name="Household").first.click()
    expect(shown.get_by_role("heading", name="Household", exact=True)).to_be_visible()
    shown.reload()  # and after the frame itself was loaded again, by its key
    expect(shown.get_by_role("heading", name="Household", exact=True)).to_be_visible()
    shown.wait_for_load_state("networkidle")
    shown.keyboard.press("Control+z")
    expect(shown.locator(".toast").last).to_contain_text("Took back")
    assert items_of(sandbox, playlist) == before
    expect(shown.locator("#bar")).to_be_visible()
