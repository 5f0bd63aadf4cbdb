"""A phone on the home network signs in and lets a tablet in: python -m tests.proofs.phone http://192.168.1.20:8000

It may run on another machine than the app, or in another network namespace, whose 127.0.0.1 has no app.
Over https both devices trust the household first: `… https://192.168.1.20:8443 PAGE FINGERPRINT`, as
`make https` prints them.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from PIL import Image
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.get_chromium import find

PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 60_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"]


def main(address: str, page: str = "", fingerprint: str = "") -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home}
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS, env=environment)
        if page:
            trust(browser, address, page, fingerprint, Path(home))
            browser.close()
            browser = playwright.chromium.launch(executable_path=find(), args=FLAGS, env=environment)
        phone, tablet = (browser.new_context(viewport=PHONE).new_page() for _ in range(2))
        for one in (phone, tablet):
            one.context.set_default_timeout(PATIENCE_MS)
        sign_in(phone, address)
        tablet.goto(read_code(phone, address, Path(home, "code.png")))
        tablet.get_by_role("button", name="They match: sign in").click()
        expect(tablet.get_by_role("navigation", name="Main")).to_be_visible()
        expect(phone.get_by_text("Signed in:")).to_be_visible()
        if page:
            scope = phone.evaluate("navigator.serviceWorker.ready.then((worker) => worker.scope)")
            assert scope == f"{address}/", scope
        browser.close()
    print("A phone has signed in, and a second device by its code.")


def trust(browser: Browser, address: str, page: str, fingerprint: str, home: Path) -> None:
    """Load the certificate, compare its fingerprint, and tell the system to trust it."""
    device = browser.new_context(viewport=PHONE).new_page()
    try:
        # In a tab of its own, which ends up at the browser's warning.
        device.context.new_page().goto(address)
    except Error as error:
        assert "ERR_CERT_AUTHORITY_INVALID" in str(error), error  # noqa: PT017
    else:
        sys.exit("The phone trusts the household before it was told to.")
    device.goto(page)
    with device.expect_download() as download:
        device.get_by_role("link", name="Load the certificate").click()
    file, known = home / "household.crt", home / ".pki/nssdb"
    download.value.save_as(file)
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    found = certificate.fingerprint(hashes.SHA256()).hex()
    assert found == fingerprint.replace(":", "").replace(" ", "").lower(), found
    expect(device.get_by_role("link", name=address)).to_be_visible()
    known.mkdir(parents=True)
    for command in (
        ["-N", "--empty-password"],
        ["-A", "-t", "C,,", "-a", "-n", "household", "-i", str(file)],
    ):
        subprocess.run(["certutil", "-d", f"sql:{known}", *command], check=True)


def sign_in(phone: Page, address: str) -> None:
    phone.goto(address)
    if address.startswith("https:"):
        phone.get_by_role("button", name="Sign in with Spotify").click()
        phone.get_by_role("radio", name="Ada").check()
        phone.get_by_role("button", name="Agree").click()
    else:
        sign_in_by_copying(phone)
    expect(phone.get_by_role("navigation", name="Main")).to_be_visible()


def sign_in_by_copying(phone: Page) -> None:
    """Agree in the new tab, and copy the address that this machine can't open."""
    with phone.context.expect_page() as opened:
        phone.get_by_role("button", name="Sign in with Spotify").click()
    tab = opened.value
    tab.get_by_role("radio", name="Ada").check()
    with tab.expect_event("requestfailed") as failed:
        tab.get_by_role("button", name="Agree").click()
    phone.get_by_label("Address of the page that didn’t open").fill(failed.value.url)
    tab.close()
    phone.get_by_role("button", name="Finish signing in").click()


def read_code(phone: Page, address: str, picture: Path) -> str:
    """What another device scans."""
    phone.goto(f"{address}/household/devices/another/")
    phone.get_by_role("button", name="Show a code").click()
    phone.get_by_role("img", name="QR code").screenshot(path=picture)
    return str(zxingcpp.read_barcodes(Image.open(picture))[0].text)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *sys.argv[2:])
