"""A phone on the home network, from the QR code to a second device: real box, real browser, plain http."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.support.accessibility import violations
from tests.support.lan import PHONE, get_lan_ip
from tests.support.shared_window import wait_until
from tests.support.texts import read_text

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(make_box):
    """A demo that is open to phones; `lan_url` is where."""
    ip = get_lan_ip()
    box = make_box(LAN="1").start()
    box.lan_url = f"http://{ip}:{box.port}"
    box.lan_sandbox = f"http://{ip}:{box.sandbox_port}"
    return box


@pytest.fixture
def open_phone(browser: Browser) -> Iterator:
    """Phones: each is a machine of its own, whose 127.0.0.1 has no app."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = browser.new_context(viewport=PHONE, **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def _walk_to_dead_end(page: Page, member: str) -> str:
    """Agree in the new tab; returns the address that cannot be opened, which people copy."""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Sign in with Spotify").click()
    tab = opened.value
    dead_ends: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        # Playwright can't stop a redirect; its address is where the phone finds nothing.
        dead_ends.append(route.fetch(max_redirects=0).headers["location"])
        route.abort("connectionrefused")

    tab.route("**/authorize?*", refuse)
    tab.get_by_role("radio", name=member).check()
    with tab.expect_event("requestfailed"):
        tab.get_by_role("button", name="Agree").click()
    tab.close()
    (address,) = dead_ends
    assert address.startswith("http://127.0.0.1:")
    return address


def test_a_phone_signs_in_and_lets_a_tablet_in(demo, open_phone, tmp_path):
    phone = open_phone()
    missing: list[str] = []
    phone.on("response", lambda response: missing.append(response.url) if response.status >= 400 else None)
    phone.goto(demo.lan_url)
    expect(phone.get_by_role("heading", name="Paste it here")).to_be_visible()
    assert violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    address = _walk_to_dead_end(phone, "Ada")
    phone.get_by_label("Address of the page that didn’t open").fill(address)
    phone.get_by_role("button", name="Finish signing in").click()
    expect(phone.get_by_role("navigation", name="Main")).to_be_visible()
    phone.goto(f"{demo.lan_url}/player/")
    picture = phone.locator(f"img[src^='{demo.lan_sandbox}']").first
    expect(picture).to_be_attached()
    assert "127.0.0.1" not in phone.content()
    wait_until(phone, "[...document.images].every(one => one.loading === 'lazy' || one.naturalWidth > 0)")
    assert missing == []

    phone.goto(f"{demo.lan_url}/household/devices/another/")
    phone.get_by_role("button", name="Show a code").click()
    code = phone.get_by_role("img", name="QR code")
    expect(code).to_be_visible()
    digits = read_text(phone.locator(".hand-over__digits"))
    code.screenshot(path=tmp_path / "code.png")
    link = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"))[0].text
    assert link.startswith(f"{demo.lan_url}/accounts/code/?code=")

    tablet = open_phone()
    tablet.goto(link)
    expect(tablet.get_by_text(digits, exact=True)).to_be_visible()
    assert violations(tablet) == []
    tablet.get_by_role("button", name="They match: sign in").click()
    expect(tablet.get_by_role("navigation", name="Main")).to_be_visible()
    expect(phone.get_by_text("Signed in:")).to_be_visible()  # by itself
    phone.get_by_role("link", name="Show devices").click()
    expect(phone.get_by_role("listitem").filter(has_text="Chrome")).to_have_count(2)


def test_a_bad_paste_says_why_beside_the_field_and_the_next_one_works(demo, open_phone):
    phone = open_phone(color_scheme="dark")
    phone.goto(f"{demo.lan_url}/accounts/login/")
    address = _walk_to_dead_end(phone, "Ben")
    field = phone.get_by_label("Address of the page that didn’t open")
    field.fill("https://music.example/?x=1")
    phone.get_by_role("button", name="Finish signing in").click()
    expect(phone.get_by_role("alert")).to_contain_text("another app or site")
    assert violations(phone) == []
    field.fill(address)
    phone.get_by_role("button", name="Finish signing in").click()
    expect(phone.get_by_role("navigation", name="Main")).to_be_visible()


def test_of_the_simulated_spotify_a_phone_gets_pages_and_pictures_alone(demo):
    def get(path: str, method: str = "GET", **headers: str) -> int:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method, demo.lan_sandbox + path, headers=headers, timeout=60, allow_redirects=False
            )
        return answer.status_code

    assert get("/status") == get("/consent.css") == get("/images/abc-64.svg") == 200
    for path in (
        "/__sandbox__/members",
        "/%5F_sandbox__/members",
        "/images/../__sandbox__/members",
        "/v1/me",
    ):
        assert get(path) == 404, path
    assert (
        get("/__sandbox__/faults", "DELETE")
        == get("/api/token", "POST")
        == get("/__sandbox__/clock", "PUT")
        == 404
    )
    assert get("/status", Host="evil.example") == get("/status", Host=f"127.0.0.1:{demo.sandbox_port}") == 404
    assert demo.sandbox.control("GET", "members")


def test_without_being_asked_the_simulated_spotify_stays_on_the_box(make_box):
    ip = get_lan_ip()
    box = make_box().start()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://{ip}:{box.sandbox_port}/status", timeout=60)
