"""The frame in a real browser: swaps, toasts, menus, the content policy, and what axe finds."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.accessibility import list_misfits, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


ICON_WIDTHS = """[...document.querySelectorAll("#sidebar-nav use")].map(
    (use) => use.getBoundingClientRect().width)"""


@pytest.fixture
def window(_blank_window: BrowserContext, live_server, signed_in) -> BrowserContext:
    name = django_settings.SESSION_COOKIE_NAME
    _blank_window.add_cookies(
        [{"name": name, "value": signed_in.cookies[name].value, "url": live_server.url}]
    )
    return _blank_window


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    page = window.pages[0] if window.pages else window.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Policy" in line.text else None)
    # Nobody has agreed with Spotify here: a poll of the bar that comes meanwhile would say so in a toast.
    page.route("**/player/bar/", lambda route: route.fulfill(status=204))
    page.goto("/test/playground/")
    yield page
    assert not troubles


def test_a_part_is_swapped_and_its_message_appears(page):
    assert min(page.evaluate(ICON_WIDTHS)) > 0
    page.evaluate("window.isSamePage = true")
    page.get_by_role("button", name="Swap").click()
    expect(page.locator("#words")).to_have_text("hello")
    expect(page.get_by_role("status").locator(".toast")).to_have_text(
        'Added <script>alert("x")</script> to the queue.'
    )
    assert page.evaluate("window.isSamePage")


def test_a_failure_leaves_the_list_and_is_said_once(page):
    rows = page.locator("#list .item-row")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Fail").click()
    failure = page.locator(".toast", has_text="Spotify asked us to wait")
    expect(failure).to_have_count(1)
    page.get_by_role("button", name="Fail").click()
    expect(page.locator(".toast", has_text="Said before")).to_have_count(1)
    expect(failure).to_have_count(1)
    expect(rows).to_have_count(3)
    failure.get_by_role("button", name="Dismiss").click()
    expect(failure).to_have_count(0)


def test_a_redirect_of_a_part_moves_the_whole_page(page):
    page.get_by_role("button", name="Act").click()
    page.wait_for_url("**/privacy/")
    expect(page.locator(".toast")).to_have_count(1)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda route: route.abort(), "can’t reach the household’s server"),
        (
            lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>"),
            "didn’t work",
        ),
    ],
    ids=["network", "proxy"],
)
def test_a_failure_without_words_is_told_and_swaps_nothing(page, fault, said):
    page.route("**/test/part/", fault)
    page.get_by_role("button", name="Swap").click()
    # The bar asks by itself meanwhile, and what it is refused may be told in a toast of its own.
    expect(page.locator(".toast", has_text=said)).to_have_count(1)
    expect(page.get_by_text("Bad gateway")).to_have_count(0)
    expect(page.locator("#swapped")).to_be_empty()


def test_a_refusal_that_shows_itself_needs_no_toast(page):
    page.get_by_role("button", name="Conflict").click()
    expect(page.locator("#swapped")).to_contain_text("as it is now")
    page.get_by_role("button", name="Swap").click()
    expect(page.locator("#swapped")).to_contain_text("hello")
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Added")


@pytest.mark.own_window
def test_a_toast_goes_by_itself_but_not_while_somebody_reads_it(page):
    page.clock.install()
    page.get_by_role("button", name="Swap").click()
    toast = page.locator(".toast")
    expect(toast).to_have_count(1)
    page.clock.run_for(6_500)  # the clock goes on by itself, too
    expect(toast).to_have_count(1)
    box = toast.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.clock.run_for(20_000)
    expect(toast).to_have_count(1)
    page.mouse.move(5, 5)
    page.clock.run_for(20_000)
    expect(toast).to_have_count(0)


def test_a_menu_is_walked_with_the_keyboard_and_gives_the_focus_back(page):
    more = page.get_by_role("button", name="More for Low Battery")
    more.focus()
    page.keyboard.press("Enter")
    menu = page.get_by_role("menu", name="Low Battery")
    expect(menu.get_by_role("menuitem", name="Open in Spotify")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Play now")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Remove")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Open in Spotify")).to_be_focused()
    page.keyboard.press("End")
    expect(menu.get_by_role("menuitem", name="Remove")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(more).to_be_focused()


@pytest.mark.own_window
def test_where_the_content_comes_from_is_said_once(page):
    credits_ = page.get_by_role("link", name="Content from Spotify").filter(visible=True)
    for size, width in (("", 390), ("", 800), ("", 1440), ("small", 1440)):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("(size) => { document.documentElement.dataset.sidebar = size; }", size)
        expect(credits_).to_have_count(1)


@pytest.mark.own_window
def test_a_wait_is_counted_down(page):
    page.clock.install()
    page.goto("/test/spotify/RateLimited/?wait_s=3700")
    # What the server wrote is there before the script, which counts from when it starts.
    expect(page.locator("[data-waited]")).to_have_text(re.compile(r"0:0[1-9]"))
    page.clock.run_for(110_000)
    expect(page.locator("[data-left]")).to_have_text(re.compile(r"59:[345]\d"))
    waited = page.locator(".error-page__wait progress").evaluate("(bar) => bar.value")
    assert 110 <= waited < 140


def test_pages_of_the_frame_are_accessible_and_never_scroll_sideways(page):
    for path in ("/test/playground/", "/test/spotify/RateLimited/", "/test/fault/", "/privacy/"):
        page.goto(path)
        assert list_misfits(page) == [], path
    for path in ("/test/playground/", "/test/spotify/QuotaExceeded/", "/test/spotify/NotOnAllowlist/"):
        page.goto(path)
        for width in (320, 390, 820, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_what_is_wrong_in_one_theme_alone_is_found(page):
    assert violations(page) == []
    for theme, colours in (("light", "#eee, white"), ("dark", "black, #222")):
        page.locator("main h1").evaluate(
            """(heading, [theme, colours]) => {
                heading.className = `only-${theme}`;  // colours come with classes
                heading.style.color = `light-dark(${colours})`;
            }""",
            [theme, colours],
        )
        assert [(found, rule) for found, rule, _ in violations(page)] == [(theme, "color-contrast")]


def test_what_is_wrong_is_found_beside_what_is_known_to_be_well(page):
    """Of the frame, in a row among others that are alike, and as the second thing of a name."""
    assert violations(page) == []
    assert violations(page) == []
    page.evaluate(
        """() => {
            const navigation = document.createElement("nav");
            navigation.ariaLabel = document.getElementById("sidebar-nav").ariaLabel;
            document.getElementById("main").append(navigation);
            const row = document.querySelector("#list .item-row");
            const rows = [1, 2, 3, 4].map(() => row.parentElement.appendChild(row.cloneNode(true)));
            rows[3].append(document.createElement("button"));
            document.querySelector(".sidebar__link").textContent = "";
        }"""
    )
    assert {rule for _, rule, _ in violations(page)} == {
        "button-name",
        "landmark-unique",
        "link-name",
    }
