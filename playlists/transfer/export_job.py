"""All playlists of a member in one archive: read in the background where need be, kept for a day."""

import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from accounts.models import Member
from playlists.errors import PlaylistError
from playlists.models import ExportRun, Playlist
from playlists.revisions.contents import get_contents
from playlists.sync import access
from playlists.sync.index import get_playlists
from playlists.transfer import export
from playlists.transfer.formats.rows import FileList
from spotweb.jobs import actions as jobs
from spotweb.jobs.models import Job
from spotweb.jobs.run import Run
from spotweb.spotify.errors import Forbidden, NotFound

KIND = "export"
# Lower than 0, so that work members wait for runs first.
PRIORITY = -10
KEPT_FOR = timedelta(days=1)
# Between two looks at whether a long list has been read by now.
RETRY_AFTER = timedelta(seconds=3)


def get_folder() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def get_path(export_run: ExportRun) -> Path:
    return get_folder() / f"{export_run.pk}.zip"


def is_available(export_run: ExportRun) -> bool:
    return export_run.job.state == Job.State.DONE and export_run.created_at > timezone.now() - KEPT_FOR


def get_archive(export_run: ExportRun) -> Path:
    """The file of an export that is available.

    It is written again where it is missing: the worker may be on another host than the web server, with a
    data folder of its own.
    """
    path = get_path(export_run)
    if not path.exists():
        draft = _write_archive(export_run, f"{secrets.token_hex(4)}.part", lambda: None)
        draft.replace(path)
    return path


def start_export(member: Member, file_format: str) -> ExportRun:
    """One at a time: what was under way for this member ends."""
    delete_expired_exports()
    # First: without an answer of Spotify's the archive that is there stays.
    ids = [entry.playlist.spotify_id for entry in get_playlists(member)]
    for export_run in member.exports.all():
        delete_export(export_run)
    with transaction.atomic():
        job = jobs.start(KIND, member=member, started_by=member, title=file_format, total=len(ids))
        export_run = ExportRun.objects.create(job=job, member=member, format=file_format, playlist_ids=ids)
        # Also when nobody looks at it again, or the member has left the household by then.
        due = export_run.created_at + KEPT_FOR + timedelta(minutes=1)
        expire_exports.using(priority=PRIORITY, run_after=due).enqueue()
    return export_run


def get_newest_export(member: Member) -> ExportRun | None:
    return member.exports.select_related("job").first()


def delete_export(export_run: ExportRun) -> None:
    """The job goes with it, so that a worker that is at it writes nothing more."""
    Job.objects.filter(pk=export_run.job_id).delete()
    get_path(export_run).unlink(missing_ok=True)


@task()
def expire_exports() -> None:
    delete_expired_exports()


def delete_expired_exports() -> None:
    """Also files whose member has left the household, and drafts of a worker that was killed."""
    Job.objects.filter(export_run__created_at__lt=timezone.now() - KEPT_FOR).delete()
    known = {f"{pk}.zip" for pk in ExportRun.objects.values_list("pk", flat=True)}
    oldest = (timezone.now() - KEPT_FOR).timestamp()
    for path in get_folder().glob("*"):
        if (path.name not in known and path.name.endswith(".zip")) or path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def run_export(run: Run) -> None:
    """Read what is not read yet, then write the archive."""
    export_run = ExportRun.objects.select_related("member").get(job=run.job)
    _read_playlists(run, export_run)
    # A draft of this worker alone: another may have taken over.
    draft = _write_archive(export_run, f"{run.job.attempt}.part", run.heartbeat)
    _save(run, export_run, size_bytes=draft.stat().st_size)
    draft.replace(get_path(export_run))


def _read_playlists(run: Run, export_run: ExportRun) -> None:
    """Gives the worker back while long playlists are read by jobs of their own."""
    settled = {*export_run.read_ids, *(playlist_id for playlist_id, _ in export_run.failed)}
    late: list[str] = []
    for playlist_id in export_run.playlist_ids:
        if playlist_id in settled:
            continue
        run.checkpoint()
        _save(run, export_run, current_names=_join_names([playlist_id]))
        if not _read_playlist(run, export_run, playlist_id):
            late.append(playlist_id)
    _save(run, export_run, current_names=_join_names(late))
    if late:
        run.defer(timezone.now() + RETRY_AFTER)


def _read_playlist(run: Run, export_run: ExportRun, playlist_id: str) -> bool:
    """False while a job of its own reads it."""
    error_code = ""
    try:
        opened = access.refresh_playlist(export_run.member, playlist_id, purpose="background")
    except (Forbidden, NotFound, PlaylistError) as error:
        error_code = error.code
    else:
        if opened.contents is None:
            error_code = "playlist_not_readable"
        # A reading that waits for Spotify goes on by itself.
        elif opened.reading and opened.reading.job.error_code and opened.reading.job.is_over:
            error_code = opened.reading.job.error_code
        elif opened.reading or not opened.contents.revision_id:
            return False
    if error_code:
        _save(run, export_run, failed=[*export_run.failed, [playlist_id, error_code]])
    else:
        _save(run, export_run, read_ids=[*export_run.read_ids, playlist_id])
    return True


def _save(run: Run, export_run: ExportRun, **changes: object) -> None:
    """Write fields of the export, and how far it is, while this worker owns the job."""
    for name, value in changes.items():
        setattr(export_run, name, value)
    with run.fence(done=len(export_run.read_ids) + len(export_run.failed)):
        export_run.save(update_fields=list(changes))


def _write_archive(export_run: ExportRun, ending: str, before_each: Callable[[], None]) -> Path:
    """Write what was read of all playlists to a draft, whose path is returned."""
    get_folder().mkdir(mode=0o700, exist_ok=True)
    file_format = export.FORMATS[export_run.format]
    draft = get_path(export_run).with_suffix(f".{ending}")
    draft.touch(mode=0o600)
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        playlists = list(_list_playlists(export_run))
        names = _make_unique(
            export.make_file_name(playlist.name, file_format.ending) for playlist in playlists
        )
        for playlist, name in zip(playlists, names, strict=True):
            before_each()
            contents = get_contents(playlist.revision) if playlist.revision else None
            file_list = export.make_file_list(playlist, contents) if contents else FileList()
            with archive.open(name, "w") as member:
                for piece in export.write_file(file_list, file_format):
                    member.write(piece)
    return draft


def _list_playlists(export_run: ExportRun) -> Iterator[Playlist]:
    playlists = Playlist.objects.select_related("revision").in_bulk(
        export_run.read_ids, field_name="spotify_id"
    )
    return (
        playlists[playlist_id]
        for playlist_id in export_run.read_ids
        if playlist_id in playlists and playlists[playlist_id].revision
    )


def _make_unique(names: Iterable[str]) -> Iterator[str]:
    """Playlists may share a name; files may not, and to some systems case is nothing."""
    used: set[str] = set()
    for name in names:
        bare, _, ending = name.rpartition(".")
        number, chosen = 1, name
        while chosen.casefold() in used:
            number += 1
            chosen = f"{bare} ({number}).{ending}"
        used.add(chosen.casefold())
        yield chosen


def _join_names(ids: Iterable[str]) -> str:
    names = Playlist.objects.filter(spotify_id__in=list(ids)).values_list("name", flat=True)
    return ", ".join(names)[:500]
