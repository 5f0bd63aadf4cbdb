"""Home and the newest episodes in a browser: phone and desktop, light and dark, without a script, at rest."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.library.conftest import work  # noqa: F401  # a fixture
from tests.support.accessibility import list_misfits
from tests.support.clock import pass_time

pytestmark = pytest.mark.browser

MAX_SHIFT = 0.02
_WATCH = """() => { window.shift = 0; new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true }); }"""

_READ = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(shift))))"


@pytest.fixture
def listener(ada, ben, sandbox, work, window, page):  # noqa: F811
    """Ada, who has left an episode half heard, with a library that is read, while Ben listens."""
    sandbox.scene("ada", scene="podcast", progress_ms=754_000)
    ben.post("/household/sharing/", {"shows_listening": "on"})
    for person in (ada, ben):
        person.get("/player/")
    ada.post("/player/pause/")
    for path in ("/library/albums/", "/library/podcasts/", "/playlists/"):
        ada.get(path)
    work()
    ada.enter(window)
    return page


def open_quietly(page, path, loaded):
    """Nothing jumps while what comes after the page comes."""
    page.goto(path)
    page.evaluate(_WATCH)
    expect(page.locator(loaded).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(_READ)
    assert shift <= MAX_SHIFT, (path, page.viewport_size, shift)


def test_home_and_the_newest_episodes_are_at_rest_and_for_everybody(listener, ada, browser, live):
    page = listener
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        with pass_time(timedelta(minutes=11) * (size["width"] < 1000)):  # what was asked for is old by then
            open_quietly(page, "/", "#home-top .cover-card")
            open_quietly(page, "/library/podcasts/newest/", "#feed .item-row")
    assert list_misfits(page, height=2400) == []
    page.goto("/")
    expect(page.locator("#home-listeners")).to_contain_text("Ben")
    expect(page.locator("#home-resumes .resumes")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert list_misfits(page, height=2400) == []

    plain = browser.new_context(base_url=live, java_script_enabled=False)
    ada.enter(plain)
    page = plain.new_page()
    page.goto("/")
    for name in ("Search", "Library", "Household"):
        expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible()
    assert page.locator("main a[href], main button").count() > 5
    page.goto("/library/podcasts/newest/")
    expect(page.locator("#feed .item-row").first).to_be_visible()
    plain.close()
