"""Lists from files and pasted lines: stored line by line, reviewed, and added to a playlist."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from functools import reduce
from operator import or_

import msgspec
from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet
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
from playlists.transfer import import_job, save_job
from playlists.transfer.formats.rows import (
    FileContents,
    FileList,
    FileRow,
    ListKind,
    parse_any_link,
    parse_item_link,
)
from spotweb.jobs import actions as jobs
from spotweb.jobs import runner
from spotweb.jobs.models import Job
from spotweb.spotify.errors import InvalidRequest
from spotweb.spotify.links import ITEM_KINDS, looks_like_spotify_link
from spotweb.spotify.playlists import MAX_DESCRIPTION_CHARS
from spotweb.web.texts.names import show_name
from spotweb.web.texts.number_format import format_number

State, Reason = ImportLine.State, ImportLine.Reason
# What a member has brought in before stays to be looked at; older ones go.
MAX_RUNS = 200
# What a library holds, in the order in which it is saved: songs come last, as they matter most.
LIBRARY_KINDS = ("artist", "show", "audiobook", "album", "episode", "track")
# Those that no search replaces with something else.
SAVED_WHOLE = ("artist", "show", "audiobook", "album")
# Where an import goes that is saved instead of added to a playlist.
LIBRARY = "library"
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
    # How many different things of each kind are sure.
    kinds: dict[str, int] = {}

    @property
    def items(self) -> int:
        """What a playlist can hold, copies included."""
        return self.sure - sum(count for kind, count in self.kinds.items() if kind not in ITEM_KINDS)

    @property
    def total(self) -> int:
        return self.waiting + self.sure + self.unsure + self.missing + self.left + self.refused

    @property
    def unique(self) -> int:
        return self.sure - self.repeats


def hide_import(run: ImportRun) -> None:
    """Out of sight, with all that was chosen; what is still being looked for ends."""
    if run.job.is_active:
        jobs.cancel(run.member, run.job_id)
    jobs.dismiss(run.member, run.job_id)
    ImportRun.objects.filter(pk=run.pk).update(is_hidden=True)


def unhide_import(run: ImportRun) -> None:
    ImportRun.objects.filter(pk=run.pk).update(is_hidden=False)


class ListSource(Struct, frozen=True, kw_only=True):
    """Where lists come from. Those without a name get `name`; `file` is empty for what was pasted."""

    name: str
    file: str = ""
    origin: str = ""
    encoding: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    playlist_id: str = ""


def describe_columns(contents: FileContents) -> tuple[tuple[str, str], ...]:
    """Which of our columns is which of the file's: its heading, or its number where there is none."""
    return tuple(
        (ours, contents.heading[place][:100] if place < len(contents.heading) else f"{place + 1}")
        for ours, place in sorted(contents.columns.items(), key=lambda one: one[1])
    )


def start_imports(member: Member, lists: Iterable[FileList], *, source: ListSource) -> list[ImportRun]:
    """Store the lists, and have jobs look for what is not a link.

    When there are too many imports, those go that were removed, then those that were added, the oldest first.
    """
    runs = [_create_run(member, file_list, source=source) for file_list in lists]
    surplus = member.imports.count() - MAX_RUNS
    if surplus > 0:
        oldest = member.imports.order_by("-is_hidden", F("added_at").asc(nulls_last=True), "pk")
        Job.objects.filter(
            pk__in=list(oldest.values_list("job", flat=True)[:surplus])
        ).delete()  # imports go with them
    return runs


def count_lines(run: ImportRun) -> LineCounts:
    lines = ImportLine.objects.filter(run=run)
    by_state = dict(lines.values_list("state").annotate(Count("pk")).order_by())
    sure = lines.filter(state=State.SURE)
    numbers = sure.aggregate(
        different=Count("uri", distinct=True),
        guesses=Count("pk", filter=Q(is_guess=True)),
        **{kind: Count("uri", distinct=True, filter=_has_kind(kind)) for kind in LIBRARY_KINDS},
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
        kinds={kind: numbers[kind] for kind in LIBRARY_KINDS if numbers[kind]},
    )


def _has_kind(*kinds: str) -> Q:
    return reduce(or_, (Q(uri__startswith=f"spotify:{kind}:") for kind in kinds))


def find_first_lines(run: ImportRun, uris: Iterable[str]) -> dict[str, int]:
    """For each URI the first line that takes it."""
    lines = ImportLine.objects.filter(run=run, state=State.SURE, uri__in=list(uris))
    return dict(lines.order_by().values_list("uri").annotate(Min("number")))


def list_uris(run: ImportRun, *, once: bool = False) -> list[str]:
    """What a playlist would get, in the order of the lines; with `once` each only where it comes first."""
    sure = ImportLine.objects.filter(_has_kind(*ITEM_KINDS), run=run, state=State.SURE)
    uris = sure.values_list("uri", flat=True)
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
    """Back among those to be looked at, with its guesses; an album and its like have only themselves."""
    line = _open_lines(run).filter(number=number)
    if line.filter(_has_kind(*SAVED_WHOLE)).update(state=State.SURE):
        return
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


