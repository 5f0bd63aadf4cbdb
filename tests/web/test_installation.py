"""What lets a browser install the household as an app, and what it keeps: never what a member was shown."""

import json
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles import finders
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

from tests.support.people import new_client
from tests.support.shared_window import SIZE, TIMEOUT_MS, wait_until

pytestmark = pytest.mark.django_db
ID = "4uLU6hMCjMI75M1A2tKUQC"
LIST_KEPT = """async () => {
    const paths = [];
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
            paths.push(new URL(request.url).pathname);
    return paths;
}"""
NOT_REACHED = "The household’s box can’t be reached"


def test_the_icon_is_found_where_browsers_look_for_it():
    answer = new_client().get("/favicon.ico")
    assert answer.status_code == 302
    assert finders.find(answer["Location"].removeprefix("/static/"))


@pytest.fixture
def app_window(browser: Browser, live: str):
    """A window in which service workers run, as in members' browsers."""
    context = browser.new_context(base_url=live, viewport=SIZE)
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


def list_kept(window: BrowserContext) -> list[str]:
    """The paths of all that the service worker has put away."""
    return sorted(window.pages[0].evaluate(LIST_KEPT))


def wait_for_worker(window: BrowserContext) -> None:
    window.pages[0].evaluate("navigator.serviceWorker.ready.then(() => null)")


def test_the_manifest_names_the_household_and_real_icons(settings):
    settings.SITE_NAME = "Müsli & “Friends”"
    manifest = json.loads(new_client().get("/manifest.webmanifest").content)
    assert manifest["name"] == "Müsli & “Friends”"
    assert {shortcut["name"] for shortcut in manifest["shortcuts"]} == {"Queue", "Search"}
    for icon in manifest["icons"]:
        file = settings.BASE_DIR / "static" / icon["src"].removeprefix("/static/")
        size = Image.open(BytesIO(file.read_bytes())).size
        assert "x".join(map(str, size)) == icon["sizes"]


def test_each_page_names_the_manifest(ada):
    for path in ("/", "/privacy/", "/offline/"):
        assert 'href="/manifest.webmanifest"' in ada.get(path).text


def test_a_browser_finds_it_installable_keeps_nothing_of_a_member_and_says_when_the_box_is_away(
    app_window, live, ada, ben
):
    ada.enter(app_window)
    page = app_window.new_page()
    page.goto("/")
    wait_for_worker(app_window)
    session = app_window.new_cdp_session(page)
    # Some browsers say that tests have private windows, in which nothing is installed; nothing else stands
    # in the way.
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in errors} <= {"in-incognito"}
    assert session.send("Page.getAppManifest")["errors"] == []
    page.goto("/household/")
    page.goto("/library/")
    kept = list_kept(app_window)
    assert "/offline/" in kept
    assert all(path == "/offline/" or path.startswith("/static/") for path in kept)
    assert "Ada" not in new_client().get("/offline/").text
    assert "Ada" not in ada.get("/offline/").text
    page.goto("about:blank")  # Ada's page would load itself anew as soon as it hears of Ben
    ben.enter(app_window)
    page.goto("/library/")
    assert list_kept(app_window) == kept
    app_window.set_offline(True)
    page.goto("/household/")
    expect(page.get_by_role("heading", name=NOT_REACHED)).to_be_visible()
    expect(page.locator("#sidebar-nav, #rows")).to_have_count(0)
    # It looks like ours: its stylesheet is there without the box, too. And it goes on when the box is back.
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Familjen Grotesk"')
    app_window.set_offline(False)
    expect(page.get_by_role("heading", name="Household")).to_be_visible()


def test_a_new_version_deletes_what_the_old_one_kept(app_window, live, ada, settings):
    ada.enter(app_window)
    page = app_window.new_page()
    page.goto("/")
    wait_for_worker(app_window)
    before = page.evaluate("caches.keys()")
    settings.VERSION = "99.0"
    page.evaluate("navigator.serviceWorker.getRegistration().then((own) => own.update())")
    is_alone = (
        "async (old) => { const now = await caches.keys(); return now.length === 1 && now[0] !== old; }"
    )
    wait_until(page, is_alone, before[0])
    app_window.set_offline(True)
    page.goto("/household/")
    expect(page.get_by_role("heading", name=NOT_REACHED)).to_be_visible()


def test_the_hint_comes_once_after_a_look_around(app_window, live, ada):
    ada.enter(app_window)
    page = app_window.new_page()
    offer = """() => { const event = new Event("beforeinstallprompt", { cancelable: true });
        event.prompt = () => (window.asked = true); dispatchEvent(event); }"""
    hint = page.get_by_role("complementary", name="As an app")
    for count in range(1, 4):
        page.goto("/")
        page.evaluate(offer)
        wait_until(page, "count => localStorage.getItem('install-hint') === count", str(count))
        expect(hint).to_be_hidden()
    # Before what takes it up has been loaded, as browsers do that know the page.
    page.add_init_script(f"addEventListener('DOMContentLoaded', {offer})")
    page.goto("/")
    hint.get_by_role("button", name="Install").click()
    assert page.evaluate("window.asked")
    expect(hint).to_be_hidden()
    page.goto("/")
    expect(hint).to_be_hidden()


@pytest.mark.parametrize(
    ("fields", "q"),
    [
        ({"text": "https://open.spotify.com/track/{id}?si=x"}, "https://open.spotify.com/track/{id}?si=x"),
        ({"text": "Hear this: https://open.spotify.com/track/{id}."}, "https://open.spotify.com/track/{id}"),
        ({"title": "A Song", "url": "https://open.spotify.com/track/{id}"}, "https://open.spotify.com/track/{id}"),
        ({"title": "A Song", "text": "by somebody"}, "A Song"),
        ({"text": "<script>"}, "<script>"),
        ({"text": "x" * 10_000}, "x" * 200),
        ({"url": "https://spotify.link/abc"}, "https://spotify.link/abc"),
        ({}, ""),
    ],
)  # fmt: skip
def test_what_was_shared_is_opened_or_searched(ada, fields, q):
    answer = ada.get("/share/", {name: value.format(id=ID) for name, value in fields.items()})
    assert answer.status_code == 302
    address = urlsplit(answer["Location"])
    assert address.path == "/search/"
    assert parse_qs(address.query).get("q", [""]) == [q.format(id=ID)]
    assert ada.get(answer["Location"]).status_code in {200, 302, 422}


def test_a_shared_song_can_be_queued_and_added_to_a_playlist(ada, sandbox):
    track = sandbox.control("GET", "catalog?type=track&limit=1")[0]
    answer = ada.client.get(
        "/share/", {"text": f"{track['name']} https://open.spotify.com/track/{track['id']}"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == f"/tracks/{track['id']}/"
    assert 'id="thing-queue"' in answer.text
    assert "Add to playlist" in answer.text


def test_a_stranger_who_shares_signs_in_first_and_finds_it_then(ada):
    answer = new_client().get("/share/", {"text": "https://open.spotify.com/track/x?si=y"})
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [
        "/share/?text=https%3A%2F%2Fopen.spotify.com%2Ftrack%2Fx%3Fsi%3Dy"
    ]
