"""A lost queue, what happened and the sleep timer in a browser, phone and desktop, and with trouble."""

import pytest
from playwright.sync_api import expect

from tests.home.test_home_browser import open_quietly
from tests.player.now_playing.test_page_browser import poll_now
from tests.player.observation.parts import act_in_app, share_clock
from tests.player.parts import act
from tests.player.queue.test_jobs import queued, work
from tests.support.accessibility import list_misfits

pytestmark = pytest.mark.browser

SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})


@pytest.fixture
def songs(sandbox):
    return [entry["uri"] for entry in sandbox.control("GET", "catalog?type=track&limit=400")[320:326]]


@pytest.fixture
def clock(ada, sandbox, songs, window):
    """Ada listens to an album and has queued three songs."""
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"], progress_ms=30_000)
    ada.get("/player/")
    ada.enter(window)
    with share_clock(sandbox) as clock:
        for uri in songs[:3]:
            act(ada, "queue", uri=uri)
        clock.skip(13)
        ada.get("/player/")
        yield clock


def test_a_lost_queue_is_offered_survives_trouble_and_comes_back(ada, sandbox, clock, songs, page):
    page.goto("/player/")
    act_in_app(sandbox, "ada", "clear")
    act_in_app(sandbox, "ada", "start", context=sandbox.control("GET", "catalog?type=album")[7]["uri"])
    clock.skip(16)
    poll_now(page)
    notice = page.locator("#page-lost")
    expect(notice).to_contain_text("3 songs are kept.")
    # It takes its room from the artwork: what one presses is on the first screen, and nothing lies over it.
    for size in SIZES:
        page.set_viewport_size(size)
        expect(page.locator("#key-play")).to_be_in_viewport(ratio=1)
        expect(page.locator("#bar-lost")).to_be_hidden()
    assert list_misfits(page) == []
    for path in ("/player/events/", "/player/queues/"):
        for size in SIZES:
            page.set_viewport_size(size)
            open_quietly(page, path, ".entries")
            expect(page.locator("#bar-lost")).to_be_in_viewport(ratio=1)
        assert list_misfits(page, height=1600) == []
    page.goto("/player/")
    sandbox.fault("/v1/me/player/play", "status", status=503)
    page.locator("#page-restore").click()
    expect(page.locator(".toast").last).to_contain_text("Spotify")
    expect(notice).to_be_visible()
    sandbox.control("DELETE", "faults")
    sandbox.fault("/v1/me/player*", "rate_limit", retry_after=40)
    page.locator("#page-restore").click()
    expect(page.locator(".toast").last).to_contain_text("wait")
    expect(notice).to_be_visible()
    page.evaluate("scrollTo(0, 0)")  # the press may have scrolled a row half under the messages
    assert list_misfits(page) == []
    sandbox.control("DELETE", "faults")
    clock.skip(60)
    page.goto("/player/")
    page.locator("#page-restore").click()
    expect(notice).to_have_count(0)
    work()
    assert queued(sandbox) == songs[:3]


def test_the_sleep_timer_counts_down_on_every_page_until_the_device_is_gone(ada, sandbox, clock, page):
    page.set_viewport_size(SIZES[0])
    page.goto("/library/")
    page.locator("#bar-device").click()
    page.locator("#panel-sleep-30").click()
    expect(page.locator("#panel-sleep-text")).to_contain_text("30 min left")
    expect(page.locator("#bar-sleep")).to_contain_text("30 min")
    work()
    assert list_misfits(page) == []
    clock.skip(60)
    work()
    for size in SIZES:
        page.set_viewport_size(size)
        open_quietly(page, "/player/", "#sleep-text")
        expect(page.locator("#sleep-text")).to_contain_text("29 min left")
    page.locator("#sleep-more").click()
    expect(page.locator("#sleep-text")).to_contain_text("44 min left")
    sandbox.fault("/v1/me/player*", "status", status=503)
    clock.skip(40)
    work()
    page.goto("/library/")
    expect(page.locator("#bar-sleep")).to_contain_text("44 min")
    sandbox.control("DELETE", "faults")
    clock.skip(30)
    act_in_app(sandbox, "ada", "lose-device")
    page.goto("/player/")
    poll_now(page)
    expect(page.locator("#page-lost")).to_contain_text("The device is gone, and the queue with it.")
    expect(page.locator("#sleep-text")).to_contain_text("43 min left")
    assert list_misfits(page) == []
    page.locator("#sleep-off").click()
    expect(page.locator("#bar-sleep")).to_have_count(0)
    page.goto("/player/events/")
    expect(page.locator("#events")).to_contain_text("device")
