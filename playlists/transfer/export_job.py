"""All playlists of a member in one archive: read in the background where need be, kept for a day."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import Member
from playlists import slices
from playlists.errors import PlaylistError
from playlists.models import ExportRun, Playlist
from playlists.revisions.contents import get_contents
from playlists.sync import access
from playlists.sync.index import get_playlists
from playlists.transfer import export
from playlists.transfer.formats.rows import FileList
from spotweb.spotify.errors import Forbidden, NotFound

KEPT_FOR = timedelta(days=1)
# Between two looks at whether a long list has been read by now.
RETRY_AFTER = timedelta(seconds=3)


def get_folder() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def get_path(run: ExportRun) -> Path:
    return get_folder() / f"{run.pk}.zip"


def is_available(run: ExportRun) -> bool:
    return (
        run.state == ExportRun.State.DONE
        and run.created_at > timezone.now() - KEPT_FOR
        and get_path(run).exists()
    )


def start_export(member: Member, form: str) -> ExportRun:
    """One at a time: what was under way for this member is ended."""
    delete_expired_exports()
    for run in member.exports.all():
        delete_export(run)
    wanted = [entry.playlist.spotify_id for entry in get_playlists(member)]
    run = ExportRun.objects.create(member=member, format=form, wanted=wanted, total=len(wanted))
    slices.begin(run)
    _schedule_deletion(run)
    return run


def _schedule_deletion(run: ExportRun) -> None:
    """Also when nobody looks at it again, or the member has moved out by then."""
    from playlists.transfer_tasks import forget_exports  # the tasks import the work, which is here

    due = run.created_at + KEPT_FOR + timedelta(minutes=1)
    forget_exports.using(priority=slices.PRIORITY, run_after=due).enqueue()


def get_newest_export(member: Member) -> ExportRun | None:
    return member.exports.first()


def delete_export(run: ExportRun) -> None:
    run.delete()
    get_path(ExportRun(pk=run.pk)).unlink(missing_ok=True)


def delete_expired_exports() -> None:
    """Also files whose member has moved out, and what a worker left behind that was ended."""
    ExportRun.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    known = {f"{pk}.zip" for pk in ExportRun.objects.values_list("pk", flat=True)}
    oldest = (timezone.now() - KEPT_FOR).timestamp()
    for path in get_folder().glob("*"):
        if (path.name not in known and path.name.endswith(".zip")) or path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def export_playlists(run: ExportRun) -> bool:
    """A slice of it, in the worker. Whether all is done."""
    is_complete = _read_playlists(run)
    if is_complete:
        _write_archive(run)
    return is_complete


def _read_playlists(run: ExportRun) -> bool:
    """Whether all lists are known now. Raises NotYet while long ones are read, by a task of their own."""
    settled = {*run.read, *(playlist_id for playlist_id, _ in run.left)}
    late: list[str] = []
    for playlist_id in run.wanted:
        if playlist_id in settled:
            continue
        if slices.is_over(run):
            return False
        run.now_at = _join_names([playlist_id])
        slices.note(run)
        if not _read_playlist(run, playlist_id):
            late.append(playlist_id)
        run.done = len(run.read) + len(run.left)
    run.now_at = _join_names(late)
    if late:
        raise slices.NotYet(timezone.now() + RETRY_AFTER)
    return True


def _read_playlist(run: ExportRun, playlist_id: str) -> bool:
    """Whether that is settled."""
    try:
        opened = access.refresh_playlist(run.member, playlist_id, purpose="background")
    except (Forbidden, NotFound, PlaylistError) as error:
        run.left = [*run.left, [playlist_id, error.code]]
        return True
    if opened.contents is None:
        run.left = [*run.left, [playlist_id, "playlist_not_readable"]]
    elif opened.contents.revision_id and not opened.reading:
        run.read = [*run.read, playlist_id]
    elif opened.reading and opened.reading.job.error_code:
        run.left = [*run.left, [playlist_id, opened.reading.job.error_code]]
    else:
        return False
    return True


def _write_archive(run: ExportRun) -> None:
    get_folder().mkdir(mode=0o700, exist_ok=True)
    form, path = export.FORMATS[run.format], get_path(run)
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        names = _make_unique(export.make_file_name(one.name, form.ending) for one in _list_playlists(run))
        for playlist, name in zip(_list_playlists(run), names, strict=True):
            slices.note(run)
            found = (
                export.make_file_list(playlist, get_contents(playlist.revision))
                if playlist.revision
                else FileList()
            )
            with archive.open(name, "w") as member:
                for piece in export.write_file(found, form):
                    member.write(piece)
    run.size = draft.stat().st_size
    draft.replace(path)


def _list_playlists(run: ExportRun) -> Iterator[Playlist]:
    known = Playlist.objects.select_related("revision").in_bulk(run.read, field_name="spotify_id")
    return (known[one] for one in run.read if one in known and known[one].revision)


def _make_unique(names: Iterable[str]) -> Iterator[str]:
    """Playlists may share a name; files may not, and to some systems case is nothing."""
    seen: set[str] = set()
    for name in names:
        bare, _, ending = name.rpartition(".")
        number, chosen = 1, name
        while chosen.casefold() in seen:
            number += 1
            chosen = f"{bare} ({number}).{ending}"
        seen.add(chosen.casefold())
        yield chosen


def _join_names(ids: Iterable[str]) -> str:
    found = Playlist.objects.filter(spotify_id__in=list(ids)).values_list("name", flat=True)
    return ", ".join(found)[:500]
