"""What ends an edit midway, and that it can be finished or taken back from wherever it was ended."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier
from typing import Any

import pytest
import requests
import time_machine
from django.db import connections
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import Grant
from playlists.editing.actions import (
    add_items,
    cancel_edit,
    move_items,
    remove_items,
    replace_items,
    resume_edit,
    set_order,
    undo_edit,
)
from playlists.errors import NotEditable, PlaylistBusy, PlaylistFull, PlaylistGone
from playlists.index.actions import follow_playlist
from playlists.models import Edit
from playlists.sync import access
from playlists.sync.job import READ_KIND
from spotweb.jobs.models import Job
from spotweb.jobs.runner import run_queued, run_slice
from spotweb.spotify.errors import RateLimited, Unavailable
from tests.jobs.workers import wait_for, worker_process
from tests.player.parts import PART
from tests.playlists.conftest import open_list, work

ITEMS = "/v1/playlists/*/[it][tr]*"  # items, or tracks in extended mode
WRITES = ("POST", "PUT", "DELETE")
LOCAL = "spotify:local:Somebody:An+album:A+song:120"


def fault(sandbox, kind="status", **details: Any):
    sandbox.fault(ITEMS, kind, **details)


def calm(sandbox):
    sandbox.control("DELETE", "faults")


def writes(sandbox):
    return [entry["method"] for entry in sandbox.requests() if entry["method"] in WRITES]


@pytest.fixture
def listed(ada, lists):
    return lists.make(ada, lists.tracks[:10])


# --- Of a single request --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["status", "reset"])
@pytest.mark.parametrize("handled", [True, False])
def test_an_answer_that_was_lost_is_followed_by_a_look(ada, lists, listed, sandbox, kind, handled):
    seen = lists.seen(ada, listed)
    sandbox.forget_requests()
    fault(sandbox, kind, method="PUT", times=1, handled=handled)
    edit = move_items(open_list(ada, listed), base_revision=seen, positions=[0], before=10)
    assert edit.is_under_way
    work()
    edit.refresh_from_db()
    assert edit.is_done
    t = lists.tracks
    assert lists.items(listed) == [*t[1:10], t[0]]
    assert len(writes(sandbox)) == (1 if handled else 2)


def test_positions_after_a_lost_answer_are_those_of_the_version_that_it_made(ada, lists, sandbox):
    listed = lists.make(ada, lists.tracks[:6])
    seen = lists.seen(ada, listed)
    fault(sandbox, "reset", method="PUT", after=1, times=1, handled=True)
    target = [5, 4, 3, 2, 1, 0]
    edit = set_order(open_list(ada, listed), base_revision=seen, target=target, kind="order")
    work()
    edit.refresh_from_db()
    assert edit.is_done
    assert lists.items(listed) == [lists.tracks[place] for place in target]


def test_a_step_that_was_never_sent_is_tried_again_later(ada, lists, listed, sandbox):
    edit = add_items(open_list(ada, listed), [lists.tracks[place % 300] for place in range(600)])
    Grant.objects.update(access_expires_at=timezone.now())
    sandbox.fault("/api/token", "status", status=503)
    work()
    edit.job.refresh_from_db()
    assert (edit.job.state, edit.job.error_code) == (Job.State.QUEUED, "unavailable")
    assert (edit.job.done, edit.job.in_doubt) == (0, "")
    assert edit.job.run_after > timezone.now()


@pytest.mark.parametrize("handled", [True, False])
def test_nothing_is_ever_added_twice(ada, lists, listed, sandbox, handled):
    access.open_playlist(ada.member, listed)
    fault(sandbox, "status", method="POST", times=1, status=502, handled=handled)
    edit = add_items(open_list(ada, listed), lists.tracks[20:22])
    work()
    edit.refresh_from_db()
    assert edit.is_done
    assert lists.items(listed) == [*lists.tracks[:10], *lists.tracks[20:22]]


def _add_to_front(uris, lists):
    return [lists.tracks[30], *uris]


def _take_one_away(uris, _lists):
    return uris[1:]


def _take_some_and_add(uris, lists):
    return [*uris[2:5], lists.tracks[30], *uris[5:]]


@pytest.mark.parametrize("handled", [True, False])
@pytest.mark.parametrize("change", [_add_to_front, _take_one_away, _take_some_and_add])
def test_a_step_in_doubt_is_done_once_although_others_change_the_list(
    ada, lists, listed, sandbox, handled, change
):
    """The list is then neither what it was before the step nor what it is after it."""
    access.open_playlist(ada.member, listed)
    fault(sandbox, "status", method="POST", times=1, status=502, handled=handled)
    add_items(open_list(ada, listed), lists.tracks[20:22])
    lists.change(listed, change(lists.items(listed), lists))
    work()
    expected = change([*lists.tracks[:10], *lists.tracks[20:22]], lists)
    assert sorted(lists.items(listed)) == sorted(expected)


@pytest.mark.parametrize("handled", [True, False])
def test_a_move_in_doubt_is_done_once_although_others_change_the_list(ada, lists, listed, sandbox, handled):
    seen = lists.seen(ada, listed)
    fault(sandbox, "status", method="PUT", times=1, status=502, handled=handled)
    move_items(open_list(ada, listed), base_revision=seen, positions=[0, 1], before=6)
    lists.change(listed, [*lists.items(listed), lists.tracks[30]])
    work()
    t = lists.tracks
    assert lists.items(listed) == [*t[2:6], *t[:2], *t[6:10], t[30]]


UNREADABLE: list[dict[str, Any]] = [
    {"kind": "empty", "status": 201},
    {"kind": "empty", "status": 204},
    {"kind": "invalid_json", "status": 200},
    {"kind": "html", "status": 200},
    {"kind": "rewrite", "put": {"": None}},
    {"kind": "rewrite", "put": {"": [1]}},
    {"kind": "rewrite", "put": {"/snapshot_id": [7]}},
    {"kind": "rewrite", "remove": ["/snapshot_id"]},
]


@pytest.mark.parametrize("trouble", UNREADABLE, ids=lambda trouble: "-".join(map(str, trouble.values())))
def test_a_success_that_cannot_be_read_is_no_failure(ada, lists, listed, sandbox, trouble):
    t = lists.tracks
    seen = lists.seen(ada, listed)
    sandbox.fault(ITEMS, method="PUT", handled=True, **trouble)
    move_items(open_list(ada, listed), base_revision=seen, positions=[0], before=10)
    work()
    sandbox.control("DELETE", "faults")
    sandbox.fault(ITEMS, method="POST", handled=True, **trouble)
    add_items(open_list(ada, listed), t[20:23])
    work()
    sandbox.control("DELETE", "faults")
    sandbox.fault(ITEMS, method="DELETE", handled=True, **trouble)
    seen = lists.seen(ada, listed)
    edit = remove_items(open_list(ada, listed), base_revision=seen, positions=[0])
    work()
    calm(sandbox)
    wanted = [*t[2:10], t[0], *t[20:23]]
    assert lists.items(listed) == wanted
    assert lists.shown(ada, listed) == wanted
    assert all(one.is_done for one in Edit.objects.all())
    undo_edit(ada.member, edit.pk)
    work()
    assert lists.items(listed) == [t[1], *wanted]


@pytest.mark.parametrize("trouble", UNREADABLE, ids=lambda trouble: "-".join(map(str, trouble.values())))
def test_many_successes_that_cannot_be_read_are_each_written_once(ada, lists, long, sandbox, trouble):
    sandbox.fault(ITEMS, method="POST", handled=True, probability=0.5, **trouble)
    edit = add_items(open_list(ada, long), many(lists))
    work()
    edit.refresh_from_db()
    assert edit.is_done
    assert lists.items(long) == many(lists)
    calm(sandbox)
    undo_edit(ada.member, edit.pk)
    work()
    assert lists.items(long) == []


def test_a_spotify_that_stays_away_is_waited_for(ada, lists, listed, sandbox):
    seen = lists.seen(ada, listed)
    fault(sandbox, "status", method="PUT")
    edit = move_items(open_list(ada, listed), base_revision=seen, positions=[0], before=10)
    work()
    edit.refresh_from_db()
    assert edit.job.state == Job.State.QUEUED
    assert edit.job.error_code == Unavailable.code
    assert "Spotify can’t be reached" in unescape(ada.get(f"/playlists/{listed}/").text)
    calm(sandbox)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        work()
    edit.refresh_from_db()
    assert edit.is_done
    assert lists.items(listed)[-1] == lists.tracks[0]


def test_what_was_refused_at_once_leaves_nothing_behind(ada, lists, listed, sandbox):
    seen = lists.seen(ada, listed)
    fault(sandbox, "rate_limit", method="PUT", retry_after=5)
    with pytest.raises(RateLimited):
        move_items(open_list(ada, listed), base_revision=seen, positions=[0], before=10)
    assert not Edit.objects.exists()
    assert lists.items(listed) == lists.tracks[:10]


def test_a_refusal_after_the_first_step_is_told_and_can_be_finished(ada, lists, listed, sandbox):
    t = lists.tracks
    seen = lists.seen(ada, listed)
    fault(sandbox, "status", method="PUT", after=1, status=403)
    swapped = [1, 0, *range(2, 8), 9, 8]
    edit = set_order(open_list(ada, listed), base_revision=seen, target=swapped, kind="order")
    assert (edit.job.state, edit.job.done, edit.job.total) == (Job.State.FAILED, 1, 2)
    assert (edit.job.error_code, edit.is_half_done) == (NotEditable.code, True)
    assert not edit.job.is_dismissed
    calm(sandbox)
    assert lists.items(listed) == [t[1], t[0], *t[2:10]]
    resume_edit(ada.member, edit.pk)
    work()
    assert lists.items(listed) == [t[place] for place in swapped]


# --- In the middle of many ------------------------------------------------------------------------------


@pytest.fixture
def long(ada, lists):
    """600 songs to be added to an empty list: six requests, done by the worker."""
    playlist_id = lists.make(ada, [])
    access.open_playlist(ada.member, playlist_id)
    return playlist_id


def many(lists):
    return [lists.tracks[place % 300] for place in range(600)]


@pytest.mark.parametrize("kind", ["rate_limit", "quota"])
def test_a_long_wait_in_the_middle_says_how_far_it_came(ada, lists, long, sandbox, kind):
    fault(sandbox, kind, method="POST", after=3, retry_after=4_000)
    edit = add_items(open_list(ada, long), many(lists))
    work()
    edit.refresh_from_db()
    assert (edit.job.state, edit.job.done, edit.job.total) == (Job.State.FAILED, 3, 6)
    assert edit.job.error_code in {"rate_limited", "quota_exceeded"}
    assert edit.job.run_after > timezone.now()
    assert edit.is_half_done
    assert lists.items(long) == many(lists)[:300]


@pytest.fixture
def stopped(ada, lists, long, sandbox):
    """The edit, ended after three of six requests."""
    fault(sandbox, "status", method="POST", after=3, status=403)
    edit = add_items(open_list(ada, long), many(lists))
    work()
    calm(sandbox)
    edit.refresh_from_db()
    assert (edit.job.state, edit.job.done) == (Job.State.FAILED, 3)
    return edit


def test_it_is_finished_on_wish(ada, lists, long, stopped):
    resume_edit(ada.member, stopped.pk)
    work()
    stopped.refresh_from_db()
    assert stopped.is_done
    assert lists.items(long) == many(lists)
    undone = undo_edit(ada.member, stopped.pk)
    work()
    undone.refresh_from_db()
    assert undone.is_done
    assert lists.items(long) == []


def test_it_is_taken_back_on_wish(ada, lists, long, stopped):
    undone = undo_edit(ada.member, stopped.pk)
    work()
    undone.refresh_from_db()
    assert undone.is_done
    assert lists.items(long) == []


def test_what_others_did_to_a_half_done_list_is_kept(ada, lists, long, stopped):
    other = lists.tracks[399]
    lists.change(long, [other, *many(lists)[:300]])
    resume_edit(ada.member, stopped.pk)
    work()
    assert lists.items(long) == [other, *many(lists)]


def test_what_changed_while_it_waited_for_the_worker_is_kept(ada, lists, sandbox):
    t = lists.tracks
    playlist_id = lists.make(ada, t[:20])
    access.open_playlist(ada.member, playlist_id)
    edit = add_items(open_list(ada, playlist_id), many(lists), position=10)
    lists.change(playlist_id, [t[390], *t[:20], t[391]])
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=90)):
        work()
        edit.refresh_from_db()
        assert edit.is_done
    assert lists.items(playlist_id) == [t[390], *t[:10], *many(lists), *t[10:20], t[391]]


def test_a_short_wait_is_waited_out(ada, lists, long, sandbox):
    fault(sandbox, "rate_limit", method="POST", after=2, retry_after=1, times=1)
    edit = add_items(open_list(ada, long), many(lists))
    work()
    edit.refresh_from_db()
    assert (edit.job.state, edit.job.done) == (Job.State.QUEUED, 2)
    assert edit.job.run_after > timezone.now()
    with time_machine.travel(edit.job.run_after + timezone.timedelta(seconds=1)):
        assert not edit.is_late
        work()
    edit.refresh_from_db()
    assert edit.is_done
    assert lists.items(long) == many(lists)


def test_what_nobody_has_begun_is_cancelled_at_once(ada, lists, long):
    edit = add_items(open_list(ada, long), many(lists))
    cancel_edit(ada.member, edit.pk)
    work()
    edit.refresh_from_db()
    assert edit.job.state == Job.State.CANCELLED
    assert not edit.is_half_done
    assert lists.items(long) == []


def test_the_list_is_deleted_meanwhile(ada, lists, listed, sandbox):
    seen = lists.seen(ada, listed)
    sandbox.fault(f"/v1/playlists/{listed}*", "status", status=404)
    with pytest.raises(PlaylistGone):
        move_items(open_list(ada, listed), base_revision=seen, positions=[0], before=10)
    assert not Edit.objects.exists()


def test_the_list_is_somebody_elses_meanwhile(ada, ben, lists, sandbox):
    playlist_id = lists.make(ben, lists.tracks[:5], invited=["ada"])
    follow_playlist(ada.member, playlist_id)
    seen = lists.seen(ada, playlist_id)
    fault(sandbox, "status", status=403)
    with pytest.raises(NotEditable):
        move_items(open_list(ada, playlist_id), base_revision=seen, positions=[0], before=5)
    assert not access.find_in_library(ada.member, playlist_id).can_edit


def test_two_members_at_once_take_turns(ada, ben, lists):
    playlist_id = lists.make(ada, [], collaborative=True, public=False)
    edit = add_items(open_list(ada, playlist_id), many(lists))
    with pytest.raises(PlaylistBusy) as busy:
        replace_items(open_list(ben, playlist_id), base_revision=None, uris=lists.tracks[:1])
    assert busy.value.edit == edit
    work()
    add_items(open_list(ben, playlist_id), lists.tracks[:1])
    assert len(lists.items(playlist_id)) == 601


def test_what_is_added_meanwhile_waits_its_turn(ada, ben, lists):
    playlist_id = lists.make(ada, [], collaborative=True, public=False)
    first = add_items(open_list(ada, playlist_id), many(lists))
    last = add_items(open_list(ben, playlist_id), lists.tracks[:1])
    top = add_items(open_list(ben, playlist_id), lists.tracks[1:2], position=0)
    assert [edit.is_waiting_its_turn for edit in (first, last, top)] == [False, True, True]
    assert "Waiting for the change before it." in ben.get(f"/playlists/{playlist_id}/").text
    with worker_process():
        wait_for(lambda: not Job.objects.filter(state__in=Job.ACTIVE).exists())
    assert lists.items(playlist_id) == [lists.tracks[1], *many(lists), lists.tracks[0]]


def test_a_turn_comes_although_the_edit_before_was_cancelled(ada, ben, lists):
    playlist_id = lists.make(ada, [], collaborative=True, public=False)
    first = add_items(open_list(ada, playlist_id), many(lists))
    add_items(open_list(ben, playlist_id), lists.tracks[:1])
    cancel_edit(ada.member, first.pk)
    work()
    assert lists.items(playlist_id) == lists.tracks[:1]


def test_twelve_who_add_at_once_all_find_their_song_in_the_list(ada, ben, lists, live, settings):
    """Real requests side by side, and one worker."""
    playlist_id = lists.make(ada, lists.tracks[20:23], collaborative=True, public=False)
    ada.get(f"/playlists/{playlist_id}/")
    start = Barrier(12)

    def add(number: int) -> int:
        with requests.Session() as browser:
            browser.trust_env = False
            person = (ada, ben)[number % 2]
            browser.cookies.set(settings.SESSION_COOKIE_NAME, person.client.session.session_key)
            browser.get(f"{live}/accounts/login/")  # for the token of its forms
            token = (
                browser.cookies.get(settings.CSRF_COOKIE_NAME)
                or browser.get(f"{live}/household/").cookies[settings.CSRF_COOKIE_NAME]
            )
            form = {"uris": lists.tracks[number], "to": playlist_id, "csrfmiddlewaretoken": token}
            start.wait(60)
            answer = browser.post(f"{live}/playlists/add-to/lists/", form, headers=PART)
            return answer.status_code

    with worker_process(), ThreadPoolExecutor(12) as browsers:
        codes = list(browsers.map(add, range(12)))
        wait_for(lambda: not Job.objects.filter(state__in=Job.ACTIVE).exists())
    assert set(codes) == {200}
    items = lists.items(playlist_id)
    assert items[:3] == lists.tracks[20:23]
    assert sorted(items[3:]) == sorted(lists.tracks[:12])
    assert lists.shown(ada, playlist_id) == items


def test_ten_thousand_and_one(ada, lists, sandbox):
    playlist_id = lists.make(ada, [lists.tracks[place % 400] for place in range(9_999)])
    access.open_playlist(ada.member, playlist_id)
    work()
    sandbox.forget_requests()
    with pytest.raises(PlaylistFull) as full:
        add_items(open_list(ada, playlist_id), lists.tracks[:2])
    assert full.value.room == 1
    assert not writes(sandbox)
    add_items(open_list(ada, playlist_id), lists.tracks[:1])
    assert len(lists.items(playlist_id)) == 10_000


# --- A worker that is killed ----------------------------------------------------------------------------


def killed_at(edit, sandbox, *, done, handled):
    """A worker of its own that dies by SIGKILL while it waits for the answer to the step after `done`."""
    child = stopped_at(edit, sandbox, done=done, handled=handled)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    calm(sandbox)


def stopped_at(edit, sandbox, *, done, handled):
    """A worker of its own that is stopped while it waits for the answer to the step after `done`: its pid."""
    fault(sandbox, "timeout", method="POST", after=done, handled=handled)
    sent = len(writes(sandbox))
    before = len(sandbox.control("GET", f"playlists/{edit.playlist.spotify_id}")["items"])
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            run_slice(edit.job_id, edit.job.attempt)
        finally:
            os._exit(0)

    def is_there():
        reached = Job.objects.filter(pk=edit.job_id, done=done).exclude(in_doubt="").exists()
        items = len(sandbox.control("GET", f"playlists/{edit.playlist.spotify_id}")["items"])
        return reached and (not handled or items == before + 100 * (done + 1))

    deadline = time.monotonic() + 120
    while not is_there():
        assert time.monotonic() < deadline, sent
        time.sleep(0.02)
    os.kill(child, signal.SIGSTOP)
    return child


def test_a_worker_that_was_silent_sends_nothing_when_it_wakes_up(ada, lists, long, sandbox):
    edit = add_items(open_list(ada, long), many(lists))
    child = stopped_at(edit, sandbox, done=2, handled=True)
    calm(sandbox)
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=90)):
        resume_edit(ada.member, edit.pk)
        work()
    sandbox.forget_requests()
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    assert not writes(sandbox)
    edit.refresh_from_db()
    assert edit.is_done
    assert lists.items(long) == many(lists)


def test_what_a_worker_took_up_and_never_began_is_begun_again(ada, lists, long):
    edit = add_items(open_list(ada, long), many(lists))
    started = timezone.now() - timezone.timedelta(seconds=20)
    # And then its worker was killed.
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=started)
    with pytest.raises(PlaylistBusy):
        replace_items(open_list(ada, long), base_revision=None, uris=lists.tracks[:1])
    work()
    edit.refresh_from_db()
    assert edit.is_done
    add_items(open_list(ada, long), lists.tracks[:1])
    assert lists.items(long) == [*many(lists), lists.tracks[0]]


@pytest.mark.parametrize("way", ["finish", "undo"])
@pytest.mark.parametrize("handled", [True, False])
@pytest.mark.parametrize("done", [0, 1, 3, 5])
def test_a_worker_is_killed_at_any_step(ada, lists, sandbox, done, handled, way):
    before = [lists.tracks[350], LOCAL, None, lists.tracks[351]]
    playlist_id = lists.make(ada, before)
    access.open_playlist(ada.member, playlist_id)
    edit = add_items(open_list(ada, playlist_id), many(lists), position=1)
    killed_at(edit, sandbox, done=done, handled=handled)
    edit.refresh_from_db()
    assert edit.is_under_way  # nobody knows yet
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=90)):
        edit.refresh_from_db()
        assert edit.job.is_lost
        assert edit.is_half_done
        after = resume_edit(ada.member, edit.pk) if way == "finish" else undo_edit(ada.member, edit.pk)
        work()
    after.refresh_from_db()
    assert after.is_done
    whole = [before[0], *many(lists), *before[1:]]
    assert lists.items(playlist_id) == (whole if way == "finish" else before)


def test_a_worker_is_killed_while_an_edit_waits_to_know_where_the_list_stands(ada, lists, sandbox):
    playlist_id = lists.make(ada, many(lists))
    access.open_playlist(ada.member, playlist_id)
    work()
    fault(sandbox, "status", method="POST", after=3, status=403)
    edit = add_items(open_list(ada, playlist_id), many(lists))
    work()
    calm(sandbox)
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=90)):
        resume_edit(ada.member, edit.pk)
        run_queued(edit.job_id)
        DBTaskResult.objects.all().delete()
        edit.refresh_from_db()
        assert (edit.job.state, edit.is_being_read) == (Job.State.QUEUED, True)
        assert edit.job.blocked_by == [edit.playlist.reading.job_id]
        state = f"/playlists/{playlist_id}/state/"
        assert "Waiting until all of the playlist has been read." in ada.get(state, **PART).text
        Job.objects.filter(kind=READ_KIND).update(
            heartbeat_at=timezone.now() - timezone.timedelta(seconds=61)
        )
        ada.get(state, **PART)  # as an open page asks
        work()
    edit.refresh_from_db()
    assert edit.is_done
    assert lists.items(playlist_id) == [*many(lists), *many(lists)]


def test_a_single_step_in_doubt_is_said_to_be_so(ada, lists, listed, sandbox):
    access.open_playlist(ada.member, listed)
    fault(sandbox, "status", method="POST")
    edit = add_items(open_list(ada, listed), lists.tracks[:1])
    Job.objects.filter(pk=edit.job_id).update(state=Job.State.FAILED, in_doubt="step 1", is_dismissed=False)
    text = ada.get(f"/playlists/{listed}/state/", **PART).text
    assert "Whether it was done isn’t known." in text
    assert "between before and after" not in text
