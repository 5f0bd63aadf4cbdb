"""Pages that no feature tests for itself: axe, still while they load; and a wide window at rest."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.accessibility import list_misfits

pytestmark = pytest.mark.browser

MAX_SHIFT = 0.02
WIDE = {"width": 1920, "height": 1080}
_COUNT_SHIFT = """window.shift = 0; new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""
_READ = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(shift))))"
_FULL_WIDTH = """() => {
    const [view, column] = ["#view", "#queue-panel"].map((id) => document.querySelector(id));
    const before = view.getBoundingClientRect().width;
    column.remove();
    return [before, view.getBoundingClientRect().width, innerWidth];
}"""


@pytest.mark.own_window
def test_every_other_page_is_accessible_and_stands_still(reader: Page, playlist):
    own = f"/playlists/{playlist['id']}/"
    pages = ["/whats-new/", "/jobs/activity/", "/household/devices/", "/household/devices/another/"]
    pages += ["/encryption/", "/terms/", "/offline/", "/nowhere/", "/accounts/code/", f"{own}clear/"]
    pages += [
        "/accounts/reconnect/how/",
        "/playlists/0000000000000000000000/",
        "/albums/nowhere/",
        "/recent/",
    ]
    reader.context.add_init_script(_COUNT_SHIFT)
    for path in pages:
        reader.goto(path)
        reader.wait_for_load_state("networkidle")
        assert reader.evaluate(_READ) <= MAX_SHIFT, path
        assert list_misfits(reader, height=1600) == [], path
    reader.set_viewport_size(WIDE)  # on a phone with names that are hostile
    for path in ("/", "/library/", "/library/albums/", "/search/?q=la", own):
        reader.goto(path)
        reader.wait_for_load_state("networkidle")
        assert reader.evaluate(_READ) <= MAX_SHIFT, path


def test_a_wide_window_is_used_and_the_room_of_the_queue_is_there_before_the_queue(reader: Page):
    reader.set_viewport_size(WIDE)
    for path, content in (("/", ".home"), ("/library/albums/", "#rows"), ("/search/?q=la", ".item-list")):
        reader.goto(path)
        expect(reader.locator("#queue-panel")).to_be_visible()
        main, list_ = (reader.locator(name).first.bounding_box() for name in ("#main", f"main {content}"))
        beside = 0 if content != "#rows" else 240  # filters stand beside the covers
        assert list_["width"] >= main["width"] - 100 - beside, path
    before, without, window = reader.evaluate(_FULL_WIDTH)
    assert before == without < window
