"""What only a browser shows: typing keeps the focus, the address follows, rows come and go, all is alike."""

import re

import pytest
from playwright.sync_api import expect

from tests.library.saved_pages.test_pages import read_all
from tests.support.accessibility import list_misfits
from tests.support.rows import choose
from tests.support.texts import read_text, read_texts

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def songs(ada, window, page):
    read_all(ada)
    ada.enter(window)
    page.goto("/library/")
    page.wait_for_load_state("networkidle")  # the module of the page comes after the page
    page.evaluate("window.isTheSamePage = true")
    return page


def shown(page):
    return read_texts(page.locator("#rows .item-row .item-row__title"))


LINKS = "#rows .item-row:nth-of-type(-n + 3) a, .player-bar a"
CUT_OFF = """(links) => [...document.querySelectorAll(links)].filter((link) => {
    if (!link.checkVisibility()) return false; // a column for which there is no room
    link.focus({ focusVisible: true });
    const { outlineOffset, outlineWidth } = getComputedStyle(link);
    const ring = parseFloat(outlineOffset) + parseFloat(outlineWidth);
    const box = link.getBoundingClientRect();
    for (let around = link.parentElement; around; around = around.parentElement) {
        const [edge, { overflowX, overflowY }] = [around.getBoundingClientRect(), getComputedStyle(around)];
        if (overflowX !== "visible" && box.left - ring < edge.left - 0.5) return true;
        if (overflowY !== "visible" && box.top - ring < edge.top - 0.5) return true;
    }
    return false;
}).map((link) => link.textContent.trim())"""


def test_typing_filters_and_keeps_focus_and_history(songs):
    songs.keyboard.press("Tab")
    assert songs.evaluate(CUT_OFF, LINKS) == [], "rings around links"
    before = songs.evaluate("history.length")
    title = shown(songs)[3]
    word = title.split()[0].lower()
    songs.locator("#filter").press_sequentially(word, delay=40)
    expect(songs.locator("#shown-count")).to_contain_text(" of 393 songs")
    expect(songs.locator("#rows")).to_contain_text(title)
    expect(songs.locator("#filter")).to_be_focused()
    # Of the last letter, too: the address follows once its rows are there.
    expect(songs).to_have_url(re.compile(f"q={word}(&|$)"))
    assert songs.evaluate("history.length") == before
    songs.reload()
    expect(songs.locator("#filter")).to_have_value(word)
    expect(songs.locator("#rows")).to_contain_text(title)


def test_order_and_facets_are_steps_for_back_and_a_jump_leads_keys_to_the_first_row(songs):
    songs.locator("#sort").select_option("title")
    expect(songs).to_have_url(re.compile(r"\?sort=title$"))
    expect(songs.locator("#facet-the")).to_be_visible()
    songs.locator("#facet-only-explicit").click()
    expect(songs).to_have_url(re.compile(r"sort=title&only=explicit"))
    expect(songs.locator("#facet-only-explicit input")).to_be_focused()
    expect(songs.locator("#shown-count")).to_contain_text(" of 393 songs")
    songs.go_back()
    expect(songs.locator("#shown-count")).to_contain_text("393 songs, ")
    expect(songs.locator("#sort")).to_have_value("title")
    assert songs.evaluate("window.isTheSamePage")
    songs.locator(".jump-links").get_by_text("M", exact=True).press("Enter")
    row = songs.locator("#rows .item-row:focus")
    expect(row).to_have_count(1)
    title = read_text(row.locator(".item-row__title"))
    assert title.upper().startswith("M")
    # What stands above comes by itself, and pushes nothing away.
    expect(songs.locator("#rows .chunk").nth(1)).to_be_attached()
    expect(row.locator(".item-row__title")).to_have_text(title)
    expect(row).to_be_in_viewport()
    headings = read_texts(songs.locator("#rows .group > :first-child"))
    assert len(headings) == len(set(headings))


def test_scrolling_brings_the_rest_and_back_comes_to_where_one_was(songs):
    for count in range(2, 9):
        songs.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        songs.locator(f"#rows .chunk:nth-child({count})").wait_for(state="attached")
    expect(songs.locator("#rows .chunk")).to_have_count(8)
    songs.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(songs.locator("#more a")).to_have_count(0)
    expect(songs).to_have_url(re.compile("after="))
    order = songs.locator("#rows .item-row .item-row__title").all_text_contents()[-60:]
    last = songs.locator("#rows .item-row__title a").last
    title = read_text(last)
    last.click()
    expect(songs.locator("h1")).not_to_have_text("Liked Songs")
    songs.go_back()
    expect(songs.locator("h1")).to_have_text("Liked Songs")
    expect(songs.locator("#rows .item-row__title a").last).to_have_text(title)
    expect(songs.locator("#rows .item-row").last).to_be_in_viewport()
    songs.reload()
    expect(songs.locator("#rows .item-row").last).to_be_in_viewport()
    # What stands above comes as one scrolls up, in the same order and without a gap.
    expect(songs.locator("#rows .chunk").nth(1)).to_be_attached()
    assert songs.locator("#rows .item-row .item-row__title").all_text_contents()[-60:] == order
    songs.evaluate("""() => new Promise((done) => {
        const scrolling = setInterval(() => {
            scrollTo(0, 0);
            if (!document.getElementById("earlier")) done(clearInterval(scrolling));
        }, 100);
    })""")
    expect(songs.locator("#rows .chunk")).to_have_count(8)
    songs.evaluate("scrollTo(0, 0)")
    expect(songs).to_have_url(re.compile("/library/$"))


