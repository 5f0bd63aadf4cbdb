from typing import Any

from django.db import migrations
from django.utils import timezone

_STATES = {"waiting": "queued", "running": "queued", "paused": "paused", "stopped": "failed"}


def make_jobs(apps: Any, _schema_editor: object) -> None:  # noqa: ANN401  # historical models have no types
    """What is queued or running goes on; what is paused or has stopped waits for its member as before."""
    Job = apps.get_model("jobs", "Job")
    SavedIndex = apps.get_model("library", "SavedIndex")
    for saved_index in SavedIndex.objects.filter(state__in=_STATES, job=None):
        is_waiting = saved_index.state == "waiting"
        saved_index.job = Job.objects.create(
            kind="saved-sync",
            member_id=saved_index.member_id,
            state=_STATES[saved_index.state],
            lock_key=f"saved:{saved_index.pk}",
            attempt=saved_index.ticket,
            error_code=saved_index.trouble,
            run_after=saved_index.trouble_until if is_waiting else None,
            tries=saved_index.tries,
            heartbeat_at=saved_index.beat_at or timezone.now(),
        )
        saved_index.save(update_fields=["job"])


class Migration(migrations.Migration):
    dependencies = [("library", "0007_job_of_the_saved_index")]

    operations = [migrations.RunPython(make_jobs, migrations.RunPython.noop)]
