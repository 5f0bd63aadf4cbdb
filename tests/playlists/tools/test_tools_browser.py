"""The tools in a browser: each from the menu of the playlist to its result and back, in both quota modes."""

import re

import pytest
from playwright.sync_api import expect

from playlists.sync.index import get_playlists
from playlists.tools.registry import TOOLS
from tests.playlists.conftest import work
from tests.support.accessibility import list_misfits

pytestmark = pytest.mark.browser


class Household:
    """Three lists of Ada's: the one that is worked on, and two others."""

    def __init__(self, ada, lists, sandbox) -> None:
        t = lists.tracks
        off = sandbox.control("GET", "catalog?type=track&odd=unplayable&limit=1")[0]["uri"]
        self.items = [t[3], t[0], t[1], off, t[0], t[2], t[9]]
        self.own = lists.make(ada, self.items, name="Sunday")
        self.other = lists.make(ada, [t[1], t[20]], name="Other")
        self.third = lists.make(ada, [t[20], t[21]], name="Third")
        self.off, self.t = off, t
        get_playlists(ada.member, refresh=True)


@pytest.fixture
def house(ada, lists, sandbox):
    return Household(ada, lists, sandbox)


def check(page, words):
    page.get_by_label(words, exact=True).check()


def choose(page, slug):
    """Something in its form, where there is one; the preview follows."""
    if slug == "duplicates":
        check(page, "The same recording, also on another album")
    elif slug == "sort":
        page.get_by_label("Sort by").select_option("-title")
    elif slug == "shuffle":
        page.get_by_role("link", name="Shuffle again").click()
    elif slug == "spread":
        check(page, "Mix the songs of each artist as well")
    elif slug == "merge":
        check(page, "Other")
    elif slug == "split":
        page.get_by_label("Items or minutes in each").fill("4")
        expect(page.locator("#preview")).to_contain_text("Sunday · 2/2")
    elif slug == "subtract":
        page.get_by_label("Remove the songs of").select_option(label="Other")
    elif slug == "mirror":
        page.get_by_label("Keep equal to").select_option(label="Third")


# All of them write alike: through one of each kind it is seen whether extended mode takes it.
@pytest.mark.parametrize(
    ("either_mode", "slug"),
    [("development", slug) for slug in TOOLS]
    + [("extended", slug) for slug in ("duplicates", "sort", "merge", "split")],
    indirect=["either_mode"],
)
def test_each_tool_does_what_its_preview_says(ada, window, page, house, lists, either_mode, slug):
    ada.enter(window)
    if slug == "duplicates":
        page.goto(f"/playlists/{house.own}/")
        page.locator("#more-playlist").click()
        page.get_by_role("menuitem", name="Tools").click()
    else:
        page.goto(f"/playlists/{house.own}/tools/")
    page.locator(f"a[href$='/tools/{slug}/']").click()
    expect(page.locator("h1")).to_have_text(str(TOOLS[slug].name))
    choose(page, slug)
    page.locator("#preview .btn--main").click()
    if slug == "split":
        expect(page.get_by_text("Made 2 playlists.")).to_be_visible()
        made = {entry.playlist.name: entry.playlist.spotify_id for entry in get_playlists(ada.member)}
        assert lists.items(made["Sunday · 1/2"]) == house.items[:4]
        assert lists.items(made["Sunday · 2/2"]) == house.items[4:]
        return
    expect(page.locator("h1")).to_have_text("Sunday")
    work()
    after = lists.items(house.own)
    assert after != house.items
    assert_is_right(slug, house, after)


def assert_is_right(slug, house, after):
    t, before = house.t, house.items
    expected = {
        "duplicates": [one for at, one in enumerate(before) if at != 4],
        "unavailable": [one for one in before if one != house.off],
        "reverse": before[::-1],
        "merge": [*before, t[20]],
        "subtract": [one for one in before if one != t[1]],
        "mirror": [t[20], t[21]],
    }
    if slug in expected:
        assert after == expected[slug]
    else:
        assert sorted(after) == sorted(before)


def test_a_choice_shows_at_once_what_it_changes_and_undo_takes_it_back(ada, window, page, house, lists):
    ada.enter(window)
    page.goto(f"/playlists/{house.own}/tools/subtract/")
    page.evaluate("window.isTheSamePage = true")
    page.get_by_label("Remove the songs of").select_option(label="Other")
    expect(page.locator("#preview")).to_contain_text("1 item removed")
    expect(page).to_have_url(re.compile("go=1"))
    page.get_by_label("Remove the songs of").select_option(label="Third")
    expect(page.locator("#preview")).to_contain_text("Nothing would change")
    assert page.evaluate("window.isTheSamePage")
    page.get_by_label("Remove the songs of").select_option(label="Other")
    page.locator("#preview .btn--main").click()
    expect(page.locator(".toast")).to_contain_text("Removed 1 item that “Other” holds")
    page.locator(".toast__undo button").click()
    expect(page.locator("#rows .item-row")).to_have_count(7)
    assert lists.items(house.own) == house.items


def test_what_is_missing_is_said_where_the_preview_would_be(ada, window, page, house):
    ada.enter(window)
    page.goto(f"/playlists/{house.own}/tools/merge/")
    expect(page.locator("#preview")).to_have_text("")
    check(page, "Together with this one into a new playlist")
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one playlist.")
    check(page, "Other")
    expect(page.get_by_role("alert")).to_have_text("Give it a name.")
    page.get_by_label("Name of the new playlist").fill("Both")
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Both")
    page.get_by_role("button", name="Make them").click()
    expect(page.locator("h1")).to_have_text("Both")


def test_axe_finds_nothing_and_no_page_scrolls_sideways(ada, window, page, house):
    ada.enter(window)
    for path in ["", "duplicates/", "sort/", "merge/", "split/", "spread/", "mirror/"]:
        page.goto(f"/playlists/{house.own}/tools/{path}")
        assert list_misfits(page) == [], path
