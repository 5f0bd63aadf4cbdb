from typing import Any

from django.db import migrations
from django.utils import timezone

_STATES = {
    "waiting": "queued",
    "running": "queued",  # its worker is gone: whoever does it next looks before anything is sent
    "done": "done",
    "cancelled": "cancelled",
    "stopped": "failed",
}


def carry_over(apps: Any, _schema_editor: Any) -> None:  # Any: models as they were then
    """Each edit and each read gets a job. No task is needed: the sweep of the worker finds them queued."""
    Job = apps.get_model("jobs", "Job")
    Edit = apps.get_model("playlists", "Edit")
    PlaylistRead = apps.get_model("playlists", "PlaylistRead")
    reads = {}
    for read in PlaylistRead.objects.select_related("playlist"):
        reads[read.playlist_id] = read.job = Job.objects.create(
            kind="playlist-check" if read.is_check else "playlist-read",
            member_id=read.member_id,
            started_by_id=read.member_id,
            title=read.playlist.name[:500],
            state="queued",
            done=read.done,
            total=read.total,
            error_code=read.trouble,
            run_after=read.trouble_until,
            heartbeat_at=read.beat_at,
        )
        read.save(update_fields=["job"])
    jobs = {}
    for edit in Edit.objects.select_related("playlist").order_by("pk").iterator():
        state = _STATES[edit.state]
        edit.job = jobs[edit.pk] = Job.objects.create(
            kind="playlist-edit",
            member_id=edit.member_id,
            started_by_id=edit.member_id,
            title=edit.playlist.name[:500],
            state=state,
            lock_key=f"playlist:{edit.playlist_id}",
            done=edit.steps_done,
            total=edit.steps_total,
            in_doubt=f"step {edit.steps_done + 1}" if edit.in_doubt else "",
            error_code=edit.trouble,
            run_after=edit.trouble_until,
            is_cancel_requested=edit.is_cancel_wanted,
            is_dismissed=edit.is_dismissed,
            created_at=edit.created_at,
            heartbeat_at=edit.beat_at,
        )
        if state == "queued" or edit.is_uncertain:
            edit.uncertain_since = timezone.now()
        edit.save(update_fields=["job", "uncertain_since"])
    for edit in Edit.objects.filter(job__state="queued"):
        blockers = [jobs[pk].pk for pk in edit.waits_for if pk in jobs]
        if edit.base_id is None and edit.playlist_id in reads:
            blockers.append(reads[edit.playlist_id].pk)
        if blockers:
            Job.objects.filter(pk=edit.job_id).update(blocked_by=blockers)


class Migration(migrations.Migration):
    dependencies = [("playlists", "0016_edits_and_reads_are_jobs")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
