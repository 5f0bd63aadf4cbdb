"""Two members and one speaker, in two browsers: asked for, played on, given back; desktop and phone."""

import pytest
from playwright.sync_api import expect

from player.speaker_loans.borrowed_player import show_own_player
from tests.player.now_playing.test_page_browser import poll_now
from tests.player.speaker_loans.parts import share, wait_for
from tests.support.accessibility import list_misfits
from tests.support.shared_window import open_window, wait_until

pytestmark = pytest.mark.browser

# The position once the answer to a poll has been shown.
POLL = """() => new Promise((resolve) => {
  const show = () => setTimeout(() => resolve(document.getElementById("position-slider").value));
  document.addEventListener("htmx:finally:request", show, { once: true });
  htmx.trigger("#watch", "player:poll");
})"""
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def is_playing(sandbox, name):
    return sandbox.control("GET", f"player/{name}")["is_playing"]


def steer(guest, sandbox):
    """The keys steer the speaker; the bar turns to the own player and back."""
    expect(guest.locator("#bar-through")).to_have_text("Through Ada")
    guest.locator("#bar-play").click()
    wait_for(lambda: not is_playing(sandbox, "ada"))
    guest.locator("#bar-own").click()
    expect(guest.locator("#bar-through")).to_have_count(0)
    guest.locator("#bar-play").click()
    wait_for(lambda: is_playing(sandbox, "ben"))
    assert not is_playing(sandbox, "ada")
    guest.locator("#bar-play").click()
    wait_for(lambda: not is_playing(sandbox, "ben"))
    guest.locator("#bar-own").click()
    expect(guest.locator("#bar-through")).to_be_visible()
    guest.set_viewport_size(DESKTOP)
    assert list_misfits(guest) == []
    guest.goto("/player/")
    expect(guest.locator("#through")).to_contain_text("On Living room amp")
    guest.locator("#key-play").click()
    wait_for(lambda: is_playing(sandbox, "ada"))
    # A poll that has nothing new leaves the position where it has come to.
    poll_now(guest)
    later = int(guest.locator("#position-slider").input_value()) + 2_000
    wait_until(guest, "(ms) => document.getElementById('position-slider').value >= ms", later)
    assert int(guest.evaluate(POLL)) >= later
    # So does what is swapped elsewhere in the page.
    guest.evaluate("document.dispatchEvent(new CustomEvent('htmx:after:swap', { detail: { ctx: {} } }))")
    assert int(guest.locator("#position-slider").input_value()) >= later
    guest.locator("#volume-slider").press("ArrowRight")
    louder = int(guest.locator("#volume-slider").input_value())
    wait_for(lambda: sandbox.control("GET", "player/ada")["devices"][0]["volume_percent"] == louder)
    assert not is_playing(sandbox, "ben")


def turn_between_presses(guest, member, sandbox):
    """What waits behind another press reaches no other player than the one that was shown."""
    sent = []
    guest.on("request", lambda request: sent.append(request.url))

    def turn(route):
        show_own_player(member, is_own=True)
        route.continue_()

    guest.route("**/player/pause/", turn)
    press = "(detail) => document.dispatchEvent(new CustomEvent('player:command', { detail }))"
    guest.evaluate(f"['pause', 'next'].forEach({press})")
    expect(guest.locator("#through")).to_have_count(0)
    poll_now(guest)
    assert not is_playing(sandbox, "ada")
    assert not [url for url in sent if url.endswith("/player/next/")]
    guest.unroute("**/player/pause/")
    guest.locator("#page-own").click()
    expect(guest.locator("#through")).to_be_visible()
    guest.locator("#key-play").click()
    wait_for(lambda: is_playing(sandbox, "ada"))


@pytest.fixture
def listening(ada, ben, sandbox, monkeypatch):
    """Ada on her amp, which she shares, and Ben on his phone."""
    # A busy machine may take longer than a member has to answer.
    for place in ("playback.state", "speaker_loans.actions"):
        monkeypatch.setattr(f"player.{place}.ASKED_FOR_S", 600.0)
    album, other = (sandbox.control("GET", "catalog?type=album")[place]["uri"] for place in (4, 9))
    sandbox.scene("ada", context=album, progress_ms=30_000)
    sandbox.scene("ben", context=other, offset=1)
    share(ada)
    ada.get("/player/")
    ben.get("/player/")
    return album


def test_a_speaker_is_asked_for_played_on_and_given_back(
    ada, ben, sandbox, listening, live, browser, window, page
):
    ada.enter(window)
    theirs = open_window(browser, live)
    ben.enter(theirs)
    guest = theirs.new_page()
    try:
        guest.set_viewport_size(PHONE)
        guest.goto("/library/")
        guest.locator("#bar-device").click()
        speaker = guest.locator("#device-popover .house-speaker", has_text="Living room amp")
        expect(speaker).to_contain_text("Ada is listening")
        speaker.locator("summary").click()
        expect(speaker).to_contain_text("listening history of Ada")
        assert list_misfits(guest) == []
        speaker.get_by_role("button", name="Ask Ada").click()
        expect(guest.locator("#panel-borrowing")).to_contain_text("Asking Ada")
        page.set_viewport_size(DESKTOP)
        page.goto("/library/")
        request = page.locator("#bar-request")
        expect(request).to_contain_text("Ben asks to play on Living room amp")
        assert list_misfits(page) == []
        page.set_viewport_size(PHONE)
        expect(page.locator("#bar-accept")).to_be_in_viewport(ratio=1)
        page.locator("#bar-accept").click()
        expect(page.locator("#bar-lending")).to_contain_text("Ben plays on Living room amp")
        # Nobody presses anything on Ben's phone: his page sees it by itself.
        expect(guest.locator("#panel-borrowing")).to_contain_text("Connected to Living room amp")
        guest.keyboard.press("Escape")
        expect(guest.locator("#bar-borrowing")).to_be_in_viewport(ratio=1)
        steer(guest, sandbox)
        turn_between_presses(guest, ben.member, sandbox)
        guest.goto("/library/")
        page.locator("#bar-hide").click()
        expect(page.locator("#bar-lending")).to_have_count(0)
        page.set_viewport_size(DESKTOP)
        expect(page.locator("#bar-guest")).to_have_text("Ben’s music")
        page.goto("/player/")
        poll_now(page)
        page.locator("#now-playing-device").click()
        page.locator("#panel-reclaim").click()
        expect(page.locator("#bar-guest")).to_have_count(0)
        expect(guest.locator("#bar-borrowing")).to_contain_text(
            "Ada plays something else now.", timeout=60_000
        )
        assert sandbox.control("GET", "player/ada")["context"] == listening
    finally:
        theirs.close()
