"""The keyboard in a real browser: it steers from anywhere, and takes no key from whoever has the focus."""

import pytest
from playwright.sync_api import expect

from player.now_playing.shortcuts import KEYS, ROW_KEYS
from player.playback.state import load_state

pytestmark = pytest.mark.browser


@pytest.fixture
def player(ada, window, page):
    ada.enter(window)
    ada.get("/player/")
    page.goto("/player/")
    return page


def state(sandbox):
    return sandbox.control("GET", "player/ada")


def press(page, key, answer):
    with page.expect_response(f"**/player/{answer}/"):
        page.keyboard.press(key)


def test_each_key_does_what_the_help_says(player, ada, sandbox):
    queue = load_state(ada.member).queue.queue
    press(player, "Space", "pause")
    expect(player.locator("#key-play")).to_have_attribute("aria-label", "Play")
    press(player, "Space", "play")
    press(player, "n", "next")
    expect(player.locator("#now-playing h1")).to_have_text(queue[0].name)
    press(player, "s", "shuffle")
    assert state(sandbox)["shuffle"] is True
    before = state(sandbox)["repeat"]
    press(player, "r", "repeat")
    assert state(sandbox)["repeat"] != before
    at = state(sandbox)["progress_ms"]
    press(player, "ArrowRight", "seek")
    assert state(sandbox)["progress_ms"] >= at + 4_000
    press(player, "m", "volume")
    expect(player.locator("#volume-now")).to_have_text("0")
    press(player, "m", "volume")
    expect(player.locator("#volume-now")).to_have_text("38")
    press(player, "ArrowUp", "volume")
    expect(player.locator("#volume-now")).to_have_text("43")
    press(player, "-", "volume")
    expect(player.locator("#volume-now")).to_have_text("38")
    press(player, "MediaTrackNext", "next")
    press(player, "p", "previous")


def test_what_is_pressed_before_its_script_has_come_is_done_then(ada, window, page, sandbox):
    ada.enter(window)
    ada.get("/player/")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/js/extras*", hold)
    with page.expect_request("**/js/extras*"):
        page.goto("/library/")
    page.evaluate("window.isTheSamePage = true")
    saved = page.locator("#rows .save-button").first
    saved.click()
    page.keyboard.press("n")
    page.locator(".sidebar__jump").click()
    sandbox.forget_requests()
    with page.expect_response("**/player/next/"), page.expect_response("**/library/saved/"):
        held.pop().continue_()
    expect(saved).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#palette-q")).to_be_focused()
    assert len(sandbox.requests("skip-users-playback-to-next-track")) == 1
    assert page.evaluate("window.isTheSamePage")


def test_places_are_reached_from_any_page(player):
    player.goto("/household/")
    player.keyboard.press("/")
    expect(player.locator("#palette-q")).to_be_focused()
    player.keyboard.press("Escape")
    expect(player.locator("#palette")).to_be_hidden()
    player.keyboard.press("q")
    expect(player.locator("#queue-panel .item-row").first).to_be_visible()
    player.keyboard.press("d")
    expect(player.locator("#device-popover-title")).to_be_focused()


def test_keys_rest_while_somebody_types_or_holds_another(player, sandbox):
    sandbox.forget_requests()
    player.locator("#q").press_sequentially("spinn m")
    expect(player.locator("#q")).to_have_value("spinn m")
    player.locator("#up-next-title").click()
    player.keyboard.press("Control+s")
    player.keyboard.press("Alt+n")
    player.keyboard.press("Shift+N")
    player.locator("#to-recent").focus()
    player.keyboard.press("Space")
    commands = {entry["operation"] for entry in sandbox.requests() if entry["method"] != "GET"}
    assert commands == set()


def test_arrows_belong_to_the_slider_and_space_to_the_button(player, sandbox):
    sandbox.forget_requests()
    player.locator("#volume-slider").focus()
    with player.expect_response("**/player/volume/"):
        player.keyboard.press("ArrowLeft")
    player.locator("#key-next").focus()
    with player.expect_response("**/player/next/"):
        player.keyboard.press("Space")
    operations = [entry["operation"] for entry in sandbox.requests() if entry["method"] != "GET"]
    assert sorted(operations) == ["set-volume-for-users-playback", "skip-users-playback-to-next-track"]


def test_the_keys_are_listed_and_can_be_switched_off(player, sandbox):
    player.keyboard.press("?")
    help_list = player.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_list.locator("dt")).to_have_count(len(KEYS) + len(ROW_KEYS))
    help_list.get_by_role("checkbox", name="Use these keys in this browser").uncheck()
    player.keyboard.press("Escape")
    expect(help_list).to_be_hidden()
    sandbox.forget_requests()
    player.keyboard.press("n")
    player.keyboard.press("?")
    expect(help_list).to_be_hidden()
    player.reload()
    player.keyboard.press("n")
    player.get_by_role("button", name="Shortcuts ?").click()
    expect(help_list.get_by_role("checkbox")).not_to_be_checked()
    assert sandbox.requests("skip-users-playback-to-next-track") == []
