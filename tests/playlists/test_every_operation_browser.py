"""Each operation on playlists that Spotify has, done by a member through the pages, in both quota modes."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.texts import read_text

pytestmark = pytest.mark.browser

# By what the member does: the operation's name in the Web API, in development and in extended mode.
DONE = {
    "see my playlists": ("get-a-list-of-current-users-playlists",) * 2,
    "make one": ("create-playlist", "create-playlist-for-user"),
    "open it": ("get-playlist",) * 2,
    "see its items": ("get-playlists-items", "get-playlists-tracks"),
    "add": ("add-items-to-playlist", "add-tracks-to-playlist"),
    "move, replace": ("reorder-or-replace-playlists-items", "reorder-or-replace-playlists-tracks"),
    "remove": ("remove-items-playlist", "remove-tracks-playlist"),
    "rename": ("change-playlist-details",) * 2,
    "give it a cover": ("upload-custom-playlist-cover",) * 2,
    "see its cover": ("get-playlist-cover",) * 2,
    "ask whether I follow": ("check-library-contains", "check-if-user-follows-playlist"),
    "follow": ("save-library-items", "follow-playlist"),
    "unfollow": ("remove-library-items", "unfollow-playlist"),
    "see somebody's playlists": (None, "get-list-users-playlists"),
}


def make(page):
    page.goto("/playlists/")
    page.locator("#main").get_by_role("link", name="New playlist").click()
    page.get_by_label("Name", exact=True).fill("From A to Z")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="From A to Z", level=1)).to_be_visible()


def titles(page):
    return page.locator("#rows .item-row__title")


def add(page, links):
    while not page.locator("textarea").is_visible():  # the script comes after the page
        page.get_by_role("button", name="Add songs").first.click()
    page.locator("textarea").fill("\n".join(links))
    page.get_by_role("button", name="Add them").click()
    expect(page.locator(".item-row")).to_have_count(len(links))


def of_row(page, number, what):
    page.locator(".item-row").nth(number).get_by_role("button", name=re.compile("^More for")).click()
    page.get_by_role("menuitem", name=what, exact=True).click()


def of_playlist(page, what):
    page.get_by_role("button", name="More for this playlist").click()
    page.get_by_role("menuitem", name=what).click()


def test_all_that_spotify_can_do_with_playlists_is_done_through_the_pages(
    ada, window, page, sandbox, either_mode, tmp_path
):
    links = [track["uri"] for track in sandbox.control("GET", "catalog?type=track&limit=3")]
    mine_or_lost = {ada.member.spotify_id, "spotify"}
    followed = sandbox.control("GET", "library/ada")["playlist"]
    strangers = next(
        one
        for one in sandbox.control("GET", "playlists")
        if one["owner"] not in mine_or_lost and one["public"] and one["id"] not in followed
    )
    Image.new("RGB", (700, 700), "teal").save(tmp_path / "cover.png")
    ada.enter(window)
    make(page)
    add(page, links)
    moved = read_text(titles(page).nth(2))
    of_row(page, 2, "Move to top")
    made = next(one for one in sandbox.control("GET", "playlists") if one["name"] == "From A to Z")

    def items():
        return sandbox.control("GET", f"playlists/{made['id']}")["items"]

    expect(page.locator(".toast", has_text="Moved")).to_be_visible()
    expect(titles(page).nth(0)).to_have_text(moved)
    assert items() == [links[2], links[0], links[1]]
    of_row(page, 0, "Remove from playlist")
    expect(page.locator(".item-row")).to_have_count(2)
    assert items() == [links[0], links[1]]
    of_playlist(page, "Name and description")
    page.get_by_label("Name", exact=True).fill("From Z to A")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From Z to A")
    of_playlist(page, "Cover")
    page.get_by_label("Picture").set_input_files(tmp_path / "cover.png")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#dialog [role=status]")).to_contain_text("Sent to Spotify")
    page.get_by_role("button", name="Done").click()
    page.goto(f"/playlists/{strangers['id']}/")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.locator(".toast", has_text="in your library")).to_be_visible()
    page.goto(f"/playlists/{strangers['id']}/")
    of_playlist(page, "Remove from your library")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator(".toast", has_text="no longer in your library")).to_be_visible()
    if either_mode == "extended":
        page.goto(f"/users/{strangers['owner']}/")
        expect(page.get_by_text(strangers["name"]).first).to_be_visible()
    seen = {entry["operation"] for entry in sandbox.requests() if entry["status"] < 400}
    wanted = {what: names[either_mode == "extended"] for what, names in DONE.items()}
    assert {what: name for what, name in wanted.items() if name and name not in seen} == {}
