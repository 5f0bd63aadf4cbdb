"""The jobs of this app become rows of `spotweb.jobs`: queued ones go on, the others are still told about."""

from typing import Any

from django.db import migrations

KINDS = {"add": "queue-add", "skip": "queue-skip"}
# One that runs has lost its worker to the update. The sweep says so, and its member may resume it.
STATES = {"waiting": "queued", "stopped": "failed"}


def carry_over(apps: Any, _schema_editor: Any) -> None:
    new = apps.get_model("jobs", "Job")
    new.objects.bulk_create(
        [
            new(
                kind=KINDS[old.kind],
                member_id=old.member_id,
                started_by_id=old.started_by_id,
                state=STATES.get(old.state, old.state),
                payload={**old.wanted, "device_id": old.device_id},
                title=old.title,
                done=old.steps_done,
                total=old.steps_total if old.kind == "add" else len(old.wanted["names"]),
                skipped=old.left_out,
                last_step=old.last,
                in_doubt=old.in_doubt,
                error_code=old.trouble or ("job_lost" if old.state == "stopped" else ""),
                run_after=old.trouble_until if old.state == "stopped" else None,
                is_cancel_requested=old.is_cancel_wanted,
                is_dismissed=old.is_dismissed,
                created_at=old.created_at,
                heartbeat_at=old.beat_at,
            )
            for old in apps.get_model("player", "Job").objects.order_by("pk")
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("player", "0002_devices_and_searches"), ("jobs", "0001_job")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
