"""Three faults that background work had before it had one mechanism, each of which must not come back."""

import dataclasses
import os
import random
import signal
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from player.queue import jobs as queue_jobs
from playlists.editing import actions as editing
from playlists.sync import access
from playlists.transfer import imports
from playlists.transfer.formats.rows import FileList, FileRow
from spotweb.jobs import actions, registry
from spotweb.jobs.models import Job
from spotweb.jobs.sweep import sweep_jobs
from tests.jobs.toys import NAME, did
from tests.jobs.workers import wait_for, work, worker_process

QUEUE = "/v1/me/player/queue"


@pytest.fixture
def tracks(ada, sandbox):
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"])
    ada.get("/player/")
    return [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")]


def get_queue(sandbox):
    return sandbox.control("GET", "player/ada")["queue"]


# --- No job holds the worker longer than a slice, nor sleeps through a 429 --------------------------------


def test_three_hundred_songs_are_queued_and_a_sort_begins_between_them(ada, sandbox, lists, tracks):
    """A slice takes 15 seconds: the sort begins within 20. Here slices are short, and it begins long before
    the songs are through."""
    playlist_id = lists.make(ada, tracks[:40])
    access.open_playlist(ada.member, playlist_id)
    sandbox.control("PUT", "settings", {"latency_ms": 40})
    for start in (0, 150):
        queue_jobs.queue_uris(ada.member, uris=tracks[start : start + 150])
    adding = Job.objects.filter(kind=queue_jobs.ADD)
    with worker_process(slice_s=1):
        wait_for(lambda: any(job.done for job in adding.all()))
        editing.set_order(
            access.open_for_edit(ada.member, playlist_id),
            base_revision=None,
            target=range(40)[::-1],
            kind="sort",
        )
        assert not sandbox.requests("reorder-or-replace-playlists-items")  # it is for the worker
        wait_for(lambda: sandbox.requests("reorder-or-replace-playlists-items"))
        assert sum(job.done for job in adding.all()) < 300


def test_a_wait_that_spotify_asks_for_gives_the_worker_back(ada, sandbox, tracks, toy):
    """It would last 100 seconds; the next job is done at once."""
    sandbox.fault(QUEUE, "rate_limit", method="POST", retry_after=100, after=1, times=1)
    queue_jobs.queue_uris(ada.member, uris=tracks[:3])
    actions.start(NAME, member=ada.member, payload={"steps": ["a"]})
    work()
    adding = Job.objects.get(kind=queue_jobs.ADD)
    assert (adding.state, adding.done, adding.in_doubt) == (Job.State.QUEUED, 1, "")
    assert adding.run_after > timezone.now() + timedelta(seconds=60)
    assert did == ["a"]
    with time_machine.travel(timezone.now() + timedelta(seconds=105)):
        work()
    assert get_queue(sandbox) == tracks[:3]


# --- A worker that was silent and wakes up sends nothing ---------------------------------------------------


def test_a_worker_that_was_silent_and_wakes_up_sends_nothing(ada, sandbox, tracks):
    wanted = tracks[:4]
    # The second is carried out, and its answer does not come while the worker stands still.
    sandbox.fault(QUEUE, "slow", method="POST", delay_ms=80_000, after=1, times=1)
    queue_jobs.queue_uris(ada.member, uris=wanted)
    job = Job.objects.get()
    with worker_process(batch=True) as process:
        wait_for(lambda: len(get_queue(sandbox)) == 2)
        os.kill(process.pid, signal.SIGSTOP)
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=61))
        sweep_jobs()
        job.refresh_from_db()
        assert (job.state, job.done, bool(job.in_doubt)) == (Job.State.FAILED, 1, True)
        assert actions.resume(ada.member, job.pk)
        work()
        assert get_queue(sandbox) == wanted
        sandbox.control("PUT", "faults", [])
        os.kill(process.pid, signal.SIGCONT)
        process.wait(timeout=120)
    assert len(sandbox.requests("add-to-queue")) == 4
    assert get_queue(sandbox) == wanted
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 4)


