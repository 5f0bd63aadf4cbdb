"""What a job promises: one worker at a time, nothing sent twice, and an end that is always written down."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.tokens import spotify_for
from spotweb.jobs import actions, patience, runner
from spotweb.jobs.actions import LockTaken
from spotweb.jobs.management.commands import worker as worker_command
from spotweb.jobs.management.commands.worker import PatientWorker
from spotweb.jobs.models import Job
from spotweb.jobs.registry import JobNotice
from spotweb.jobs.run import Failed, Superseded
from spotweb.jobs.sweep import sweep_jobs
from spotweb.spotify import transport
from spotweb.spotify.errors import NotFound, RateLimited, Unavailable
from tests.jobs.toys import NAME, did
from tests.jobs.workers import work

State = Job.State


@pytest.fixture
def start(ada, toy):
    def begin(*steps, **fields):  # noqa: ANN002, ANN003
        values = {"member": ada.member, "started_by": ada.member, "payload": {"steps": list(steps)}}
        return actions.start(NAME, **(values | fields))

    return begin


def read(job):
    return Job.objects.get(pk=job.pk)


def raise_(error):
    raise error


# --- One slice after the other ----------------------------------------------------------------------------


def test_a_job_is_done_step_by_step(start):
    job = start("a", "b")
    work()
    job = read(job)
    assert did == ["a", "b"]
    assert (job.state, job.done, job.last_step, job.in_doubt) == (State.DONE, 2, "b", "")


@pytest.fixture
def idle_worker(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)  # as in a household
    connection.close()
    return PatientWorker(
        queue_names=["default"], interval=0, batch=False, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="idle", excluded_queue_names=[],
    )  # fmt: skip


def test_an_idle_worker_looks_when_somebody_has_written(start, idle_worker):
    worker = idle_worker
    assert not worker.wait_for_work()
    with CaptureQueriesContext(connection) as asked:
        assert not worker.wait_for_work()
    if connection.vendor == "sqlite":
        assert [query["sql"] for query in asked] == ["PRAGMA data_version"]
    somebody = threading.Thread(target=lambda: (start("a"), connections.close_all()))
    somebody.start()
    somebody.join()
    assert worker.wait_for_work()
    work()
    assert did == ["a"]
    assert not worker.wait_for_work()


def test_a_worker_lets_go_of_what_the_database_remembers_once_after_its_work(start, idle_worker, monkeypatch):
    assert not idle_worker.wait_for_work()
    idle_worker.give_memory_back()
    assert connection.connection is None
    monkeypatch.setattr(worker_command, "GIVES_BACK_EVERY_S", 0)
    assert not idle_worker.wait_for_work()
    idle_worker.give_memory_back()
    assert connection.connection is not None  # it has done nothing since


def test_a_slice_ends_and_others_have_their_turn(start, toy):
    toy(slice_s=0)
    job, other = start("a"), start("b")
    runner.run_slice(job.pk, job.attempt)
    assert read(job).state == State.QUEUED
    tasks = DBTaskResult.objects.ready()
    assert tasks.filter(args_kwargs__args=[job.pk, job.attempt + 2]).exists()
    assert tasks.filter(args_kwargs__args=[other.pk, other.attempt]).exists()
    toy()
    work()
    assert sorted(did) == ["a", "b"]


def test_a_job_is_claimed_once(start):
    job = start("a")
    runner.run_slice(job.pk, job.attempt)
    runner.run_slice(job.pk, job.attempt)
    assert did == ["a"]


def test_urgent_kinds_go_first(start, toy):
    toy(priority=-10)
    start("late")
    toy(priority=0)
    start("soon")
    work()
    assert did == ["soon", "late"]


def test_members_take_turns_however_much_one_has_queued(start, toy, ben):
    def do_one(run):
        if run.job.done < 3:
            run.once(run.job.title, lambda: did.append(run.job.title))
            run.hand_over()

    toy(run=do_one)
    for _ in range(5):
        start(title="ada")
    start(title="ben", member=ben.member, started_by=ben.member)
    work()
    assert len(did) == 18
    assert did[:7].count("ben") == 3


def test_less_urgent_work_of_another_member_goes_on_slowly(start, toy, ben, monkeypatch):
    def do_one(run):
        if run.job.done < run.job.payload["slices"]:
            run.once(run.job.title, lambda: did.append(run.job.title))
            run.hand_over()

    monkeypatch.setattr(runner, "SECONDS_PER_PRIORITY", 0.0)  # as if half a minute had gone by
    toy(run=do_one)
    start(title="ada", payload={"slices": 6})
    toy(name="slow", run=do_one, priority=-10)
    actions.start("slow", member=ben.member, started_by=ben.member, title="ben", payload={"slices": 3})
    work()
    assert did[:6].count("ben") == 3


def test_a_clients_purpose_in_a_slice_is_background(start, toy, ada):
    def note(run):
        did.append(spotify_for(run.job.member).purpose)

    toy(run=note)
    start()
    work()
    assert did == ["background"]
    assert spotify_for(ada.member).purpose == "page"


# --- A worker that has lost its job -----------------------------------------------------------------------


def test_a_silent_worker_that_wakes_up_is_superseded_at_its_next_write_and_sends_nothing(start, toy):
    runs = []

    def fall_silent(run):
        runs.append(run)
        if len(runs) == 1:
            with time_machine.travel(timezone.now() + timedelta(seconds=61)):
                sweep_jobs()
                work()
        for name in run.job.payload["steps"][run.job.done :]:
            run.once(name, lambda name=name: did.append(f"{len(runs)} {name}"))

    toy(run=fall_silent, resumes_itself=True)
    job = start("a", "b")
    work()
    assert did == ["2 a", "2 b"]
    assert read(job).state == State.DONE


def test_rows_of_a_feature_are_written_by_the_worker_that_holds_the_job(start, toy):
    def lose_it(run):
        Job.objects.filter(pk=run.job.pk).update(attempt=run.job.attempt + 1)
        with pytest.raises(Superseded), run.fence():
            did.append("written")
        run.heartbeat()

    toy(run=lose_it)
    job = start()
    work()
    assert not did
    assert read(job).state == State.RUNNING  # of the other worker


def test_a_lost_job_waits_for_its_member_or_goes_on_by_itself(start, toy):
    job = start("a", "b")
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempt=1, done=1)
    with time_machine.travel(timezone.now() + timedelta(seconds=59)):
        sweep_jobs()
        assert read(job).state == State.RUNNING
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert read(job).is_lost
        sweep_jobs()
        job = read(job)
        assert (job.state, job.error_code, job.is_lost, job.can_resume) == (
            State.FAILED,
            "job_lost",
            True,
            True,
        )
        toy(resumes_itself=True)
        Job.objects.filter(pk=job.pk).update(
            state=State.RUNNING, heartbeat_at=timezone.now() - timedelta(seconds=61)
        )
        work()
    assert did == ["b"]
    assert read(job).state == State.DONE


# --- Taken and not begun ----------------------------------------------------------------------------------


def test_a_task_that_vanished_before_it_began_is_queued_again(start):
    job = start("a")
    DBTaskResult.objects.all().delete()
    work()
    assert did == ["a"]
    assert read(job).attempt > 1


def test_a_task_whose_worker_was_killed_before_it_began_is_queued_again(start):
    start("a")
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    work()
    assert not did  # it may just be beginning
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        work()
    assert did == ["a"]
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        work()
    assert did == ["a"]
    assert DBTaskResult.objects.count() == DBTaskResult.objects.successful().count() == 2


def test_a_job_that_ends_every_worker_is_given_up(start, toy):
    toy(resumes_itself=True)
    job = start("a")
    for _ in range(6):
        job = read(job)
        Job.objects.filter(pk=job.pk).update(
            state=State.RUNNING, heartbeat_at=timezone.now() - timedelta(seconds=61)
        )
        sweep_jobs()
    assert read(job).state == State.FAILED


def test_a_task_that_ends_every_worker_is_given_up(start):
    start("a")
    DBTaskResult.objects.update(
        status="RUNNING", started_at=timezone.now(), worker_ids=["one", "two", "three"]
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        sweep_jobs()
    assert DBTaskResult.objects.failed().count() == 1


def test_a_sweep_leaves_what_waits_as_it_is(start):
    later = start("later", run_after=timezone.now() + timedelta(hours=1))
    first = start("a")
    blocked = start("b", blocked_by=[first.pk])
    tasks = DBTaskResult.objects.count()
    sweep_jobs()
    sweep_jobs()
    assert DBTaskResult.objects.count() == tasks
    assert {read(job).attempt for job in (later, first, blocked)} == {0}


# --- Errors -----------------------------------------------------------------------------------------------


def test_a_wait_that_spotify_asks_for_is_not_waited_out_in_the_worker(start, toy):
    until = timezone.now() + timedelta(seconds=50)
    errors = [RateLimited(until=until, family="x")]

    def run(run):
        run.once("a", lambda: raise_(errors.pop()) if errors else did.append("a"))

    toy(run=run)
    job = start()
    work()
    job = read(job)
    assert (job.state, job.error_code, job.in_doubt, job.tries) == (State.QUEUED, "rate_limited", "", 0)
    assert until < job.run_after < until + timedelta(seconds=5)
    assert job.is_deferred
    with time_machine.travel(until + timedelta(seconds=2)):
        work()
    job = read(job)
    assert did == ["a"]
    assert (job.state, job.error_code, job.run_after) == (State.DONE, "", None)


def test_an_error_ends_it_and_a_lost_answer_leaves_the_doubt(start, toy):
    toy(run=lambda run: run.once("a", lambda: raise_(NotFound())))
    job = start()
    work()
    assert (read(job).state, read(job).error_code, read(job).in_doubt) == (State.FAILED, "not_found", "")
    toy(run=lambda run: run.once("a", lambda: raise_(Unavailable(is_outcome_unknown=True))))
    job = start()
    work()
    assert (read(job).state, read(job).error_code, read(job).in_doubt) == (State.FAILED, "unavailable", "a")


def test_growing_pauses(start, toy):
    def retry_at(job, error):
        return timezone.now() + timedelta(seconds=10 * 2**job.tries) if job.tries < 2 else None

    toy(run=lambda _: raise_(Unavailable()), retry_at=retry_at)
    job = start()
    for tries in (1, 2):
        job = read(job)
        runner.run_slice(job.pk, job.attempt)
        assert (read(job).state, read(job).tries) == (State.QUEUED, tries)
    job = read(job)
    runner.run_slice(job.pk, job.attempt)
    assert (read(job).state, read(job).error_code) == (State.FAILED, "unavailable")


def test_a_mistake_of_ours_leaves_no_job_at_work(start, toy):
    toy(run=lambda _: raise_(ZeroDivisionError()))
    job = start()
    with pytest.raises(ZeroDivisionError):
        runner.run_slice(job.pk, job.attempt)
    assert (read(job).state, read(job).error_code) == (State.FAILED, "job_lost")


def test_a_kind_may_fail_with_a_code_of_its_own(start, toy):
    toy(run=lambda _: raise_(Failed("no_room")))
    job = start()
    work()
    assert (read(job).state, read(job).error_code) == (State.FAILED, "no_room")


# --- What members do --------------------------------------------------------------------------------------


def test_cancelling(start, toy, ada, ben):
    job = start("a")
    actions.cancel(ben.member, job.pk)
    assert not read(job).is_cancel_requested
    actions.cancel(ada.member, job.pk)
    assert read(job).state == State.CANCELLED
    work()
    assert not did

    def run(run):
        actions.cancel(ada.member, run.job.pk)
        assert read(run.job).state == State.RUNNING
        run.once("a", lambda: did.append("a"))

    toy(run=run)
    job = start()
    work()
    assert read(job).state == State.CANCELLED
    assert not did


def test_a_lost_job_is_cancelled_at_once(start, ada):
    job = start("a")
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempt=1)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        actions.cancel(ada.member, job.pk)
    assert read(job).state == State.CANCELLED


def test_a_worker_that_ended_before_the_clock_was_set_back_is_missed(start):
    job = start("a")
    later = timezone.now() + timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempt=1, heartbeat_at=later)
    sweep_jobs()
    assert (read(job).state, read(job).error_code) == (State.FAILED, "job_lost")


def test_cancelling_reaches_a_job_between_two_slices(start, toy, ada):
    toy(run=lambda run: (actions.cancel(ada.member, run.job.pk), run.hand_over()))
    job = start("a")
    work()
    assert read(job).state == State.CANCELLED


def test_resuming_and_dismissing(start, toy, ada, ben):
    toy(notice=JobNotice(page="toys", template="none"))
    job = start("a", "b")
    actions.cancel(ada.member, job.pk)
    assert not actions.resume(ben.member, job.pk)
    assert actions.resume(ada.member, job.pk)
    assert not actions.resume(ada.member, job.pk)
    work()
    assert did == ["a", "b"]
    assert list(actions.get_shown(ada.member, "toys")) == [job]
    actions.dismiss(ben.member, job.pk)
    actions.dismiss(ada.member, job.pk)
    assert not actions.get_shown(ada.member, "toys")


def test_pausing_takes_it_from_the_worker(start, toy):
    def run(run):
        assert actions.pause(read(run.job))
        run.heartbeat()

    toy(run=run)
    job = start("a")
    work()
    job = read(job)
    assert job.state == State.PAUSED
    toy()
    assert actions.restart(job)
    work()
    assert did == ["a"]


# --- Jobs among each other --------------------------------------------------------------------------------


def test_a_lock_is_held_while_a_job_is_active(start, toy):
    job = start("a", lock_key="thing:1")
    with pytest.raises(LockTaken) as taken:
        start("b", lock_key="thing:1")
    assert taken.value.job == job
    start("c", lock_key="thing:2")
    start("d")
    start("e")
    work()
    assert start("b", lock_key="thing:1")


def test_a_lost_job_holds_up_nobody(start):
    job = start("a", lock_key="thing:1")
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert start("b", lock_key="thing:1")
    assert read(job).state == State.FAILED


def test_resuming_while_another_holds_the_lock(start, ada):
    job = start("a", lock_key="thing:1")
    actions.cancel(ada.member, job.pk)
    start("b", lock_key="thing:1")
    with pytest.raises(LockTaken):
        actions.resume(ada.member, job.pk)
    assert read(job).state == State.CANCELLED


def test_a_job_waits_for_another(start, toy):
    first = start("a", run_after=timezone.now() + timedelta(hours=1))
    second = start("b", blocked_by=[first.pk])
    work()
    assert not did
    assert actions.restart(read(first))
    work()
    assert did == ["a", "b"]
    assert read(second).blocked_by == []


@pytest.mark.parametrize(("code", "state"), [("copy_failed", State.FAILED), ("", State.QUEUED)])
def test_a_job_that_waits_in_vain(start, toy, ada, code, state):
    toy(on_blocker_failed=lambda *_: code)
    first = start("a")
    second = start("b", blocked_by=[first.pk])
    actions.cancel(ada.member, first.pk)
    work()
    assert (read(second).state, read(second).error_code) == (state, code)
    actions.resume(ada.member, first.pk)
    actions.resume(ada.member, second.pk)
    work()
    assert did == ["a", "b"]


def test_a_job_that_waits_in_vain_ends_although_nobody_told_it(start, toy):
    """The process that ended the one it waits for was killed right after that."""
    toy(on_blocker_failed=lambda *_: "copy_failed")
    first = start("a", run_after=timezone.now() + timedelta(hours=1))
    second = start("b", blocked_by=[first.pk])
    Job.objects.filter(pk=first.pk).update(state=State.FAILED, run_after=None)
    sweep_jobs()
    assert (read(second).state, read(second).error_code) == (State.FAILED, "copy_failed")


def test_the_feature_hears_of_each_end(start, toy, ada):
    ends = []
    toy(on_end=lambda job: ends.append(job.state))
    start("a")
    work()
    actions.cancel(ada.member, start("b").pk)
    toy(on_end=lambda job: ends.append(job.state), run=lambda _: raise_(NotFound()))
    start("c")
    work()
    assert ends == [State.DONE, State.CANCELLED, State.FAILED]


def test_a_blocker_that_ends_while_a_job_is_written_down_wakes_it(start):
    """In another process, which cannot see the new job yet."""
    blocker = start("a")

    def finish():
        runner.finish_job(read(blocker), State.DONE)
        connections.close_all()

    other = threading.Thread(target=finish)
    with transaction.atomic():
        job = start("b", blocked_by=[blocker.pk])
        other.start()
        # It waits for this transaction; one that did not would be over by then.
        other.join(2)
    other.join()
    tasks = DBTaskResult.objects.ready()
    assert tasks.filter(args_kwargs__args__0=job.pk).exists()


# --- Inside a request -------------------------------------------------------------------------------------


def test_a_short_job_is_done_while_the_member_waits(start):
    job = start("a", inline=True)
    assert not DBTaskResult.objects.exists()
    with runner.inline(job) as run:
        assert run.is_inline
        run.once("a", lambda: did.append("a"))
    assert did == ["a"]
    assert read(job).state == State.DONE


def test_the_rest_is_left_to_the_worker(start):
    job = start("a", "b", inline=True)
    with runner.inline(job) as run:
        run.once("a", lambda: did.append("a"))
        run.hand_over()
    assert job.state == State.QUEUED
    work()
    assert did == ["a", "b"]


def test_what_spotify_refuses_is_written_and_raised(start):
    job = start("a", inline=True)
    with pytest.raises(NotFound), runner.inline(job) as run:
        run.once("a", lambda: raise_(NotFound()))
    assert (read(job).state, read(job).error_code) == (State.FAILED, "not_found")


def test_a_job_of_which_nothing_was_done_may_be_deleted(start):
    job = start("a", inline=True)

    def try_it(run):
        try:
            run.once("a", lambda: raise_(NotFound()))
        except NotFound:
            job.delete()
            raise

    with pytest.raises(NotFound), runner.inline(job) as run:
        try_it(run)
    assert not Job.objects.exists()


# --- Outages and gone workers -----------------------------------------------------------------------------


def _full_disk():
    return OperationalError("database or disk is full")


@pytest.fixture
def _no_pause(monkeypatch):
    monkeypatch.setattr(patience, "PAUSE_S", 0.0)
    monkeypatch.setattr("spotweb.jobs.run.PAUSE_S", 0.0)


@pytest.mark.usefixtures("_no_pause")
def test_an_end_that_could_not_be_written_at_first_is_written_then(start, toy):
    """What the feature writes with the end fails, and with it the end: it is repeated as a whole."""
    troubles, ends = [_full_disk(), _full_disk()], []

    def end(job):
        if troubles:
            raise troubles.pop()
        ends.append(job.state)

    toy(on_end=end)
    job = start("a")
    work()
    assert (read(job).state, did, ends) == (State.DONE, ["a"], [State.DONE])


@pytest.mark.usefixtures("_no_pause")
def test_a_turn_that_could_not_be_given_back_at_first_is_given_back_then(start, toy, monkeypatch):
    troubles, enqueue = [_full_disk()], runner.enqueue_job

    def give_back(job):
        if troubles:
            raise troubles.pop()
        enqueue(job)

    def run(run):
        if not did:
            did.append("first slice")
            monkeypatch.setattr(runner, "enqueue_job", give_back)
            run.hand_over()

    toy(run=run)
    job = start()
    work()
    assert (read(job).state, troubles) == (State.DONE, [])


@pytest.mark.usefixtures("_no_pause")
def test_those_who_wait_are_woken_although_the_first_try_failed(start, toy, monkeypatch):
    ends, troubles, wake = [], [_full_disk()], runner._wake_blocked

    def wake_later(job):
        if troubles:
            raise troubles.pop()
        wake(job)

    toy(on_end=lambda job: ends.append(job.pk))
    first = start("a")
    second = start("b", blocked_by=[first.pk])
    monkeypatch.setattr(runner, "_wake_blocked", wake_later)
    work()
    assert did == ["a", "b"]
    assert ends == [first.pk, second.pk], "each end is told once"


def test_what_was_sent_before_the_database_went_away_is_not_sent_again(start, toy):
    def send():
        did.append("sent")
        transport._sent.writes += 1
        raise OperationalError("database is locked")

    toy(run=lambda run: run.once("a", send), lost_code="lost")
    job = start()
    work()
    assert did == ["sent"]
    assert (read(job).state, read(job).error_code, read(job).in_doubt) == (State.FAILED, "lost", "a")


@pytest.mark.parametrize(
    ("kind", "row", "age", "state"),
    [
        ({}, {}, 1, State.QUEUED),
        ({}, {}, 11, State.FAILED),
        ({}, {"in_doubt": "a"}, 1, State.FAILED),
        ({"can_resume": lambda _: False}, {}, 1, State.FAILED),
        ({"resumes_itself": True}, {"in_doubt": "a"}, 60, State.QUEUED),
        ({"resumes_itself": True}, {"tries": runner.MAX_TRIES_LOST}, 1, State.FAILED),
        ({"resumes_itself": True}, {"tries": runner.MAX_TRIES_LOST - 1}, 1, State.QUEUED),
    ],
)
def test_the_work_of_a_gone_worker_goes_on_where_nothing_is_in_doubt(start, toy, kind, row, age, state):
    toy(lost_code="lost", **({"can_resume": lambda _: True} | kind))
    job = start("a")
    moment = timezone.now() - timedelta(minutes=age)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, heartbeat_at=moment, **row)
    assert runner.release_job_of_gone_worker(read(job))
    assert read(job).state == state


def test_only_who_comes_further_is_given_new_tries(start, toy):
    seen = []

    def run(run):
        run.heartbeat(done=0)
        seen.append(read(run.job).tries)
        run.heartbeat(done=1)
        seen.append(read(run.job).tries)

    toy(run=run)
    job = start("a")
    Job.objects.filter(pk=job.pk).update(tries=3)
    work()
    assert seen == [3, 0]


def test_a_worker_that_is_to_end_gives_back_what_it_has(start, toy):
    def run(run):
        did.append("begun")
        patience.stopping.set()
        run.checkpoint(done=1)
        did.append("went on")

    toy(run=run)
    job = start("a")
    try:
        runner.run_slice(job.pk, job.attempt)
    finally:
        patience.stopping.clear()
    assert (did, read(job).state, read(job).done) == (["begun"], State.QUEUED, 1)
