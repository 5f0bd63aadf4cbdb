"""The queue in a real browser: by arrow keys, by pasting a list, and while a job is under way."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from player import commands
from tests.support.accessibility import violations
from tests.support.texts import read_text

pytestmark = pytest.mark.browser

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const pasted = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.getElementById("q").dispatchEvent(pasted);
}"""


@pytest.fixture
def player(ada, window, page, sandbox):
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"])
    ada.enter(window)
    page.goto("/player/")
    page.evaluate("window.isTheSamePage = true")
    return page


def links(sandbox, count):
    return [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")[-count:]]


def test_arrow_keys_lead_from_the_search_to_the_row_and_enter_queues_it(player, sandbox):
    player.locator("#q").fill("night")
    player.locator("#found .item-row").first.wait_for()
    player.locator("#q").press("ArrowDown")
    first = player.locator("#found .item-row .item-row__actions > button.btn").first
    expect(first).to_be_focused()
    player.keyboard.press("ArrowDown")
    player.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    name = read_text(player.locator("#found .item-row__title").first)
    player.keyboard.press("Enter")
    expect(player.locator(".toast")).to_contain_text(f"Added “{name}” to the queue.")
    expect(player.locator("#by-hand-title")).to_be_visible()
    expect(first).to_be_focused()
    player.keyboard.press("Escape")
    expect(player.locator("#q")).to_be_focused()


def test_one_kind_is_shown_without_a_reload_and_asks_spotify_nothing_more(player, sandbox):
    player.locator("#q").fill("the")
    player.locator("#kind-albums").click()
    expect(player.locator("#kind-albums")).to_have_attribute("aria-pressed", "true")
    expect(player.locator("#found .item-row").first).to_contain_text("song")
    assert len(sandbox.requests("search")) == 1
    assert player.evaluate("window.isTheSamePage")


def test_a_pasted_list_is_kept_line_by_line_and_its_progress_is_shown(player, sandbox):
    wanted = links(sandbox, 3)
    player.evaluate(PASTE, "\n".join(wanted))
    expect(player.locator("#lines")).to_have_value("\n".join(wanted))
    player.get_by_role("button", name="Queue them all").click()
    expect(player.locator("#jobs")).to_contain_text("about to be added")
    expect(player.locator("#lines")).to_have_value("")
    call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    expect(player.locator(".toast").last).to_contain_text("Added 3 items")
    assert sandbox.control("GET", "player/ada")["queue"] == wanted
    expect(player.locator("#jobs .job-notice")).to_have_count(0)
    assert player.evaluate("window.isTheSamePage")


def test_lines_that_are_too_many_stay_in_the_field(player):
    player.evaluate(PASTE, "\n".join(["spotify:track:0123456789abcdefghijkl"] * 300))
    player.get_by_role("button", name="Queue them all").click()
    expect(player.locator("#paste-said")).to_contain_text("At most 200 lines")
    assert player.locator("#lines").input_value().count("spotify:track") == 300


def test_a_row_is_played_from_by_keyboard(player, sandbox):
    player.locator("#queue .item-row").nth(2).get_by_role("button", name="More for").press("Enter")
    expect(player.get_by_role("menuitem", name="Play", exact=True)).to_be_focused()
    name = read_text(player.locator("#queue .item-row__title").nth(2))
    player.keyboard.press("Enter")
    expect(player.locator("#now-playing h1")).to_have_text(name)
    assert player.evaluate("window.isTheSamePage")


def test_what_was_heard_is_queued_from_its_page_while_the_bar_stays(player, sandbox):
    player.get_by_role("link", name="Recently played").click()
    expect(player.get_by_role("heading", name="Recently played")).to_be_visible()
    player.get_by_role("link", name="Show earlier ones").click()
    expect(player.locator("#recent .item-row")).to_have_count(50)
    player.get_by_role("button", name="Queue ").first.click()
    expect(player.locator(".toast")).to_contain_text("to the queue.")
    assert sandbox.control("GET", "player/ada")["queue"]
    assert player.evaluate("window.isTheSamePage")


def test_nothing_is_wrong_for_assistive_technology(player, ada, ben, sandbox):
    ben.member.shows_listening = ben.member.has_open_queue = True
    ben.member.save()
    commands.add_to_queue(ada.member, uri=links(sandbox, 1)[0], added_by=ben.member)
    # What is found, home and what was heard are looked at elsewhere.
    for path in ("/player/", "/player/added/", "/household/"):
        player.set_viewport_size({"width": 1280, "height": 900})
        player.goto(path)
        assert violations(player) == [], path
        player.set_viewport_size({"width": 320, "height": 640})
        assert player.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
