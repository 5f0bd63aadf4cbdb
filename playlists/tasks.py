"""Names of tasks that an older version has queued, kept for one release: they do the job of that row."""

from django_tasks import task

from playlists.models import Edit, PlaylistRead
from spotweb.jobs.runner import run_queued


@task()
def read_playlist(pk: int) -> None:
    run_queued(PlaylistRead.objects.filter(pk=pk).values_list("job_id", flat=True).first())


@task()
def carry_out(pk: int) -> None:
    run_queued(Edit.objects.filter(pk=pk).values_list("job_id", flat=True).first())
