"""What the page shows on which a member chooses from the files they have sent."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from msgspec import Struct

from accounts.models import Member
from playlists.models import ImportFile, ImportList, ImportUpload
from playlists.transfer import uploads
from playlists.transfer.formats.rows import FileFault, ListKind, Origin
from playlists.transfer.forms import COLUMN_CHOICES, ColumnsForm, describe_fault
from playlists.transfer.import_context import COLUMNS, ORIGINS
from spotweb.web.texts.number_format import format_number

LISTS_PER_PAGE = 200
_ROWS_SHOWN = 5
_CELL_LENGTH = 80
# So many are marked from the start; with more a member knows better.
_MAX_MARKED = uploads.MAX_LISTS
DEFAULT_PLAYED = 100


class ShownFile(Struct, frozen=True):
    """A file and what it was recognised as, or a `fault`. `is_part`: of a history in another file."""

    file: ImportFile
    words: Promise | None
    fault: str = ""
    lists: int = 0
    columns: tuple[tuple[Promise, str], ...] = ()
    is_part: bool = False


class ColumnOption(Struct, frozen=True):
    """A column as it can be chosen: what stands above it, or in it."""

    place: int
    words: str


class ColumnField(Struct, frozen=True):
    """One question: which column is the title?"""

    name: str
    label: str
    value: str
    errors: Sequence[str]


class AskedTable(Struct, frozen=True):
    """A table that was not understood, with its first rows."""

    file: ImportFile
    fields: tuple[ColumnField, ...]
    options: tuple[ColumnOption, ...]
    rows: tuple[tuple[str, ...], ...]
    heading: tuple[str, ...]
    has_heading: bool
    total: int
    errors: Sequence[str]


def list_open_uploads(member: Member) -> QuerySet[ImportUpload]:
    """Those of which something can still be imported."""
    waiting = Count("files__lists", filter=Q(files__lists__is_started=False))
    asked = Count("files", filter=Q(files__is_clear=False), distinct=True)
    found = member.import_uploads.annotate(waiting=waiting, asked=asked)
    return found.filter(Q(waiting__gt=0) | Q(asked__gt=0)).prefetch_related("files")


def show_files(upload: ImportUpload) -> list[ShownFile]:
    files = upload.files.defer("table").annotate(count=Count("lists"))
    return [_show_file(file, file.count) for file in files]


def _show_file(file: ImportFile, count: int) -> ShownFile:
    if file.fault:
        return ShownFile(file, None, fault=describe_fault(FileFault(file.fault), count=file.fault_count))
    columns = tuple(
        (COLUMNS[ours], file.heading[place][:_CELL_LENGTH] if place < len(file.heading) else str(place + 1))
        for ours, place in file.columns.items()
        if ours in COLUMNS and file.is_clear
    )
    is_part = file.origin == Origin.SPOTIFY_HISTORY and not count
    return ShownFile(file, ORIGINS.get(file.origin), lists=count, columns=columns, is_part=is_part)


def get_lists_page(upload: ImportUpload, q: str, number: str) -> Page[ImportList]:
    lists = uploads.list_waiting(upload)
    for word in q.split()[:5]:
        lists = lists.filter(name__icontains=word)
    return Paginator(lists.order_by("pk"), LISTS_PER_PAGE).get_page(number)


class ListTotals(Struct, frozen=True):
    """How many lists of an upload wait, with how many rows, and how many are imported."""

    waiting: int
    rows: int
    started: int

    @property
    def rows_text(self) -> str:
        return format_number(self.rows)


def count_lists(upload: ImportUpload) -> ListTotals:
    lists = ImportList.objects.filter(file__upload=upload)
    waiting = lists.filter(is_started=False).aggregate(count=Count("pk"), rows=Sum("total"))
    return ListTotals(waiting["count"], waiting["rows"] or 0, lists.filter(is_started=True).count())


def list_marked(page: Page[ImportList], totals: ListTotals, choice: str) -> set[int]:
    """Which lists of a page are marked from the start. A history is only when there is nothing else."""
    if choice == "none" or (choice != "all" and totals.waiting > _MAX_MARKED):
        return set()
    return {one.pk for one in page if choice == "all" or one.kind != ListKind.HISTORY or totals.waiting == 1}


def show_tables(upload: ImportUpload, form: ColumnsForm | None = None, file_pk: int = 0) -> list[AskedTable]:
    """Tables that a member has to explain; `form` is what they have sent for one of them."""
    return [
        _show_table(file, form if file.pk == file_pk else None)
        for file in upload.files.filter(is_clear=False)
    ]


def _show_table(file: ImportFile, form: ColumnsForm | None) -> AskedTable:
    table = uploads.unpack_table(file)
    width = table.width
    first = table.heading or (table.rows[0] if table.rows else ())
    options = [ColumnOption(place, _describe_column(first, place)) for place in range(width)]
    fields = [
        ColumnField(
            name,
            str(label),
            (form.data.get(name, "") if form else str(file.columns.get(name, ""))),
            [str(error) for error in form.errors.get(name, ())] if form else (),
        )
        for name, label in COLUMN_CHOICES.items()
    ]
    rows = tuple(
        tuple(cells[place][:_CELL_LENGTH] if place < len(cells) else "" for place in range(width))
        for cells in table.rows[:_ROWS_SHOWN]
    )
    return AskedTable(
        file=file,
        fields=tuple(fields),
        options=tuple(options),
        rows=rows,
        heading=tuple(cell[:_CELL_LENGTH] for cell in table.heading),
        has_heading=bool(form.data.get("has_heading")) if form else bool(table.heading),
        total=len(table.rows),
        errors=[str(error) for error in form.non_field_errors()] if form else (),
    )


def _describe_column(first: Sequence[str], place: int) -> str:
    cell = first[place].strip()[:_CELL_LENGTH] if place < len(first) else ""
    return f"{place + 1}: {cell}" if cell else str(place + 1)