def test_back_comes_to_the_row_that_was_opened(songs):
    songs.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    songs.locator("#rows .chunk:nth-child(3)").wait_for(state="attached")
    opened = songs.locator("#rows .chunk:nth-child(2) .item-row__title a").last
    opened.scroll_into_view_if_needed()
    expect(songs).to_have_url(re.compile("after="))
    href = opened.get_attribute("href")
    opened.click()
    expect(songs.locator("h1")).not_to_have_text("Liked Songs")
    songs.go_back()
    expect(songs.locator("h1")).to_have_text("Liked Songs")
    expect(songs.locator(f'#rows .item-row__title a[href="{href}"]')).to_be_in_viewport()
    expect(songs.locator(f'#rows .item-row__title a[href="{href}"]')).to_be_focused()


def test_a_press_shows_on_the_row_in_the_bar_and_in_another_tab(songs, window, sandbox):
    like = songs.locator("#rows .save-button").first
    uri = like.get_attribute("value").partition(" ")[2]
    other = window.new_page()
    other.goto("/library/")
    expect(other.locator(f'.save-button[value$="{uri}"]')).to_have_attribute("aria-pressed", "true")
    like.click()
    expect(like).to_have_attribute("aria-pressed", "false")
    expect(songs.locator(".toast")).to_contain_text("Removed from Liked Songs.")
    expect(other.locator(f'.save-button[value$="{uri}"]')).to_have_attribute("aria-pressed", "false")
    songs.locator(".toast button", has_text="Undo").click()
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(other.locator(f'.save-button[value$="{uri}"]')).to_have_attribute("aria-pressed", "true")
    assert uri.rpartition(":")[2] in sandbox.control("GET", "library/ada")["track"]
    sandbox.fault("/v1/me/library*", "status", status=500, method="DELETE")
    songs.locator(".toast [data-dismiss]").first.click()
    expect(songs.locator(".toast")).to_have_count(0)
    like.click()
    expect(songs.locator(".toast")).to_be_visible()
    expect(like).to_have_attribute("aria-pressed", "true")


def test_many_are_chosen_and_removed_with_the_way_back(songs, sandbox):
    before = sandbox.control("GET", "library/ada")["track"]
    remove = songs.locator("#selection-bar button[title=Remove]")
    choose(songs.locator("#rows .item-row").nth(0))
    choose(songs.locator("#rows .item-row").nth(3), "Shift")
    expect(songs.locator("#selection-bar")).to_contain_text("4 selected")
    names = shown(songs)[:4]
    remove.click()
    expect(songs.locator(".toast")).to_contain_text("Removed 4 songs from Liked Songs.")
    expect(songs.locator("#shown-count")).to_contain_text("389 songs")
    expect(songs.locator("#rows .item-row").first).not_to_contain_text(names[0])
    songs.locator(".toast button", has_text="Undo").click()
    expect(songs.locator("#shown-count")).to_contain_text("393 songs")
    # It is done once, however often it is pressed.
    sandbox.forget_requests()
    choose(songs.locator("#rows .item-row").first)
    sandbox.control("PUT", "settings", {"latency_ms": 300})
    remove.dblclick()
    expect(songs.locator("#shown-count")).to_contain_text("392 songs")
    songs.locator(".toast button", has_text="Undo").last.click()
    expect(songs.locator("#shown-count")).to_contain_text("393 songs")
    sandbox.control("PUT", "settings", {"latency_ms": 0})
    assert [one["method"] for one in sandbox.requests()].count("DELETE") == 1
    assert sorted(sandbox.control("GET", "library/ada")["track"]) == sorted(before)


def test_all_of_it_comes_back_and_what_could_not_be_removed_stays_chosen(songs, sandbox):
    songs.keyboard.press("ControlOrMeta+a")
    expect(songs.locator("#selection-bar")).to_contain_text("393 selected")
    songs.locator("#selection-bar button[title=Remove]").click()
    expect(songs.locator("#shown-count")).to_contain_text("0 songs")
    songs.locator(".toast button", has_text="Undo").click()
    expect(songs.locator("#shown-count")).to_contain_text("393 songs")
    expect(songs.locator("#rows .item-row").first).to_be_visible()
    songs.keyboard.press("ControlOrMeta+a")
    expect(songs.locator("#selection-bar")).to_contain_text("393 selected")
    sandbox.fault("/v1/me/library*", "status", status=503, method="DELETE", after=1)
    songs.locator("#selection-bar button[title=Remove]").click()
    expect(songs.locator("#toasts")).to_contain_text("Spotify took 40 of 393")
    expect(songs.locator("#shown-count")).to_contain_text("353 songs")
    expect(songs.locator("#selection-bar")).to_contain_text("353 selected")


