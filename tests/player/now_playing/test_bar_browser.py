"""The bar in a real browser: it stays while pages change, reacts at once, and says what the server says."""

import re

import pytest
from playwright.sync_api import expect

from player.playback import refresh
from player.playback.state import load_state
from tests.support.texts import read_text

pytestmark = pytest.mark.browser

NEXT = "skip-users-playback-to-next-track"


@pytest.fixture
def house(ada, window, page):
    """Ada’s household page, once its bar knows what plays; `loads` counts the documents of the frame."""
    ada.enter(window)
    ada.get("/player/")  # what plays is known before the page is opened
    page.loads = []
    page.on("domcontentloaded", lambda _page: page.loads.append(page.url))
    page.goto("/household/")
    expect(page.locator("#bar-play")).to_have_attribute("aria-label", "Pause")
    page.evaluate("document.getElementById('bar').isTheSame = true")
    return page


def go(page, name):
    page.locator(".sidebar").get_by_role("link", name=name, exact=True).click()


def poll_now(page):
    with page.expect_response("**/player/bar/"):
        page.evaluate("htmx.trigger('#bar-watch', 'player:poll')")
    expect(page.locator("#bar-watch.htmx-request")).to_have_count(0)


def is_the_same(page):
    return page.evaluate("document.getElementById('bar').isTheSame === true")


def test_the_bar_stays_while_pages_change(house):
    title = read_text(house.locator("#bar-title"))
    expect(house).to_have_title(re.compile(f"^{re.escape(title)} · Household"))
    house.locator("#bar-title").click()
    expect(house.locator("#now-playing h1")).to_be_focused()
    expect(house.locator("#now-playing h1")).to_have_text(title)
    expect(house).to_have_url(re.compile(r"/player/$"))
    house.locator("footer").get_by_role("link", name="Privacy").click()
    expect(house.get_by_role("heading", name="Privacy", exact=True)).to_be_focused()
    expect(house.locator("#bar-now")).to_be_visible()
    house.go_back()
    expect(house.locator("#now-playing")).to_be_visible()
    house.go_back()
    expect(house.get_by_role("heading", name="Household", exact=True)).to_be_visible()
    expect(house).to_have_title(re.compile("Household"))
    house.go_forward()
    expect(house.locator("#now-playing")).to_be_visible()
    house.locator("#key-play").click()
    expect(house.locator("#key-play")).to_have_attribute("aria-label", "Play")
    assert is_the_same(house)
    assert len(house.loads) == 1


def test_after_many_pages_one_press_is_one_command(house, sandbox):
    for _ in range(3):
        house.locator("#bar-title").click()
        expect(house.locator("#now-playing")).to_be_visible()
        house.wait_for_load_state("networkidle")
        expect(house.locator("#now-playing h1")).to_be_focused()
        # Its script starts in the task after that in which its page came.
        house.evaluate("import(document.getElementById('now-playing').dataset.module)")
        house.keyboard.press("Escape")  # back to where it was opened
        expect(house.locator("#now-playing")).to_have_count(0)
        expect(house).to_have_url(re.compile("/household/$"))
    sandbox.forget_requests()
    with house.expect_response("**/player/next/"):
        house.locator("#bar-next").click()
    expect(house.locator(".htmx-request")).to_have_count(0)
    assert len(sandbox.requests(NEXT)) == 1
    assert len(house.loads) == 1


def test_a_page_that_fails_is_shown_and_the_bar_goes_on(house):
    house.evaluate(
        """() => { const link = document.createElement("a"); link.href = "/no/such/page/";
        link.textContent = "Nowhere"; document.querySelector("#main").prepend(link); htmx.process(link) }"""
    )
    house.get_by_role("link", name="Nowhere").click()
    expect(house.get_by_role("heading", name="Page not found")).to_be_focused()
    expect(house).to_have_url(re.compile("/no/such/page/$"))
    assert is_the_same(house)


def test_a_session_that_ended_leads_to_the_sign_in(house, ada):
    ada.client.logout()
    go(house, "Home")
    expect(house).to_have_url(re.compile("/accounts/login/"))
    expect(house.locator("#bar")).to_have_count(0)


