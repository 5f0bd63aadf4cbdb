"""Takes the pictures of docs/screenshots anew from the demo: `make screenshots`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.environment import free_port
from tests.get_chromium import find

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
WINDOWS = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
    "wide": {"width": 1920, "height": 1080},
}
THEMES = ["light", "dark"]
PAGES = {
    "home": "/",
    "player": "/player/",
    "household": "/household/",
    "queueing": "/player/?q=lemon",
    "playlists": "/playlists/",
    "songs": "/library/",
    "albums": "/library/albums/",
    "search": "/search/?q=harbour",
}
# Where a wide window shows more, in light alone.
WIDE = {"home", "songs"}
# A playlist with everything odd in it, and one of its pages.
PLAYLIST = "Ferry mixtape"


@contextmanager
def demo() -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "PORT": str(port),
            "SANDBOX_PORT": str(free_port()),
            "SPOTWEB_DATA_DIR": data,
        }
        environment |= {
            "SPOTWEB_URL": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "spotweb.settings",
        }
        command = [sys.executable, "manage.py", "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for line in process.stdout or []:
            if "is ready" in line:
                break
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.communicate(timeout=20)


def sign_in(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("button", name="Sign in with Spotify").click()
    page.get_by_role("radio", name=name).check()
    page.get_by_role("button", name="Agree").click()


def take(browser: Browser, address: str, *, window: str, theme: str) -> None:
    context = browser.new_context(base_url=address, viewport=WINDOWS[window], color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/accounts/login/")
    if window != "wide":
        page.screenshot(path=TARGET / f"sign-in-{window}-{theme}.png")
    sign_in(page, "Ada")
    read_library(page)
    for name, path in PAGES.items():
        if window == "wide" and name not in WIDE:
            continue
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=TARGET / f"{name}-{window}-{theme}.png")
    if window != "wide":
        take_keys(page, f"{window}-{theme}.png")
    take_playlist(page, f"{window}-{theme}.png")
    context.close()


def take_keys(page: Page, ending: str) -> None:
    page.keyboard.press("?")
    page.screenshot(path=TARGET / f"keys-{ending}")
    page.keyboard.press("Escape")


def read_library(page: Page) -> None:
    """A first reading takes its time, because it gives way to members."""
    for shelf in ("/library/", "/library/albums/"):
        page.goto(shelf)
        page.get_by_text("Synced").wait_for(timeout=120_000)


def take_playlist(page: Page, ending: str) -> None:
    page.goto("/playlists/")
    page.get_by_role("link", name=PLAYLIST).first.click()
    page.get_by_role("heading", name=PLAYLIST).wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=TARGET / f"playlist-{ending}")
    if ending.startswith("wide"):
        return
    playlist = urlsplit(page.url)._replace(query="", fragment="").geturl()
    page.goto(f"{playlist}tools/")
    page.screenshot(path=TARGET / f"tools-{ending}")


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        for theme in THEMES:
            for window in WINDOWS if theme == "light" else ("desktop", "phone"):
                take(browser, address, window=window, theme=theme)
        browser.close()


if __name__ == "__main__":
    main()