def test_all_can_be_chosen_that_the_filter_shows_and_played_or_put_into_a_playlist(songs):
    rows, bar = songs.locator("#rows .item-row"), songs.locator("#selection-bar")
    songs.route("**/library/*/uris/*", lambda route: route.abort())
    choose(rows.first)
    bar.locator("[data-select=all]").click()
    expect(songs.locator(".toast")).to_be_visible()
    expect(bar).to_contain_text("1 selected")
    songs.unroute_all()
    choose(rows.nth(1))
    bar.locator("button[title^='Add to playlist']").click()
    expect(songs.locator("#dialog")).to_be_visible()
    expect(songs.locator("#dialog")).to_contain_text("2")
    songs.keyboard.press("Escape")
    expect(songs.locator("#dialog")).to_be_hidden()
    bar.locator("[data-select=none]").click()
    expect(bar).to_be_hidden()
    songs.locator("#facet-only-explicit").click()
    expect(songs).to_have_url(re.compile("only=explicit"))
    expect(songs.locator("#shown-count")).to_contain_text(" of 393 songs")
    choose(rows.first)
    count = read_text(songs.locator("#shown-count")).split()[0]
    bar.locator("[data-select=all]").click()
    expect(bar).to_contain_text(f"{count} selected")
    first = shown(songs)[0]
    songs.locator("#play-shown").click()
    expect(songs.locator("#bar-title")).to_have_text(first)


def test_albums_stand_on_shelves_and_lead_on(ada, window, page):
    read_all(ada, "album")
    ada.enter(window)
    page.goto("/library/albums/")
    expect(page.locator(".cover-card")).to_have_count(50)
    page.locator("#more a").scroll_into_view_if_needed()
    expect(page.locator(".cover-card")).to_have_count(70)
    page.locator('label[title="Rows with artwork"]').click()
    expect(page.locator("#rows .item-row").first).to_be_visible()
    expect(page).to_have_url(re.compile("view=rows"))


def test_while_it_is_read_the_page_tells_and_fills_itself(ada, window, page, work):
    ada.enter(window)
    page.goto("/library/")
    expect(page.locator("#sync")).to_contain_text("of 400 songs read")
    page.locator("#sync-act").click()
    expect(page.locator("#sync")).to_contain_text("Paused")
    page.locator("#sync-act").click()
    expect(page.locator("#sync-act")).to_have_text("Pause")
    work()
    expect(page.locator("#sync progress")).to_have_count(0)
    expect(page.locator("#shown-count")).to_contain_text("393 songs")


def test_everybody_can_use_them(ada, window, page):
    read_all(ada, "track", "album", "artist")
    ada.member.theme = "light"
    ada.member.save(update_fields=["theme"])
    ada.enter(window)
    # Of a filter that leaves a screenful: axe-core takes time for each element, however often it comes.
    for path in ("/library/?q=ar", "/library/albums/", "/library/?q=zzzz", "/library/artists/"):
        page.set_viewport_size(PHONE)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert list_misfits(page, height=2460) == [], path


def test_on_a_phone_songs_are_most_of_the_first_screen_and_a_removed_one_shows_the_way_back(
    ada, window, page, sandbox
):
    read_all(ada)
    ada.enter(window)
    page.set_viewport_size(PHONE)
    page.goto("/library/")
    page.wait_for_load_state("networkidle")
    rows = page.locator("#rows .item-row")
    expect(rows.nth(6)).to_be_attached()
    bar = page.locator("#bar").bounding_box()["y"]
    # The line of the demo takes the room of one.
    assert (
        sum(box["y"] + box["height"] <= bar for box in (rows.nth(at).bounding_box() for at in range(7))) >= 5
    )
    row = rows.first
    expect(row.locator(".save-button")).to_be_hidden()
    row.get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name="Remove from Liked Songs").click()
    expect(row.locator(".save-button")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row.locator(".save-button").click()
    expect(row.locator(".save-button")).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("Added to Liked Songs.")
    # The filter works by keyboard.
    page.locator("[data-select-mode]").click()
    expect(page.locator("#rows .checkbox").first).to_be_visible()
    page.locator("#filter").focus()
    page.keyboard.type("th")
    expect(page.locator("#shown-count")).to_contain_text(" of 393 songs")
    expect(page.locator("#rows .checkbox").first).to_be_visible()


def test_the_row_of_what_plays_is_marked_as_the_music_goes_on(songs):
    uris = [box.get_attribute("value") for box in songs.locator("#rows .item-row .checkbox input").all()[:2]]
    songs.locator("#rows .item-row").first.get_by_role("button", name="More for").click()
    songs.get_by_role("menuitem", name="Play", exact=True).click()
    expect(songs.locator(f'.item-row:has([value="{uris[0]}"])')).to_have_class(re.compile("is-playing"))
    songs.locator("#bar-next").click()
    expect(songs.locator(f'.item-row:has([value="{uris[1]}"])')).to_have_class(re.compile("is-playing"))
    expect(songs.locator(".item-row.is-playing")).to_have_count(1)
