"""Playing from a row of any list: by its button, a double-click and a tap, in the order that is shown."""

import re

import pytest
from playwright.sync_api import expect

from player.playback import refresh
from tests.library.saved_pages.test_pages import read_all
from tests.playlists.pages import make

pytestmark = pytest.mark.browser


@pytest.fixture
def tracks(sandbox):
    odd = {one["uri"] for one in sandbox.control("GET", "catalog?odd=unplayable")}
    found = sandbox.control("GET", "catalog?type=track&limit=60")
    return [one["uri"] for one in found if one["uri"] not in odd]


@pytest.fixture
def album(sandbox):
    return sandbox.control("GET", "catalog?type=album")[4]


@pytest.fixture
def phone(ada, browser, live):
    window = browser.new_context(
        base_url=live, viewport={"width": 390, "height": 844}, has_touch=True, service_workers="block"
    )
    ada.enter(window)
    yield window.new_page()
    window.close()


def player(sandbox):
    state = sandbox.control("GET", "player/ada")
    return state["context"], state["item"], state["rest_of_context"]


def play_by_button(row):
    row.hover()
    with row.page.expect_response(lambda answer: answer.request.method == "POST"):
        row.locator(".item-row__play").click()
    expect(row).to_have_class(re.compile(r"\bis-playing\b"))


def play_by_double_click(row):
    with row.page.expect_response(lambda answer: answer.request.method == "POST"):
        row.locator(".item-row__duration").dblclick()


def uris_of(rows):
    return [row.get_attribute("data-uri") for row in rows.all()]


def test_every_list_plays_from_the_row_in_the_order_that_it_shows(ada, window, page, sandbox, tracks, album):
    playlist = make(sandbox, items=tracks[:8])
    sandbox.scene("ada", context=album["uri"])
    read_all(ada)
    ada.get("/player/")
    ada.enter(window)
    rows = page.locator(".item-list .item-row")

    # A playlist in its own order: from this copy on. The row that plays shows pause.
    page.goto(f"/playlists/{playlist['id']}/")
    expect(page.locator("#rows > .gap").last).to_be_attached()
    play_by_button(rows.nth(2))
    assert player(sandbox) == (playlist["uri"], tracks[2], tracks[3:8])
    pause = rows.nth(2).get_by_role("button", name="Pause")
    with page.expect_response("**/player/pause/"):
        pause.click()
    assert sandbox.control("GET", "player/ada")["is_playing"] is False
    expect(rows.nth(2).get_by_role("button", name="Play")).to_be_visible()

    # Sorted: what the page shows.
    page.locator("#filter-sort").select_option("title")
    expect(page.locator("#list-count")).to_contain_text("playlist order")
    shown = uris_of(rows)
    play_by_double_click(rows.nth(4))
    assert player(sandbox) == (None, shown[4], shown[5:])

    # Liked Songs
    page.goto("/library/?sort=title")
    play_by_double_click(rows.nth(1))
    values = page.locator("#rows .checkbox input").evaluate_all("boxes => boxes.map((box) => box.value)")
    assert [player(sandbox)[1], *player(sandbox)[2]][: len(values) - 1] == values[1:]

    # An album, in itself
    page.goto(f"/albums/{album['id']}/")
    shown = uris_of(rows)
    play_by_double_click(rows.nth(1))
    assert player(sandbox) == (album["uri"], shown[1], shown[2:])

    # What is shown without a list that Spotify knows: the rows below the row follow.
    for address in ("/recent/", "/top/?of=tracks", "/search/?q=la&kind=track"):
        page.goto(address)
        expect(rows.nth(2)).to_be_visible()
        found = uris_of(page.locator(".item-list").last.locator(".item-row:not(.is-unavailable)"))
        row = page.locator(f'.item-list >> nth=-1 >> .item-row[data-uri="{found[1]}"]').first
        play_by_double_click(row)
        assert player(sandbox)[1] == found[1], address
        assert player(sandbox)[2] == found[2:], address

    # The queue goes on from the row, in what it comes from.
    sandbox.scene("ada", context=album["uri"])
    refresh.request_refresh(ada.member)
    page.goto("/player/")
    queued = page.locator("#queue .item-row").nth(1)
    uri = queued.get_attribute("data-uri")
    play_by_double_click(queued)
    assert player(sandbox)[:2] == (album["uri"], uri)


def test_on_a_phone_a_tap_plays_and_the_menu_leads_to_the_page(ada, phone, sandbox, tracks):
    playlist = make(sandbox, items=tracks[:8])
    sandbox.scene("ada")
    ada.get("/player/")
    phone.goto(f"/playlists/{playlist['id']}/")
    expect(phone.locator("#rows > .gap").last).to_be_attached()
    with phone.expect_response("**/play-from/"):
        phone.locator("#row-p3 .item-row__title a").tap()
    assert player(sandbox) == (playlist["uri"], tracks[3], tracks[4:8])
    assert phone.url.endswith(f"/playlists/{playlist['id']}/")

    # A long press opens the menu, which leads to the page, and is no tap.
    box = phone.locator("#row-p5 .item-row__title").bounding_box()
    touch = phone.context.new_cdp_session(phone)
    at = {"x": box["x"] + 20, "y": box["y"] + 10}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    expect(phone.locator("#row-p5")).to_have_class(re.compile("is-menu-open"))
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(phone.locator("#row-menu")).to_be_visible()
    assert player(sandbox)[1] == tracks[3]
    phone.get_by_role("menuitem", name="Go to song").tap()
    expect(phone).to_have_url(re.compile("/tracks/"))


def test_a_right_click_opens_the_menu_at_the_pointer_within_the_window(ada, window, page, sandbox, tracks):
    playlist = make(sandbox, items=tracks[:20])
    sandbox.scene("ada")
    ada.get("/player/")
    ada.enter(window)
    page.goto(f"/playlists/{playlist['id']}/")
    expect(page.locator("#rows > .gap").last).to_be_attached()
    menu = page.locator("#row-menu")
    row = page.locator("#row-p1")
    row.locator(".item-row__duration").click(button="right")
    expect(menu).to_be_visible()
    pointer, shown = row.locator(".item-row__duration").bounding_box(), menu.bounding_box()
    assert shown["x"] + shown["width"] <= 1280
    assert shown["y"] >= 0
    assert shown["y"] + shown["height"] <= 900
    assert abs(shown["x"] + shown["width"] - pointer["x"]) < 80
    with page.expect_response("**/play-from/"):
        menu.get_by_role("menuitem", name="Play", exact=True).click()
    assert player(sandbox) == (playlist["uri"], tracks[1], tracks[2:20])


def test_of_two_copies_only_the_one_that_plays_is_marked(ada, window, page, sandbox, tracks):
    one, two, three, four = tracks[:4]
    playlist = make(sandbox, items=[one, two, one, three, four, one])
    ada.get("/player/")
    ada.enter(window)
    page.goto(f"/playlists/{playlist['id']}/")
    expect(page.locator("#rows > .gap").last).to_be_attached()
    rows = page.locator("#rows > .item-row")
    for place in (2, 0, 5):
        play_by_button(rows.nth(place))
        expect(page.locator("#rows > .is-playing")).to_have_count(1)
        expect(rows.nth(place)).to_have_class(re.compile(r"\bis-playing\b"))
        page.reload()
        expect(page.locator("#rows > .is-playing")).to_have_count(1)
        expect(rows.nth(place)).to_have_attribute("aria-current", "true")
