"""The pages of saved things as a browser without a script and as htmx get them."""

import re
from html import unescape

import pytest
from django.core.management import call_command

from library.catalogue import store
from library.models import Item
from library.saved import memberships
from library.sync import actions as sync_actions
from spotweb.web.texts.names import show_name
from tests.library.conftest import at_spotify
from tests.player.parts import PART, titles

LIBRARY = "/library/"


def read_all(person, *kinds: str):
    """What a first visit begins and the worker ends."""
    for kind in kinds or ("track",):
        sync_actions.visit_index(person.member, kind)
    call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def part(person, path=LIBRARY, query="", **headers: str):
    headers = {"HX-Current-URL": f"http://testserver{path}", **headers}
    return person.get(path + query, **{**PART, **headers})


def count_of(answer):
    found = re.search(r'id="shown-count"[^>]*>(.*?)</p>', answer.text, re.S)
    return re.sub(r"<[^>]+>", "", unescape(found[1])).strip()


def more_of(answer):
    found = re.search(r'href="([^"]*after=[^"]*)"[^>]*hx-trigger="click, intersect', answer.text)
    return unescape(found[1]) if found else None


@pytest.fixture
def full(ada, sandbox):
    read_all(ada)
    sandbox.forget_requests()
    return ada


def test_a_page_shows_fifty_and_leads_on_to_the_rest(full):
    answer = full.get(LIBRARY)
    seen = titles(answer.text)
    assert len(seen) == 50
    assert count_of(answer).startswith("393 songs, ")
    while (path := more_of(answer)) is not None:
        answer = full.get(path, **PART, **{"HX-Target": "div#rows"})
        assert 'id="saved-filter"' not in answer.text, "only rows are added"
        seen += titles(answer.text)
    assert len(seen) == 393


def test_browsing_asks_spotify_nothing(full, sandbox):
    for query in ("", "?q=a", "?sort=title", "?view=compact&only=explicit", "?decade=1990"):
        assert part(full, query=query).status_code == 200
    assert sandbox.requests() == []


def test_without_a_script_the_rest_is_a_page_of_its_own(full):
    path = more_of(full.get(LIBRARY))
    second = full.get(path)
    assert 'id="saved-filter"' in second.text
    assert len(titles(second.text)) == 50
    assert f'href="{LIBRARY}" hx-get="{LIBRARY}" hx-target="#results"' in second.text, "back to the beginning"


def test_the_filter_finds_all_words_in_any_order_and_says_how_many(full):
    title = titles(full.get(LIBRARY).text)[0]
    words = title.upper().split()
    answer = part(full, query="?" + "q=" + "+".join(reversed(words)))
    assert title in titles(answer.text)
    assert " of 393 songs" in count_of(answer)
    assert answer.headers["HX-Replace-Url"].startswith("/library/?q="), "typing is no step for Back"


def test_a_choice_is_a_step_for_back(full):
    answer = part(full, query="?only=explicit&sort=title&view=rows&q=")
    assert answer.headers["HX-Push-Url"] == "/library/?sort=title&only=explicit"
    assert 'name="only" value="explicit" checked' in answer.text
    whole = full.get("/library/?sort=title&only=explicit")
    assert '<option value="title" selected>' in whole.text
    assert count_of(whole) == count_of(answer)


