"""The page of all playlists: what it shows, how it is narrowed down, and what that asks of Spotify."""

import re
from html import unescape
from typing import Any

import pytest

from playlists.models import ListSync, MemberPlaylist, Playlist
from tests.player.parts import PART


def names(answer):
    found = re.findall(r'href="/playlists/[\w-]+/" title="([^"]*)"', answer.text)
    return [unescape(name) for name in found]


def listed(person, **sent: Any):
    answer = person.get("/playlists/", sent)
    assert answer.status_code == 200
    return answer


def make(sandbox, owner, name, **more: Any):
    return sandbox.control("POST", "playlists", {"owner": owner, "name": name, **more})


def test_own_and_followed_lists_are_there_with_owner_and_count(ada, sandbox):
    answer = listed(ada)
    known = {one["id"]: one["name"] for one in sandbox.control("GET", "playlists")}
    theirs = {known.get(one) for one in sandbox.control("GET", "library/ada")["playlist"]}
    # Spotify's own are withheld from apps in development mode.
    assert set(names(answer)) <= theirs | {"—"}
    assert {"Ferry mixtape", "Groceries & chores"} <= set(names(answer))
    assert "Yours" in answer.text
    assert re.search(r"\d+ items", answer.text)


def test_an_unknown_count_says_nothing(ada):
    listed(ada)
    entry = ada.member.playlists.get(playlist__name="Ferry mixtape")
    entry.playlist.total = None
    entry.playlist.save()
    answer = listed(ada, q="ferry mixtape")
    assert names(answer) == ["Ferry mixtape"]
    assert "item" not in answer.text.split('id="groups"')[1].split("</ul>")[0].split("<button")[0]


def test_filtering_takes_words_in_any_order_and_asks_spotify_nothing(ada, sandbox):
    listed(ada)
    sandbox.forget_requests()
    answer = ada.get("/playlists/", {"q": "MIXTAPE férry"}, **PART)
    assert names(answer) == ["Ferry mixtape"]
    assert answer.headers["HX-Replace-Url"] == "/playlists/?q=MIXTAPE+f%C3%A9rry"
    assert "<html" not in answer.text
    assert sandbox.requests() == []


def test_the_page_is_read_from_spotify_only_now_and_then(ada, sandbox):
    listed(ada)
    sandbox.forget_requests()
    listed(ada)
    assert sandbox.requests("get-a-list-of-current-users-playlists") == []


@pytest.mark.parametrize(
    "sent",
    [
        {"sort": "loudness"},
        {"show": "mine' OR 1=1"},
        {"view": "cube"},
        {"label": "x"},
        {"label": "9" * 30},
        {"from": "-3"},
        {"from": "999999"},
        {"q": "%_\"'<script>"},
        {"q": "x" * 5000},
        {"q": "\x00"},
    ],
)
def test_nonsense_in_the_address_is_no_error(ada, sent):
    listed(ada, **sent)


def test_sorting_stays_in_the_address(ada):
    by_name = names(listed(ada, sort="name"))
    folded = [name.casefold() for name in by_name if name.isascii() and name[:1].isalpha()]
    assert folded == sorted(folded)
    totals = MemberPlaylist.objects.filter(member=ada.member, playlist__total__isnull=False)
    largest = totals.order_by("-playlist__total").first().playlist.name
    answer = listed(ada, sort="count", view="rows")
    assert names(answer)[0] == largest
    assert 'value="count" selected' in answer.text
    assert "sort=count&amp;view=rows" in answer.text or "view=rows&amp;sort=count" in answer.text


def test_the_last_opened_stands_first(ada):
    listed(ada)
    entry = ada.member.playlists.get(playlist__name="Ferry mixtape")
    ada.member.playlists.filter(pk=entry.pk).update(opened_at="2026-01-01T00:00:00Z")
    assert names(listed(ada))[0] == "Ferry mixtape"


def test_kinds_tell_own_shared_and_followed_apart(ada):
    own, shared, followed = (names(listed(ada, show=kind)) for kind in ("own", "shared", "followed"))
    assert "Ferry mixtape" in own
    assert "Groceries & chores" in shared
    assert "Ferry mixtape" not in followed
    assert not set(own) & set(followed) - {"—"}


def test_public_is_not_called_privacy(ada):
    text = listed(ada).text
    assert "Collaborative" in text
    assert "On your profile" in text
    assert "rivate" not in text


def test_hostile_long_and_foreign_names_stay_names(ada, sandbox):
    wanted = ["<script>alert(1)</script>", "{{ 7*7 }} {% now %}", "قائمة التشغيل", "n" * 300, "😀 'q\" &amp;"]
    for name in wanted:
        make(sandbox, "ada", name)
    answer = listed(ada)
    assert set(wanted) <= set(names(answer))
    assert "<script>alert" not in answer.text


def test_nothing_matches_and_nothing_there_are_told_apart(ada, sandbox):
    assert "None of your playlists is like that" in listed(ada, q="zzzzzz").text
    ada.member.playlists.all().delete()
    assert "No playlists yet" in listed(ada).text


def test_old_lists_are_shown_with_their_age_while_spotify_says_no(ada, sandbox, time_machine):
    listed(ada)
    sandbox.control("POST", "revoke", {"member": "ada"})
    ada.member.grant.access_expires_at = "2020-01-01T00:00:00Z"
    ada.member.grant.save()
    ListSync.objects.filter(member=ada.member).update(read_at="2026-01-01T10:00:00Z")
    answer = listed(ada)
    assert "Ferry mixtape" in names(answer)
    assert "This is how your playlists were" in answer.text


def test_nobody_sees_the_lists_of_others(ada, ben):
    listed(ada)
    assert "Do not open" not in names(listed(ada))
    assert "Do not open" in names(listed(ben))
    assert "Ferry mixtape" not in names(listed(ben))


def test_many_come_in_parts(ada):
    listed(ada)
    made = Playlist.objects.bulk_create(
        Playlist(spotify_id=f"many{number:04}", name=f"Many {number:04}") for number in range(300)
    )
    MemberPlaylist.objects.bulk_create(
        MemberPlaylist(member=ada.member, playlist=one, position=1000 + place)
        for place, one in enumerate(made)
    )
    first = listed(ada, q="many", sort="name")
    assert names(first) == [f"Many {number:04}" for number in range(120)]
    more = unescape(re.search(r'href="(/playlists/\?[^"]*from=120[^"]*)"', first.text)[1])
    part = ada.get(more, **PART)
    assert names(part) == [f"Many {number:04}" for number in range(120, 240)]
    assert 'hx-target="#more"' in part.text
    last = ada.get(unescape(re.search(r'href="(/playlists/\?[^"]*from=240[^"]*)"', part.text)[1]), **PART)
    assert len(names(last)) == 60
    assert "from=" not in last.text


def test_following_what_is_there_already_offers_no_undo_that_would_delete_it(ada, sandbox):
    listed(ada)
    mine = Playlist.objects.get(name="Ferry mixtape")
    answer = ada.post("/playlists/follow/", {"link": mine.url}, **PART)
    assert "is in your library already" in answer.text
    assert "Undo" not in answer.text
    strange = make(sandbox, "ines", "Somebody else's")
    answer = ada.post("/playlists/follow/", {"link": strange["uri"]}, **PART)
    assert "Undo" in answer.text
