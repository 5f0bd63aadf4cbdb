"""What the worker does. `manage.py db_worker` looks here."""

from collections.abc import Mapping

from django_tasks import task

from player import adding, jobs, skipping
from player.models import Job

WORK: Mapping[str, jobs.Work] = {Job.Kind.ADD: adding.work, Job.Kind.SKIP: skipping.work}


@task()
def run_job(pk: int) -> None:
    jobs.run(pk, WORK)
