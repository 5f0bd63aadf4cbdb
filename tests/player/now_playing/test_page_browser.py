"""What only a real browser shows: no reload, no lost focus or words, hidden tabs, keys, both themes."""

import re

import pytest
from playwright.sync_api import expect

from player.playback import refresh
from tests.support.accessibility import violations
from tests.support.texts import read_text

pytestmark = pytest.mark.browser


@pytest.fixture
def player(ada, window, page):
    """Ada’s page; `asked` notes what it asks the server for."""
    ada.enter(window)
    page.asked = []
    page.on("request", lambda request: page.asked.append((request.method, request.url.split("/", 3)[3])))
    page.goto("/player/")
    page.evaluate("window.isTheSamePage = true")
    return page


def is_poll(answer):
    return answer.request.headers.get("hx-source") == "div#watch"


def poll_now(page):
    """Let the page ask, and wait until it has shown the answer."""
    with page.expect_response(is_poll):
        page.evaluate("htmx.trigger('#watch', 'player:poll')")
    expect(page.locator("#watch.htmx-request")).to_have_count(0)


def change(sandbox, member, **scene: str | list[str]):
    """Something happens at Spotify, and the next poll is due."""
    sandbox.scene(member.name, **scene)
    refresh.request_refresh(member.member)


def test_another_track_appears_without_a_reload_whatever_its_name(player, ada, sandbox):
    shown = read_text(player.locator("#position-now"))
    expect(player.locator("#position-now")).not_to_have_text(shown)
    other = sandbox.control("GET", "catalog?type=track")[9]
    change(sandbox, ada, item=other["uri"])
    poll_now(player)
    expect(player.locator("#now-playing h1")).to_have_text(other["name"])
    expect(player).to_have_title(re.compile("^" + re.escape(other["name"])))
    assert player.evaluate("window.isTheSamePage")
    uris = [one["uri"] for one in sandbox.control("GET", "catalog?odd=hostile&type=track")]
    change(sandbox, ada, item=uris[0], queue=uris[1:])
    player.on("dialog", lambda _dialog: pytest.fail("a name was carried out"))
    poll_now(player)
    expect(player.locator("#now-playing h1")).to_have_text('<script>alert("played")</script>')
    assert player.evaluate("document.documentElement.scrollWidth <= innerWidth")
    player.set_viewport_size({"width": 320, "height": 640})
    assert player.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_asks_by_itself_after_a_command_and_keeps_its_keys_when_that_fails(player, sandbox):
    sandbox.fault("/v1/me/player/pause", "status", status=502)
    player.click("#key-play")
    expect(player.locator(".toast")).to_be_visible()
    expect(player.locator("#key-play use")).to_have_attribute("href", re.compile("#pause$"))
    sandbox.control("DELETE", "faults")
    with player.expect_response(is_poll):
        player.click("#key-play")
    expect(player.locator("#key-play")).to_have_attribute("aria-label", "Play")


def test_focus_and_typed_words_survive_a_poll(player, ada, sandbox):
    player.locator("#q").press_sequentially("walnu")
    player.locator("#found .search-box__footer").wait_for()
    change(sandbox, ada, scene="podcast")
    poll_now(player)
    expect(player.locator("#key-back")).to_be_visible()
    expect(player.locator("#q")).to_be_focused()
    expect(player.locator("#q")).to_have_value("walnu")
    expect(player.locator("#found .search-box__footer")).to_be_visible()
    player.locator("#key-next").focus()
    change(sandbox, ada, scene="playing")
    poll_now(player)
    expect(player.locator("#key-shuffle")).to_be_visible()
    expect(player.locator("#key-next")).to_be_focused()


@pytest.mark.own_window
def test_a_hidden_tab_asks_nothing_and_catches_up_when_it_is_seen(player):
    player.clock.install()
    player.goto("/player/")
    with player.expect_response(is_poll):
        player.clock.fast_forward(6_000)  # a page that is seen asks by itself
    expect(player.locator("#watch.htmx-request")).to_have_count(0)
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    player.evaluate(hide % "true" + "document.dispatchEvent(new Event('visibilitychange'))")
    player.asked.clear()
    player.clock.fast_forward(3_600_000)
    assert not player.asked
    with player.expect_response(is_poll):
        player.evaluate(hide % "false" + "document.dispatchEvent(new Event('visibilitychange'))")
        player.clock.fast_forward(100)


