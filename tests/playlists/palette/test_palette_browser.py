"""The palette in a real browser, by keyboard and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from spotweb.jobs.models import Job

pytestmark = pytest.mark.browser


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
