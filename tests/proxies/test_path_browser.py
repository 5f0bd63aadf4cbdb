"""A household at a path of a host it shares, behind a proxy that keeps the path or cuts it off."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.environment import free_port
from tests.proxies import recipes
from tests.proxies.small_proxy import SmallProxy
from tests.run.box import Box
from tests.support.rows import choose
from tests.support.shared_window import SIZE, TIMEOUT_MS

pytestmark = pytest.mark.browser
PATH = "/music"
HTTPS_ADDRESS = f"https://nas.example{PATH}"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallProxy]:
    """In front of a demo at this path; `box` is behind it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}{PATH}"
    box = Box(
        tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("logs") / "log.txt", SPOTWEB_URL=address
    )
    box.start()
    try:
        with SmallProxy(port, PATH, upstream=box.address) as running:
            running.box = box
            running.address = address
            yield running
    finally:
        box.stop()


@pytest.fixture
def visitor(browser: Browser, proxy: SmallProxy) -> Iterator[Page]:
    """A browser with service workers that has been at the other app of the host."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    page.goto(proxy.address.removesuffix(PATH))
    proxy.outside.clear()
    yield page
    context.close()


@pytest.mark.parametrize("strips", [False, True], ids=["kept", "cut-off"])
def test_the_household_lives_at_its_path_alone(proxy: SmallProxy, visitor: Page, strips: bool):
    proxy.strips = strips
    page = visitor
    missing: list[str] = []
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    _sign_in(page, proxy.address)
    _check_cookies(page)
    scope = page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.scope)")
    assert scope == f"{proxy.address}/"
    page.goto(f"{proxy.address}/player/")  # from now on through the service worker
    _steer(page)
    if not strips:  # what follows does not know what the proxy hands on
        _find(page)
        _edit_playlist(page)
        _share_and_hand_over(page, proxy)
    assert missing == []
    _look_for_nothing(page, proxy)
    if not strips:
        _lose_connection(page, proxy)
    page.goto(f"{proxy.address}/household/")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(page.get_by_role("button", name="Continue as")).to_be_visible()
    assert urlsplit(page.url).path == f"{PATH}/accounts/login/"
    assert proxy.outside == [], "nothing leads out of the path"


@pytest.fixture(scope="module")
def https_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A demo at a path of a host with https; `address` is what members type."""
    folder = tmp_path_factory.mktemp("https")
    box = Box(folder / "data", folder / "log.txt", SPOTWEB_URL=HTTPS_ADDRESS)
    yield box.start()
    box.stop()


@pytest.mark.parametrize("program", ["nginx", "caddy"])
def test_with_the_recipe_of_a_proxy_it_is_an_app_over_https(
    https_box: Box,
    program: str,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
):
    run = recipes.RUN[program](tmp_path, f"{program} path", host="nas.example", upstream=https_box.port)
    with run as proxy, _open_browser(browser_type, browser_type_launch_args, proxy) as page:
        missing: list[str] = []
        page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
        _sign_in(page, HTTPS_ADDRESS)
        session = next(one for one in page.context.cookies() if one["name"] == "demo_music_sessionid")
        assert (session["secure"], session["path"]) == (True, PATH)
        scope = page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.scope)")
        assert scope == f"{HTTPS_ADDRESS}/"
        page.goto(f"{HTTPS_ADDRESS}/player/")
        _steer(page)
        assert missing == []


def test_a_file_that_the_proxy_refuses_is_told_in_words(
    https_box: Box, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
):
    """nginx lets 1 MB through unless it is told otherwise, and answers with a page of its own."""
    run = recipes.run_nginx(
        tmp_path, "nginx path", host="nas.example", upstream=https_box.port, without="client_max_body_size"
    )
    with run as proxy, _open_browser(browser_type, browser_type_launch_args, proxy) as page:
        _sign_in(page, HTTPS_ADDRESS)
        page.goto(f"{HTTPS_ADDRESS}/playlists/import/")
        list_of_songs = b"Nobody - Nothing\n" * 300_000
        page.get_by_label("Files").set_input_files(
            {"name": "songs.txt", "mimeType": "text/plain", "buffer": list_of_songs}
        )
        page.get_by_role("button", name="Find these songs").click()
        expect(page.locator(".toast")).to_contain_text("larger than the proxy of this household lets through")
        expect(page.get_by_role("heading", name="Import a list")).to_be_visible()


