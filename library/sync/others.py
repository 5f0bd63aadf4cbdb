"""Whether other work waits for the worker."""

from django_tasks_db.models import DBTaskResult


def are_waiting() -> bool:
    return DBTaskResult.objects.ready().exists()
