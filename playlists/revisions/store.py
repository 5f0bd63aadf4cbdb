"""Revisions of a playlist: recorded with every change, whoever made it, and pruned with time."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from playlists.models import Edit, Playlist, Revision
from playlists.revisions.contents import Entry, cache_contents, pack_entries
from spotweb.jobs.models import Job


def record_revision(
    playlist: Playlist,
    entries: Sequence[Entry],
    *,
    snapshot_id: str,
    kind: str,
    values: Mapping[str, Any] | None = None,
    by: Member | None = None,
    edit: Edit | None = None,
) -> Revision:
    """Record that this is in the playlist now. The same rows make no new revision: a rename, for example,
    changes Spotify's snapshot_id and nothing else."""
    packed, fingerprint = pack_entries(entries)
    newest = playlist.revision
    if newest is None or newest.fingerprint != fingerprint:
        newest = Revision.objects.create(
            playlist=playlist,
            made_by=by,
            kind=kind if newest or by else "seen",
            values=dict(values or {}),
            snapshot_id=snapshot_id,
            fingerprint=fingerprint,
            total=len(entries),
            rows=packed,
            edit=edit,
        )
    elif newest.snapshot_id != snapshot_id:
        newest.snapshot_id = snapshot_id
        newest.save(update_fields=["snapshot_id"])
    cache_contents(newest, entries)
    playlist.revision, playlist.snapshot_id, playlist.total = newest, snapshot_id, len(entries)
    playlist.save(update_fields=["revision", "snapshot_id", "total"])
    prune_revisions(playlist)
    return newest


def correct_times(revision: Revision, entries: Sequence[Entry]) -> None:
    """Store the same rows with the times that Spotify gave them, which are learned only after the write."""
    packed, fingerprint = pack_entries(entries)
    Revision.objects.filter(pk=revision.pk).update(rows=packed, fingerprint=fingerprint)
    revision.rows, revision.fingerprint = packed, fingerprint
    cache_contents(revision, entries)


def get_timeline(playlist: Playlist, *, older_than: int | None = None, limit: int = 50) -> list[Revision]:
    """Newest first, without their rows."""
    revisions = playlist.revisions.select_related("made_by", "edit").defer("rows")
    if older_than is not None:
        revisions = revisions.filter(pk__lt=older_than)
    return list(revisions[:limit])


def get_previous(revision: Revision) -> Revision | None:
    return Revision.objects.filter(playlist=revision.playlist_id, pk__lt=revision.pk).first()


def prune_revisions(playlist: Playlist) -> None:
    """Delete revisions that are too old or too many; never the newest, and none that an edit under way or
    half done goes back to."""
    oldest = timezone.now() - timedelta(days=settings.PLAYLIST_HISTORY_DAYS)
    kept = playlist.revisions.order_by("-pk").values_list("pk", flat=True)
    spare = list(kept[settings.PLAYLIST_HISTORY_COUNT : settings.PLAYLIST_HISTORY_COUNT + 1])
    too_many = Q(pk__lte=spare[0]) if spare else Q(pk__in=[])
    doomed = playlist.revisions.filter(too_many | Q(made_at__lt=oldest)).exclude(pk=playlist.revision_id or 0)
    if not doomed.exists():
        return
    unfinished = playlist.edits.exclude(job__state=Job.State.DONE)
    doomed = doomed.exclude(pk__in=unfinished.filter(base__isnull=False).values("base"))
    doomed = doomed.exclude(pk__in=unfinished.filter(start__isnull=False).values("start"))
    pks = list(doomed.values_list("pk", flat=True))
    done = playlist.edits.filter(Q(base__in=pks) | Q(start__in=pks), job__state=Job.State.DONE)
    Job.objects.filter(pk__in=list(done.values_list("job", flat=True))).delete()  # and the edits with them
    Revision.objects.filter(pk__in=pks).delete()