def _create_run(member: Member, file_list: FileList, *, source: ListSource) -> ImportRun:
    lines = _make_lines(file_list)
    waiting = sum(line.state == State.WAITING for line in lines)
    name = (file_list.name or source.name)[:500]
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
            source=source.file[:500],
            description=file_list.description,
            playlist_id=source.playlist_id,
            kind=file_list.kind,
            origin=source.origin,
            encoding=source.encoding,
            columns=source.columns,
        )
        for line in lines:
            line.run = run
        ImportLine.objects.bulk_create(lines, batch_size=_BATCH_LINES)
    return run


def _make_lines(file_list: FileList) -> list[ImportLine]:
    links = [link.uri for row in file_list.rows if (link := parse_item_link(row.uri))]
    known = store.get_pks_by_uri(Item, links)
    return [
        _make_line(number, row, known, kind=file_list.kind)
        for number, row in enumerate(file_list.rows, start=1)
    ]


def _make_line(number: int, row: FileRow, known: dict[str, int], *, kind: ListKind) -> ImportLine:
    is_library = kind == ListKind.LIBRARY
    link = parse_any_link(row.uri) if is_library else parse_item_link(row.uri)
    if link and link.kind == "user":  # nothing to save, and of any length
        link = None
    line = ImportLine(
        number=number,
        label=row.label[:900],
        row=msgspec.to_builtins(row),
        reason=_find_reason(row, is_library=is_library),
        uri=link.uri if link else "",
    )
    # A bare link that nobody here has seen is looked at, so that the member sees what it is.
    is_item = link is not None and link.kind in ITEM_KINDS
    is_bare = is_item and not row.title and not row.words and row.uri not in known
    if line.reason:
        line.state = State.REFUSED
    elif link and not is_bare:
        line.state = State.SURE
    return line


_REASONS_BY_KIND = {
    "album": Reason.ALBUM,
    "artist": Reason.ARTIST,
    "show": Reason.SHOW,
    "audiobook": Reason.BOOK,
    "chapter": Reason.BOOK,
}


def _find_reason(row: FileRow, *, is_library: bool) -> str:
    flags = {
        Reason.BLOCKED: row.is_blocked,
        Reason.LOCAL: row.is_local,
        Reason.UNCLEAR: row.is_unclear,
        Reason.VANISHED: row.is_vanished,
    }
    reason = next((reason for reason, holds in flags.items() if holds), "")
    if reason:
        return reason
    if is_library and row.type in LIBRARY_KINDS:
        return "" if row.uri or row.type in ITEM_KINDS else Reason.UNLINKED
    if row.type and row.type not in ITEM_KINDS:
        is_bare_link = bool(row.words) and not row.title
        return Reason.KIND if is_bare_link else _REASONS_BY_KIND.get(row.type, Reason.KIND)
    is_other_link = not row.uri and " " not in row.words and looks_like_spotify_link(row.words)
    return Reason.LINK if is_other_link else ""


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
        return words % {"count": format_number(self.count), "name": show_name(self.playlist.name)}


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
    edit = None
    try:
        playlist_id = into or _create_playlist(run, name)
        values = {"name": run.source or run.name}
        playlist = access.open_for_add(run.member, playlist_id)
        edit = add_items(playlist, uris, kind="import", values=values)
    finally:
        if edit is None:  # whatever was in the way, a database that was busy too: nothing was added
            mine.update(added=before, added_at=run.added_at)
    mine.update(playlist_id=playlist_id)
    return ImportAddition(edit.playlist, edit, len(uris))


def save_to_library(run: ImportRun, kinds: Collection[str]) -> None:
    """Have the worker save and follow what is sure, of these kinds.

    Spotify puts the newest on top, so the last line goes first: then the first line stands on top. What is
    saved already stays as it is. Raises NothingToAdd, and AddedMeanwhile while it is under way.
    """
    sure = ImportLine.objects.filter(run=run, state=State.SURE)
    uris = [uri for kind in LIBRARY_KINDS if kind in kinds for uri in _list_uris_to_save(sure, kind)]
    if not uris:
        raise NothingToAdd
    try:
        with transaction.atomic():
            job = jobs.start(
                save_job.KIND,
                member=run.member,
                started_by=run.member,
                title=run.name,
                payload={"uris": uris},
                lock_key=f"import-save:{run.pk}",
                total=len(uris),
            )
            ImportRun.objects.filter(pk=run.pk).update(save_job=job)
    except jobs.LockTaken:
        raise AddedMeanwhile from None


def _list_uris_to_save(sure: QuerySet[ImportLine], kind: str) -> list[str]:
    """From the last to the first; what stands twice keeps its first place."""
    uris = dict.fromkeys(sure.filter(_has_kind(kind)).order_by("number").values_list("uri", flat=True))
    return list(reversed(uris))


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
