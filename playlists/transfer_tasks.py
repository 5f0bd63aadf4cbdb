"""What the worker does for imports and exports."""

from collections.abc import Mapping
from typing import Any

from django_tasks import task
from django_tasks.base import Task

from playlists import slices
from playlists.models import ExportRun, ImportRun, Run
from playlists.transfer import export_job as archiving
from playlists.transfer import import_job as identifying


@task()
def import_slice(pk: int) -> None:
    slices.carry_out(ImportRun, pk, identifying.work)


@task()
def export_slice(pk: int) -> None:
    slices.carry_out(ExportRun, pk, archiving.work)


@task()
def forget_exports() -> None:
    archiving.forget_old()


TASKS: Mapping[type[Run], "Task[Any, Any]"] = {ImportRun: import_slice, ExportRun: export_slice}
