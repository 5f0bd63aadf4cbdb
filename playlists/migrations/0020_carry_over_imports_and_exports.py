from typing import Any

from django.db import migrations

_STATES = {
    "waiting": "queued",
    "running": "queued",  # its worker is gone, and repeating a search does no harm
    "done": "done",
    "cancelled": "cancelled",
    "stopped": "failed",
}


def carry_over(apps: Any, _schema_editor: Any) -> None:  # Any: models as they were then
    """Each import and each export gets a job. No task is needed: the sweep of the worker finds them queued."""
    for kind, model, title in (("import", "ImportRun", "name"), ("export", "ExportRun", "format")):
        for run in apps.get_model("playlists", model).objects.order_by("pk").iterator():
            run.job = apps.get_model("jobs", "Job").objects.create(
                kind=kind,
                member_id=run.member_id,
                started_by_id=run.member_id,
                title=getattr(run, title),
                state=_STATES[run.state],
                done=run.done,
                total=run.total,
                error_code=run.trouble,
                run_after=run.trouble_until,
                is_cancel_requested=run.is_cancel_wanted,
                created_at=run.created_at,
                heartbeat_at=run.beat_at,
            )
            run.save(update_fields=["job"])


class Migration(migrations.Migration):
    dependencies = [("playlists", "0019_imports_and_exports_are_jobs")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
