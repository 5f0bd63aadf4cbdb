"""The task of an older version that a database may still have queued; it stays for one release."""

from django_tasks import task

from library.models import SavedIndex
from spotweb.jobs.runner import run_queued


@task(priority=-10)
def read_shelf(pk: int, ticket: int) -> None:  # noqa: ARG001  # as the older version queued it
    """Do a slice of the job that a migration has made of this reading."""
    run_queued(SavedIndex.objects.filter(pk=pk).values_list("job_id", flat=True).first())