@contextmanager
def _open_browser(
    browser_type: BrowserType, launch_args: dict[str, Any], proxy: recipes.Proxy
) -> Iterator[Page]:
    """One to whom the name leads to this machine, and who takes the certificate of the test."""
    flags = [
        f"--host-resolver-rules=MAP nas.example:443 127.0.0.1:{proxy.port}",
        "--ignore-certificate-errors",
    ]
    browser = browser_type.launch(**{**launch_args, "args": [*launch_args["args"], *flags]})
    try:
        page = browser.new_context(viewport=SIZE).new_page()
        page.context.set_default_timeout(TIMEOUT_MS)
        yield page
    finally:
        browser.close()


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/library/?q=a")
    page.get_by_role("button", name="Sign in with Spotify").click()
    page.get_by_role("radio", name="Ada").check()
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_role("heading", name="Liked Songs").or_(page.locator("#rows")).first).to_be_visible()
    assert page.url.startswith(f"{address}/library/?q=a"), "back to the page that was asked for"
    page.goto(address)
    expect(page.locator("#sidebar-nav")).to_be_visible()


def _check_cookies(page: Page) -> None:
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    others = {name for name, cookie in cookies.items() if cookie["path"] == "/"}
    assert others == {"sessionid", "csrftoken", "simulated_spotify"}
    own = {name for name, cookie in cookies.items() if cookie["path"] == PATH}
    assert own >= {"demo_music_sessionid", "demo_music_csrftoken", "demo_music_last_member"}


def _steer(page: Page) -> None:
    key = page.locator("#key-play")
    before = key.get_attribute("aria-label")
    key.click()
    expect(key).to_have_attribute("aria-label", "Play" if before == "Pause" else "Pause")


def _find(page: Page) -> None:
    page.locator("#q").fill("night")
    first = page.locator("#found .item-row").first
    first.locator("button", has_text="Queue").click()
    expect(page.locator(".toast").first).to_contain_text("to the queue")
    page.locator("#close-player").click()
    expect(page.locator("#sidebar-nav")).to_be_visible()
    page.evaluate("window.isTheSamePage = true")
    page.locator("#sidebar-nav").get_by_role("link", name="Search").click()
    expect(page.locator("#search-q")).to_be_visible()
    assert page.evaluate("window.isTheSamePage"), "links exchange a part of the page"
    page.locator("#search-q").fill("night")
    page.locator("#search-q").press("Enter")
    expect(page.locator("#view .item-list .item-row").first).to_be_visible()


def _edit_playlist(page: Page) -> None:
    page.evaluate("window.isTheSamePage = true")
    page.locator("#sidebar-heading").get_by_role("link", name="Playlists").click()
    page.locator(f"#view a[href^='{PATH}/playlists/'][href$='/']").filter(
        has_text="Saturday slow"
    ).first.click()
    rows = page.locator("#rows .item-row")
    expect(page.locator("#rows > .gap").last).to_be_attached()
    choose(page.locator("#row-p0"))
    page.locator("#selected-remove").click()
    expect(page.locator(".toast").last).to_contain_text("Removed 1 item")
    page.locator(".toast__undo button").last.click()
    expect(page.locator("#row-p0 .checkbox")).to_be_visible()
    page.locator("#row-p1").get_by_role("button", name="More for").click()
    expect(page.locator("#row-menu :is(a, button)").first).to_be_visible()
    page.keyboard.press("Escape")
    assert rows.count() > 1
    assert page.evaluate("window.isTheSamePage")


def _share_and_hand_over(page: Page, proxy: SmallProxy) -> None:
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then((a) => a.json())")
    addresses = [manifest["start_url"], manifest["scope"], manifest["share_target"]["action"]]
    addresses += [icon["src"] for icon in manifest["icons"]] + [one["url"] for one in manifest["shortcuts"]]
    assert all(address.startswith(f"{PATH}/") for address in addresses), addresses
    track = proxy.box.sandbox.control("GET", "catalog?type=track")[3]
    link = f"https://open.spotify.com/track/{track['id']}"
    page.goto(f"{proxy.address}/share/?text={link}")
    expect(page.get_by_role("heading", name=track["name"], exact=True)).to_be_visible()
    assert page.url == f"{proxy.address}/tracks/{track['id']}/"
    page.goto(f"{proxy.address}/household/devices/another/")
    expect(page.get_by_text("Use on another device").first).to_be_visible()


def _look_for_nothing(page: Page, proxy: SmallProxy) -> None:
    assert page.goto(f"{proxy.address}/nowhere/").status == 404
    links = page.locator("main a[href]").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    assert all(link.startswith((f"{PATH}/", "https://", "#")) for link in links), links
    page.locator("main .cluster a").first.click()
    expect(page.get_by_role("heading", name="Page not found")).to_be_hidden()
    assert page.url.startswith(f"{proxy.address}/")


def _lose_connection(page: Page, proxy: SmallProxy) -> None:
    page.context.set_offline(True)
    page.goto(f"{proxy.address}/household/")
    expect(page.get_by_role("heading", name="The household’s box can’t be reached")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Familjen Grotesk"')
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Household", exact=True)).to_be_visible()
