"""What the worker does. `manage.py db_worker` looks here."""

from django_tasks import task

from playlists import readings


@task()
def read_playlist(pk: int) -> None:
    readings.run(pk)
