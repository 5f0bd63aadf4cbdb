"""Labels: made, renamed, ordered and removed by their owner alone, and lists that stand under them."""

import re
from html import unescape

import pytest

from playlists.index import labels
from tests.player.parts import PART
from tests.support.undo import press_undo


@pytest.fixture
def lists(ada):
    ada.get("/playlists/")
    return {entry.playlist.name: entry for entry in ada.member.playlists.select_related("playlist")}


def headings(answer):
    return [
        unescape(text) for text in re.findall(r'class="group"[^>]*><span dir="auto">([^<]*)<', answer.text)
    ]


def test_labels_group_the_list_in_their_own_order(ada, lists):
    first, second = labels.create_label(ada.member, "Zoo"), labels.create_label(ada.member, "Attic")
    labels.set_playlists(second, [lists["Ferry mixtape"].playlist.spotify_id])
    labels.set_playlists(first, [lists["Saturday slow"].playlist.spotify_id])
    assert headings(ada.get("/playlists/")) == ["Zoo", "Attic", "Without a label"]
    answer = ada.get("/playlists/", {"label": second.pk})
    shown = answer.text.split("<main")[1]  # beside it are all of them
    assert "Ferry mixtape" in shown
    assert "Saturday slow" not in shown


def test_without_labels_there_are_no_headings(ada, lists):
    assert headings(ada.get("/playlists/")) == []


def test_a_label_is_made_filled_renamed_moved_and_removed(ada, lists):
    ada.post("/playlists/labels/", {"name": "Car"})
    ada.post("/playlists/labels/", {"name": "Boat"})
    boat = ada.member.labels.get(name="Boat")
    chosen = [lists["Ferry mixtape"].playlist.spotify_id, lists["Saturday slow"].playlist.spotify_id]
    ada.post(f"/playlists/labels/{boat.pk}/", {"name": "Ship", "lists": chosen})
    assert sorted(entry.playlist.spotify_id for entry in boat.playlists.all()) == sorted(chosen)
    ada.post(f"/playlists/labels/{boat.pk}/", {"name": "Ship", "lists": chosen[:1]})
    assert boat.playlists.count() == 1
    ada.post(f"/playlists/labels/{boat.pk}/up/")
    assert [label.name for label in ada.member.labels.all()] == ["Ship", "Car"]
    ada.post(f"/playlists/labels/{boat.pk}/delete/")
    assert [label.name for label in ada.member.labels.all()] == ["Car"]
    assert ada.member.playlists.count() == len(lists)


def test_one_list_gets_a_label_or_a_new_one_in_a_dialog(ada, lists):
    playlist = lists["Ferry mixtape"].playlist
    where = f"/playlists/{playlist.spotify_id}/label/"
    answer = ada.post(where, {"label": "", "name": "Boats"}, **PART)
    assert "playlists:changed" in answer.headers["HX-Trigger"]
    assert lists["Ferry mixtape"].playlist.members.get(member=ada.member).label.name == "Boats"
    ada.post(where, {"label": ""}, **PART)
    assert playlist.members.get(member=ada.member).label is None
    again = ada.post(where, {"label": "", "name": "Boats"}, **PART)
    assert again.status_code == 422
    assert "of this name already" in again.text


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_label_needs_a_name_of_sensible_length(ada, name):
    answer = ada.post("/playlists/labels/", {"name": name})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not ada.member.labels.exists()


def test_the_same_name_twice_is_refused_in_words(ada):
    ada.post("/playlists/labels/", {"name": "Car"})
    ada.post("/playlists/labels/", {"name": "Boat"})
    assert "of this name already" in ada.post("/playlists/labels/", {"name": "Car"}).text
    boat = ada.member.labels.get(name="Boat")
    assert ada.post(f"/playlists/labels/{boat.pk}/", {"name": "Car"}).status_code == 422
    assert ada.member.labels.filter(name="Boat").exists()


def test_a_hundred_labels_are_the_most(ada):
    for number in range(labels.MAX_LABELS):
        labels.create_label(ada.member, f"{number}")
    assert "A hundred labels" in ada.post("/playlists/labels/", {"name": "one more"}).text


def test_labels_of_others_are_nobodys_business(ada, ben, lists):
    theirs = labels.create_label(ben.member, "Secret plans")
    ben.get("/playlists/")
    for path in ("", "up/", "delete/"):
        assert ada.post(f"/playlists/labels/{theirs.pk}/{path}", {"name": "Mine"}).status_code == 404
    assert "Secret plans" not in ada.get("/playlists/labels/").text
    playlist = lists["Ferry mixtape"].playlist
    ada.post(f"/playlists/{playlist.spotify_id}/label/", {"label": theirs.pk})
    assert playlist.members.get(member=ada.member).label is None
    labels.set_playlists(theirs, [lists["Ferry mixtape"].playlist.spotify_id])
    assert playlist.members.get(member=ada.member).label is None


def test_reading_the_list_anew_leaves_the_labels(ada, lists):
    label = labels.create_label(ada.member, "Kept")
    labels.set_playlists(label, [lists["Ferry mixtape"].playlist.spotify_id])
    ada.post("/playlists/refresh/")
    assert label.playlists.count() == 1


def test_a_label_that_was_removed_comes_back_over_its_lists(ada, ben, lists):
    first, second = labels.create_label(ada.member, "Boats"), labels.create_label(ada.member, "Cars")
    chosen = [
        lists[name].playlist.spotify_id for name in ("Ferry mixtape", "Saturday slow", "Letters from 2009")
    ]
    labels.set_playlists(first, chosen)
    ada.post(f"/playlists/labels/{first.pk}/delete/")
    shown = ada.get("/playlists/labels/").text
    labels.set_playlists(second, chosen[:1])
    press_undo(ben, shown)
    press_undo(ada, shown)
    assert [label.name for label in ada.member.labels.all()] == ["Boats", "Cars"]
    under = ada.member.playlists.filter(label__name="Boats")
    assert {entry.playlist.spotify_id for entry in under} == set(chosen[1:])
    assert "You have a label of this name already" in ada.get(press_undo(ada, shown).url).text
    assert not ben.member.playlists.filter(label__isnull=False).exists()
