"""What was in playlists: kept small, kept once, and kept no longer than it was asked for."""

import random

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from playlists.editing.actions import add_items, move_items, remove_items, undo_edit
from playlists.models import Edit, Playlist, Revision
from playlists.revisions.contents import get_contents
from playlists.revisions.packing import PackedRow, compute_fingerprint, pack_rows, unpack_rows
from playlists.revisions.store import get_previous, get_timeline, prune_revisions
from playlists.sync import access
from playlists.sync.index import get_playlists
from tests.playlists.conftest import open_list, work

NUMBERS = st.one_of(st.none(), st.integers(1, 2**32 - 1))
ROWS = st.lists(
    st.builds(PackedRow, NUMBERS, NUMBERS, st.one_of(st.none(), st.text(max_size=20))), max_size=60
)


@given(ROWS)
def test_what_is_packed_comes_out_as_it_was(kept):
    assert unpack_rows(pack_rows(kept)) == kept


@given(ROWS, ROWS)
def test_two_lists_have_the_same_fingerprint_only_when_they_are_the_same(one, other):
    assert (compute_fingerprint(one) == compute_fingerprint(other)) == (one == other)


def test_a_row_takes_less_than_eight_bytes():
    chance = random.Random(1)  # noqa: S311  # a list made up, no secret
    added_at = 1_500_000_000
    kept = []
    for _ in range(10_000):
        added_at += chance.randrange(90_000)
        kept.append(PackedRow(chance.randrange(1, 120_000), added_at, chance.choice(["ada", "ben"])))
    assert len(pack_rows(kept)) / len(kept) < 8


@pytest.fixture
def listed(ada, lists):
    playlist_id = lists.make(ada, lists.tracks[:10])
    get_playlists(ada.member)
    access.open_playlist(ada.member, playlist_id)
    return playlist_id


def shuffle(ada, listed, times):
    for _ in range(times):
        move_items(open_list(ada, listed), base_revision=None, positions=[0], before=10)


def test_the_timeline_says_who_did_what(ada, lists, listed):
    remove_items(open_list(ada, listed), base_revision=None, positions=[0, 1])
    lists.change(listed, lists.tracks[3:9])
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=60)):
        access.open_playlist(ada.member, listed)
    told = [(one.description, one.made_by) for one in get_timeline(Playlist.objects.get(spotify_id=listed))]
    assert told == [
        ("Changed outside this app", None),
        ("Removed 2 items", ada.member),
        ("First version", None),
    ]


def test_older_and_older_ones_are_read_in_turn(ada, lists, listed):
    shuffle(ada, listed, 4)
    playlist = Playlist.objects.get(spotify_id=listed)
    first = get_timeline(playlist, limit=2)
    rest = get_timeline(playlist, older_than=first[-1].pk)
    assert [one.pk for one in first + rest] == sorted([one.pk for one in first + rest], reverse=True)
    assert len(rest) == 3
    assert get_previous(first[1]).pk == rest[0].pk


def test_as_many_as_was_asked_for_are_kept(ada, lists, listed, settings):
    settings.PLAYLIST_HISTORY_COUNT = 3
    shuffle(ada, listed, 6)
    assert Revision.objects.filter(playlist__spotify_id=listed).count() == 3
    newest = Edit.objects.first()
    undo_edit(ada.member, newest.pk)


def test_old_ones_go_and_the_newest_stays_however_old(ada, lists, listed):
    shuffle(ada, listed, 2)
    with time_machine.travel(timezone.now() + timezone.timedelta(days=100)):
        known = lists.seen(ada, listed)
        assert Revision.objects.filter(pk=known).exists()
        playlist = Playlist.objects.get(spotify_id=listed)
        prune_revisions(playlist)
        assert Revision.objects.filter(playlist=playlist).count() == 1
        assert get_contents(playlist.revision).total == 10


def test_what_a_half_done_edit_goes_back_to_is_kept(ada, lists, listed, sandbox, settings):
    settings.PLAYLIST_HISTORY_COUNT = 2
    sandbox.fault("/v1/playlists/*/[it][tr]*", "status", method="POST", after=1, status=403)
    edit = add_items(open_list(ada, listed), [lists.tracks[place % 300] for place in range(500)])
    work()
    sandbox.control("DELETE", "faults")
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=60)):
        access.open_playlist(ada.member, listed)
        shuffle(ada, listed, 4)
        undone = undo_edit(ada.member, edit.pk)
        work()
    undone.refresh_from_db()
    assert undone.is_done
    assert sorted(lists.items(listed)) == sorted(lists.tracks[:10])


def test_a_part_of_an_edit_is_called_that(ada, lists, listed, sandbox):
    sandbox.fault("/v1/playlists/*/[it][tr]*", "status", method="POST", after=1, status=403)
    add_items(open_list(ada, listed), [lists.tracks[place % 300] for place in range(500)])
    work()
    sandbox.control("DELETE", "faults")
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=60)):
        access.open_playlist(ada.member, listed)
    newest = get_timeline(Playlist.objects.get(spotify_id=listed))[0]
    assert newest.description == "Did a part of: Added 500 items"
    assert newest.made_by == ada.member