def test_forms_load_the_page_anew_and_change_the_frame(house):
    house.get_by_role("button", name="Dark").click()
    expect(house.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_bar_follows_what_others_do(house, ada, sandbox):
    other = sandbox.control("GET", "catalog?type=track")[9]
    sandbox.scene("ada", item=other["uri"])
    refresh.request_refresh(ada.member)
    poll_now(house)
    expect(house.locator("#bar-title")).to_have_text(other["name"])
    expect(house).to_have_title(re.compile("^" + re.escape(other["name"])))
    assert house.evaluate("navigator.mediaSession.metadata.title") == other["name"]
    assert house.evaluate("navigator.mediaSession.playbackState") == "playing"


@pytest.mark.own_window
def test_the_page_asks_once_for_bar_and_deck(house, ada):
    house.clock.install()
    house.goto("/player/")
    asked = []
    house.on("request", lambda request: asked.append(request.url) if request.method == "GET" else None)
    with house.expect_response(lambda answer: answer.request.headers.get("hx-source") == "div#watch"):
        house.clock.run_for(6_000)
    assert [url for url in asked if url.endswith("/player/bar/")] == []


def test_five_quick_presses_of_next_are_five_skips_in_two_requests(house, ada, sandbox):
    queue = refresh.get_state(ada.member).queue.queue
    sandbox.control("PUT", "settings", {"latency_ms": 150})
    sandbox.forget_requests()
    sent = []
    house.on("request", lambda one: sent.append(one.post_data) if one.url.endswith("/player/next/") else None)
    house.evaluate("for (let n = 0; n < 5; n++) document.getElementById('bar-next').click()")
    expect(house.locator("#bar-title")).to_have_text(queue[4].name)  # at once, from what is known
    expect(house.locator(".htmx-request")).to_have_count(0)
    poll_now(house)
    expect(house.locator("#bar-title")).to_have_text(queue[4].name)
    assert len(sandbox.requests(NEXT)) == 5
    assert [re.search(r"times=(\d+)", data)[1] for data in sent] == ["1", "4"]
    assert sandbox.control("GET", "player/ada")["item"] == queue[4].uri


def test_of_a_switch_only_the_last_wish_is_sent(house, sandbox):
    sandbox.control("PUT", "settings", {"latency_ms": 150})
    sandbox.forget_requests()
    house.evaluate("for (let n = 0; n < 5; n++) document.getElementById('bar-play').click()")
    expect(house.locator("#bar-play")).to_have_attribute("aria-label", "Play")
    expect(house.locator(".htmx-request")).to_have_count(0)
    poll_now(house)
    expect(house.locator("#bar-play")).to_have_attribute("aria-label", "Play")
    assert len(sandbox.requests("pause-a-users-playback")) == 1
    assert len(sandbox.requests("start-a-users-playback")) == 0
    assert not sandbox.control("GET", "player/ada")["is_playing"]


def test_like_with_undo(house, ada, sandbox):
    uri = refresh.get_state(ada.member).playback.item.uri
    like = house.locator("#bar-save")
    was = like.get_attribute("aria-pressed") == "true"
    like.click()
    expect(like).to_have_attribute("aria-pressed", str(not was).lower())
    said = "Removed from Liked Songs." if was else "Added to Liked Songs."
    toast = house.locator(".toast", has_text=said)
    toast.get_by_role("button", name="Undo").click()
    expect(like).to_have_attribute("aria-pressed", str(was).lower())
    expect(toast).to_have_count(0)
    assert load_state(ada.member).saved[uri] is was


def test_a_device_is_chosen_on_any_page(house, ada, sandbox):
    sandbox.scene("ada", scene="paused")
    sandbox.control("POST", "clock", {"advance_s": 900})
    refresh.request_refresh(ada.member)
    poll_now(house)
    house.locator("#bar-play").click()
    expect(house.locator("#choose-1")).to_be_focused()
    house.keyboard.press("Enter")
    expect(house.locator("#bar-play")).to_have_attribute("aria-label", "Pause")
    expect(house.locator("#choose")).to_have_count(0)
    assert is_the_same(house)


@pytest.mark.own_window
def test_a_page_that_nobody_touches_says_so_and_asks_at_once_when_somebody_does(ada, window, page):
    ada.enter(window)
    page.clock.install()
    page.goto("/household/")
    page.mouse.move(200, 200)
    with page.expect_request(lambda request: "untouched" in request.headers):
        page.clock.fast_forward(70_000)
        page.evaluate("htmx.trigger('#bar-watch', 'player:poll')")
    expect(page.locator("#bar-watch.htmx-request")).to_have_count(0)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)  # from here on nothing comes due by itself
    with page.expect_request("**/player/bar/") as poll:
        page.mouse.move(300, 300)
        page.clock.run_for(50)
    assert "untouched" not in poll.value.headers
