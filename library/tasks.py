"""What the worker does. `manage.py db_worker` looks here."""

from django_tasks import task

from library.syncing import working


@task()
def read_shelf(pk: int, ticket: int) -> None:
    working.run(pk, ticket)
