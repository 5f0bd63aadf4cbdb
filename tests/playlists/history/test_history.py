"""The history of a playlist: who changed what, how versions differ, and bringing one back."""

import re
from html import escape, unescape

import pytest

from library.catalogue import store
from playlists.editing.actions import add_items, move_items, remove_items, replace_items, set_order
from playlists.models import Playlist
from tests.player.parts import PART
from tests.playlists.conftest import open_list
from tests.support.undo import press_undo


def track_uris(sandbox, count, start=0):
    return [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")][
        start : start + count
    ]


@pytest.fixture
def mixtape(ada, sandbox):
    """Six songs of Ada's, looked at once."""
    sent = {"owner": "ada", "name": "Six songs", "items": track_uris(sandbox, 6)}
    made = sandbox.control("POST", "playlists", sent)
    assert ada.get(f"/playlists/{made['id']}/").status_code == 200
    return made["id"]


def now(mixtape):
    return Playlist.objects.get(spotify_id=mixtape).revision_id


def items(sandbox, mixtape):
    return sandbox.control("GET", f"playlists/{mixtape}")["items"]


def history(person, mixtape):
    answer = person.get(f"/playlists/{mixtape}/history/")
    assert answer.status_code == 200
    return answer


def words(answer):
    found = re.findall(r'/history/\d+/" dir="auto">([^<]*)<', answer.text)
    return [unescape(text) for text in found]


def version(person, mixtape, pk, **sent: str):
    answer = person.get(f"/playlists/{mixtape}/history/{pk}/", sent)
    assert answer.status_code == 200
    counts = re.findall(
        r'id="(added|removed|moved)-title">.*?<span class="num">(\d+)</span>', answer.text, re.S
    )
    return {kind: int(count) for kind, count in counts}


def test_the_timeline_tells_who_did_what_newest_first(ada, mixtape, sandbox):
    move_items(open_list(ada, mixtape), base_revision=now(mixtape), positions=[0], before=3)
    add_items(open_list(ada, mixtape), track_uris(sandbox, 2, start=20))
    answer = history(ada, mixtape)
    assert words(answer) == ["Added 2 items", "Moved 1 item", "First version"]
    assert "(+2)" in answer.text
    assert 'dir="auto">Ada<' in answer.text
    assert answer.text.count("/restore/") == 2  # not of what is there now


def test_what_was_done_elsewhere_is_noticed(ada, mixtape, sandbox, time_machine):
    add_items(open_list(ada, mixtape), track_uris(sandbox, 1, start=20))
    sandbox.control("PUT", f"playlists/{mixtape}", {"items": track_uris(sandbox, 3), "member": "ben"})
    Playlist.objects.update(proven_at=None, passing_ids={})
    sandbox.control("POST", "clock", {"advance_s": 60})
    assert words(history(ada, mixtape))[0] == "Changed outside this app"
    assert version(ada, mixtape, now(mixtape)) == {"removed": 4}


def test_a_version_shows_what_it_changed_and_what_changed_since(ada, mixtape, sandbox):
    first = now(mixtape)
    remove_items(open_list(ada, mixtape), base_revision=first, positions=[1, 2])
    removal = now(mixtape)
    add_items(open_list(ada, mixtape), track_uris(sandbox, 3, start=20), position=0)
    assert version(ada, mixtape, removal) == {"removed": 2}
    assert version(ada, mixtape, now(mixtape)) == {"added": 3}
    assert version(ada, mixtape, first, against="now") == {"added": 3, "removed": 2}
    assert version(ada, mixtape, removal, against="now") == {"added": 3}
    assert "oldest version that is known" in ada.get(f"/playlists/{mixtape}/history/{first}/").text


def test_moved_rows_tell_where_they_were(ada, mixtape):
    move_items(open_list(ada, mixtape), base_revision=now(mixtape), positions=[5], before=0)
    answer = ada.get(f"/playlists/{mixtape}/history/{now(mixtape)}/")
    assert "was 6" in answer.text


def test_a_version_comes_back_after_saying_what_it_takes_and_undo_takes_it_back(ada, mixtape, sandbox):
    first, before = now(mixtape), items(sandbox, mixtape)
    remove_items(open_list(ada, mixtape), base_revision=first, positions=[1, 2])
    shorter = items(sandbox, mixtape)
    asked = ada.get(f"/playlists/{mixtape}/history/{first}/restore/")
    assert "1 request to Spotify" in asked.text
    assert "2 items get today’s date and your name" in asked.text
    assert items(sandbox, mixtape) == shorter
    answer = ada.post(f"/playlists/{mixtape}/history/{first}/restore/", {"way": "keeping"})
    assert answer.headers["Location"] == f"/playlists/{mixtape}/"
    assert items(sandbox, mixtape) == before
    page = ada.get(f"/playlists/{mixtape}/")
    assert "Restored an earlier version." in page.text
    press_undo(ada, page.text)
    assert items(sandbox, mixtape) == shorter
    assert words(history(ada, mixtape))[0].startswith("Took back")


def test_where_the_dates_cost_many_requests_a_faster_way_is_offered(ada, sandbox):
    sent = {"owner": "ada", "name": "Forty", "items": track_uris(sandbox, 40)}
    mixtape = sandbox.control("POST", "playlists", sent)["id"]
    ada.get(f"/playlists/{mixtape}/")
    first = now(mixtape)
    backwards = [*range(39, -1, -1)]
    set_order(
        open_list(ada, mixtape),
        base_revision=first,
        target=backwards,
        kind="reverse",
        values={},
        rewrite=True,
    )
    asked = ada.get(f"/playlists/{mixtape}/history/{first}/restore/")
    assert "Keep the dates" in asked.text
    assert "The fast way" in asked.text
    ada.post(f"/playlists/{mixtape}/history/{first}/restore/", {"way": "fast"})
    assert items(sandbox, mixtape) == track_uris(sandbox, 40)


