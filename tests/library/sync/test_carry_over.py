"""A box that is updated in the middle of a first reading: it goes on from the rows of that version."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from library.sync import actions as sync_actions
from library.sync.job import LOST_AFTER
from library.sync.progress import get_progress
from library.tasks import read_shelf
from spotweb.jobs.models import Job
from tests.library.conftest import at_spotify, here
from tests.support.database import go_back_to

BEFORE = ("library", "0005_where_spotify_lost_something")


@pytest.mark.parametrize(("command", "state"), [("worker", "running"), ("db_worker", "waiting")])
def test_a_reading_of_the_version_before_is_finished(ada, sandbox, transactional_db, command, state):
    sync_actions.visit_index(ada.member, "track")
    sync_actions.visit_index(ada.member, "album")
    DBTaskResult.objects.all().delete()
    Job.objects.all().delete()

    with go_back_to(BEFORE) as before:
        shelves = before.get_model("library", "Shelf").objects
        moment = timezone.now() - LOST_AFTER
        shelves.filter(kind="track").update(state=state, ticket=3, beat_at=moment)
        shelves.filter(kind="album").update(state="paused", ticket=3)
        shelf = shelves.get(kind="track")
        assert (shelf.position, shelf.rows.count(), shelf.is_whole_wanted) == (50, 50, True)

    sandbox.forget_requests()
    if command == "db_worker":  # which knows no sweep: the task of that version is still in the queue
        read_shelf.enqueue(shelf.pk, 3)
    call_command(command, batch=True, interval=0, startup_delay=False, verbosity=0)
    assert get_progress(ada.member, "track").state == ""
    assert here(ada.member, "track") <= set(at_spotify(sandbox, "ada", "track"))
    assert len(here(ada.member, "track")) == 400 - 7
    assert get_progress(ada.member, "album").state == "paused", "a pause lasts"
    sync_actions.resume_reading(ada.member, "album")
    call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    assert get_progress(ada.member, "album").state == ""
