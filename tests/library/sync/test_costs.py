"""The index against Spotify: what it costs, and what it never does."""

import pytest
from django.db import connection

from library.models import SavedIndex
from library.sync import actions as sync_actions
from library.sync.progress import get_progress
from spotweb.jobs.runner import run_slice
from tests.library.conftest import at_spotify, here

KINDS = ("track", "album", "show", "episode", "audiobook", "artist")


def counted(sandbox):
    found = {}
    for one in sandbox.requests():
        if one["operation"] != "token":
            found[one["operation"]] = found.get(one["operation"], 0) + 1
    return found


def test_the_first_fifty_are_there_after_one_request(ada, sandbox):
    sync_actions.visit_index(ada.member, "track")
    assert counted(sandbox) == {"get-users-saved-tracks": 1}
    assert 40 <= len(here(ada.member, "track")) <= 50
    told = get_progress(ada.member, "track")
    assert (told.state, told.total, told.is_first) == ("waiting", 400, True)


def test_only_the_reading_keeps_many_pages_of_the_database_in_memory(ada, sandbox):
    if connection.vendor != "sqlite":
        pytest.skip("another engine has a memory of its own")
    sync_actions.visit_index(ada.member, "track")
    usual = get_page_memory()
    job = SavedIndex.objects.get(member=ada.member, kind="track").job
    run_slice(job.pk, job.attempt)
    assert get_page_memory() > usual
    connection.close()  # as the worker does once it has nothing to do
    assert get_page_memory() == usual


def get_page_memory():
    """In KB, which SQLite says as a negative number."""
    with connection.cursor() as cursor:
        return -cursor.execute("PRAGMA cache_size").fetchone()[0]


def test_everything_is_read_in_the_background(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    work()
    for kind in KINDS:
        told = get_progress(ada.member, kind)
        assert (kind, told.state, told.error_code) == (kind, "", "")
        assert here(ada.member, kind) <= set(at_spotify(sandbox, "ada", kind))
        assert not told.is_first
    lost = 7
    assert len(here(ada.member, "track")) == 400 - lost
    assert SavedIndex.objects.get(member=ada.member, kind="track").missing_count == lost


def test_an_unchanged_library_costs_one_request_for_each_kind(ada, sandbox, work):
    sync_actions.visit_index(ada.member, "track")
    work()
    SavedIndex.objects.update(checked_at=None)
    sandbox.forget_requests()
    sync_actions.visit_index(ada.member, "track")
    work()
    assert set(counted(sandbox).values()) == {1}
    assert len(counted(sandbox)) == len(KINDS)
