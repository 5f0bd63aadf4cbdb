"""Quiet hours set and seen in a browser, desktop and phone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from player.quiet_hours import observer
from tests.support.accessibility import list_misfits

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def test_quiet_hours_are_set_and_stand_by_the_volume(ada, sandbox, window, page):
    sandbox.scene("ada")
    ada.get("/player/")
    ada.enter(window)
    page.goto("/player/quiet-hours/")
    zone = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(page.locator("[name=time_zone]")).to_have_value(zone)
    assert list_misfits(page, height=1600) == []
    now = datetime.now(ZoneInfo(zone))
    since, until = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (-2, 2))
    page.locator("[name=starts_at]").fill(since)
    page.locator("[name=ends_at]").fill(until)
    page.locator("[name=ceiling]").fill("25")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#quiet-hours")).to_contain_text(f"{since} to {until}, at most 25")
    observer._background.submit(int).result()
    page.goto("/library/")
    page.locator("#bar-device").click()
    expect(page.locator("#panel-quiet")).to_have_text(f"Quiet until {until}, at most 25")
    expect(page.locator("#device-popover [data-volume-now]")).to_have_text("25")
    assert list_misfits(page) == []
    page.set_viewport_size(DESKTOP)
    page.goto("/player/")
    expect(page.locator("#volume-quiet")).to_have_text(f"Quiet until {until}, at most 25")
    page.locator("#volume-slider").fill("80")
    expect(page.locator(".toast")).to_contain_text(f"Quiet until {until}, at most 25.")
    expect(page.locator("#volume-now")).to_have_text("25")
    assert list_misfits(page) == []
