"""The task path of version 1, for one release: what was queued under it has been carried over to a job."""

from django_tasks import task

from spotweb.jobs.sweep import sweep_jobs


@task()
def run_job(_pk: int) -> None:
    """Have the jobs that were carried over queued: their rows have keys of their own."""
    sweep_jobs()
