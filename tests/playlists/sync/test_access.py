"""Reading playlists: when Spotify is asked, what is believed, and what is shown meanwhile."""

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from library.saved import memberships
from playlists.editing.actions import add_items, clear_playlist, move_items, undo_edit
from playlists.errors import PlaylistBeingRead, PlaylistGone
from playlists.index.actions import change_details, unfollow_playlist
from playlists.models import MemberPlaylist, Playlist, PlaylistRead, Revision
from playlists.revisions.contents import get_items
from playlists.sync import access
from playlists.sync.index import get_playlists
from spotweb.jobs.models import Job
from spotweb.spotify.errors import RateLimited, Unavailable
from tests.playlists.conftest import open_list, work

LOOK = "get-playlist"
LOCAL = "spotify:local:Somebody:An+album:A+song:120"
is_development = settings.SPOTIFY_QUOTA_MODE == "development"


def by_name(sandbox, name):
    known = next(one for one in sandbox.control("GET", "playlists") if one["name"] == name)
    return known["uri"].rsplit(":", 1)[1]


def later(seconds):
    return time_machine.travel(timezone.now() + timezone.timedelta(seconds=seconds))


@pytest.fixture
def passing(sandbox):
    """Time passes here and at Spotify."""
    with time_machine.travel(timezone.now()) as here:

        def passing(seconds):
            here.shift(seconds)
            sandbox.control("POST", "clock", {"advance_s": seconds})

        yield passing


def item_calls(sandbox):
    return [one for one in sandbox.requests() if one["operation"].startswith("get-playlists-")]


# --- The list of lists ----------------------------------------------------------------------------------


def test_the_list_of_playlists_is_asked_for_once_in_a_while(ada, sandbox):
    first = get_playlists(ada.member)
    assert {"Groceries & chores", "Empty for now"} <= {one.playlist.name for one in first}
    sandbox.forget_requests()
    assert [one.pk for one in get_playlists(ada.member)] == [one.pk for one in first]
    assert not sandbox.requests()
    with later(400):
        get_playlists(ada.member)
    assert len(sandbox.requests("get-a-list-of-current-users-playlists")) == 1


def test_what_is_whose_and_how_much_is_in_it(ada, sandbox):
    known = {one.playlist.name: one for one in get_playlists(ada.member)}
    assert (known["Empty for now"].is_own, known["Empty for now"].playlist.total) == (True, 0)
    shared = known["Groceries & chores"]
    assert (shared.can_edit, shared.playlist.is_collaborative) == (True, True)
    strangers = [one for one in known.values() if not one.is_own and not one.can_edit]
    assert strangers
    if is_development:
        assert all(one.playlist.total != 0 for one in strangers)


def test_an_older_list_is_better_than_none(ada, sandbox):
    before = get_playlists(ada.member)
    sandbox.fault("/v1/me/playlists", "status", status=503)
    with later(400):
        assert len(get_playlists(ada.member)) == len(before)
        with pytest.raises(Unavailable):
            get_playlists(ada.member, refresh=True)


def test_what_left_the_library_leaves_the_list(ada, lists, sandbox):
    playlist_id = lists.make(ada, lists.tracks[:1], name="Soon gone")
    get_playlists(ada.member)
    access.open_playlist(ada.member, playlist_id)
    assert memberships.get_playlists_holding(ada.member, lists.tracks[:1])
    unfollow_playlist(ada.member, playlist_id)
    assert "Soon gone" not in {one.playlist.name for one in get_playlists(ada.member, refresh=True)}
    assert not memberships.get_playlists_holding(ada.member, lists.tracks[:1])


# --- One list -------------------------------------------------------------------------------------------


def test_an_unchanged_playlist_costs_no_request_for_items(ada, lists, sandbox):
    get_playlists(ada.member)
    playlist_id = by_name(sandbox, "Ferry mixtape")
    opened = access.open_playlist(ada.member, playlist_id)
    assert [entry.uri for entry in opened.contents.entries] == lists.items(playlist_id)
    sandbox.forget_requests()
    again = access.refresh_playlist(ada.member, playlist_id)
    assert again.contents == opened.contents
    assert [one["operation"] for one in sandbox.requests()] == [LOOK]
    sandbox.forget_requests()
    access.open_playlist(ada.member, playlist_id)
    assert not sandbox.requests()


def test_rows_that_vanished_and_local_files_keep_their_places(ada, lists):
    t = lists.tracks
    playlist_id = lists.make(ada, [t[0], None, LOCAL, t[0]])
    opened = access.open_playlist(ada.member, playlist_id)
    assert [entry.uri for entry in opened.contents.entries] == [t[0], None, LOCAL, t[0]]
    assert [entry.is_local for entry in opened.contents.entries] == [False, False, True, False]
    shown = get_items(opened.contents, [0, 1, 2])
    assert shown[1] is None
    assert shown[2].is_local


