"""The palette in a real browser, by keyboard and on a phone."""

import re
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from spotweb.jobs.models import Job
from tests.support.shared_window import wait_until

pytestmark = pytest.mark.browser
SELECTED = '[aria-selected="true"]'


def test_a_few_letters_lead_anywhere(ada, sandbox, window, page):
    ada.get("/playlists/")
    ada.get("/player/")
    playlist = (
        ada.member.playlists.filter(is_own=True, playlist__total__gt=2).select_related("playlist")[0].playlist
    )
    ada.enter(window)
    page.goto("/household/")
    page.evaluate("window.isTheSamePage = true")
    palette, selected = page.locator("#palette"), page.locator('#palette [aria-selected="true"]')

    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type(playlist.name)
    expect(selected).to_contain_text(playlist.name)
    page.keyboard.press("ArrowUp")
    expect(selected).to_contain_text("Search for")
    page.keyboard.press("ArrowDown")
    expect(selected).to_contain_text(playlist.name)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/playlists/{playlist.spotify_id}/"))
    expect(palette).to_be_hidden()

    page.keyboard.press("/")
    expect(palette).to_be_visible()
    expect(selected).to_contain_text(playlist.name)  # opened last
    with page.expect_response("**/player/play-item/"):
        page.keyboard.press("Control+Enter")
    assert sandbox.control("GET", "player/ada")["context"] == playlist.uri
    # Where this app keeps the queue, it plays next as well.
    page.keyboard.press("Control+k")
    expect(selected).to_contain_text(playlist.name)
    expect(page.locator("#palette-next")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    ada.post("/player/kept/", {"is_on": "true"})
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-next")).to_be_visible()
    with page.expect_response("**/player/queue/next/"):
        page.keyboard.press("Alt+Enter")
    assert Job.objects.filter(kind="queue-add").get().payload["is_next"]

    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type("new playl")
    expect(selected).to_contain_text("New playlist")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("window.isTheSamePage")

    page.set_viewport_size({"width": 320, "height": 640})
    page.locator("[data-palette]:visible").click()
    expect(page.locator("#palette-q")).to_be_focused()
    assert palette.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 640}
    page.locator("#palette-close").click()
    expect(palette).to_be_hidden()


def test_enter_waits_for_what_was_typed_and_a_late_answer_keeps_what_was_chosen(ada, window, page):
    ada.get("/playlists/")
    ada.enter(window)
    page.goto("/household/")
    options, selected = (page.locator(f"#palette {wanted}") for wanted in ("[role=option]", SELECTED))
    answers = "**/playlists/palette/?*"

    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type("house")
    expect(selected).to_contain_text("Household")
    page.locator("#palette-q").fill("")
    with hold(page, answers):
        page.keyboard.type("new playl")
        page.keyboard.press("Enter")
        expect(page.locator("#palette")).to_be_visible()  # and not where the list leads for other words
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    page.keyboard.type("play")
    expect(options.nth(2)).to_contain_text("lay")
    with hold(page, answers):
        page.locator("#palette-q").dispatch_event("find")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        chosen = selected.inner_text()
        page.evaluate("document.querySelector('#palette-list').firstElementChild.isOld = true")
    wait_until(page, "!document.querySelector('#palette-list').firstElementChild.isOld")
    expect(selected).to_have_text(chosen, use_inner_text=True)


@contextmanager
def hold(page, pattern):
    """What is asked for meanwhile is sent at the end, and was asked for by then."""
    held = []
    page.route(pattern, lambda route: held.append(route))  # noqa: PLW0108  # it is marked
    yield
    while not held:
        page.wait_for_timeout(20)
    page.unroute(pattern)
    for route in held:
        with suppress(PlaywrightError):  # the page has asked again since, and let go of this one
            route.continue_()
