"""What the worker does. `manage.py db_worker` looks here."""

from collections.abc import Mapping

from django_tasks import task

from player import jobs
from player.models import Job
from player.queue import jobs as adding
from player.queue import skipping

WORK: Mapping[str, jobs.Work] = {Job.Kind.ADD: adding.work, Job.Kind.SKIP: skipping.work}


@task()
def run_job(pk: int) -> None:
    jobs.run(pk, WORK)
