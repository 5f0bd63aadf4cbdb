"""The page of a playlist: what it shows, and what is done to its rows."""

import pytest
import time_machine
from django.utils import timezone

from playlists.editing.actions import set_order
from playlists.models import MemberPlaylist, Playlist
from playlists.sync.index import get_playlists
from tests.playlists.conftest import open_list, work
from tests.playlists.pages import PlaylistPage, items_of, make, seen_in, titles_in
from tests.support.undo import press_undo


def by_name(sandbox, name):
    return next(one for one in sandbox.control("GET", "playlists") if one["name"] == name)


def test_the_page_shows_what_is_in_the_list(either_mode, ada, sandbox):
    page = PlaylistPage(ada, make(sandbox, count=5))
    assert len(titles_in(page.answer.text)) == 5
    assert "5 items" in page.answer.text
    assert page.answer.text.count("data-grip") == 5


def test_local_files_and_what_vanished_keep_their_places(either_mode, ada, sandbox):
    ferry = by_name(sandbox, "Ferry mixtape")
    text = PlaylistPage(ada, ferry).answer.text
    assert text.count("No longer on Spotify") == ferry["items"].count(None)
    local = sum(str(uri).startswith("spotify:local:") for uri in ferry["items"])
    assert text.count(">Local file<") == local
    assert text.count('name="positions"') == len(ferry["items"])


def test_rows_are_moved_and_put_back(either_mode, ada, sandbox):
    playlist = make(sandbox, count=5)
    before = items_of(sandbox, playlist)
    page = PlaylistPage(ada, playlist)
    answer = page.act("move", positions="3-4", to="top")
    assert answer.status_code == 200, answer.text
    assert items_of(sandbox, playlist) == [*before[3:], *before[:3]]
    assert seen_in(answer.text) != page.seen
    assert 'data-chosen="0-1"' in answer.text
    press_undo(ada, answer.text)
    assert items_of(sandbox, playlist) == before


def test_rows_are_removed_one_copy_alone(either_mode, ada, sandbox):
    tracks = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=3")][:3]
    playlist = make(sandbox, items=[*tracks, tracks[0]])
    PlaylistPage(ada, playlist).act("remove", positions="3")
    assert items_of(sandbox, playlist) == tracks


def test_without_a_script_ticks_are_a_form_and_lead_back(ada, sandbox):
    playlist = make(sandbox, count=5)
    before = items_of(sandbox, playlist)
    page = PlaylistPage(ada, playlist)
    answer = ada.post(f"{page.url}remove/", {"seen": page.seen, "positions": ["1", "3"]})
    assert (answer.status_code, answer["Location"]) == (302, page.url)
    assert items_of(sandbox, playlist) == [before[0], before[2], before[4]]
    assert "Removed 2 items." in ada.get(page.url).text


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        ("move", {"to": "top"}),
        ("move", {"positions": "1"}),
        ("move", {"positions": "x", "to": "top"}),
        ("remove", {}),
        ("remove", {"positions": "0-999999"}),
        ("save", {}),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(ada, sandbox, act, sent):
    playlist = make(sandbox, count=5)
    before = items_of(sandbox, playlist)
    answer = PlaylistPage(ada, playlist).act(act, **sent)
    assert answer.status_code == 422
    assert 'id="mistakes"' in answer.text
    assert items_of(sandbox, playlist) == before


def test_a_stale_page_does_what_still_makes_sense(ada, sandbox):
    sandbox.control("PUT", "settings", {"snapshot_lag_s": 0})
    playlist = make(sandbox, count=5)
    page = PlaylistPage(ada, playlist)
    one, two, three, four, five = items_of(sandbox, playlist)
    new = sandbox.control("GET", "catalog?type=track&limit=9")[8]["uri"]
    sandbox.control("PUT", f"playlists/{playlist['id']}", {"items": [new, one, two, three, four, five]})
    Playlist.objects.update(proven_at=None)
    answer = page.act("move", positions="4", to="top")
    assert answer.status_code in {200, 409}
    now = items_of(sandbox, playlist)
    assert sorted(now) == sorted([new, one, two, three, four, five])


