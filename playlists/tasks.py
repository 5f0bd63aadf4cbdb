"""What the worker does. `manage.py db_worker` looks here."""

from django_tasks import task

from playlists.editing.job import run_edit
from playlists.sync.job import run_read


@task()
def read_playlist(pk: int) -> None:
    run_read(pk)


@task()
def carry_out(pk: int) -> None:
    run_edit(pk)
