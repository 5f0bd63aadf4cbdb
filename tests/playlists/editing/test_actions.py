"""What members do to playlists, as Spotify sees it afterwards, and how many requests it takes."""

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from playlists.editing.actions import (
    add_items,
    clear_playlist,
    copy_items,
    move_items,
    move_to_playlists,
    remove_items,
    replace_items,
    restore_revision,
    resume_edit,
    undo_edit,
)
from playlists.errors import CannotRemove, NotEditable, NothingToDo, NotReadable, PlaylistChanged
from playlists.models import Edit, Revision
from playlists.revisions.contents import get_items
from playlists.sync import access
from playlists.sync.index import get_playlists
from spotweb.jobs.models import Job
from spotweb.spotify.errors import QuotaExceeded
from spotweb.spotify.rate_limit import pace
from tests.playlists.conftest import open_list, work

LOCAL = "spotify:local:Somebody:An+album:A+song:120"
WRITES = ("POST", "PUT", "DELETE")


def writes(sandbox):
    return [entry for entry in sandbox.requests() if entry["method"] in WRITES]


@pytest.fixture
def listed(ada, lists):
    """Ten songs of Ada's, as her page shows them."""
    playlist_id = lists.make(ada, lists.tracks[:10])
    get_playlists(ada.member)
    return playlist_id


def test_one_row_moves_with_one_request(ada, lists, listed, sandbox):
    seen = lists.seen(ada, listed)
    sandbox.forget_requests()
    edit = move_items(open_list(ada, listed), base_revision=seen, positions=[8], before=1)
    assert edit.is_done
    assert [entry["method"] for entry in sandbox.requests()] == ["PUT"]
    t = lists.tracks
    assert lists.items(listed) == [t[0], t[8], *t[1:8], t[9]]
    assert lists.shown(ada, listed) == lists.items(listed)


def test_a_page_that_has_been_open_for_a_while_costs_one_look_more(ada, lists, listed, sandbox):
    seen = lists.seen(ada, listed)
    sandbox.forget_requests()
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=20)):
        move_items(open_list(ada, listed), base_revision=seen, positions=[8], before=1)
    assert [entry["method"] for entry in sandbox.requests()] == ["GET", "PUT"]
    assert sandbox.requests("get-playlist")


def test_several_rows_move_together(ada, lists, listed):
    move_items(open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[0, 2, 4], before=10)
    t = lists.tracks
    assert lists.items(listed) == [t[1], t[3], *t[5:10], t[0], t[2], t[4]]


def test_what_is_added_is_there_with_its_name(ada, lists, listed):
    new = lists.tracks[50:53]
    edit = add_items(open_list(ada, listed), new, position=2)
    assert edit.description == "Added 3 items"
    t = lists.tracks
    assert lists.items(listed) == [*t[:2], *new, *t[2:10]]
    opened = access.open_playlist(ada.member, listed, ask=False)
    names = [item.name for item in get_items(opened.contents, [2, 3, 4])]
    assert all(names)
    assert opened.contents.entries[2].added_by == ada.member.spotify_id


def test_one_copy_goes_and_the_other_stays(ada, lists):
    t = lists.tracks
    playlist_id = lists.make(ada, [t[0], t[1], t[0], t[2]])
    edit = remove_items(
        open_list(ada, playlist_id), base_revision=lists.seen(ada, playlist_id), positions=[0]
    )
    assert lists.items(playlist_id) == [t[1], t[0], t[2]]
    assert edit.readded_count == 1


def test_local_files_and_vanished_rows_stay_and_are_counted(ada, lists):
    t = lists.tracks
    playlist_id = lists.make(ada, [t[0], LOCAL, None, t[1]])
    seen = lists.seen(ada, playlist_id)
    edit = remove_items(open_list(ada, playlist_id), base_revision=seen, positions=[0, 1, 2])
    assert (edit.skipped_count, edit.description) == (2, "Removed 1 item")
    assert lists.items(playlist_id) == [LOCAL, None, t[1]]
    with pytest.raises(CannotRemove):
        remove_items(open_list(ada, playlist_id), base_revision=edit.result_id, positions=[0])


