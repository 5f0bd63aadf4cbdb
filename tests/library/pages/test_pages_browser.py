"""What only a real browser shows of the catalogue and the search: swaps, keys, menus, both themes, phones."""

import re

import pytest
from playwright.sync_api import expect

from library.saved.actions import set_saved
from tests.support.accessibility import list_misfits
from tests.support.texts import read_text

pytestmark = pytest.mark.browser


@pytest.fixture
def extended(settings):
    settings.SPOTIFY_QUOTA_MODE = "extended"


@pytest.fixture
def visit(ada, window, page):
    """Ada's browser; opens addresses of the app."""
    ada.enter(window)
    return page


def first(sandbox, kind, place=0, **which: str):
    query = "".join(f"&{name}={value}" for name, value in which.items())
    return sandbox.control("GET", f"catalog?type={kind}&limit={place + 1}{query}")[place]


# Higher than any of the pages.
HEIGHT = 5000


def test_nothing_is_wrong_for_assistive_technology(visit, sandbox):
    paths = [
        f"/{kind}s/{first(sandbox, kind)['id']}/"
        for kind in ("album", "artist", "track", "show", "audiobook")
    ]
    for path in [*paths, "/search/", "/search/?q=night", "/top/", "/library/export/"]:
        visit.goto(path)
        assert list_misfits(visit, height=HEIGHT) == [], path


def test_nor_with_what_extended_mode_adds(extended, visit, sandbox):
    track, artist = first(sandbox, "track"), first(sandbox, "artist")
    owner = next(one["user_id"] for one in sandbox.control("GET", "members") if one["id"] == "ben")
    paths = [f"/tracks/{track['id']}/?analysis=1", f"/artists/{artist['id']}/", f"/users/{owner}/"]
    paths += ["/browse/", "/browse/new/", f"/recommendations/?seed={track['uri']}&energy=50"]
    for path in paths:
        visit.goto(path)
        assert list_misfits(visit, height=HEIGHT) == [], path


def test_names_lead_from_page_to_page_without_loading_anew(visit, sandbox):
    visit.goto(f"/albums/{first(sandbox, 'album')['id']}/")
    visit.evaluate("window.isTheSamePage = true")
    visit.locator(".thing-header__byline a").first.click()
    expect(visit.locator(".thing-header__kind")).to_have_text("Artist")
    visit.locator("#album-grid .cover-card__title a").first.click()
    expect(visit.locator(".item-list--album .item-row").first).to_be_visible()
    visit.go_back()
    expect(visit.locator(".thing-header__kind")).to_have_text("Artist")
    assert visit.evaluate("window.isTheSamePage")


def test_a_song_is_played_and_queued_from_its_album(visit, sandbox):
    visit.goto(f"/albums/{first(sandbox, 'album')['id']}/")
    name = read_text(visit.locator(".item-row__title a").nth(1))
    visit.locator(".item-row").nth(1).get_by_role("button", name="More for").click()
    visit.get_by_role("menuitem", name="Add to queue").click()
    expect(visit.locator(".toast")).to_contain_text(f"Added “{name}” to the queue.")
    visit.click("#thing-play")
    expect(visit.locator("#bar-title")).to_have_text(read_text(visit.locator(".item-row__title a").first))


def test_an_artist_is_followed_and_the_way_back_is_offered(visit, sandbox):
    visit.goto(f"/artists/{first(sandbox, 'artist')['id']}/")
    visit.click("#follow-button")
    expect(visit.locator("#follow-button")).to_have_attribute("aria-pressed", "true")
    visit.locator(".toast").get_by_role("button", name="Undo").click()
    expect(visit.locator("#follow-button")).to_have_attribute("aria-pressed", "false")


