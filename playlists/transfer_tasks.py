"""What the worker does for imports and exports."""

from collections.abc import Mapping
from typing import Any

from django_tasks import task
from django_tasks.base import Task

from playlists import slices
from playlists.models import ExportRun, ImportRun, Run
from playlists.transfer import export_job, import_job


@task()
def import_slice(pk: int) -> None:
    slices.carry_out(ImportRun, pk, import_job.identify_lines)


@task()
def export_slice(pk: int) -> None:
    slices.carry_out(ExportRun, pk, export_job.export_playlists)


@task()
def forget_exports() -> None:
    export_job.delete_expired_exports()


TASKS: Mapping[type[Run], "Task[Any, Any]"] = {ImportRun: import_slice, ExportRun: export_slice}
