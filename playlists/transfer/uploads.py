"""What a member sends for importing: files, archives and pasted text, kept until they decide.

One file with few lists is imported at once. Else the member chooses: which of many lists, how much of a
history, and which column of a table holds the titles. What was not chosen stays here for later.
"""

import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct, structs

from accounts.models import Member
from playlists.models import ImportFile, ImportList, ImportRun, ImportUpload
from playlists.transfer import imports
from playlists.transfer.formats import (
    archives,
    csv_format,
    detect,
    encodings,
    spotify_format,
    workbook_format,
)
from playlists.transfer.formats.rows import (
    MAX_FILE_ROWS,
    MAX_ROWS,
    FileContents,
    FileFault,
    FileList,
    ListKind,
    Origin,
    Table,
    UnreadableFile,
)
from playlists.transfer.imports import ListSource
from spotweb.spotify.answers import struct_types

T = TypeVar("T")
# What is imported by one press; the rest stays to be chosen later.
MAX_LISTS = 50
MAX_FILES = 100
# Each takes a process of its own and a tenth of a second; heavy ones take longer, and a page waits for them.
MAX_WORKBOOKS = 40
MAX_WORKBOOKS_S = 45
# Uploads that are kept for each member; the oldest go.
MAX_UPLOADS = 10
# Of what was played, the rest is hardly what anybody means by a list.
_MAX_PLAYED = 5_000
_BATCH_LISTS = 100


class ReadFile(Struct, frozen=True, kw_only=True):
    """A file with what it holds, or with the fault for which it cannot be read."""

    name: str
    contents: FileContents | None = None
    fault: FileFault | None = None
    fault_count: int = 0

    @property
    def stem(self) -> str:
        """The name without its ending: what a list is called that has no name."""
        return self.name.rpartition(".")[0] or self.name

    def count_rows(self) -> int:
        contents = self.contents
        if contents is None:
            return 0
        asked = len(contents.unclear.rows) if contents.unclear else 0
        return asked + sum(len(one.rows) for one in contents.lists)

    @property
    def can_start(self) -> bool:
        """Whether there is nothing to ask about it."""
        contents = self.contents
        return (
            contents is not None
            and contents.unclear is None
            and len(contents.lists) <= MAX_LISTS
            and self.count_rows() <= MAX_ROWS
            and all(one.kind != ListKind.HISTORY for one in contents.lists)
        )


def read_files(sources: Iterable[tuple[str, bytes]]) -> list[ReadFile]:
    """What each file holds, those in archives included; several files of one history become one list."""
    read: list[ReadFile] = []
    rows = 0
    workbooks = _allow_workbooks()
    for name, data in sources:
        for one in _read_source(name, data, workbooks):
            rows += one.count_rows()
            is_too_much = bool(read) and rows > MAX_FILE_ROWS
            read.append(ReadFile(name=one.name, fault=FileFault.TOO_MUCH) if is_too_much else one)
            rows -= one.count_rows() if is_too_much else 0
    return _join_histories(read)


def read_paste(text: str) -> FileContents:
    """What was pasted. Raises UnreadableFile."""
    return detect.read_text(text)


def start_at_once(member: Member, read: ReadFile, *, name: str, playlist_id: str) -> list[ImportRun]:
    """Import all lists of a file about which nothing has to be asked."""
    contents = read.contents or FileContents(origin=Origin.TEXT)
    source = ListSource(
        name=name,
        file=read.name,
        origin=contents.origin,
        encoding=contents.encoding,
        columns=imports.describe_columns(contents),
        playlist_id=playlist_id,
    )
    return imports.start_imports(member, contents.lists, source=source)


def store_upload(member: Member, files: Sequence[ReadFile], *, playlist_id: str) -> ImportUpload:
    """Keep them until the member has chosen. The oldest uploads go when there are too many."""
    with transaction.atomic():
        upload = ImportUpload.objects.create(member=member, playlist_id=playlist_id)
        for read in files:
            _store_file(upload, read)
        surplus = member.import_uploads.values_list("pk", flat=True)[MAX_UPLOADS:]
        ImportUpload.objects.filter(pk__in=list(surplus)).delete()
    return upload