def test_a_stale_page_is_asked_when_its_row_is_gone(ada, sandbox):
    sandbox.control("PUT", "settings", {"snapshot_lag_s": 0})
    playlist = make(sandbox, count=5)
    page = PlaylistPage(ada, playlist)
    one, two, three, four, _five = items_of(sandbox, playlist)
    sandbox.control("PUT", f"playlists/{playlist['id']}", {"items": [one, two, three, four]})
    Playlist.objects.update(proven_at=None)
    answer = page.act("move", positions="4", to="top")
    assert answer.status_code == 409
    assert "nothing was done" in answer.text
    assert "1 removed" in answer.text
    assert f'data-seen="{page.seen}"' in answer.text  # the page and its selection stay as they are
    assert items_of(sandbox, playlist) == [one, two, three, four]
    changes = page.part("changes", seen=page.seen)
    assert changes.text.count('class="item-row') >= 1


def test_filter_finds_all_words_in_any_order_and_says_how_many(ada, sandbox):
    playlist = make(sandbox, count=40)
    page = PlaylistPage(ada, playlist)
    title = titles_in(page.answer.text)[35]
    words = " ".join(reversed(title.upper().split()))
    sandbox.forget_requests()
    found = ada.get(page.url, {"q": words}, **{"HX-Request-Type": "partial", "HX-Target": "div#list"})
    assert title in titles_in(found.text)
    assert "of 40 shown." in found.text
    assert "data-grip" not in found.text
    assert not sandbox.requests("get-playlist")
    assert "Nothing here matches" in ada.get(page.url, {"q": "zzzz'\"%_"}).text


@pytest.mark.parametrize(
    "sort", ["title", "artist", "album", "added", "-added", "length", "-length", "nonsense"]
)
def test_every_sort_shows_every_row_once(ada, sandbox, sort):
    ferry = by_name(sandbox, "Ferry mixtape")
    text = ada.get(f"/playlists/{ferry['id']}/", {"sort": sort}).text
    assert text.count('name="positions"') == len(ferry["items"])


def test_a_long_list_has_pages_without_a_script_and_chunks_with_one(ada, sandbox):
    playlist = make(sandbox, count=200)
    page = PlaylistPage(ada, playlist)
    assert len(titles_in(page.answer.text)) == 40
    assert "?from=40" in page.answer.text
    assert len(titles_in(ada.get(page.url + "?from=180").text)) == 20
    chunk = page.part("rows", seen=page.seen, **{"from": 120, "to": 150})
    assert chunk.text.count('<li class="item-row') == 30
    assert 'id="row-p120"' in chunk.text


@pytest.mark.parametrize("is_in_library", [True, False])
def test_a_poll_says_of_a_list_that_is_being_read_what_the_page_said(ada, sandbox, is_in_library):
    tracks = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")]
    playlist = make(sandbox, items=(tracks * 2)[:600])
    if is_in_library:
        get_playlists(ada.member)
    page = PlaylistPage(ada, playlist)
    assert MemberPlaylist.objects.filter(playlist__spotify_id=playlist["id"]).exists() == is_in_library
    sandbox.forget_requests()
    polled = page.part("state", seen=page.seen).text
    for said in ('id="reading"', 'hx-trigger="every 1s"', "of 600"):
        assert said in page.answer.text
        assert said in polled
    assert not sandbox.requests("get-playlist")
    work()
    done = page.part("state", seen=page.seen).text
    assert 'id="reading"' not in done
    assert "600 items" in done
    assert seen_in(done) == PlaylistPage(ada, playlist).seen != "0"