def test_another_tab_knows_at_once_who_is_followed(visit, window, sandbox):
    artist = first(sandbox, "artist", 3)
    visit.goto(f"/artists/{artist['id']}/")
    other = window.new_page()
    other.goto(f"/artists/{artist['id']}/")
    expect(other.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    visit.get_by_role("button", name="Follow", exact=True).click()
    expect(other.get_by_role("button", name="Following", exact=True)).to_be_visible()
    other.get_by_role("button", name="Following", exact=True).click()
    expect(visit.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    assert artist["id"] not in sandbox.control("GET", "library/ada")["artist"]


def test_more_records_are_added_in_place(visit, sandbox):
    visit.goto(f"/artists/{first(sandbox, 'artist')['id']}/")
    count = visit.locator("#album-grid > li").count()
    visit.locator("#rest a").click()
    expect(visit.locator("#album-grid > li").nth(count)).to_be_visible()


def test_searching_shows_the_own_library_then_spotify_and_keeps_the_address(visit, ada, sandbox):
    album = first(sandbox, "album")
    ada.get(f"/albums/{album['id']}/")
    set_saved(ada.member, [album["uri"]], saved=True)
    visit.goto("/search/")
    visit.locator("#search-q").press_sequentially(album["name"])
    expect(visit.locator("#mine")).to_contain_text(album["name"])
    expect(visit.locator("#spotify .item-row").first).to_be_visible()
    expect(visit.locator("#search-q")).to_be_focused()
    expect(visit).to_have_url(re.compile(r"/search/\?q="))
    visit.reload()
    expect(visit.locator("#search-q")).to_have_value(album["name"])
    expect(visit.locator("#mine")).to_contain_text(album["name"])


def test_tabs_and_ten_more_keep_what_was_typed(visit):
    visit.goto("/search/?q=the")
    visit.locator("#spotify .facet", has_text="Songs").click()
    expect(visit).to_have_url(re.compile("kind=track"))
    expect(visit.locator("#found-rows > li")).to_have_count(10)
    visit.locator("#rest a").click()
    expect(visit.locator("#found-rows > li").nth(10)).to_be_visible()
    expect(visit.locator("#search-q")).to_have_value("the")


def test_arrow_keys_go_through_what_was_found(visit):
    visit.goto("/search/?q=night")
    visit.locator(".search[data-is-listening]").wait_for()
    visit.locator("#search-q").focus()
    visit.keyboard.press("ArrowDown")
    visit.keyboard.press("ArrowDown")
    expect(visit.locator("#search-found :focus")).to_have_count(1)
    visit.keyboard.press("Escape")
    expect(visit.locator("#search-q")).to_be_focused()


def test_words_that_led_somewhere_are_offered_again(visit):
    visit.goto("/search/?q=night")
    visit.locator(".search[data-is-listening]").wait_for()
    visit.locator("#spotify .item-row__title a").first.click()
    expect(visit.locator(".thing-header")).to_be_visible()
    visit.goto("/search/")
    expect(visit.locator("#search-found")).to_contain_text("night")


def test_a_pasted_link_leads_to_its_page(visit, sandbox):
    track = first(sandbox, "track")
    visit.goto("/search/")
    visit.locator("#search-q").fill(f"https://open.spotify.com/track/{track['id']}?si=x")
    visit.keyboard.press("Enter")
    expect(visit).to_have_url(re.compile(f"/tracks/{track['id']}/"))


def test_the_library_is_downloaded(visit):
    visit.goto("/library/export/")
    with visit.expect_download() as download:
        visit.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")


def test_without_a_script_everything_is_there(ada, browser, live, sandbox):
    window = browser.new_context(base_url=live, java_script_enabled=False)
    ada.enter(window)
    page = window.new_page()
    page.goto("/search/")
    page.fill("#search-q", "night")
    page.keyboard.press("Enter")
    page.locator("#spotify .item-row__title a").first.click()
    expect(page.locator(".thing-header__kind")).to_have_text("Song")
    page.goto(f"/artists/{first(sandbox, 'artist')['id']}/")
    page.click("#follow-button")
    expect(page.locator("#follow-button")).to_have_attribute("aria-pressed", "true")
    page.locator("#rest a").click()
    expect(page.locator("#album-grid > li").first).to_be_visible()
    window.close()
