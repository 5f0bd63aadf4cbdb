"""A box that is updated in the middle of an edit and of a read: both go on from the rows of that version."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from playlists import tasks
from playlists.editing.actions import add_items
from playlists.models import Edit, Playlist, PlaylistRead
from playlists.sync import access
from spotweb.jobs.models import Job
from tests.playlists.conftest import open_list
from tests.support.database import go_back_to

BEFORE = ("playlists", "0015_plain_names")


def take_values(row, names):
    return {name: getattr(row, name) for name in names}


@pytest.mark.parametrize("command", ["worker", "db_worker"])
def test_an_edit_and_a_read_of_the_version_before_are_finished(ada, lists, transactional_db, command):
    whole = [lists.tracks[place % 300] for place in range(600)]
    edited, long = lists.make(ada, []), lists.make(ada, [lists.tracks[place % 400] for place in range(1_000)])
    access.open_playlist(ada.member, edited)
    edit = add_items(open_list(ada, edited), whole)
    fields = ("pk", "playlist_id", "member_id", "kind", "values", "base_id", "packed_target", "steps")
    edit_values = take_values(edit, fields)
    access.open_playlist(ada.member, long)
    read = PlaylistRead.objects.get()
    read_values = take_values(read, ("pk", "playlist_id", "first_page", "snapshot_id"))
    DBTaskResult.objects.all().delete()
    Job.objects.all().delete()

    with go_back_to(BEFORE) as before:
        # The second of six steps had arrived when its worker was ended.
        lists.change(edited, whole[:200])
        moment = timezone.now() - timezone.timedelta(seconds=90)
        before.get_model("playlists", "Edit").objects.create(
            **edit_values, state="running", steps_done=1, steps_total=6, in_doubt=True, beat_at=moment
        )
        before.get_model("playlists", "PlaylistRead").objects.create(
            **read_values, member_id=ada.member.pk, total=1_000, beat_at=moment
        )

    if command == "db_worker":  # which knows no sweep: the tasks of that version are still in the queue
        tasks.carry_out.enqueue(edit_values["pk"])
        tasks.read_playlist.enqueue(read_values["pk"])
    call_command(command, batch=True, interval=0, startup_delay=False, verbosity=0)
    assert Edit.objects.get(pk=edit_values["pk"]).is_done
    assert lists.items(edited) == whole
    assert not PlaylistRead.objects.exists()
    assert Playlist.objects.get(spotify_id=long).revision.total == 1_000