def test_clearing_takes_one_request_and_comes_back_on_undo(ada, lists, listed, sandbox):
    seen = lists.seen(ada, listed)
    sandbox.forget_requests()
    edit = clear_playlist(open_list(ada, listed), base_revision=seen)
    assert lists.items(listed) == []
    assert len(writes(sandbox)) == 1
    undo_edit(ada.member, edit.pk)
    assert lists.items(listed) == lists.tracks[:10]


def test_replacing_keeps_what_was_there_already(ada, lists, listed):
    t = lists.tracks
    before = access.open_playlist(ada.member, listed).contents.entries
    replace_items(open_list(ada, listed), base_revision=lists.seen(ada, listed), uris=[t[40], t[3], t[41]])
    assert lists.items(listed) == [t[40], t[3], t[41]]
    after = access.open_playlist(ada.member, listed, ask=False).contents.entries
    assert after[1] == before[3]


def test_an_undo_of_a_removal_puts_it_where_it_was(ada, lists, listed):
    edit = remove_items(open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[3, 7])
    undone = undo_edit(ada.member, edit.pk)
    assert lists.items(listed) == lists.tracks[:10]
    assert undone.description == "Took back: Removed 2 items"
    again = undo_edit(ada.member, undone.pk)
    assert len(lists.items(listed)) == 8
    assert again.is_done


def test_what_was_taken_back_comes_back_no_second_time(ada, lists, listed):
    edit = remove_items(open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[3, 7])
    undo_edit(ada.member, edit.pk)
    with pytest.raises(NothingToDo):
        undo_edit(ada.member, edit.pk)
    assert lists.items(listed) == lists.tracks[:10]


def test_an_undo_that_was_refused_can_be_tried_again(ada, lists, listed, sandbox):
    edit = remove_items(open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[3])
    sandbox.fault("/v1/playlists/*", "quota", method="POST", times=1)
    with pytest.raises(QuotaExceeded):
        undo_edit(ada.member, edit.pk)
    cache.clear()  # the wait that Spotify asked for
    pace.reset_process_memory()
    undo_edit(ada.member, edit.pk)
    assert lists.items(listed) == lists.tracks[:10]


def test_only_ones_own_edits_can_be_undone(ada, ben, lists, listed):
    edit = remove_items(open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[3])
    with pytest.raises(Edit.DoesNotExist):
        undo_edit(ben.member, edit.pk)


def test_what_others_added_meanwhile_is_kept(ada, lists, listed):
    seen = lists.seen(ada, listed)
    t = lists.tracks
    lists.change(listed, [t[99], *t[:10]])
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=20)):
        edit = move_items(open_list(ada, listed), base_revision=seen, positions=[9], before=0)
    assert edit.is_done
    assert sorted(lists.items(listed)) == sorted([t[99], *t[:10]])
    moved, first = lists.items(listed).index(t[9]), lists.items(listed).index(t[0])
    assert moved < first


def test_a_stale_page_moves_nothing_that_is_gone(ada, lists, listed):
    seen = lists.seen(ada, listed)
    t = lists.tracks
    lists.change(listed, t[:9])
    with (
        time_machine.travel(timezone.now() + timezone.timedelta(seconds=20)),
        pytest.raises(PlaylistChanged) as raised,
    ):
        move_items(open_list(ada, listed), base_revision=seen, positions=[9], before=0)
    assert raised.value.diff.removed == (9,)
    assert raised.value.base.pk == seen
    assert lists.items(listed) == t[:9]


def test_the_undo_of_one_keeps_what_another_did_since(ada, lists, listed):
    t = lists.tracks
    edit = remove_items(open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[0])
    lists.change(listed, [*t[1:10], t[77]])
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=60)):
        undo_edit(ada.member, edit.pk)
    assert lists.items(listed) == [*t[:10], t[77]]


