"""What the worker does. `manage.py db_worker` looks here."""

from django_tasks import task

from library.sync import job as working


@task(priority=-10)  # whoever waits for a playlist goes first
def read_shelf(pk: int, ticket: int) -> None:
    working.run(pk, ticket)