def test_rows_of_an_older_version_can_still_be_had_but_only_of_this_list(ada, sandbox):
    page, other = PlaylistPage(ada, make(sandbox, count=5)), PlaylistPage(ada, make(sandbox, count=3))
    page.act("move", positions="0", to="bottom")
    assert page.part("rows", seen=page.seen, **{"from": 0, "to": 9}).status_code == 200
    assert page.part("rows", seen=other.seen, **{"from": 0, "to": 9}).status_code == 404
    assert page.part("rows", seen="10" * 9, **{"from": 0, "to": 9}).status_code == 404


def test_a_list_that_is_withheld_says_so_and_can_be_played(ada, sandbox):
    theirs = sandbox.control("POST", "playlists", {"owner": "stranger", "name": "Theirs", "items": []})
    text = ada.get(f"/playlists/{theirs['id']}/").text
    assert "doesn’t show what is in this playlist" in text
    assert 'id="play-all"' in text
    assert "Open in Spotify" in text
    assert 'id="rows"' not in text


def test_nobody_changes_what_belongs_to_somebody_else(ada, ben, sandbox):
    playlist = make(sandbox, owner="ada", count=3)
    seen = PlaylistPage(ada, playlist).seen
    before = items_of(sandbox, playlist)
    for act, sent in {"remove": {"positions": "0"}, "move": {"positions": "0", "to": "bottom"}}.items():
        answer = ben.post(f"/playlists/{playlist['id']}/{act}/", {"seen": seen, **sent})
        assert answer.status_code in {403, 404}
    assert items_of(sandbox, playlist) == before
    undo = PlaylistPage(ada, playlist).act("remove", positions="0")
    assert press_undo(ben, undo.text).status_code in {403, 404}
    assert items_of(sandbox, playlist) == before[1:]


def test_a_description_is_plain_text_with_safe_links(ada, sandbox):
    words = "See https://example.org/x?a=1&b=2, <b>bold</b> javascript:alert(1) &amp; more"
    text = PlaylistPage(ada, make(sandbox, count=1, description=words)).answer.text
    assert '<a href="https://example.org/x?a=1&amp;b=2" rel="noreferrer nofollow ugc">' in text
    assert "<b>bold" not in text
    assert 'href="javascript' not in text


def test_links_are_pasted_and_what_is_none_stays_in_the_field(ada, sandbox):
    playlist = make(sandbox, count=2)
    uris = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=30")][20:23]
    lines = "\n".join(
        [uris[0], "what is this", "https://open.spotify.com/track/" + uris[1].split(":")[2], uris[2]]
    )
    answer = PlaylistPage(ada, playlist).act("add", lines=lines, pasted="1")
    assert items_of(sandbox, playlist)[2:] == uris
    assert "Added 3 items." in answer.text
    assert "Line 2:" in answer.text
    assert ">what is this</textarea>" in answer.text


def test_too_many_lines_are_refused_whole(ada, sandbox):
    playlist = make(sandbox, count=2)
    answer = PlaylistPage(ada, playlist).act("add", lines="spotify:track:x\n" * 10_001, pasted="1")
    assert answer.status_code == 422
    assert "At most 10,000 lines" in answer.text
    assert len(items_of(sandbox, playlist)) == 2


def test_thousands_of_links_are_added_in_the_background_with_numbers(ada, sandbox):
    playlist = make(sandbox, count=2)
    uris = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")]
    page = PlaylistPage(ada, playlist)
    answer = page.act("add", lines="\n".join((uris * 3)[:700]), pasted="1", place="top")
    assert "Running:" in answer.text
    assert "<progress" in answer.text
    assert 'hx-trigger="every 1s"' in answer.text
    work()
    assert len(items_of(sandbox, playlist)) == 702
    done = page.part("state", seen=page.seen)
    assert "Added 700 items." in done.text
    assert 'hx-trigger="every 1s"' not in done.text
    assert seen_in(done.text) != page.seen