def test_a_description_is_plain_text(ada, lists):
    playlist_id = lists.make(ada, [], description="""Rock & roll's <b>"best"</b> / 2""")
    assert access.open_playlist(ada.member, playlist_id).playlist.description == (
        """Rock & roll's <b>"best"</b> / 2"""
    )


def test_what_was_changed_elsewhere_is_read_and_kept_as_a_revision(ada, lists):
    playlist_id = lists.make(ada, lists.tracks[:5])
    first = lists.seen(ada, playlist_id)
    lists.change(playlist_id, lists.tracks[1:5])
    with later(60):
        second = lists.seen(ada, playlist_id)
    assert second != first
    newest = Revision.objects.get(pk=second)
    assert (newest.kind, newest.made_by) == ("elsewhere", None)
    assert lists.shown(ada, playlist_id) == lists.tracks[1:5]


def test_a_new_name_makes_no_new_revision(ada, lists, passing):
    playlist_id = lists.make(ada, lists.tracks[:5])
    seen = lists.seen(ada, playlist_id)
    change_details(ada.member, playlist_id, name="Another name")
    for _ in range(10):
        passing(7)
        assert lists.seen(ada, playlist_id) == seen
    assert Revision.objects.count() == 1


def test_late_snapshot_ids_after_a_write_are_no_change(ada, lists, sandbox, passing):
    playlist_id = lists.make(ada, [lists.tracks[place % 300] for place in range(400)])
    edit = move_items(
        open_list(ada, playlist_id), base_revision=lists.seen(ada, playlist_id), positions=[399], before=0
    )
    passing(60)
    edit = move_items(open_list(ada, playlist_id), base_revision=edit.result_id, positions=[399], before=0)
    for _ in range(10):
        passing(7)
        sandbox.forget_requests()
        assert lists.seen(ada, playlist_id) == edit.result_id
        assert len(item_calls(sandbox)) <= 2
    assert Revision.objects.count() == 3
    assert (
        Playlist.objects.get().snapshot_id
        == sandbox.control("GET", f"playlists/{playlist_id}")["snapshot_id"]
    )


def test_a_change_right_after_our_own_is_seen_all_the_same(ada, lists, passing):
    t = lists.tracks
    playlist_id = lists.make(ada, t[:10])
    edit = move_items(
        open_list(ada, playlist_id), base_revision=lists.seen(ada, playlist_id), positions=[9], before=0
    )
    lists.change(playlist_id, [t[9], t[3], *t[0:3], *t[4:9]])
    passing(20)
    assert lists.seen(ada, playlist_id) != edit.result_id
    assert lists.shown(ada, playlist_id) == lists.items(playlist_id)


def test_a_change_elsewhere_is_read_however_late_its_id_is(ada, lists, passing):
    """The id of before is shown with the rows of now, and must not be taken for theirs."""
    t = lists.tracks
    playlist_id = lists.make(ada, t[:10])
    passing(60)
    lists.seen(ada, playlist_id)
    lists.change(playlist_id, [*t[1:10], t[20]])
    for _ in range(8):
        passing(7)
        seen = lists.seen(ada, playlist_id)
    assert lists.shown(ada, playlist_id) == lists.items(playlist_id)
    move_items(open_list(ada, playlist_id), base_revision=seen, positions=[9], before=0)
    assert lists.items(playlist_id) == [t[20], *t[1:10]]


def test_a_passing_trouble_shows_what_is_known_and_says_so(ada, lists, sandbox):
    playlist_id = lists.make(ada, lists.tracks[:5])
    get_playlists(ada.member)
    access.open_playlist(ada.member, playlist_id)
    sandbox.fault("/v1/playlists/*", "rate_limit", retry_after=100)
    with later(60):
        opened = access.open_playlist(ada.member, playlist_id)
        assert opened.is_old
        assert opened.contents.total == 5
        with pytest.raises(RateLimited):
            clear_playlist(open_list(ada, playlist_id), base_revision=None)


def test_what_is_not_there_is_said(ada, sandbox):
    with pytest.raises(PlaylistGone):
        access.open_playlist(ada.member, "0123456789abcdefghijkl")


@pytest.mark.skipif(not is_development, reason="extended mode shows everything")
def test_a_strangers_list_is_withheld_and_not_empty(ada, lists, sandbox):
    playlist_id = lists.make(ada, lists.tracks[:3])
    strangers = sandbox.control(
        "POST", "playlists", {"owner": "Somebody", "items": lists.tracks[:3], "followers": ["ada"]}
    )
    get_playlists(ada.member)
    opened = access.open_playlist(ada.member, strangers["uri"].rsplit(":", 1)[1])
    assert (opened.is_readable, opened.contents, opened.can_edit) == (False, None, False)
    assert opened.entry.is_readable is False
    assert access.open_playlist(ada.member, playlist_id).is_readable