def test_find_a_song_and_see_it_in_the_queue(player):
    player.locator("#q").fill("night")
    first = player.locator("#found .item-row").first
    name = read_text(first.locator(".item-row__title"))
    first.locator("button", has_text="Queue").click()
    expect(player.locator(".toast")).to_contain_text(f"Added “{name}” to the queue.")
    expect(player.locator("#queue")).to_contain_text(name)
    expect(player.locator("#q")).to_have_value("night")
    assert player.evaluate("window.isTheSamePage")


def test_typing_on_asks_once_per_pause(player, sandbox):
    player.locator("#q").press_sequentially("kettle", delay=60)
    player.locator("#found .search-box__footer").wait_for()
    player.wait_for_load_state("networkidle")
    assert len(sandbox.requests("search")) == 1


def test_by_keyboard_alone(player, sandbox):
    player.locator("#key-play").focus()
    player.keyboard.press("Enter")
    expect(player.locator("#key-play")).to_have_attribute("aria-label", "Play")
    expect(player.locator("#key-play")).to_be_focused()
    player.keyboard.press("Tab")
    expect(player.locator("#key-next")).to_be_focused()
    player.keyboard.press("Space")
    expect(player.locator("#key-next")).to_be_focused()
    player.locator("#volume-slider").focus()
    with player.expect_response("**/player/volume/"):
        for _ in range(3):
            player.keyboard.press("ArrowRight")
    expect(player.locator("#volume-now")).to_have_text("41")
    assert len(sandbox.requests("set-volume-for-users-playback")) == 1
    expect(player.locator("#volume-slider")).to_be_focused()


def test_seeking_shows_where_to_while_dragging_and_asks_once(player, sandbox):
    box = player.locator("#position-slider").bounding_box()
    middle = box["y"] + box["height"] / 2
    player.mouse.move(box["x"] + box["width"] * 0.42, middle)
    player.mouse.down()
    for share in (0.5, 0.6, 0.75):
        player.mouse.move(box["x"] + box["width"] * share, middle)
    shown = read_text(player.locator("#position-now"))
    poll_now(player)
    expect(player.locator("#position-now")).to_have_text(shown)
    with player.expect_response("**/player/seek/"):
        player.mouse.up()
    expect(player.locator("#position-now")).to_contain_text(shown[:2])
    assert len(sandbox.requests("seek-to-position-in-currently-playing-track")) == 1


def test_no_device_is_answered_by_the_choice_of_one(player, ada, sandbox):
    sandbox.scene("ada", scene="paused")
    sandbox.control("POST", "clock", {"advance_s": 900})  # paused for so long, no device is active
    refresh.request_refresh(ada.member)
    poll_now(player)
    player.click("#key-play")
    expect(player.locator("#choose-1")).to_be_focused()
    poll_now(player)
    expect(player.locator("#choose-1")).to_be_focused()
    player.keyboard.press("Enter")
    expect(player.locator("#key-play")).to_have_attribute("aria-label", "Pause")
    expect(player.locator("#choose")).to_have_count(0)


def test_nothing_is_wrong_for_assistive_technology(player, ada, sandbox):
    for scene in ("playing", "podcast", "nothing"):
        sandbox.scene("ada", scene=scene)
        refresh.request_refresh(ada.member)
        player.goto("/player/?q=night")
        assert violations(player) == [], scene


def test_without_a_script_music_is_steered_and_queued(ada, browser, request, sandbox):
    window = browser.new_context(base_url=request.getfixturevalue("live"), java_script_enabled=False)
    ada.enter(window)
    page = window.new_page()
    page.goto("/player/")
    page.click("#key-play")
    expect(page.locator("#key-play")).to_have_attribute("aria-label", "Play")
    page.click("#volume-up")
    expect(page.locator("#volume-now")).to_have_text("48")
    page.fill("#q", "night")
    page.keyboard.press("Enter")
    page.locator("#found button", has_text="Queue").first.click()
    expect(page.locator(".toast")).to_contain_text("to the queue.")
    window.close()


def test_an_open_page_of_adas_turns_into_bens_when_he_signs_in_there(player, window, ben, live):
    ben.enter(window)
    player.click("#key-play")
    expect(player.locator(".sidebar__name strong")).to_have_text("Ben")