def set_columns(file: ImportFile, columns: Mapping[str, int], *, has_heading: bool) -> None:
    """Make the lists of a table whose columns a member has named. Raises UnreadableFile."""
    table = _set_heading(unpack_table(file), has_heading=has_heading)
    lists = csv_format.make_lists(table, columns)
    with transaction.atomic():
        file.lists.filter(is_started=False).delete()
        file.columns, file.heading, file.is_clear = dict(columns), list(table.heading), True
        file.save(update_fields=["columns", "heading", "is_clear"])
        _store_lists(file, lists)


def unpack_table(file: ImportFile) -> Table:
    return _unpack(bytes(file.table or b""), Table)


def list_waiting(upload: ImportUpload) -> QuerySet[ImportList]:
    """Lists that are not imported yet, without their rows."""
    return (
        ImportList.objects.filter(file__upload=upload, is_started=False)
        .defer("packed")
        .select_related("file")
    )


def count_files_to_ask(upload: ImportUpload) -> int:
    return upload.files.filter(is_clear=False).count()


class StartedLists(Struct, frozen=True):
    """`left` is how many of those that were chosen did not fit into one go."""

    runs: list[ImportRun]
    left: int


def start_lists(upload: ImportUpload, pks: Iterable[int], *, max_played: int) -> StartedLists:
    """Import the chosen lists, as many as one go takes; of a history the `max_played` most played items."""
    chosen = list(list_waiting(upload).filter(pk__in=list(pks)))
    fitting: list[ImportList] = []
    rows = 0
    for one in chosen[:MAX_LISTS]:
        total = min(one.total, max_played) if one.kind == ListKind.HISTORY else one.total
        if fitting and rows + total > MAX_ROWS:
            break
        fitting.append(one)
        rows += total
    runs = [run for one in fitting for run in _start_list(upload, one, max_played=max_played)]
    return StartedLists(runs, len(chosen) - len(fitting))


@transaction.atomic  # a list that counts as imported has its import, whatever comes in between
def _start_list(upload: ImportUpload, one: ImportList, *, max_played: int) -> list[ImportRun]:
    # Two presses at once shall not import a list twice.
    if not ImportList.objects.filter(pk=one.pk, is_started=False).update(is_started=True):
        return []
    file_list = _unpack(bytes(one.packed), FileList)
    if one.kind == ListKind.HISTORY:
        file_list = structs.replace(file_list, rows=file_list.rows[:max_played])
    file = one.file
    contents = FileContents(origin=Origin(file.origin), columns=file.columns, heading=tuple(file.heading))
    source = ListSource(
        name=one.name,
        file=file.name,
        origin=file.origin,
        encoding=file.encoding,
        columns=imports.describe_columns(contents),
        playlist_id=upload.playlist_id,
    )
    runs = imports.start_imports(upload.member, [structs.replace(file_list, name=one.name)], source=source)
    ImportList.objects.filter(pk=one.pk).update(run=runs[0])
    return runs


# --- Reading ----------------------------------------------------------------------------------------------


def _allow_workbooks() -> Iterator[bool]:
    """True for each that may still be read."""
    ends_at = time.monotonic() + MAX_WORKBOOKS_S
    for number in range(MAX_WORKBOOKS):
        if number and time.monotonic() > ends_at:
            return
        yield True


def _read_source(name: str, data: bytes, workbooks: Iterator[bool]) -> Iterator[ReadFile]:
    if not encodings.is_zip(data):
        yield from _read_file(name, data, workbooks)
        return
    try:
        for packed in archives.read_archive(data):
            if packed.fault:
                yield ReadFile(name=packed.name, fault=packed.fault)
            else:
                yield from _read_file(packed.name, packed.data, workbooks)
    except UnreadableFile as error:
        yield _make_faulty(name, error)