def test_everything_is_replaced_or_cleared_only_when_it_is_said(ada, sandbox):
    playlist = make(sandbox, count=3)
    new = sandbox.control("GET", "catalog?type=track&limit=9")[8]["uri"]
    page = PlaylistPage(ada, playlist)
    answer = page.act("add", lines=new, pasted="1", place="instead")
    assert items_of(sandbox, playlist) == [new]
    assert "Remove all items of" in ada.get(f"{page.url}clear/").text
    assert items_of(sandbox, playlist) == [new]
    ada.post(f"{page.url}clear/", {"seen": seen_in(answer.text)})
    assert items_of(sandbox, playlist) == []


def test_chosen_rows_are_saved_played_and_queued(ada, sandbox):
    ada.get("/player/")
    playlist = make(sandbox, count=12)
    items = items_of(sandbox, playlist)
    page = PlaylistPage(ada, playlist)
    assert "Saved 2 items to your library." in page.act("save", positions="0,11").text
    saved = sandbox.control("GET", "library/ada")["track"]
    assert {items[0].split(":")[2], items[11].split(":")[2]} <= set(saved)
    page.act("play", positions="3-5")
    assert sandbox.control("GET", "player/ada")["item"] == items[3]
    assert "Queueing 2 items" in page.act("queue", positions="1-2").text
    work()
    assert sandbox.control("GET", "player/ada")["queue"][-2:] == items[1:3]


def test_a_list_that_is_not_ones_own_is_still_shown_when_spotify_asks_to_wait(ben, sandbox):
    playlist = make(sandbox, count=3, collaborative=True)
    PlaylistPage(ben, playlist)
    sandbox.fault("/v1/playlists/*", "rate_limit", retry_after=30)
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=60)):
        shown = PlaylistPage(ben, playlist)
    assert len(titles_in(shown.answer.text)) == 3
    assert "Spotify couldn’t be asked just now." in shown.answer.text
    assert "Spotify couldn’t be asked just now." in shown.part("state", seen=shown.seen).text


def _sort_in_background(person, sandbox, name):
    """An edit of more calls than a request makes."""
    tracks = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=30")][:30]
    page = PlaylistPage(person, make(sandbox, items=tracks, name=name))
    edit = set_order(
        open_list(person, page.id),
        base_revision=int(page.seen),
        target=[(place * 11) % 30 for place in range(30)],
        kind="order",
    )
    assert edit.is_under_way
    return page, edit


def test_what_was_done_in_the_background_is_said_once_with_undo(ada, sandbox):
    page, edit = _sort_in_background(ada, sandbox, "Long one")
    before = items_of(sandbox, {"id": page.id})
    assert f'id="edit-{edit.pk}"' in ada.get(page.url).text
    work()
    polled = page.part("state", seen=page.seen).text
    assert f'id="edit-{edit.pk}"' not in polled
    assert f"{edit.description}." in polled
    assert f"{edit.description}." not in ada.get(page.url).text.split("<main")[1]
    press_undo(ada, polled)
    work()
    assert items_of(sandbox, {"id": page.id}) == before


def test_the_end_of_an_edit_of_another_list_is_a_toast_here(ada, sandbox):
    _page, edit = _sort_in_background(ada, sandbox, "Long one")
    other = PlaylistPage(ada, make(sandbox, count=3))
    assert f'id="edit-{edit.pk}"' not in other.answer.text
    assert f"edits={edit.pk}" in other.answer.text  # it asks how that one ends
    work()
    text = ada.get(other.url).text
    assert f'id="edit-{edit.pk}"' not in text
    assert f"“Long one”: {edit.description}." in text
    assert edit.description not in ada.get(other.url).text


def test_what_went_wrong_stays_on_the_page_of_its_list(ada, sandbox):
    page, edit = _sort_in_background(ada, sandbox, "Long one")
    other = PlaylistPage(ada, make(sandbox, count=3))
    sandbox.fault("/v1/playlists/*/[it][tr]*", "status", method="PUT", status=403, after=1)
    work()
    assert "“Long one”: not everything was done" in other.part("state", seen=other.seen, edits=edit.pk).text
    assert f'id="edit-{edit.pk}"' not in ada.get(other.url).text
    for _time in range(2):
        assert f'id="edit-{edit.pk}"' in ada.get(page.url).text
