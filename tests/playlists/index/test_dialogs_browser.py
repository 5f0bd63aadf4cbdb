"""Dialogs: what goes wrong in one is said where it can be seen."""

import pytest
from playwright.sync_api import expect

from tests.playlists.pages import make

pytestmark = pytest.mark.browser


def test_a_failure_is_said_in_front_of_the_dialog(ada, window, page, sandbox):
    playlist = make(sandbox, name="Gone soon")
    ada.enter(window)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/playlists/")
    page.locator("#main").get_by_role("button", name="More for Gone soon").click()
    page.get_by_role("menuitem", name="Name and description").click()
    page.get_by_label("Name", exact=True).fill("Here to stay")
    ada.post(f"/playlists/{playlist['id']}/unfollow/")
    page.get_by_role("button", name="Save").click()
    toast = page.locator("#toasts:popover-open .toast", has_text="doesn’t have this playlist any more")
    expect(toast).to_be_visible()
    assert page.get_by_label("Name", exact=True).input_value() == "Here to stay"
    box, foot = toast.bounding_box(), page.locator("#dialog .dialog__foot").bounding_box()
    assert box["y"] + box["height"] < foot["y"]
    page.keyboard.press("Escape")
    expect(page.locator("#toasts:popover-open")).to_have_count(0)


def test_a_dialog_for_typing_waits_for_typing(ada, window, page):
    ada.enter(window)
    page.emulate_media(reduced_motion="no-preference")  # as members have it
    page.goto("/playlists/")
    for name, field in (("New playlist", "Name"), ("Follow a link", "Link to the playlist")):
        opener = page.locator("#main").get_by_role("link", name=name)
        opener.click()
        expect(page.get_by_label(field, exact=True)).to_be_focused()
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()
