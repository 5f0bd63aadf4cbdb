"""Every page of the app with names of 400 signs, of one word, turned around, stacked, or blank."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.library.saved_pages.test_pages import read_all
from tests.reach.hostile_names import furnish, rename_everything
from tests.support.people import move_in
from tests.support.shared_window import TIMEOUT_MS

pytestmark = pytest.mark.browser

MAX_SHIFT = 0.02
FINGER_PX = 43.5  # 44 less what rounding takes
_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_DESKTOP = {"viewport": {"width": 1280, "height": 900}}
_NARROWEST = 320

# What moves although nobody did anything, as browsers measure it, and which elements did.
_WATCH_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
            const moved = sources.map(({ node }) => node?.outerHTML?.slice(0, 90));
            if (!hadRecentInput) window.shifts.push([value, moved]);
        }
    }).observe({ type: "layout-shift", buffered: true });
"""
_LIST_SHIFTS = "(most) => shifts.reduce((sum, [value]) => sum + value, 0) > most ? shifts : []"
# What reaches over an edge of the window, unless something around it cuts it off or scrolls.
_LIST_TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
    : ["scrolls sideways", ...[...document.querySelectorAll("body *")].filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < -1 || right > innerWidth + 1) && element.checkVisibility();
    }).slice(0, 4).map((element) => element.outerHTML.slice(0, 160))]"""
# Controls that a name has pushed out of the box that cuts off what is around them.
_LIST_CUT_OFF = """() => [...document.querySelectorAll(
    "button, select, summary, input:not([type=hidden]), .btn, .icon-btn"
)].filter((control) => {
    if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const { left, right, width } = control.getBoundingClientRect();
    for (let box = control.parentElement; width > 1 && box !== document.body; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box), edge = box.getBoundingClientRect();
        if (overflowX === "auto" || overflowX === "scroll") return false;
        if (overflowX !== "visible" && (right > edge.right + 1 || left < edge.left - 1)) return true;
    }
    return false;
}).slice(0, 4).map((element) => element.outerHTML.slice(0, 160))"""
# Things without a name, names without a sign, letters that stand in a column, and signs that turn the text.
_LIST_NAMELESS = """() => {
    const blank = "[\\\\p{C}\\\\p{Z}\\\\p{M}\\\\u115f\\\\u1160\\\\u3164\\\\uffa0\\\\u2800]*";
    const isBlank = (text) => new RegExp(`^${blank}$|“${blank}”|[ :]${blank}$`, "u").test(text);
    return [...document.querySelectorAll(
        "a[href], h1, h2, h3, button, strong, option, .item-row span, [title], [aria-label]"
    )].filter((element) => {
        if (!element.checkVisibility({ visibilityProperty: true })) return false;
        const label = element.getAttribute("aria-label") ?? element.getAttribute("title");
        const { width, height } = element.getBoundingClientRect();
        if (width > 1 && width < 16 && height > 200) return true;
        if (/[\\u202a-\\u202e\\u2066-\\u2069]/u.test(label ?? element.textContent)) return true;
        if (label !== null) return isBlank(label);
        if (element.matches(".item-row span:not([dir], .item-row__title)")) return false;
        return isBlank(element.textContent.trim())
            && !element.querySelector("img, svg, input, [aria-label]") && !element.labels?.length;
    }).slice(0, 6).map((element) => element.outerHTML.slice(0, 200));
}"""
LIST_SMALL = """(least) => [...document.querySelectorAll(
    "button, select, summary, .btn, .facet, .segmented-control > a, .jump-links a, [role=menuitem]"
)].filter((control) => {
    if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const { width, height } = (control.closest(".input") ?? control).getBoundingClientRect();
    return width > 1 && (width < least || height < least);
}).map((control) => control.outerHTML.slice(0, 160))"""


@pytest.fixture
def more_addresses(ada, ben, sandbox, playlist) -> list[str]:
    rename_everything(sandbox)
    more = furnish([ada, ben, move_in(sandbox, "ines")])
    read_all(ada, "track", "album", "artist", "show", "episode", "audiobook")
    return more


@pytest.fixture(params=["phone", "desktop"])
def window(request, browser: Browser, ada, live, more_addresses) -> Iterator[BrowserContext]:
    size = _PHONE if request.param == "phone" else _DESKTOP
    context = browser.new_context(base_url=live, service_workers="block", **size)
    context.set_default_timeout(TIMEOUT_MS)
    context.add_init_script(_WATCH_SHIFTS)
    ada.enter(context)
    yield context
    context.close()


def list_misfits(page: Page) -> dict[str, list[str]]:
    """On a phone, and then in a wider window and in the narrowest one."""
    found = {
        "moves": page.evaluate(_LIST_SHIFTS, MAX_SHIFT),
        "small": page.evaluate(LIST_SMALL, FINGER_PX),
        **_list_misplaced(page, "on a phone"),
    }
    size = page.viewport_size
    page.set_viewport_size(_DESKTOP["viewport"])
    found |= _list_misplaced(page, "on a desktop")
    page.set_viewport_size({"width": _NARROWEST, "height": size["height"]})
    found["too wide for the narrowest"] = page.evaluate(_LIST_TOO_WIDE)
    page.set_viewport_size(size)
    return {kind: elements for kind, elements in found.items() if elements}


def _list_misplaced(page: Page, where: str) -> dict[str, list[str]]:
    return {
        f"too wide {where}": page.evaluate(_LIST_TOO_WIDE),
        f"cut off {where}": page.evaluate(_LIST_CUT_OFF),
        f"nameless {where}": page.evaluate(_LIST_NAMELESS),
    }


@pytest.mark.parametrize("window", ["phone"], indirect=True)
def test_no_name_breaks_a_page(window, addresses, more_addresses):
    page = window.new_page()
    misfits = {}
    for address in [*addresses, *more_addresses]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if found := list_misfits(page):
            misfits[address] = found
    assert misfits == {}


def test_what_comes_late_moves_nothing(window, sandbox, playlist):
    """Half a second after a letter or a press browsers count what moves as unforeseen."""
    page = window.new_page()
    moves = {}

    def note(what: str, locator: Locator) -> None:
        expect(locator.first).to_be_visible()
        page.wait_for_load_state("networkidle")
        if shifts := page.evaluate(_LIST_SHIFTS, MAX_SHIFT):
            moves[what] = shifts
        page.evaluate("window.shifts = []")

    def open_page(address: str) -> None:
        sandbox.control("PUT", "settings", {"latency_ms": 0})
        page.goto(address)
        page.wait_for_load_state("networkidle")
        sandbox.control("PUT", "settings", {"latency_ms": 700})

    open_page("/player/")
    page.locator("#q").press_sequentially("la")
    note("found for the queue", page.locator("#found .item-row"))
    open_page("/search/")
    page.locator("main input[type=search]").press_sequentially("la")
    page.locator("main input[type=search]").press("Enter")
    note("found", page.locator("#spotify .item-row"))
    open_page(f"/playlists/{playlist['id']}/")
    page.locator("#toggle-add").click()
    page.locator("#add-songs input[type=search]").press_sequentially("la")
    note("found for the playlist", page.locator("#found .item-row"))
    page.locator("#bar-device, #bar-devices").last.click()
    note("devices", page.locator("#device-popover .entry"))
    page.keyboard.press("Escape")
    page.locator("#rows .item-row [form=menus]").first.click()
    note("menu of a row", page.locator("#row-menu [role=menuitem]"))
    page.locator("#row-menu [role=menuitem]", has_text="Add to playlist").click()
    note("dialog", page.locator("#dialog .target"))
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    note("palette", page.locator("#palette [role=option]"))
    assert moves == {}