# --- What was taken and not begun when its worker was killed is taken up again ------------------------------


@pytest.mark.parametrize("kind", sorted(registry.get_kinds()))
@pytest.mark.parametrize("is_task_there", [True, False])
def test_what_was_taken_and_not_begun_is_taken_up_within_30_seconds(ada, monkeypatch, kind, is_task_there):
    begun = []
    counted = {"run": lambda run: begun.append(run.job.pk), "on_end": begun.append}
    monkeypatch.setitem(registry.get_kinds(), kind, dataclasses.replace(registry.get_kind(kind), **counted))
    job = actions.start(kind, member=ada.member, started_by=ada.member)
    # As a worker leaves it that is killed between the task and the job, or a process before the task.
    if is_task_there:
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now(), worker_ids=["killed"])
    else:
        DBTaskResult.objects.all().delete()
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        work()
    job.refresh_from_db()
    assert begun[0] == job.pk
    assert job.state == Job.State.DONE


def test_a_worker_is_killed_before_it_begins(ada, sandbox, tracks):
    queue_jobs.queue_uris(ada.member, uris=tracks[:1])
    kill_at_start = """
import django, os, signal
django.setup()
from django.core.management import call_command
from django_tasks.signals import task_started
task_started.connect(lambda **_: os.kill(os.getpid(), signal.SIGKILL), weak=False)
call_command("worker", interval=0.1, startup_delay=False, verbosity=0)
"""
    with worker_process(script=kill_at_start) as process:
        assert process.wait(timeout=120) == -signal.SIGKILL
    assert DBTaskResult.objects.running().count() == 1
    # Some seconds later: until then it might just be beginning.
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(seconds=6))
    with worker_process():
        wait_for(lambda: get_queue(sandbox) == tracks[:1])


# --- What begins while Spotify cannot be reached goes on by itself ------------------------------------------


@pytest.mark.parametrize("fault", [{"kind": "reset"}, {"kind": "status", "status": 503}, {"kind": "html"}])
def test_work_that_begins_while_spotify_is_away_needs_no_resume(ada, sandbox, lists, tracks, fault):
    playlist_id = lists.make(ada, tracks[:60])
    access.open_playlist(ada.member, playlist_id)
    editing.set_order(
        access.open_for_edit(ada.member, playlist_id),
        base_revision=None,
        target=random.Random(5).sample(range(60), 60),  # noqa: S311
        kind="sort",
    )
    [import_run] = imports.start_imports(
        ada.member,
        [FileList(rows=(FileRow(words="Xyzzy Nobody - Qwertyuiop"),))],
        source=imports.ListSource(name="a list"),
    )
    sandbox.fault("*", fault.pop("kind"), **fault)
    for minute in (0, 1, 2):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            work()
    jobs = Job.objects.exclude(state=Job.State.DONE)
    assert {(job.state, job.error_code) for job in jobs} == {(Job.State.QUEUED, "unavailable")}
    assert {job.kind for job in jobs} >= {"playlist-edit", "import"}
    sandbox.control("DELETE", "faults")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        work()
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
    wanted = random.Random(5).sample(tracks[:60], 60)  # noqa: S311
    assert lists.items(playlist_id) == wanted
    assert list(import_run.lines.values_list("state", flat=True)) == ["missing"]


def test_songs_wait_some_minutes_for_a_spotify_that_is_away(ada, spotify, sandbox, tracks):
    queue_jobs.queue_uris(ada.member, uris=tracks[:2])
    spotify.stop()
    work()
    job = Job.objects.get()
    assert (job.state, job.done, job.error_code) == (Job.State.QUEUED, 0, "unavailable")
    assert timezone.now() < job.run_after < timezone.now() + timedelta(minutes=1)
