"""Names of tasks that an older version has queued, kept for one release: they do the job of that row."""

from django_tasks import task

from playlists.models import ExportRun, ImportRun
from playlists.transfer.export_job import delete_expired_exports
from spotweb.jobs.runner import run_queued


@task()
def import_slice(pk: int) -> None:
    run_queued(ImportRun.objects.filter(pk=pk).values_list("job_id", flat=True).first())


@task()
def export_slice(pk: int) -> None:
    run_queued(ExportRun.objects.filter(pk=pk).values_list("job_id", flat=True).first())


@task()
def forget_exports() -> None:
    delete_expired_exports()
