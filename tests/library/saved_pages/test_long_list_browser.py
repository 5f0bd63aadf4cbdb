"""A thousand saved songs: the page keeps only what is near, and gets the rest back."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from library.catalogue import store
from library.saved import index
from library.saved.index import IndexEntry
from spotweb.spotify.models import Album, Artist, Track

pytestmark = pytest.mark.browser

MANY = 1_000


@pytest.fixture
def long_shelf(ada):
    artist = Artist(id="a", uri="spotify:artist:a", name="Somebody")
    album = Album(id="b", uri="spotify:album:b", name="Something", artists=(artist,), release_date="1999")
    tracks = [
        Track(
            id=f"{number:022d}",
            uri=f"spotify:track:{number:022d}",
            name=f"Song {number:05d}",
            album=album,
            artists=(artist,),
            duration_ms=200_000,
        )
        for number in range(MANY)
    ]
    pks = store.save_items(tracks)
    saved_index = index.get_index(ada.member, "track")
    now = int(timezone.now().timestamp())
    entries = [IndexEntry(pks[track.uri], track, now - at * 3600) for at, track in enumerate(tracks)]
    index.add_entries(saved_index, entries)
    saved_index.complete_at = saved_index.checked_at = saved_index.full_sync_at = timezone.now()
    saved_index.save()
    return ada


def to_the_end(page):
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")


IS_LAID_OUT = "(row) => row.lastElementChild.checkVisibility({contentVisibilityAuto: true})"


def test_a_row_that_nobody_has_seen_is_as_high_as_it_will_be(long_shelf, window, page):
    long_shelf.enter(window)
    page.goto("/library/")
    first, last = page.locator("#rows .item-row").first, page.locator("#rows .item-row").nth(49)
    assert first.evaluate(IS_LAID_OUT)
    assert not last.evaluate(IS_LAID_OUT), "laid out with the first screen"
    place = "(row) => [row.offsetTop, row.offsetHeight]"
    before = last.evaluate(place)
    last.scroll_into_view_if_needed()
    expect(last.locator(".item-row__title")).to_be_in_viewport()
    assert last.evaluate(IS_LAID_OUT)
    assert last.evaluate(place) == before
    assert first.evaluate("(row) => row.offsetHeight") == before[1]


def test_a_thousand_rows_do_not_pile_up_in_the_page(long_shelf, window, page):
    long_shelf.enter(window)
    page.goto("/library/?view=compact")
    expect(page.locator("#shown-count")).to_contain_text(f"{MANY:,} songs")
    for count in range(2, MANY // 50 + 1):
        to_the_end(page)
        page.locator(f"#rows .chunk:nth-child({count})").wait_for(state="attached")
    to_the_end(page)
    expect(page.locator("#rows .item-row").last).to_contain_text(f"Song {MANY - 1:05d}")
    assert page.locator("#rows .item-row").count() < MANY * 0.75
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("#rows .item-row").first).to_be_in_viewport()
    expect(page.locator("#rows .item-row").first).to_contain_text("Song 00000")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_jumps_to_a_letter_far_away(long_shelf, window, page):
    long_shelf.enter(window)
    page.goto("/library/?sort=oldest")
    expect(page.locator("#rows .item-row").first).to_contain_text(f"Song {MANY - 1:05d}")
    page.locator("#filter").fill("song 00042")
    expect(page.locator("#shown-count")).to_contain_text(f"1 of {MANY:,} songs")
    page.locator("#show-all").click()
    expect(page.locator("#shown-count")).to_contain_text(f"{MANY:,} songs")
    expect(page.locator("#filter")).to_have_value("")
    page.locator(".jump-links a").last.click()
    expect(page.locator("#rows .group").first).to_be_attached()
