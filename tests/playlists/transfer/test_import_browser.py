"""A list out and in again in a real browser, and what helps those who cannot see or use a mouse."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.tokens import spotify_for
from playlists.models import ImportRun
from spotweb.spotify import catalog
from tests.playlists.conftest import work
from tests.support.accessibility import violations

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("TRANSFER_SHOTS")


@pytest.fixture
def inside(ada, window, page):
    ada.enter(window)
    return page


def shot(page, name):
    if SHOTS:
        for width in (1280, 390):
            for theme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=theme)
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")


def songs(ada, lists, count):
    client = spotify_for(ada.member)
    return [catalog.get_track(client, uri) for uri in lists.tracks[100 : 100 + count]]


def mixed(ada, lists):
    """Lines of every kind: sure, unsure, not found, twice, a local file, a link to an album."""
    found = songs(ada, lists, 12)
    sure = [f"{one.artists[0].name} - {one.name}" for one in found[:6]]
    return "\n".join(
        [
            *[*sure, sure[0], *(one.name for one in found[6:9]), found[9].uri],
            "Xyzzy Nobody - Qwertyuiop",
            "spotify:local:Ada:Home+tapes:Kitchen+song:100",
            f"spotify:album:{'1' * 22}",
        ]
    )


def test_there_and_back_is_the_same_list(inside, lists, ada, tmp_path):
    wanted = [*lists.tracks[:40], lists.tracks[0]]
    playlist_id = lists.make(ada, wanted, name="There & back")
    inside.goto(f"/playlists/{playlist_id}/export/")
    inside.evaluate("window.isTheSamePage = true")
    with inside.expect_download() as download:
        inside.get_by_role("link", name="JSON").click()
    assert download.value.suggested_filename == "There & back.json"
    path = tmp_path / "list.json"
    download.value.save_as(path)
    assert inside.evaluate("window.isTheSamePage")
    inside.goto("/playlists/import/")
    inside.get_by_label("Files").set_input_files(path)
    inside.get_by_role("button", name="Find these songs").click()
    expect(inside.get_by_role("heading", name="There & back", level=1)).to_be_visible()
    inside.get_by_label("Name of the new playlist").fill("Back again")
    inside.get_by_role("button", name="Add 41 songs").click()
    expect(inside.get_by_role("heading", name="Back again", level=1)).to_be_visible()
    made = next(one for one in lists.sandbox.control("GET", "playlists") if one["name"] == "Back again")
    assert lists.items(made["id"]) == wanted


def test_a_pasted_list_is_looked_through(inside, lists, ada):
    inside.goto("/playlists/import/")
    shot(inside, "import")
    inside.get_by_label("Or paste lines").fill(mixed(ada, lists))
    inside.get_by_role("button", name="Find these songs").click()
    expect(inside.locator("#import-run progress")).to_be_visible()
    shot(inside, "import-progress")
    inside.evaluate("window.isTheSamePage = true")
    work()
    expect(inside.locator("#import-progress")).to_have_count(0)
    expect(inside.locator("#group-unsure")).to_have_attribute("aria-current", "true")
    shot(inside, "import-unsure")
    first = inside.locator(".import-line").first
    first.get_by_role("button", name="Take ").first.press("Enter")
    expect(first.locator(".item-row")).to_have_count(1)
    inside.locator("#group-missing").click()
    line = inside.locator(".import-line").first
    line.get_by_role("searchbox").fill("the")
    line.get_by_role("searchbox").press("Enter")
    line.get_by_role("button", name="Take ").first.click()
    expect(line.locator(".item-row")).to_have_count(1)
    line.get_by_role("button", name="More for").click()
    inside.get_by_role("menuitem", name="Choose again").click()
    line.get_by_role("button", name="Take ").first.click()
    expect(line.locator(".item-row")).to_have_count(1)
    inside.locator("#group-sure").click()
    expect(inside.get_by_text("As in line 1")).to_be_visible()
    shot(inside, "import-found")
    inside.locator("#group-refused").click()
    expect(inside.get_by_text("Spotify lets no app add it")).to_be_visible()
    shot(inside, "import-refused")
    inside.locator("#group-unsure").click()
    inside.locator("#take-guesses").click()
    expect(inside.locator(".toast")).to_contain_text("Took the best guess")
    inside.locator(".toast").get_by_role("button", name="Undo").click()
    expect(inside.locator("#group-unsure")).to_be_visible()
    assert inside.evaluate("window.isTheSamePage")


def test_all_playlists_in_one_archive(inside, ada):
    inside.goto("/playlists/export/")
    shot(inside, "export")
    inside.get_by_text("CSV").click()
    inside.get_by_role("button", name="Export all").click()
    expect(inside.locator("#exports progress")).to_be_visible()
    shot(inside, "export-progress")
    work()
    expect(inside.get_by_role("link", name="Download")).to_be_visible()
    shot(inside, "export-ready")
    with inside.expect_download() as download:
        inside.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")
    inside.get_by_role("button", name="Delete it").click()
    expect(inside.get_by_role("link", name="Download")).to_have_count(0)


def test_the_review_is_accessible(inside, lists, ada):
    ada.post("/playlists/import/", {"lines": mixed(ada, lists)})
    work()
    for group in ("unsure", "missing", "sure", "refused"):
        inside.goto(f"/playlists/imports/{ImportRun.objects.get().pk}/?show={group}")
        _assert_all_is_well(inside)


def test_the_pages_are_accessible(inside, lists, ada):
    playlist_id = lists.make(ada, lists.tracks[:3])
    for path in ("import/", "export/", f"{playlist_id}/export/"):
        inside.goto(f"/playlists/{path}")
        _assert_all_is_well(inside)


def _assert_all_is_well(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    assert violations(page) == [], page.url
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


ODD = "Nummer;Stuk;Wie\n1;Home;Ada\n2;Away;Ben\n3;Late;Cleo\n"


def many_lists(lists):
    made = [
        {
            "name": f"List {n} with a name that is rather long for a phone",
            "lastModifiedDate": "2026-01-02",
            "items": [{"track": {"trackName": "T", "artistName": "A", "trackUri": lists.tracks[n]}}],
        }
        for n in range(60)
    ]
    return json.dumps({"playlists": made}).encode()


def test_a_question_and_a_choice_with_the_keyboard(inside, lists, ada):
    inside.goto("/playlists/import/")
    files = [
        {"name": "odd.csv", "mimeType": "text/csv", "buffer": ODD.encode()},
        {"name": "Playlist1.json", "mimeType": "application/json", "buffer": many_lists(lists)},
    ]
    inside.get_by_label("Files").set_input_files(files)
    inside.get_by_role("button", name="Find these songs").press("Enter")
    expect(inside.get_by_role("heading", name="Which column is the title?")).to_be_visible()
    assert violations(inside) == []
    shot(inside, "upload")
    for width in (360, 390):
        inside.set_viewport_size({"width": width, "height": 640})
        assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside.set_viewport_size({"width": 1280, "height": 900})
    inside.get_by_label("Title", exact=True).select_option("2: Stuk")
    inside.get_by_label("Artist", exact=True).select_option("3: Wie")
    inside.get_by_role("button", name="Use these columns").press("Enter")
    expect(inside.get_by_role("heading", name="Which column is the title?")).to_have_count(0)
    inside.get_by_role("searchbox", name="Filter lists by name").fill("List 59")
    inside.get_by_role("button", name="Filter", exact=True).press("Enter")
    expect(inside.locator("#start-lists input[name=list]")).to_have_count(1)
    inside.locator("#start-lists input[name=list]").press("Space")
    inside.locator("#start-lists").get_by_role("button").press("Enter")
    expect(inside.locator(".toast")).to_contain_text("Importing 1 list.")
    assert ImportRun.objects.get().name.startswith("List 59 ")
    expect(inside.get_by_text("1 is imported already.")).to_be_visible()