def test_a_list_of_somebody_else_is_left_alone(ada, ben, lists):
    playlist_id = lists.make(ben, lists.tracks[:3])
    with pytest.raises(NotEditable):
        add_items(open_list(ada, playlist_id), lists.tracks[:1])


@pytest.mark.skipif(settings.SPOTIFY_QUOTA_MODE == "extended", reason="extended mode shows everything")
def test_what_a_housemate_has_read_cannot_be_copied_by_its_number(ada, ben, lists, listed):
    theirs = lists.make(ben, lists.tracks[:3])
    seen = lists.seen(ben, theirs)
    opened = access.open_playlist(ada.member, theirs)
    with pytest.raises(NotReadable):
        copy_items(opened, base_revision=seen, positions=[0], to_ids=[listed])
    assert lists.items(listed) == lists.tracks[:10]


def test_nothing_to_do_is_said(ada, lists, listed):
    with pytest.raises(NothingToDo):
        move_items(open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[3], before=3)


def test_copies_go_to_several_lists(ada, lists, listed):
    others = [lists.make(ada, [], name="One"), lists.make(ada, lists.tracks[20:22], name="Two")]
    copied = copy_items(
        open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[1, 3], to_ids=others
    )
    t = lists.tracks
    assert [edit.description for edit in copied.edits] == ["Added 2 items from “Test”"] * 2
    assert lists.items(others[1]) == [t[20], t[21], t[1], t[3]]
    assert lists.items(listed) == t[:10]


def test_moving_to_another_list_removes_here_what_arrived_there(ada, lists, listed):
    other = lists.make(ada, [], name="There")
    edit = move_to_playlists(
        open_list(ada, listed), base_revision=lists.seen(ada, listed), positions=[1, 3], to_ids=[other]
    )
    t = lists.tracks
    assert edit.description == "Moved 2 items to “There”"
    assert lists.items(other) == [t[1], t[3]]
    assert lists.items(listed) == [t[0], t[2], *t[4:10]]


def test_moving_many_waits_until_they_have_arrived(ada, lists):
    t = lists.tracks[:350]
    here, there = lists.make(ada, t), lists.make(ada, [], name="There")
    edit = move_to_playlists(
        open_list(ada, here), base_revision=lists.seen(ada, here), positions=range(350), to_ids=[there]
    )
    assert edit.job.state == Job.State.QUEUED
    assert lists.items(here) == t
    work()
    edit.refresh_from_db()
    assert edit.is_done
    assert lists.items(there) == t
    assert lists.items(here) == []


def test_what_did_not_arrive_is_never_removed(ada, lists, sandbox):
    t = lists.tracks[:350]
    here, there = lists.make(ada, t), lists.make(ada, [], name="There")
    moved = move_to_playlists(
        open_list(ada, here), base_revision=lists.seen(ada, here), positions=range(350), to_ids=[there]
    )
    sandbox.fault("/v1/playlists/*/[it][tr]*", "status", method="POST", after=1, status=403)
    work()
    sandbox.control("DELETE", "faults")
    for _ in range(2):
        moved.refresh_from_db()
        assert (moved.job.state, moved.job.error_code) == (Job.State.FAILED, "playlist_copy_stopped")
        assert lists.items(here) == t
        resume_edit(ada.member, moved.pk)  # of no use as long as the copy has stopped
        work()
    copy = ada.member.edits.get(kind="copy")
    resume_edit(ada.member, copy.pk)
    resume_edit(ada.member, moved.pk)
    work()
    assert lists.items(there) == t
    assert lists.items(here) == []


def test_a_revision_is_restored(ada, lists, listed):
    t = lists.tracks
    seen = lists.seen(ada, listed)
    first = remove_items(open_list(ada, listed), base_revision=seen, positions=[0, 1, 2])
    move_items(open_list(ada, listed), base_revision=first.result_id, positions=[0], before=7)
    edit = restore_revision(open_list(ada, listed), Revision.objects.get(pk=seen))
    assert edit.description == "Restored an earlier version"
    assert lists.items(listed) == t[:10]
    assert Revision.objects.filter(playlist=edit.playlist).count() == 4
