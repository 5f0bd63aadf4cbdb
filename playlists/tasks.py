"""What the worker does. `manage.py db_worker` looks here."""

from django_tasks import task

from playlists.editing import job as running
from playlists.sync import job as readings


@task()
def read_playlist(pk: int) -> None:
    readings.run(pk)


@task()
def carry_out(pk: int) -> None:
    running.run(pk)
