"""A phone on the home network signs in and lets a tablet in: python -m tests.proofs.phone http://192.168.1.20:8000

It may run on another machine than the app, or in another network namespace, whose 127.0.0.1 has no app.
"""

import sys
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.get_chromium import find

PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 60_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"]


def main(address: str) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        phone, tablet = (browser.new_context(viewport=PHONE).new_page() for _ in range(2))
        for page in (phone, tablet):
            page.context.set_default_timeout(PATIENCE_MS)
        sign_in(phone, address)
        tablet.goto(read_code(phone, address, Path(folder, "code.png")))
        tablet.get_by_role("button", name="They match: sign in").click()
        expect(tablet.get_by_role("navigation", name="Main")).to_be_visible()
        expect(phone.get_by_text("Signed in:")).to_be_visible()
        browser.close()
    print("A phone has signed in, and a second device by its code.")


def sign_in(phone: Page, address: str) -> None:
    """Agree in the new tab, and copy the address that this machine can't open."""
    phone.goto(address)
    with phone.context.expect_page() as opened:
        phone.get_by_role("button", name="Sign in with Spotify").click()
    tab = opened.value
    tab.get_by_role("radio", name="Ada").check()
    with tab.expect_event("requestfailed") as failed:
        tab.get_by_role("button", name="Agree").click()
    phone.get_by_label("Address of the page that didn't open").fill(failed.value.url)
    tab.close()
    phone.get_by_role("button", name="Finish signing in").click()
    expect(phone.get_by_role("navigation", name="Main")).to_be_visible()


def read_code(phone: Page, address: str, picture: Path) -> str:
    """What another device scans."""
    phone.goto(f"{address}/household/devices/another/")
    phone.get_by_role("button", name="Show a code").click()
    phone.get_by_role("img", name="QR code").screenshot(path=picture)
    return str(zxingcpp.read_barcodes(Image.open(picture))[0].text)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