def _read_file(name: str, data: bytes, workbooks: Iterator[bool]) -> Iterator[ReadFile]:
    """One, or of a workbook one for each sheet, called like a file of its own.

    `workbooks` is how many of those may still be read.
    """
    try:
        if not encodings.is_workbook(data):
            yield ReadFile(name=name, contents=detect.read_file(data, name))
            return
        if not next(workbooks, False):
            raise UnreadableFile(FileFault.MANY_WORKBOOKS)
        sheets = workbook_format.read_sheets(data)
    except UnreadableFile as error:
        yield _make_faulty(name, error)
        return
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    for sheet in sheets:
        its_name = f"{stem} · {sheet.name}{dot}{ending}" if len(sheets) > 1 else name
        try:
            if sheet.is_hidden:
                raise UnreadableFile(FileFault.HIDDEN_SHEET)
            yield ReadFile(name=its_name, contents=workbook_format.read_sheet(sheet))
        except UnreadableFile as error:
            yield _make_faulty(its_name, error)


def _make_faulty(name: str, error: UnreadableFile) -> ReadFile:
    return ReadFile(name=name, fault=error.fault, fault_count=error.count)


def _join_histories(files: Sequence[ReadFile]) -> list[ReadFile]:
    """The first file of a history holds all of it."""
    parts = [one for one in files if one.contents and one.contents.origin == Origin.SPOTIFY_HISTORY]
    if not parts:
        return list(files)
    joined = spotify_format.merge_histories(
        file_list for one in parts if one.contents for file_list in one.contents.lists
    )
    whole = FileContents(
        origin=Origin.SPOTIFY_HISTORY, lists=(structs.replace(joined, rows=joined.rows[:_MAX_PLAYED]),)
    )
    empty = FileContents(origin=Origin.SPOTIFY_HISTORY)
    return [
        structs.replace(one, contents=whole if one is parts[0] else empty) if one in parts else one
        for one in files
    ]


# --- Keeping ----------------------------------------------------------------------------------------------


def _store_file(upload: ImportUpload, read: ReadFile) -> None:
    contents = read.contents
    file = ImportFile.objects.create(
        upload=upload,
        name=read.name[:500],
        origin=contents.origin if contents else "",
        encoding=contents.encoding if contents else "",
        fault=read.fault or "",
        fault_count=read.fault_count,
        columns=dict(contents.columns) if contents else {},
        heading=list(contents.heading) if contents else [],
        table=_pack(contents.unclear) if contents and contents.unclear else None,
        is_clear=contents is None or contents.unclear is None,
    )
    _store_lists(file, contents.lists if contents else ())


def _store_lists(file: ImportFile, lists: Iterable[FileList]) -> None:
    stem = file.name.rpartition(".")[0] or file.name
    ImportList.objects.bulk_create(
        (
            ImportList(
                file=file,
                name=(part.name or stem)[:500],
                kind=part.kind,
                total=len(part.rows),
                packed=_pack(part),
            )
            for one in lists
            for part in _split_list(structs.replace(one, name=one.name or stem))
        ),
        batch_size=_BATCH_LISTS,
    )


def _split_list(file_list: FileList) -> Iterator[FileList]:
    """Parts that one import can take. Of a library the last rows come first: they are the oldest."""
    count = -(-len(file_list.rows) // MAX_ROWS)
    if count <= 1:
        yield file_list
        return
    numbers = range(count)
    for number in reversed(numbers) if file_list.kind == ListKind.LIBRARY else numbers:
        rows = file_list.rows[number * MAX_ROWS : (number + 1) * MAX_ROWS]
        name = f"{file_list.name[:450]} ({number + 1}/{count})"
        yield structs.replace(file_list, rows=rows, name=name)


def _set_heading(table: Table, *, has_heading: bool) -> Table:
    if has_heading and not table.heading and table.rows:
        return Table(heading=table.rows[0], rows=table.rows[1:])
    if not has_heading and table.heading:
        return Table(rows=(table.heading, *table.rows))
    return table


def _pack(value: Table | FileList) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(value))


def _unpack(data: bytes, kind: type[T]) -> T:
    return struct_types.unpack(zlib.decompress(data), kind)
