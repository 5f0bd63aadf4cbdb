"""The list of playlists in a real browser: typing, dialogs, covers, and pages that stay where they are."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from playlists.editing.actions import move_items, remove_items
from playlists.index import labels
from playlists.models import Playlist
from tests.playlists.conftest import open_list
from tests.support.accessibility import list_misfits, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def lists(ada, window, page):
    """The page of all playlists, which must not be loaded anew."""
    ada.enter(window)
    page.goto("/playlists/")
    page.evaluate("window.isTheSamePage = true")
    yield page
    assert page.evaluate("window.isTheSamePage")


def titles(page):
    return page.locator("#groups .cover-card__title")


def choose(page, name, what):
    """An item of the menu of one playlist."""
    page.locator("#main").get_by_role("button", name=f"More for {name}", exact=True).click()
    page.get_by_role("menuitem", name=what).click()
    expect(page.locator("#dialog")).to_be_visible()


def test_typing_narrows_down_and_the_field_keeps_the_focus(lists, sandbox):
    field = lists.get_by_role("searchbox", name="Filter your playlists")
    field.fill("ferry")
    expect(titles(lists)).to_have_text(["Ferry mixtape"])
    expect(field).to_be_focused()
    expect(lists).to_have_url(re.compile(r"/playlists/\?q=ferry$"))
    field.press("End")
    field.type(" zzz")
    expect(lists.locator("#lists")).to_contain_text("None of your playlists is like that")
    expect(lists.locator("#lists [role=status]")).to_have_text("0 playlists found")
    expect(field).to_be_focused()
    field.fill("")
    expect(titles(lists).nth(5)).to_be_visible()
    expect(lists).to_have_url(re.compile(r"/playlists/$"))


def test_kind_order_and_shape_are_chosen_without_a_reload_and_survive_going_away(lists):
    lists.get_by_role("link", name=re.compile("^Your own")).click()
    expect(lists.locator("#facet-own")).to_have_attribute("aria-current", "true")
    expect(lists.locator("#groups")).not_to_contain_text("by ")
    lists.get_by_label("Sort by").select_option("name")
    expect(lists).to_have_url(re.compile("sort=name"))
    lists.get_by_role("link", name="Rows").click()
    expect(lists.locator(".playlist-row").first).to_be_visible()
    expect(lists.locator("#shape-rows")).to_have_attribute("aria-current", "true")
    expect(lists).to_have_url(re.compile("view=rows"))
    address = lists.url
    assert {"sort=name", "show=own", "view=rows"} <= set(address.split("?")[1].split("&"))
    lists.locator("#sidebar-nav").get_by_role("link", name="Household").click()
    expect(lists.get_by_role("heading", name="Household", level=1)).to_be_visible()
    lists.go_back()
    expect(lists.locator(".playlist-row").first).to_be_visible()
    expect(lists).to_have_url(address)
    expect(lists.get_by_label("Sort by")).to_have_value("name")


def test_a_new_playlist_is_made_in_a_dialog_that_keeps_what_was_typed(ada, window, page, sandbox):
    ada.enter(window)
    page.goto("/playlists/")
    opener = page.locator("#main").get_by_role("link", name="New playlist")
    opener.click()
    expect(page.get_by_role("dialog", name="New playlist")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    page.get_by_label("Name", exact=True).fill("Made by hand")
    page.get_by_label("Description").fill("see https://example.org")
    page.get_by_role("radio", name="Collaborative").check()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("alert")).to_contain_text("refuses links in descriptions")
    expect(page.get_by_role("radio", name="Collaborative")).to_be_checked()
    assert violations(page) == []
    page.get_by_label("Description").fill("for washing up")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Made by hand", level=1)).to_be_visible()
    made = Playlist.objects.get(name="Made by hand")
    assert made.is_collaborative
    assert made.is_public is False


def test_a_new_name_shows_in_the_list_at_once_and_a_label_makes_a_group_of_its_own(lists):
    choose(lists, "Saturday slow", "Name and description")
    lists.get_by_label("Name", exact=True).fill("Sunday <i>slower</i>")
    lists.get_by_role("button", name="Save").click()
    expect(lists.locator("#dialog")).to_be_hidden()
    expect(titles(lists).filter(has_text="Sunday <i>slower</i>")).to_be_visible()
    expect(lists.locator(".toast")).to_contain_text("Saved.")
    choose(lists, "Ferry mixtape", "Label")
    lists.get_by_label("Or a new one").fill("Boats")
    lists.get_by_role("button", name="Save").click()
    expect(lists.get_by_role("heading", name="Boats")).to_be_visible()
    lists.get_by_role("link", name=re.compile("^Boats")).click()
    expect(titles(lists)).to_have_text(["Ferry mixtape"])


def test_a_cover_is_seen_before_it_is_sent_and_in_the_list_afterwards(lists, tmp_path):
    Image.new("RGB", (1600, 900), "teal").save(tmp_path / "teal.webp")
    (tmp_path / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    choose(lists, "Saturday slow", "Cover")
    field = lists.get_by_label("Picture")
    field.set_input_files(tmp_path / "drawing.svg")
    lists.get_by_role("button", name="Upload").click()
    expect(lists.get_by_role("alert").filter(has_text="SVG drawing")).to_be_visible()
    field.set_input_files(tmp_path / "teal.webp")
    expect(lists.get_by_role("img", name="How the new cover will look")).to_be_visible()
    assert violations(lists) == []
    lists.get_by_role("button", name="Upload").click()
    expect(lists.locator("#dialog [role=status]")).to_contain_text("Sent to Spotify")
    lists.get_by_role("button", name="Done").click()
    expect(lists.locator("#dialog")).to_be_hidden()
    cover = lists.locator(".cover-card", has_text="Saturday slow").locator("img")
    expect(cover).to_have_attribute("src", re.compile(r"\.jpg$"))


def test_following_and_deleting_can_be_taken_back_on_the_spot(lists, ben, sandbox):
    ben.get("/playlists/")
    theirs = ben.member.playlists.get(playlist__name="Do not open").playlist
    lists.get_by_role("link", name="Follow a link").click()
    lists.get_by_label("Link to the playlist").fill("https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC")
    lists.get_by_role("button", name="Follow", exact=True).click()
    expect(lists.get_by_role("alert")).to_contain_text("something else than a playlist")
    lists.get_by_label("Link to the playlist").fill(theirs.url)
    lists.get_by_role("button", name="Follow", exact=True).click()
    expect(titles(lists).filter(has_text="Do not open")).to_be_visible()
    choose(lists, "Ferry mixtape", "Remove from your library")
    expect(lists.locator("#dialog")).to_contain_text("is how Spotify deletes")
    lists.get_by_role("button", name="Delete").click()
    expect(titles(lists).filter(has_text="Ferry mixtape")).to_have_count(0)
    lists.locator(".toast", has_text="no longer in your library").get_by_role("button", name="Undo").click()
    expect(titles(lists).filter(has_text="Ferry mixtape")).to_be_visible()


def test_a_new_name_shows_on_the_page_of_the_playlist_too(ada, window, page):
    ada.enter(window)
    ada.get("/playlists/")
    mixtape = Playlist.objects.get(name="Saturday slow")
    page.goto(f"/playlists/{mixtape.spotify_id}/")
    page.evaluate("window.isTheSamePage = true")
    page.get_by_role("button", name="More for this playlist").click()
    page.get_by_role("menuitem", name="Name and description").click()
    page.get_by_label("Name", exact=True).fill("Slower still")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Slower still")
    expect(page.locator(".item-row").first).to_be_visible()
    assert page.evaluate("window.isTheSamePage")


def test_a_version_is_restored_and_that_undone(ada, window, page, sandbox):
    ada.enter(window)
    ada.get("/playlists/")
    mixtape = Playlist.objects.get(name="Saturday slow")
    page.goto(f"/playlists/{mixtape.spotify_id}/")
    mixtape.refresh_from_db()
    remove_items(open_list(ada, mixtape.spotify_id), base_revision=mixtape.revision_id, positions=[0, 1])
    before = sandbox.control("GET", f"playlists/{mixtape.spotify_id}")["items"]
    page.goto(f"/playlists/{mixtape.spotify_id}/history/")
    page.get_by_role("link", name="First version").click()
    page.get_by_role("link", name="What changed since").click()
    expect(page.get_by_role("heading", name="Removed")).to_contain_text("2")
    page.get_by_role("link", name="Restore this version").click()
    expect(page.get_by_role("heading", name="Added", exact=False).first).to_contain_text("2")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(".toast")).to_contain_text("Restored an earlier version.")
    assert len(sandbox.control("GET", f"playlists/{mixtape.spotify_id}")["items"]) == len(before) + 2
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Took back")
    assert sandbox.control("GET", f"playlists/{mixtape.spotify_id}")["items"] == before


def test_every_page_is_accessible_and_fits(ada, window, page, sandbox):
    sandbox.control("POST", "playlists", {"owner": "ada", "name": "W" * 300})
    sandbox.control("POST", "playlists", {"owner": "ada", "name": "קלטת של סבתא"})
    ada.enter(window)
    ada.get("/playlists/")
    label = labels.create_label(ada.member, "L" * 100)
    mixtape = ada.member.playlists.get(playlist__name="Ferry mixtape").playlist.spotify_id
    labels.set_playlists(label, [mixtape])
    ada.get(f"/playlists/{mixtape}/")
    first = Playlist.objects.get(spotify_id=mixtape).revision_id
    move_items(open_list(ada, mixtape), base_revision=first, positions=[0], before=9)
    own = f"/playlists/{mixtape}"
    for path in (
        "/playlists/",
        "/playlists/?view=rows",
        "/playlists/?q=zzz",
        "/playlists/new/",
        "/playlists/follow/",
        "/playlists/labels/",
        "/playlists/removed/",
        f"/playlists/labels/{label.pk}/",
        f"{own}/details/",
        f"{own}/cover/",
        f"{own}/label/",
        f"{own}/unfollow/",
        f"{own}/history/",
        f"{own}/history/{first}/?against=now",
        f"{own}/history/{first}/restore/",
    ):
        page.goto(path)
        assert list_misfits(page, height=1600) == [], path