@pytest.mark.parametrize(
    "query",
    ["?q=%27%22%25_%5C", "?q=%F0%9F%8C%BB", "?q=<script>alert(1)</script>", "?q=%D8%A3%D8%BA", "?q=%00"],
)
def test_odd_words_are_only_words(full, query):
    answer = full.get(f"{LIBRARY}?q={query}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_nothing_matches_says_so_and_leads_back(full):
    answer = full.get("/library/?q=zzzznothing&sort=title")
    assert "Nothing matches" in answer.text
    link = re.search(r'href="(/search/[^"]*)">', answer.text)
    assert link, "the way to search on Spotify"
    assert full.get(link[1]).status_code == 200
    assert 'href="/library/?sort=title">Show all again' in answer.text


def test_a_place_that_never_was_is_no_page(full):
    assert full.get("/library/?after=nonsense").status_code == 404
    assert full.get("/library/nonsense/sync/").status_code == 404
    assert full.get("/library/nonsense/uris/").status_code == 404


def test_all_that_is_shown_can_be_chosen_at_once(full):
    answer = full.get("/library/track/uris/?only=explicit")
    uris = answer.text.splitlines()
    assert uris
    assert all(uri.startswith("spotify:track:") for uri in uris)
    assert f"{len(uris)} of 393" in count_of(full.get("/library/?only=explicit"))


def test_every_kind_has_its_page(ada):
    paths = {"album": "albums", "show": "podcasts", "episode": "episodes"}
    paths |= {"audiobook": "audiobooks", "artist": "artists"}
    read_all(ada, *paths)
    for kind, path in paths.items():
        answer = ada.get(f"/library/{path}/")
        assert answer.status_code == 200
        assert count_of(answer)[0] != "0", kind
        assert 'aria-current="page"' in answer.text
        grid = kind != "episode"
        assert ('class="cover-grid"' in answer.text) is grid
        assert "item-row__title" in ada.get(f"/library/{path}/?view=rows").text


def test_somebody_who_has_saved_nothing_is_told_what_to_do(ada, sandbox):
    uris = at_spotify(sandbox, "ada", "track")
    for start in range(0, len(uris), 400):
        ada.post("/library/saved/", {"saved": "false", "uris": uris[start : start + 400]}, **PART)
    read_all(ada)
    answer = ada.get(LIBRARY)
    assert "No songs saved yet" in answer.text
    assert "Press the plus beside a song" in answer.text


def test_members_see_what_is_theirs(full, ben):
    assert "393 songs" not in ben.get(LIBRARY).text
    assert ben.get("/library/track/uris/").text != full.get("/library/track/uris/").text


@pytest.mark.parametrize(
    "odd", ["hostile", "rtl", "emoji", "long", "empty_name", "unplayable", "many_artists"]
)
def test_odd_names_are_shown_as_they_are_and_do_no_harm(ada, sandbox, odd):
    things = [one for one in sandbox.control("GET", f"catalog?odd={odd}") if one["type"] == "track"][:3]
    ada.post("/library/saved/", {"saved": "true", "uris": [one["uri"] for one in things]}, **PART)
    read_all(ada)
    answer = ada.get(LIBRARY)
    assert answer.status_code == 200
    shown = titles(answer.text)
    for one in things:
        assert show_name(one["name"]) in shown
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


def test_narrowing_by_a_playlist_of_mine(full):
    uris = full.get("/library/track/uris/").text.splitlines()[:3]
    pks = store.get_pks_by_uri(Item, uris).values()
    memberships.record_playlist(full.member, "list1", name="Kitchen & garden", item_pks=pks)
    page = full.get(LIBRARY)
    assert '<option value="list1">Kitchen &amp; garden (3)</option>' in page.text
    assert "3 of 393 songs" in count_of(full.get("/library/?playlist=list1"))
    assert "390 of 393 songs" in count_of(full.get("/library/?only=unlisted"))


def test_what_a_housemate_has_too_is_told_only_with_their_leave(full, ben):
    shared = full.get("/library/track/uris/").text.splitlines()[:2]
    ben.post("/library/saved/", {"saved": "true", "uris": shared}, **PART)
    read_all(ben)
    query = f"?also={ben.member.pk}"
    assert "Saved too by" not in full.get(LIBRARY).text
    assert count_of(full.get(LIBRARY + query)).startswith("0 of")
    ben.member.shares_library = True
    ben.member.save(update_fields=["shares_library"])
    assert "Saved too by" in full.get(LIBRARY).text
    assert set(shared) <= set(full.get(f"/library/track/uris/{query}").text.splitlines())


def test_the_aside_is_a_choice_for_orders_by_name(full):
    assert 'name="the"' not in full.get(LIBRARY).text
    assert 'name="the" value="aside" checked' in full.get("/library/?sort=artist&the=aside").text


def test_since_when_a_song_was_had_is_a_column_and_an_order(full, sandbox):
    oldest = full.get("/library/track/uris/?sort=oldest").text.splitlines()[0]
    full.post("/library/saved/", {"saved": "false", "uris": oldest}, **PART)
    full.post("/library/saved/", {"saved": "true", "uris": oldest}, **PART)
    assert full.get("/library/track/uris/").text.splitlines()[0] == oldest
    # Dozens were saved in the same second.
    assert oldest in full.get("/library/track/uris/?sort=first").text.splitlines()[:50]
    row = full.get(LIBRARY).text.split('<li class="item-row', 1)[1].split("</li>", 1)[0]
    assert "item-row__first-added" in row
    assert "First had" in full.get("/library/?sort=first").text