def test_local_files_that_are_gone_are_named_before_and_the_rest_comes_back(ada, sandbox):
    local = "spotify:local:Nan:Tape:Lullaby:61"
    uris = track_uris(sandbox, 3)
    sent = {"owner": "ada", "name": "With a file", "items": [uris[0], local, *uris[1:]]}
    mixtape = sandbox.control("POST", "playlists", sent)["id"]
    ada.get(f"/playlists/{mixtape}/")
    first = now(mixtape)
    sandbox.control("PUT", f"playlists/{mixtape}", {"items": [uris[0]], "member": "ada"})
    sandbox.control("POST", "clock", {"advance_s": 60})
    Playlist.objects.update(proven_at=None, passing_ids={})
    asked = ada.get(f"/playlists/{mixtape}/history/{first}/restore/")
    assert "Can’t come back" in asked.text
    assert "Lullaby" in asked.text.split('id="missing-title"')[1].split("</section>")[0]
    ada.post(f"/playlists/{mixtape}/history/{first}/restore/", {})
    assert items(sandbox, mixtape) == uris


def test_what_is_there_already_needs_no_restoring(ada, mixtape, sandbox):
    first = now(mixtape)
    sandbox.forget_requests()
    asked = ada.get(f"/playlists/{mixtape}/history/{first}/restore/")
    assert "just like that already" in asked.text
    ada.post(f"/playlists/{mixtape}/history/{first}/restore/", {})
    assert [one["method"] for one in sandbox.requests() if one["method"] != "GET"] == []


def test_a_refusal_leaves_the_list_and_says_so(ada, mixtape, sandbox):
    first = now(mixtape)
    remove_items(open_list(ada, mixtape), base_revision=first, positions=[1])
    before = items(sandbox, mixtape)
    sandbox.fault("/v1/playlists/*", "rate_limit", method="POST", retry_after=600)
    answer = ada.post(f"/playlists/{mixtape}/history/{first}/restore/", {})
    assert answer.status_code in {302, 503}
    assert items(sandbox, mixtape) == before
    if answer.status_code == 503:
        assert 'role="alert"' in answer.text


def test_what_spotify_shows_a_member_alone_stays_theirs(ada, ben, mixtape):
    first = now(mixtape)
    for path in ("", f"{first}/", f"{first}/restore/"):
        assert ben.get(f"/playlists/{mixtape}/history/{path}").status_code == 403
    assert ben.post(f"/playlists/{mixtape}/history/{first}/restore/", {}).status_code == 403


def test_versions_of_other_lists_are_not_found(ada, mixtape, sandbox):
    other = sandbox.control("POST", "playlists", {"owner": "ada", "name": "x", "items": []})["id"]
    ada.get(f"/playlists/{other}/")
    pk = now(mixtape)
    assert ada.get(f"/playlists/{other}/history/{pk}/").status_code == 404
    assert ada.post(f"/playlists/{other}/history/{pk}/restore/", {}).status_code == 404
    assert ada.get(f"/playlists/{other}/history/999999999/").status_code == 404


def test_a_long_history_comes_in_parts(ada, mixtape, sandbox):
    for number in range(52):
        move_items(
            open_list(ada, mixtape), base_revision=now(mixtape), positions=[0], before=3 if number % 2 else 6
        )
    answer = history(ada, mixtape)
    assert len(words(answer)) == 50
    more = re.search(r'hx-get="([^"]*before=\d+)"', answer.text)[1]
    part = ada.get(more, **PART)
    assert words(part)[-1] == "First version"
    assert len(words(part)) == 3
    assert "<html" not in part.text
    for nonsense in ("x", "-1", "9" * 40):
        assert ada.get(f"/playlists/{mixtape}/history/", {"before": nonsense}).status_code == 200


def test_a_very_long_difference_is_counted_in_full_and_shown_in_part(ada, mixtape, sandbox):
    add_items(open_list(ada, mixtape), track_uris(sandbox, 150, start=100))
    answer = ada.get(f"/playlists/{mixtape}/history/{now(mixtape)}/")
    assert answer.text.count('class="item-row ') + answer.text.count('class="item-row"') == 100
    assert "And 50 more." in answer.text


@pytest.mark.parametrize("either_mode", ["extended"], indirect=True)
def test_a_housemate_sees_older_rows_only_where_their_own_page_still_shows_them(either_mode, ada, ben, lists):
    """History is withheld from them; a page left open may be used, a guessed number may not."""
    playlist_id = lists.make(ada, lists.tracks[:1])
    first = lists.seen(ada, playlist_id)
    replace_items(open_list(ada, playlist_id), base_revision=first, uris=lists.tracks[1:2])
    second = now(playlist_id)
    assert ben.get(f"/playlists/{playlist_id}/").status_code == 200
    replace_items(open_list(ada, playlist_id), base_revision=second, uris=lists.tracks[2:3])
    assert first < second < now(playlist_id)
    ben.get(f"/playlists/{playlist_id}/state/?seen={second}", **PART)
    name = escape(store.get_items_by_uri(lists.tracks[:1])[lists.tracks[0]].name)
    guessed, shown = (f"/playlists/{playlist_id}/changes/?seen={seen}" for seen in (first, second))
    assert name in ada.get(guessed, **PART).text
    answer = ben.get(guessed, **PART)
    assert answer.status_code == 404
    assert name not in answer.text
    rows = {"seen": first, "positions": "0"}
    assert ben.post(f"/playlists/{playlist_id}/save/", rows).status_code == 404
    assert ben.get(shown, **PART).status_code == 200
