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
from playlists.transfer import export as exporting
from playlists.transfer.formats.rows import FileList
from spotweb.spotify.errors import Forbidden, NotFound

KEPT_FOR = timedelta(days=1)
# Between two looks at whether a long list has been read by now.
LOOK_AGAIN_AFTER = timedelta(seconds=3)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def path_of(run: ExportRun) -> Path:
    return folder() / f"{run.pk}.zip"


def is_there(run: ExportRun) -> bool:
    return (
        run.state == ExportRun.State.DONE
        and run.created_at > timezone.now() - KEPT_FOR
        and path_of(run).exists()
    )


def start(member: Member, form: str) -> ExportRun:
    """One at a time: what was under way for this member is ended."""
    forget_old()
    for run in member.exports.all():
        forget(run)
    wanted = [entry.playlist.spotify_id for entry in get_playlists(member)]
    run = ExportRun.objects.create(member=member, format=form, wanted=wanted, total=len(wanted))
    slices.begin(run)
    _forget_in_time(run)
    return run


def _forget_in_time(run: ExportRun) -> None:
    """Also when nobody looks at it again, or the member has moved out by then."""
    from playlists.transfer_tasks import forget_exports  # the tasks import the work, which is here

    due = run.created_at + KEPT_FOR + timedelta(minutes=1)
    forget_exports.using(priority=slices.PRIORITY, run_after=due).enqueue()


def newest(member: Member) -> ExportRun | None:
    return member.exports.first()


def forget(run: ExportRun) -> None:
    run.delete()
    path_of(ExportRun(pk=run.pk)).unlink(missing_ok=True)


def forget_old() -> None:
    """Also files whose member has moved out, and what a worker left behind that was ended."""
    ExportRun.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    known = {f"{pk}.zip" for pk in ExportRun.objects.values_list("pk", flat=True)}
    oldest = (timezone.now() - KEPT_FOR).timestamp()
    for path in folder().glob("*"):
        if (path.name not in known and path.name.endswith(".zip")) or path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def work(run: ExportRun) -> bool:
    """A slice of it, in the worker. Whether all is done."""
    is_complete = _read_some(run)
    if is_complete:
        _write(run)
    return is_complete


def _read_some(run: ExportRun) -> bool:
    """Whether all lists are known now. Raises NotYet while long ones are read, by a task of their own."""
    settled = {*run.read, *(playlist_id for playlist_id, _ in run.left)}
    late: list[str] = []
    for playlist_id in run.wanted:
        if playlist_id in settled:
            continue
        if slices.is_over(run):
            return False
        run.now_at = _names([playlist_id])
        slices.note(run)
        if not _read_one(run, playlist_id):
            late.append(playlist_id)
        run.done = len(run.read) + len(run.left)
    run.now_at = _names(late)
    if late:
        raise slices.NotYet(timezone.now() + LOOK_AGAIN_AFTER)
    return True


def _read_one(run: ExportRun, playlist_id: str) -> bool:
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


def _write(run: ExportRun) -> None:
    folder().mkdir(mode=0o700, exist_ok=True)
    form, path = exporting.FORMATS[run.format], path_of(run)
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        names = _unique(exporting.file_name(one.name, form.ending) for one in _lists(run))
        for playlist, name in zip(_lists(run), names, strict=True):
            slices.note(run)
            found = (
                exporting.list_of(playlist, get_contents(playlist.revision))
                if playlist.revision
                else FileList()
            )
            with archive.open(name, "w") as member:
                for piece in exporting.pieces(found, form):
                    member.write(piece)
    run.size = draft.stat().st_size
    draft.replace(path)


def _lists(run: ExportRun) -> Iterator[Playlist]:
    known = Playlist.objects.select_related("revision").in_bulk(run.read, field_name="spotify_id")
    return (known[one] for one in run.read if one in known and known[one].revision)


def _unique(names: Iterable[str]) -> Iterator[str]:
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


def _names(ids: Iterable[str]) -> str:
    found = Playlist.objects.filter(spotify_id__in=list(ids)).values_list("name", flat=True)
    return ", ".join(found)[:500]
