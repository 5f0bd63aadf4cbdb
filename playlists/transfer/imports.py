"""Lists from files and pasted lines: taken in line by line, looked through, and put into a playlist."""

from collections.abc import Iterable, Sequence

import msgspec
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from msgspec import Struct

from accounts.models import Member
from library.catalogue import store
from library.models import Item
from playlists import slices
from playlists.models import ImportLine, ImportRun
from playlists.transfer import import_job as identifying
from playlists.transfer.formats import decoding
from playlists.transfer.formats import detect as recognising
from playlists.transfer.formats.rows import MOST_ROWS, FileList, FileRow, Trouble, Unreadable
from playlists.transfer.formats.values import ADDABLE, link_of

State, Reason = ImportLine.State, ImportLine.Reason
# A file may hold many lists; more than these at once are somebody's whole account.
MOST_LISTS = 50
# What a member has brought in before stays to be looked at; older ones go.
MOST_RUNS = 60
_AT_ONCE = 400


class Counts(Struct, frozen=True):
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


def read(data: bytes | str) -> tuple[FileList, ...]:
    """The lists in an upload or in what was pasted. Raises Unreadable."""
    lists = recognising.read(decoding.text_of(data) if isinstance(data, bytes) else data)
    count = sum(len(one.rows) for one in lists)
    if count > MOST_ROWS or len(lists) > MOST_LISTS:
        raise Unreadable(Trouble.TOO_MANY, count=count)
    return lists


def put_away(run: ImportRun) -> None:
    """Out of sight, with all that was chosen; what is still being looked for ends."""
    if run.is_under_way:
        slices.cancel(run)
    ImportRun.objects.filter(pk=run.pk).update(is_put_away=True)


def put_back(run: ImportRun) -> None:
    ImportRun.objects.filter(pk=run.pk).update(is_put_away=False)


def start(
    member: Member, lists: Iterable[FileList], *, name: str, source: str = "", playlist_id: str = ""
) -> list[ImportRun]:
    """Take them in, and have looked for what is not a link. Lists without a name of their own get `name`."""
    runs = [_take_in(member, one, name=name, source=source, playlist_id=playlist_id) for one in lists]
    surplus = member.imports.values_list("pk", flat=True)[MOST_RUNS:]
    member.imports.filter(pk__in=list(surplus)).delete()
    for run in runs:
        if run.state == ImportRun.State.WAITING:
            slices.begin(run)
    return runs


def counts(run: ImportRun) -> Counts:
    lines = ImportLine.objects.filter(run=run)
    by_state = dict(lines.values_list("state").annotate(Count("pk")).order_by())
    sure = lines.filter(state=State.SURE)
    found = sure.aggregate(
        different=Count("uri", distinct=True), guesses=Count("pk", filter=Q(is_guess=True))
    )
    return Counts(
        waiting=by_state.get(State.WAITING, 0),
        sure=by_state.get(State.SURE, 0),
        unsure=by_state.get(State.UNSURE, 0),
        missing=by_state.get(State.MISSING, 0),
        left=by_state.get(State.LEFT_OUT, 0),
        refused=by_state.get(State.REFUSED, 0),
        guesses=found["guesses"],
        repeats=by_state.get(State.SURE, 0) - found["different"],
    )


def repeats(run: ImportRun, uris: Iterable[str]) -> dict[str, int]:
    """For each URI the first line that takes it."""
    lines = ImportLine.objects.filter(run=run, state=State.SURE, uri__in=list(uris))
    return dict(lines.order_by().values_list("uri").annotate(Min("number")))


def uris(run: ImportRun, *, once: bool = False) -> list[str]:
    """What would be added now, in the order of the lines; with `once` each only where it comes first."""
    found = ImportLine.objects.filter(run=run, state=State.SURE).values_list("uri", flat=True)
    return list(dict.fromkeys(found)) if once else list(found)


def choose(run: ImportRun, number: int, uri: str) -> None:
    """A member knows what is meant by a line."""
    line = _open_lines(run).filter(number=number)
    guesses: list[str] = next(iter(line.values_list("guesses", flat=True)), [])
    kept = list(dict.fromkeys([uri, *guesses]))[: identifying.MOST_KEPT]
    line.update(state=State.SURE, uri=uri, is_guess=False, guesses=kept)


def leave_out(run: ImportRun, number: int) -> None:
    _open_lines(run).filter(number=number).update(state=State.LEFT_OUT, is_guess=False)


def reconsider(run: ImportRun, number: int) -> None:
    """Back among those to be looked at, with its guesses."""
    line = _open_lines(run).filter(number=number)
    line.exclude(guesses=[]).update(state=State.UNSURE, is_guess=False)
    line.filter(guesses=[]).update(state=State.MISSING, is_guess=False)


def take_guesses(run: ImportRun) -> int:
    """Take the best guess wherever there is one. Returns how many."""
    return ImportLine.objects.filter(run=run, state=State.UNSURE).update(state=State.SURE, is_guess=True)


def give_guesses_back(run: ImportRun) -> int:
    guessed = ImportLine.objects.filter(run=run, state=State.SURE, is_guess=True)
    return guessed.update(state=State.UNSURE, is_guess=False)


def _open_lines(run: ImportRun) -> QuerySet[ImportLine]:
    """Those a member may decide about: what cannot be added stays refused."""
    return ImportLine.objects.filter(run=run).exclude(state__in=[State.REFUSED, State.WAITING])


def _take_in(member: Member, found: FileList, *, name: str, source: str, playlist_id: str) -> ImportRun:
    lines = _lines(found.rows)
    waiting = sum(line.state == State.WAITING for line in lines)
    with transaction.atomic():
        run = ImportRun.objects.create(
            member=member,
            name=(found.name or name)[:500],
            source=source[:500],
            description=found.description,
            playlist_id=playlist_id,
            state=ImportRun.State.WAITING if waiting else ImportRun.State.DONE,
            total=len(lines),
            done=len(lines) - waiting,
        )
        for line in lines:
            line.run = run
        ImportLine.objects.bulk_create(lines, batch_size=_AT_ONCE)
    return run


def _lines(rows: Sequence[FileRow]) -> list[ImportLine]:
    links = [link.uri for row in rows if (link := link_of(row.uri))]
    known = store.get_pks_by_uri(Item, links)
    return [_line(number, row, known) for number, row in enumerate(rows, start=1)]


def _line(number: int, row: FileRow, known: dict[str, int]) -> ImportLine:
    link = link_of(row.uri)
    line = ImportLine(
        number=number,
        said=row.said[:900],
        row=msgspec.to_builtins(row),
        reason=_reason(row),
        uri=link.uri if link else "",
    )
    # A bare link that nobody here has seen is looked at, so that the member sees what it is.
    is_bare = bool(link) and not row.title and not row.words and row.uri not in known
    if line.reason:
        line.state = State.REFUSED
    elif link and not is_bare:
        line.state = State.SURE
    return line


def _reason(row: FileRow) -> str:
    if row.is_local:
        return Reason.LOCAL
    if row.is_vanished:
        return Reason.VANISHED
    if row.type and row.type not in ADDABLE:
        return Reason.KIND
    if not row.uri and identifying.looks_like_link(row.words):
        return Reason.LINK
    return ""
