"""Whatever cuts a reading short, it goes on from where it came to, and the pages show what is known."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Grant
from accounts.tokens import spotify_for, store_grant
from library.models import Item, SavedIndex
from library.saved import browse
from library.sync import actions as sync_actions
from library.sync.job import LOST_AFTER
from library.sync.pages import ListedItem
from library.sync.progress import get_progress
from library.sync.reader import IndexSync, store_items
from library.tasks import read_shelf
from spotweb.jobs.models import Job
from spotweb.jobs.run import Run, Superseded
from spotweb.jobs.runner import run_slice
from spotweb.spotify.authorization import Tokens
from spotweb.spotify.rate_limit import pace
from tests.library.conftest import at_spotify, here
from tests.library.things import track

PATH = "/v1/me/tracks*"
LISTED = 400 - 7


def shelf_of(person, kind="track"):
    return SavedIndex.objects.get(member=person.member, kind=kind)


def take_up(saved_index):
    """A worker that has begun with it, and does not go on."""
    job = Job.objects.get(pk=saved_index.job.pk)
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempt=job.attempt + 1, heartbeat_at=now)
    job.refresh_from_db()
    return Run(job, queued_at=now, slice_s=15)


def told(person, kind="track"):
    return get_progress(person.member, kind)


def mend(sandbox):
    """Spotify is well again, and the wait is over."""
    sandbox.control("DELETE", "faults")
    pace.reset_process_memory()
    from django.core.cache import cache

    cache.clear()
    DBTaskResult.objects.update(run_after=timezone.now())


@pytest.mark.parametrize("pages", [1, 3, 6])
@pytest.mark.parametrize(
    ("kind", "details", "code"),
    [
        ("rate_limit", {"retry_after": 600}, "rate_limited"),
        ("quota", {"retry_after": 600}, "quota_exceeded"),
        ("status", {"status": 503}, "unavailable"),
        ("html", {"status": 200}, "bad_response"),
    ],
)
def test_a_reading_that_is_cut_short_goes_on(ada, sandbox, work, kind, details, code, pages):
    sync_actions.visit_index(ada.member, "track")
    saved_index = shelf_of(ada)
    SavedIndex.objects.filter(pk=saved_index.pk).update(position=pages * 50)
    sandbox.fault(PATH, kind, **details)
    work()
    found = told(ada)
    assert (found.state, found.error_code) == ("waiting", code)
    assert found.is_first
    assert browse.get_page(ada.member, "track").rows
    if kind in {"rate_limit", "quota"}:
        assert found.error_until > timezone.now()
    SavedIndex.objects.filter(pk=saved_index.pk).update(position=50)
    mend(sandbox)
    work()
    assert told(ada).state == ""
    assert len(here(ada.member, "track")) == LISTED


def test_it_goes_on_and_does_not_begin_anew(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    sandbox.fault(PATH, "status", status=503)
    work()
    SavedIndex.objects.filter(member=ada.member, kind="track").update(position=350)
    sandbox.forget_requests()
    mend(sandbox)
    work()
    offsets = [one["query"] for one in sandbox.requests("get-users-saved-tracks")]
    assert not [query for query in offsets if "offset=100" in str(query)]


def test_a_grant_that_ran_out_stops_it_until_the_member_signs_in_anew(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    sandbox.control("POST", "revoke", {"member": "ada"})
    sandbox.control("POST", "expire", {"member": "ada", "what": "access"})
    Grant.objects.update(
        access_expires_at=timezone.now(), refusals=1, trouble_at=timezone.now() - timedelta(days=1)
    )
    work()
    assert told(ada).state == "stopped"
    assert told(ada).error_code in {"grant_revoked", "grant_expired", "reconnect_needed"}
    sandbox.forget_requests()
    sync_actions.visit_index(ada.member, "track")
    work()
    assert sandbox.requests("get-users-saved-tracks") == []
    granted = sandbox.tokens("ada")
    store_grant(
        ada.member,
        Tokens(
            access_token=granted["access_token"],
            refresh_token=granted["refresh_token"],
            expires_in=granted["expires_in"],
            scope=granted.get("scope", ""),
        ),
    )
    sync_actions.visit_index(ada.member, "track")
    work()
    assert told(ada).state == ""
    assert len(here(ada.member, "track")) == LISTED


def test_a_worker_that_was_ended_is_replaced(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    saved_index = shelf_of(ada)
    DBTaskResult.objects.all().delete()
    ended = take_up(saved_index)
    sync_actions.visit_index(ada.member, "track")
    assert shelf_of(ada).job.attempt == ended.job.attempt, "it may still be at work"
    with time_machine.travel(timezone.now() + LOST_AFTER + timedelta(seconds=1)):
        sync_actions.visit_index(ada.member, "track")
        assert told(ada).state == "waiting"
        work()
    assert len(here(ada.member, "track")) == LISTED
    with pytest.raises(Superseded):
        ended.heartbeat()


def test_a_worker_that_was_silent_and_replaced_stores_nothing(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    saved_index = shelf_of(ada)
    sync = IndexSync(saved_index, spotify_for(ada.member), take_up(saved_index))
    with time_machine.travel(timezone.now() + LOST_AFTER + timedelta(seconds=1)):
        sync_actions.visit_index(ada.member, "track")
        work()
    version = shelf_of(ada).version
    with pytest.raises(Superseded):
        store_items(sync, [ListedItem(track("late").uri, track("late"), 1)])
    with pytest.raises(Superseded):
        sync.save("position")
    assert track("late").uri not in here(ada.member, "track")
    assert shelf_of(ada).version == version


def test_a_task_of_an_older_version_goes_on_with_the_reading(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    DBTaskResult.objects.all().delete()
    read_shelf.enqueue(shelf_of(ada).pk, 3)
    call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0)
    assert told(ada).state == ""
    assert len(here(ada.member, "track")) == LISTED


def test_two_workers_do_not_read_the_same_shelf(ada, sandbox):
    sync_actions.visit_index(ada.member, "track")
    saved_index = shelf_of(ada)
    assert take_up(saved_index)
    sandbox.forget_requests()
    run_slice(saved_index.job.pk, saved_index.job.attempt)
    assert sandbox.requests() == []


def test_two_tabs_start_one_reading(ada, sandbox, work):
    for _ in range(3):
        sync_actions.visit_index(ada.member, "track")
    assert len(sandbox.requests("get-users-saved-tracks")) == 1
    work()
    assert len(sandbox.requests("get-users-saved-tracks")) <= 1 + 8 + 2


def test_a_pause_lasts_until_the_member_goes_on(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    sync_actions.pause_reading(ada.member, "track")
    work()
    sync_actions.visit_index(ada.member, "track")
    work()
    assert told(ada).state == "paused"
    assert len(here(ada.member, "track")) <= 50
    sync_actions.resume_reading(ada.member, "track")
    work()
    assert (told(ada).state, len(here(ada.member, "track"))) == ("", LISTED)


def test_a_check_by_hand_says_what_is_wrong(ada, sandbox, work):
    from spotweb.spotify.errors import Unavailable

    sync_actions.visit_index(ada.member, "track")
    work()
    sandbox.fault(PATH, "status", status=503)
    with pytest.raises(Unavailable):
        sync_actions.refresh_index(ada.member, "track")
    assert told(ada).error_code == "unavailable"
    mend(sandbox)
    sandbox.forget_requests()
    sync_actions.refresh_index(ada.member, "track")
    work()
    assert told(ada).error_code == ""
    assert len(here(ada.member, "track")) == LISTED


def test_trouble_with_the_first_page_leaves_a_page_without_rows(ada, sandbox, work):
    sandbox.fault(PATH, "status", status=503)
    sync_actions.visit_index(ada.member, "track")
    assert told(ada).error_code == "unavailable"
    assert browse.get_page(ada.member, "track").rows == ()
    mend(sandbox)
    work()
    assert len(here(ada.member, "track")) == LISTED


@pytest.mark.parametrize("status", [403, 404])
def test_audiobooks_are_hidden_where_there_are_none(ada, sandbox, work, status):
    sandbox.control("PUT", "product", {"member": "ada", "country": "DE"})
    sandbox.control("PUT", "settings", {"audiobook_status": status})
    sync_actions.visit_index(ada.member, "audiobook")
    work()
    found = told(ada, "audiobook")
    assert (found.is_offered, found.error_code, found.state) == (False, "", "")
    sandbox.forget_requests()
    sync_actions.visit_index(ada.member, "audiobook")
    work()
    assert sandbox.requests("get-users-saved-audiobooks") == []


def test_audiobooks_among_the_shows_are_left_out(ada, sandbox, work):
    sandbox.control("PUT", "settings", {"audiobooks_in_shows": True})
    sync_actions.visit_index(ada.member, "show")
    work()
    assert here(ada.member, "show") == set(at_spotify(sandbox, "ada", "show"))


def test_a_clock_that_was_set_back_stops_nothing(ada, sandbox, work):
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        Grant.objects.update(access_expires_at=timezone.now() + timedelta(hours=1))
        sync_actions.visit_index(ada.member, "track")
        work()
    sync_actions.visit_index(ada.member, "track")
    work()
    assert told(ada).checked_at <= timezone.now()
    assert len(here(ada.member, "track")) == LISTED


def test_two_members_share_what_both_have(ada, ben, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    sync_actions.visit_index(ben.member, "track")
    work()
    both = here(ada.member, "track") & here(ben.member, "track")
    assert Item.objects.filter(uri__in=both).count() == len(both)
    ada.member.delete()
    assert here(ben.member, "track")


def test_another_writer_that_holds_the_database_is_no_error_page(ada, sandbox, work):
    """A page does without; the reading goes on when the database is free."""
    if connection.vendor != "sqlite":
        pytest.skip("the lock of SQLite")
    import sqlite3

    sync_actions.visit_index(ada.member, "track")
    connection.cursor().execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        SavedIndex.objects.filter(pk=0).exists()
        sync_actions.visit_index(ada.member, "track")
        assert browse.get_page(ada.member, "track").rows
        assert ada.get("/library/").status_code == 200
        with suppress(Exception):  # the worker itself notes its end in the database that it cannot write to
            saved_index = shelf_of(ada)
            run_slice(saved_index.job.pk, saved_index.job.attempt)
    finally:
        other.execute("ROLLBACK")
        other.close()
    work()
    assert len(here(ada.member, "track")) == LISTED