@pytest.mark.skipif(not is_development, reason="extended mode shows everything")
def test_what_a_housemate_may_read_is_not_shown_to_who_may_not(ada, ben, lists, sandbox):
    playlist_id = lists.make(ben, lists.tracks[:3], followers=["ada"])
    assert access.open_playlist(ben.member, playlist_id).contents.total == 3
    get_playlists(ada.member)
    assert access.open_playlist(ada.member, playlist_id).contents is None
    assert access.open_playlist(ada.member, playlist_id, ask=False).contents is None


def test_a_list_that_was_made_foreign_is_forgotten(ada, ben, lists, sandbox):
    playlist_id = lists.make(ben, lists.tracks[:3], collaborative=True, public=False, followers=["ada"])
    get_playlists(ada.member)
    assert access.open_playlist(ada.member, playlist_id).can_edit
    assert memberships.get_playlists_holding(ada.member, lists.tracks[:1])
    change_details(ben.member, playlist_id, collaborative=False)
    with later(60):
        opened = access.open_playlist(ada.member, playlist_id)
    assert not opened.can_edit or not is_development
    if is_development:
        assert opened.contents is None
        assert not memberships.get_playlists_holding(ada.member, lists.tracks[:1])


def test_those_who_added_something_have_names(ada, ben, lists):
    get_playlists(ada.member)
    names = access.get_user_names([ada.member.spotify_id, ben.member.spotify_id, "nobody"])
    assert names == {ada.member.spotify_id: "Ada", ben.member.spotify_id: ben.member.display_name}


# --- A long one -----------------------------------------------------------------------------------------


@pytest.fixture
def long(ada, lists):
    return lists.make(ada, [lists.tracks[place % 400] for place in range(2_000)])


def test_a_long_list_shows_its_first_page_at_once_and_is_read_once(ada, ben, lists, long, sandbox):
    opened = access.open_playlist(ada.member, long)
    assert opened.contents.entries[0].uri == lists.tracks[0]
    assert 0 < opened.contents.total < 2_000
    assert opened.reading.job.total == 2_000
    with pytest.raises(PlaylistBeingRead):
        access.open_for_edit(ada.member, long)
    sandbox.forget_requests()
    access.open_playlist(ada.member, long)  # another tab
    work()
    # The first of the forty pages came with the playlist.
    assert len(item_calls(sandbox)) == 39
    opened = access.open_playlist(ada.member, long)
    assert opened.reading is None
    assert lists.shown(ada, long) == lists.items(long)
    sandbox.forget_requests()
    with later(60):
        access.open_playlist(ada.member, long)
    assert not item_calls(sandbox)


def test_what_is_added_to_a_list_that_is_being_read_waits_for_it(ada, lists, long, passing):
    access.open_playlist(ada.member, long)
    edit = add_items(open_list(ada, long), lists.tracks[:2])
    assert add_items(open_list(ada, long), lists.tracks[2:3]) == edit
    before = lists.items(long)
    assert not edit.is_late
    work()
    edit.refresh_from_db()
    assert (edit.is_done, edit.description) == (True, "Added 3 items")
    assert lists.items(long) == [*before, *lists.tracks[:3]]
    passing(60)
    undo_edit(ada.member, edit.pk)
    work()
    assert lists.items(long) == before


@pytest.mark.parametrize(("kind", "times"), [("rate_limit", 1), ("quota", 1), ("status", 60)])
def test_a_reading_goes_on_where_it_was_stopped(ada, lists, long, sandbox, kind, times):
    access.open_playlist(ada.member, long)
    sandbox.forget_requests()
    sandbox.fault("/v1/playlists/*/[it][tr]*", kind, after=20, times=times, retry_after=600)
    work()
    known = PlaylistRead.objects.get()
    assert 0 < known.job.done < 2_000
    assert known.job.error_code
    sandbox.control("DELETE", "faults")
    with later(700):
        access.open_playlist(ada.member, long)
        work()
        assert lists.shown(ada, long) == lists.items(long)
    good = [one for one in item_calls(sandbox) if one["status"] == 200]
    assert len(good) <= 40 + 8  # those that were on their way beside the one that failed


def test_a_worker_that_was_ended_is_replaced(ada, lists, long):
    access.open_playlist(ada.member, long)
    Job.objects.update(heartbeat_at=timezone.now() - timezone.timedelta(seconds=90))
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.all().delete()
    access.open_playlist(ada.member, long)
    work()
    assert lists.shown(ada, long) == lists.items(long)


def test_a_first_page_that_has_waited_for_the_worker_is_read_once_more(ada, lists, long, sandbox):
    access.open_playlist(ada.member, long)
    sandbox.forget_requests()
    with later(6):
        work()
    assert len(item_calls(sandbox)) == 40
    assert lists.shown(ada, long) == lists.items(long)


def test_a_list_that_changes_while_it_is_read_is_read_again(ada, lists, long, sandbox):
    access.open_playlist(ada.member, long)
    lists.change(long, list(reversed(lists.items(long))))
    with later(60):
        work()
    assert lists.shown(ada, long) == lists.items(long)
    assert MemberPlaylist.objects.count() == 0  # opened by its link alone
