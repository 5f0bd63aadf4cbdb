"""Lists from files and pasted lines: stored line by line, reviewed, and added to a playlist."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext

import msgspec
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext
from msgspec import Struct

from accounts.models import Member
from library.catalogue import store
from library.models import Item
from playlists.editing.actions import add_items
from playlists.index.actions import create_playlist
from playlists.models import Edit, ImportLine, ImportRun, Playlist
from playlists.sync import access
from playlists.transfer import import_job
from playlists.transfer.formats import detect
from playlists.transfer.formats.rows import (
    MAX_ROWS,
    FileFault,
    FileList,
    FileRow,
    UnreadableFile,
    parse_item_link,
)
from spotweb.jobs import actions as jobs
from spotweb.jobs import runner
from spotweb.jobs.models import Job
from spotweb.spotify.errors import InvalidRequest, SpotifyError
from spotweb.spotify.links import ITEM_KINDS, looks_like_spotify_link
from spotweb.spotify.playlists import MAX_DESCRIPTION_CHARS

State, Reason = ImportLine.State, ImportLine.Reason
# A file may hold many lists; more than these at once are somebody's whole account.
MAX_LISTS = 50
# What a member has brought in before stays to be looked at; older ones go.
MAX_RUNS = 60
_BATCH_LINES = 400


class LineCounts(Struct, frozen=True):
    """Lines of a run by what became of them; `repeats` are sure ones that an earlier line takes as well."""

    waiting: int = 0
    sure: int = 0
    unsure: int = 0
    missing: int = 0
    left: int = 0
    refused: int = 0
    guesses: int = 0
    repeats: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.sure + self.unsure + self.missing + self.left + self.refused

    @property
    def unique(self) -> int:
        return self.sure - self.repeats


def read_lists(data: bytes | str) -> tuple[FileList, ...]:
    """The lists in an upload or in what was pasted. Raises Unreadable."""
    lists = detect.read_lists(detect.decode_upload(data) if isinstance(data, bytes) else data)
    count = sum(len(file_list.rows) for file_list in lists)
    if count > MAX_ROWS or len(lists) > MAX_LISTS:
        raise UnreadableFile(FileFault.TOO_MANY, count=count)
    return lists


def hide_import(run: ImportRun) -> None:
    """Out of sight, with all that was chosen; what is still being looked for ends."""
    if run.job.is_active:
        jobs.cancel(run.member, run.job_id)
    ImportRun.objects.filter(pk=run.pk).update(is_hidden=True)


def unhide_import(run: ImportRun) -> None:
    ImportRun.objects.filter(pk=run.pk).update(is_hidden=False)


def start_imports(
    member: Member, lists: Iterable[FileList], *, name: str, source: str = "", playlist_id: str = ""
) -> list[ImportRun]:
    """Store the lists, and have jobs look for what is not a link. Lists without a name get `name`.

    The oldest imports go when there are too many.
    """
    runs = [
        _create_run(member, file_list, name=name, source=source, playlist_id=playlist_id)
        for file_list in lists
    ]
    surplus = member.imports.values_list("job", flat=True)[MAX_RUNS:]
    Job.objects.filter(pk__in=list(surplus)).delete()  # the imports go with their jobs
    return runs


def count_lines(run: ImportRun) -> LineCounts:
    lines = ImportLine.objects.filter(run=run)
    by_state = dict(lines.values_list("state").annotate(Count("pk")).order_by())
    sure = lines.filter(state=State.SURE)
    numbers = sure.aggregate(
        different=Count("uri", distinct=True), guesses=Count("pk", filter=Q(is_guess=True))
    )
    return LineCounts(
        waiting=by_state.get(State.WAITING, 0),
        sure=by_state.get(State.SURE, 0),
        unsure=by_state.get(State.UNSURE, 0),
        missing=by_state.get(State.MISSING, 0),
        left=by_state.get(State.LEFT_OUT, 0),
        refused=by_state.get(State.REFUSED, 0),
        guesses=numbers["guesses"],
        repeats=by_state.get(State.SURE, 0) - numbers["different"],
    )


def find_first_lines(run: ImportRun, uris: Iterable[str]) -> dict[str, int]:
    """For each URI the first line that takes it."""
    lines = ImportLine.objects.filter(run=run, state=State.SURE, uri__in=list(uris))
    return dict(lines.order_by().values_list("uri").annotate(Min("number")))


def list_uris(run: ImportRun, *, once: bool = False) -> list[str]:
    """What would be added now, in the order of the lines; with `once` each only where it comes first."""
    uris = ImportLine.objects.filter(run=run, state=State.SURE).values_list("uri", flat=True)
    return list(dict.fromkeys(uris)) if once else list(uris)


def choose_item(run: ImportRun, number: int, uri: str) -> None:
    """A member knows what is meant by a line."""
    line = _open_lines(run).filter(number=number)
    guesses: list[str] = next(iter(line.values_list("guesses", flat=True)), [])
    kept = list(dict.fromkeys([uri, *guesses]))[: import_job.MAX_GUESSES]
    line.update(state=State.SURE, uri=uri, is_guess=False, guesses=kept)


def leave_line_out(run: ImportRun, number: int) -> None:
    _open_lines(run).filter(number=number).update(state=State.LEFT_OUT, is_guess=False)


def reopen_line(run: ImportRun, number: int) -> None:
    """Back among those to be looked at, with its guesses."""
    line = _open_lines(run).filter(number=number)
    line.exclude(guesses=[]).update(state=State.UNSURE, is_guess=False)
    line.filter(guesses=[]).update(state=State.MISSING, is_guess=False)


def accept_guesses(run: ImportRun) -> int:
    """Take the best guess wherever there is one. Returns how many."""
    return ImportLine.objects.filter(run=run, state=State.UNSURE).update(state=State.SURE, is_guess=True)


def reject_guesses(run: ImportRun) -> int:
    guessed = ImportLine.objects.filter(run=run, state=State.SURE, is_guess=True)
    return guessed.update(state=State.UNSURE, is_guess=False)


def _open_lines(run: ImportRun) -> QuerySet[ImportLine]:
    """Those a member may decide about: what cannot be added stays refused."""
    return ImportLine.objects.filter(run=run).exclude(state__in=[State.REFUSED, State.WAITING])


def _create_run(
    member: Member, file_list: FileList, *, name: str, source: str, playlist_id: str
) -> ImportRun:
    lines = _make_lines(file_list.rows)
    waiting = sum(line.state == State.WAITING for line in lines)
    name = (file_list.name or name)[:500]
    with transaction.atomic():
        job = jobs.start(
            import_job.KIND,
            member=member,
            started_by=member,
            title=name,
            total=len(lines),
            inline=not waiting,
        )
        with runner.inline(job) if not waiting else nullcontext():
            job.done = len(lines) - waiting
            job.save(update_fields=["done"])
        run = ImportRun.objects.create(
            job=job,
            member=member,
            name=name,
            source=source[:500],
            description=file_list.description,
            playlist_id=playlist_id,
        )
        for line in lines:
            line.run = run
        ImportLine.objects.bulk_create(lines, batch_size=_BATCH_LINES)
    return run


def _make_lines(rows: Sequence[FileRow]) -> list[ImportLine]:
    links = [link.uri for row in rows if (link := parse_item_link(row.uri))]
    known = store.get_pks_by_uri(Item, links)
    return [_make_line(number, row, known) for number, row in enumerate(rows, start=1)]


def _make_line(number: int, row: FileRow, known: dict[str, int]) -> ImportLine:
    link = parse_item_link(row.uri)
    line = ImportLine(
        number=number,
        label=row.label[:900],
        row=msgspec.to_builtins(row),
        reason=_find_reason(row),
        uri=link.uri if link else "",
    )
    # A bare link that nobody here has seen is looked at, so that the member sees what it is.
    is_bare = bool(link) and not row.title and not row.words and row.uri not in known
    if line.reason:
        line.state = State.REFUSED
    elif link and not is_bare:
        line.state = State.SURE
    return line


def _find_reason(row: FileRow) -> str:
    if row.is_local:
        return Reason.LOCAL
    if row.is_vanished:
        return Reason.VANISHED
    if row.type and row.type not in ITEM_KINDS:
        return Reason.KIND
    if not row.uri and (" " not in row.words and looks_like_spotify_link(row.words)):
        return Reason.LINK
    return ""


class NothingToAdd(Exception):
    """No line has anything that could be added."""


class AddedMeanwhile(Exception):
    """The page that asked for it did not know that it had been added."""


class ImportAddition(Struct, frozen=True):
    """`edit` may still be under way in the worker."""

    playlist: Playlist
    edit: Edit
    count: int

    @property
    def text(self) -> str:
        if self.edit.is_done:
            words = ngettext(
                "Added %(count)s item to “%(name)s”.", "Added %(count)s items to “%(name)s”.", self.count
            )
        else:
            words = ngettext(
                "%(count)s item is being added to “%(name)s”.",
                "%(count)s items are being added to “%(name)s”.",
                self.count,
            )
        return words % {"count": f"{self.count:,}", "name": self.playlist.name}


def add_to_playlist(
    run: ImportRun, *, into: str, name: str, once: bool, skip_there: bool, seen: int | None
) -> ImportAddition:
    """To the end of the playlist `into`, or to a new one called `name`.

    `once`: each only where it comes first. `skip_there`: not what the playlist holds already. `seen`: how
    many the page said were added before. Raises NothingToAdd, AddedMeanwhile, and what making and adding
    raise; a new playlist that was made by then is kept in mind.
    """
    uris = list_uris(run, once=once)
    if into and skip_there:
        uris = _list_missing(run, into, uris)
    if not uris:
        raise NothingToAdd
    mine = ImportRun.objects.filter(pk=run.pk)
    before = run.added if seen is None else seen
    if not mine.filter(added=before).update(added=before + len(uris), added_at=timezone.now()):
        raise AddedMeanwhile
    try:
        playlist_id = into or _create_playlist(run, name)
        values = {"name": run.source or run.name}
        playlist = access.open_for_add(run.member, playlist_id)
        edit = add_items(playlist, uris, kind="import", values=values)
    except SpotifyError:
        mine.update(added=before, added_at=run.added_at)
        raise
    mine.update(playlist_id=playlist_id)
    return ImportAddition(edit.playlist, edit, len(uris))


def _list_missing(run: ImportRun, playlist_id: str, uris: Sequence[str]) -> list[str]:
    opened = access.open_playlist(run.member, playlist_id)
    there = {entry.uri for entry in opened.contents.entries} if opened.contents else set()
    return [uri for uri in uris if uri not in there]


def _create_playlist(run: ImportRun, name: str) -> str:
    """Noted at once: whoever tries again after a failure shall not make a second one."""
    description = " ".join(run.description.split())[:MAX_DESCRIPTION_CHARS]
    try:
        playlist = create_playlist(run.member, name, description=description)
    except InvalidRequest:  # Spotify refuses some descriptions, those with web addresses for one
        playlist = create_playlist(run.member, name)
    ImportRun.objects.filter(pk=run.pk).update(playlist_id=playlist.spotify_id)
    return playlist.spotify_id
