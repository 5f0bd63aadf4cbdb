"""The list of all that runs: each kind has its words, acts reach one's own, successes are told anywhere."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from library.models import SavedIndex
from player.queue.jobs import queue_uris
from playlists.editing.actions import add_items
from playlists.sync import access
from playlists.transfer.export_job import start_export
from spotweb.jobs import actions
from spotweb.jobs.activity import get_activity
from spotweb.jobs.models import Job
from spotweb.jobs.registry import get_kinds
from tests.jobs.workers import work
from tests.player.parts import PART, attribute
from tests.playlists.conftest import open_list

State = Job.State
BAR = {**PART, "HX-Target": "div#bar"}
# What no member asked for, or what shows in the bar and the queue as itself.
SILENT = {"managed-queue", "playlist-check", "sleep-timer", "speaker-loan", "toy"}


def get_list(person):
    return person.get("/jobs/activity/", **PART).text


def press(person, job, do):
    return person.post(f"/jobs/activity/{job.pk}/", {"do": do}, **PART)


@pytest.fixture
def long_edit(ada, lists):
    """600 songs that the worker has to add."""
    playlist_id = lists.make(ada, [], name="Evening")
    access.open_playlist(ada.member, playlist_id)
    return add_items(open_list(ada, playlist_id), [lists.tracks[place % 300] for place in range(600)])


def test_every_kind_that_members_start_is_in_the_list():
    assert {name for name, kind in get_kinds().items() if kind.activity is None} <= SILENT


def test_the_button_counts_and_the_list_names_what_runs(ada, lists, long_edit):
    ada.get("/player/")
    queue_uris(ada.member, uris=lists.tracks[:30])
    start_export(ada.member, "csv")
    page = ada.get("/household/")
    assert attribute(page, "bar-activity", "aria-label") == "Activity, 3 running"
    assert 'href="/jobs/activity/"' in page.text  # without a script
    shown = get_list(ada)
    for words in (
        "Changing a playlist",
        "Evening: Added 600 items",
        "Adding to the queue",
        "Exporting all playlists",
    ):
        assert words in shown
    assert f'href="{reverse("playlists:playlist", args=[long_edit.playlist.spotify_id])}"' in shown
    assert ada.get("/jobs/activity/").text.count('value="stop"') == 3


def test_a_first_sync_is_listed_and_paused_and_a_check_is_not(ada):
    ada.get("/library/")
    job = SavedIndex.objects.get(kind="track").job
    assert "Liked Songs" in get_list(ada)
    assert "Paused · 50 of " in press(ada, job, "stop").text
    press(ada, job, "resume")
    work()
    actions.restart(Job.objects.get(pk=job.pk))
    assert get_activity(ada.member).shown == ()


def test_a_list_of_many_asks_the_database_no_more_often(ada):
    ada.get("/library/")
    counts = []
    for kinds in (4, 1):
        others = SavedIndex.objects.exclude(job=None).values_list("pk", flat=True)[kinds:]
        SavedIndex.objects.filter(pk__in=list(others)).update(needs_full_sync=False)
        with CaptureQueriesContext(connection) as queries:
            shown = get_list(ada)
        assert shown.count('class="entry activity-entry"') == kinds
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_runs_is_cancelled_taken_up_again_and_put_away(ada, ben, long_edit):
    job = long_edit.job
    press(ben, job, "stop")
    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert "Cancelled." in press(ada, job, "stop").text
    assert "Waiting" in press(ada, job, "resume").text
    press(ada, job, "stop")
    assert "Nothing is running." in press(ada, job, "dismiss").text
    assert press(ada, job, "explode").status_code == 400
    assert ada.post(f"/jobs/activity/{job.pk}/", {"do": "resume"}).headers["Location"] == "/jobs/activity/"


def test_a_failure_stays_in_the_list_with_its_reason(ada, sandbox, long_edit):
    sandbox.fault("/v1/playlists/*", "status", method="POST", status=403)
    work()
    page = ada.get("/household/")
    assert attribute(page, "bar-activity", "aria-label") == "Activity, 0 running, something has stopped"
    assert "0 of 6 done." in get_list(ada)


def test_a_success_is_told_once_with_undo_on_whatever_page_one_is(ada, lists, long_edit):
    before = attribute(ada.get("/player/bar/", **BAR), "bar", "data-tag")
    running = ada.get("/player/bar/", **BAR, **{"HX-PTag": before})
    assert (running.status_code, running.headers["Poll-Ms"]) == (304, "3000")
    work()
    answer = ada.get("/player/bar/", **BAR, **{"HX-PTag": before})
    assert "“Evening”: Added 600 items" in answer.text
    assert "toast__undo" in answer.text
    assert 'id="bar-activity"' not in answer.text
    again = ada.get("/player/bar/", **BAR, **{"HX-PTag": attribute(answer, "bar", "data-tag")})
    assert again.status_code == 304


def test_a_page_that_shows_a_success_in_full_is_not_told_again(ada):
    start_export(ada.member, "csv")
    work()
    here = {**BAR, "HX-Current-URL": f"{settings.SPOTWEB_URL.geturl()}/playlists/export/"}
    assert "ready to download" not in ada.get("/player/bar/", **here).text
    start_export(ada.member, "csv")
    work()
    assert "Your playlists are ready to download." in ada.get("/player/bar/", **BAR).text


def test_a_cancelled_reading_says_so_and_goes_on_when_it_is_told_to(ada, lists):
    playlist_id = lists.make(ada, [lists.tracks[place % 400] for place in range(1_500)], name="Very long")
    path = reverse("playlists:playlist", args=[playlist_id])
    ada.get(path)
    (job,) = get_activity(ada.member).shown
    press(ada, job, "stop")
    state = ada.get(f"{path}state/", **PART)
    assert "Cancelled." in state.text
    assert "every 1s" not in state.text
    assert "Cancelled." in ada.get(path).text
    assert ada.post(f"{path}resume/").headers["Location"] == path
    assert "Cancelled." not in ada.get(f"{path}state/", **PART).text
