"""Lists that were opened in Excel, LibreOffice or Google Sheets and saved as what those save."""

import base64
import io
import zipfile
import zlib
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from playlists.models import ImportFile, ImportLine, ImportList, ImportRun
from playlists.transfer import uploads
from playlists.transfer.formats import csv_format, encodings
from playlists.transfer.formats.rows import FileFault, Origin
from playlists.transfer.forms import describe_fault
from tests.playlists.transfer.file_readings import packed
from tests.playlists.transfer.test_import import said
from tests.playlists.transfer.test_uploads import send

MOMENT = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001  # workbooks know no zones
HEADING = ("Title", "Artist", "Length")


def workbook(*sheets, change=None):  # noqa: ANN002
    """Each sheet is a name with rows; cells go where their list puts them, as Excel would keep them."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        forms = {
            timedelta: book.add_format({"num_format": "[mm]:ss"}),
            time: book.add_format({"num_format": "h:mm"}),
            date: book.add_format({"num_format": "d/m/yy"}),
            datetime: book.add_format({"num_format": "d/m/yy h:mm"}),
        }
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    sheet.write(number, place, cell, forms.get(type(cell)))
            if change:
                change(book, sheet)
    return data.getvalue()


def ods(rows):
    """As LibreOffice writes it, down to the empty rest of the sheet."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "manifest")
    )
    rest = '<table:table-cell table:number-columns-repeated="16381"/>'
    lines = "".join(f"<table:table-row>{cells}{rest}</table:table-row>" for cells in rows)
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Tabelle1">{lines}<table:table-row '
            'table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/>'
            "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": f"<manifest:manifest {spaces}>"
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        }
    )


def read(data, name="Mix.xlsx"):
    return uploads.read_files([(name, data)])


def rows(data):
    (one,) = read(data)
    assert one.fault is None, one.fault
    return [row for part in one.contents.lists for row in part.rows]


def faults(data):
    return [(one.name, one.fault) for one in read(data) if one.fault]


def test_our_own_table_comes_back_from_a_spreadsheet():
    """Excel has made numbers and days of what can be read so; a title stays one."""
    link = "spotify:track:" + "1" * 22
    cells = (1, "track", link, "", 1999, "Prince; Ada", "1999", date(1982, 10, 27), "USWB10001880", 379000)
    data = workbook(("list", [csv_format.COLUMNS, (*cells, "yes", MOMENT, "ada")]))
    (one,) = read(data)
    assert one.contents.origin == Origin.OWN_CSV
    (row,) = one.contents.lists[0].rows
    assert (row.uri, row.title, row.artists) == (link, "1999", ("Prince", "Ada"))
    assert (row.duration_ms, row.release_date, row.explicit) == (379_000, "1982-10-27", True)
    assert row.added_at == 1_767_323_045
    assert one.contents.lists[0].name == ""  # so it is called like its file


@pytest.mark.parametrize(
    ("lengths", "seconds"),
    [
        (["3:42", "12:05"], [222, 725]),  # as text
        ([timedelta(seconds=222), timedelta(seconds=725)], [222, 725]),
        ([time(3, 42), time(12, 5), time(0, 59)], [222, 725, 59]),  # 3:42 is an hour of the day to Excel
        ([timedelta(hours=3, minutes=42), timedelta(hours=26, minutes=15)], [222, 1575]),
        ([time(0, 3, 42), time(1, 2, 3)], [222, 3723]),
        # One that lasts for an hour does not change what the others are.
        ([*[time(3, 42)] * 5, time(1, 2, 3)], [*[222] * 5, 3723]),
        ([222, 222.4], [222, 222]),
    ],
)
def test_lengths_however_the_program_took_them(lengths, seconds):
    data = workbook(("list", [HEADING, *(("Home", "Ada", length) for length in lengths)]))
    assert [round(row.duration_ms / 1000) for row in rows(data)] == seconds


def test_the_look_of_a_sheet_is_no_content():
    """A title over several columns, empty rows and columns, an artist beside all their songs, a formula."""

    def change(book, sheet):
        sheet.merge_range("B2:D2", "My songs of 2025", book.add_format())
        sheet.merge_range("C5:C6", "Ada", book.add_format())
        sheet.write_formula("B7", '=CONCATENATE("Roo","fs")', None, "Roofs")
        sheet.write("C7", "Ben")
        sheet.write_comment("B5", "the best of all")
        sheet.freeze_panes(4, 0)
        sheet.set_row(5, None, None, {"hidden": True})

    empty = ("", "", "", "")
    data = workbook(
        ("list", [empty, empty, empty, ("", *HEADING), ("", "Home"), ("", "Away")]), change=change
    )
    assert [(row.title, row.artists) for row in rows(data)] == [
        ("Home", ("Ada",)),
        ("Away", ("Ada",)),
        ("Roofs", ("Ben",)),
    ]


@pytest.mark.parametrize(
    ("sheet", "titles"),
    [
        ([["Title,Artist"], ["Home,Ada"], ["Away,Ben"]], ["Home", "Away"]),
        # The part behind a semicolon went into the next column.
        ([["Title,Artist"], ['Home,"Ada', ' Ben"'], ["Away,Ben"]], ["Home", "Away"]),
        ([["Ada - Home"], ["Ben - Away"]], ["Ada - Home", "Ben - Away"]),
        ([["https://open.spotify.com/track/" + "1" * 22]], ["spotify:track:" + "1" * 22]),
    ],
)
def test_text_in_the_first_column(sheet, titles):
    assert [row.title or row.words or row.uri for row in rows(workbook(("list", sheet)))] == titles


XLS = (
    b"eNrtWE1oE0EU/mY3aX5s001NhVYooWDVWhDxIkK7jaD1YGsVQRFBU7NoaExk3YterNYcBcGT4qXQi5eqF/8ionjxINSfgyAI"
    b"iR49CQoe2qxvXnYl1R4a0KAy3zJv3r6ZN/N23puZnXk5Hy/P3Omu4CcMQUfVjaClTiYoRfwXA1TuupL18zAlV+GfQiRMjmwJ"
    b"otT2IiR9KP1dgYbbgadEgQ+UjuA0xgp5K9lE7GAb0kLaMEhU4AZJYuhiqzqYHme6muktrvmI6TBLLjMdpLplcRjz5lj/Ni+K"
    b"D2m9XBaDbPce67xjyRZ04rmM4vNXRK1uECk7m879nQU9gVbMgvw2YuUtO50rI0EOnMVXNwl88Wfqk6SSN1cuQPJvS+WhZeRX"
    b"tQAwBfcYB3gRq/BKlyU69uYyC9hMfoafDmSdnEWzM2U72TMOMXus/AnnJDWwu3DKIrVUJh2VCzRPaGPJhG7jQG8lmkE783EO"
    b"d4OW7IWbn1+PToybR1kyxYt4balfJ62DiwtSg5RjXKKhZiHQz/wmphe51bXMdzNNkNGU9413esyuaa5ziUv7qJ+tjDfm+jp+"
    b"A/HFT/vu9xQ/mhuJnxupnEvMvTVn0EtbT4b05TONATEgrl+TeGD6ufCWhfdMu35ZIsKa4dnuevtZOxYRZTbOtPYmR0f8eNO8"
    b"sZLaYhltwdq6V1+wthw3ncZLsPbj7aMPS6Vn5pDWgbs8fMN1m2oUCgoKCgoKCgoKCk2D8H7p5Q9swDttyCNDyLvXWaRUVdck"
    b"/y32o0CPQwfTnchTbuNsQ/GzBkHhtyVWqOPfF0ocpN5tTGKC7ZhsOH7pyCfqv2fFisbvm0KN9l9txM4/3P93fuPKXA=="
)


def test_files_of_other_programs():
    cells = CELL.replace("x<", "{}<")
    length = '<table:table-cell office:value-type="time" office:time-value="PT03H42M00S"/>'
    texts = ["".join(map(cells.format, HEADING)), "".join(map(cells.format, ("Home", "Ada"))) + length]
    for data in (ods(texts), zlib.decompress(base64.b64decode(XLS))):
        (row,) = rows(data)
        assert (row.title, row.artists) == ("Home", ("Ada",))
    assert rows(ods(texts))[0].duration_ms == 222_000


def test_where_no_process_can_be_started_the_other_files_are_read(monkeypatch, caplog):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    found = uploads.read_files([("a.xlsx", SMALL), ("b.txt", b"Ada - Home")])
    assert [(one.name, one.fault) for one in found] == [("a.xlsx", FileFault.NO_READER), ("b.txt", None)]
    assert "no process can be started" in caplog.text


def test_sheets_are_called_after_their_file_also_where_its_name_has_no_ending():
    data = workbook(("Slow", [HEADING, ("Home", "Ada")]), ("Fast", [HEADING, ("Away", "Ben")]))
    assert [one.name for one in read(data, "Mix")] == ["Mix · Slow", "Mix · Fast"]


@pytest.mark.parametrize("limit", [{"MAX_WORKBOOKS": 1}, {"MAX_WORKBOOKS_S": -1}])
def test_a_zip_of_hundreds_holds_nobody_up(monkeypatch, limit):
    for name, value in limit.items():
        monkeypatch.setattr(uploads, name, value)
    found = read(packed({"a.xlsx": SMALL, "b.xlsx": SMALL, "c.txt": "Ada - Home"}), "all.zip")
    assert [(one.name, one.fault) for one in found] == [
        ("a.xlsx", None),
        ("b.xlsx", FileFault.MANY_WORKBOOKS),
        ("c.txt", None),
    ]
    assert describe_fault(FileFault.MANY_WORKBOOKS).startswith("Up to ")


def test_one_sheet_is_imported_at_once_and_several_are_chosen_from(ada):
    address = send(ada, ("Party.xlsx", workbook(("Sheet1", [HEADING, ("Home", "Ada")]), ("Sheet2", []))))
    assert address == f"/playlists/imports/{ImportRun.objects.get().pk}/"
    assert ImportRun.objects.get().name == "Party"

    def hide(_book, sheet):
        if sheet.name == "Prices":
            sheet.hide()

    data = workbook(
        ("Slow, Vol. 2", [HEADING, ("Home", "Ada")]),
        ("Fast", [("Aaa", "Bbb", "Ccc"), ("Rooms", "Away", "Ben"), ("Roofs", "Off", "Ada")]),
        ("Prices", [("Milk", "1.20")]),
        change=hide,
    )
    address = send(ada, ("files.zip", packed({"lists/Mix.xlsx": data, "a.txt": "Ada - Home"})))
    shown = said(ada.get(address))
    assert "Which column is the title? Mix · Fast.xlsx : 3 rows in a table" in shown
    assert "Mix · Prices.xlsx : This sheet is hidden." in shown
    assert set(ImportList.objects.filter(is_started=False).values_list("name", flat=True)) == {
        "Mix · Slow, Vol. 2",
        "a",
    }
    asked = ImportFile.objects.get(is_clear=False)
    ada.post(f"{address}{asked.pk}/columns/", {"title": "1", "artists": "2", "has_heading": "on"})
    ada.post(f"{address}start/", {"list": [ImportList.objects.get(name="Mix · Fast").pk]})
    run = ImportRun.objects.latest("pk")
    assert list(ImportLine.objects.filter(run=run).values_list("label", flat=True)) == [
        "Ben - Away",
        "Ada - Off",
    ]


def change_part(data, name, text):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    return packed({**parts, name: text})


def sheet_xml(rows, start=""):
    return f'{start}<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'


CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
OLD = b"\xd0\xcf\x11\xe0" + b"\0" * 508  # as files of Office began before 2007
SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SMALL = workbook(("list", [HEADING, ("Home", "Ada")]))
ONE = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
FAR = f'<row r="1">{ONE.format("A1", "Title")}</row><row r="1048576">{ONE.format("XFD1048576", "x")}</row>'
ENTITIES = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (OLD + "EncryptedPackage".encode("utf-16-le"), FileFault.LOCKED_WORKBOOK),
        (change_part(ods([]), "META-INF/manifest.xml", "<encryption-data/>"), FileFault.LOCKED_WORKBOOK),
        (OLD, FileFault.BROKEN_WORKBOOK),
        (OLD + "WordDocument".encode("utf-16-le"), FileFault.DOCUMENT),
        (change_part(SMALL, SHEET, "<worksheet"), FileFault.BROKEN_WORKBOOK),
        (packed({"xl/workbook.xml": "x"}), FileFault.BROKEN_WORKBOOK),
        (workbook(("list", [])), FileFault.EMPTY),
        # Two cells, between which lie seventeen thousand million others.
        (change_part(SMALL, SHEET, sheet_xml(FAR)), FileFault.WIDE_WORKBOOK),
        (
            change_part(SMALL, SHEET, sheet_xml(f"<row>{ONE.format('A1', '&b;')}</row>", ENTITIES)),
            FileFault.BROKEN_WORKBOOK,
        ),
        (
            ods([f"{CELL}</table:table-row><table:table-row table:number-rows-repeated='100101'>{CELL}"]),
            FileFault.TOO_MANY,
        ),
        (packed({"Index/Document.iwa": "x"}), FileFault.SPREADSHEET),
        (b"PK\x03\x04" + SMALL[4:-200], FileFault.BROKEN_ARCHIVE),
    ],
)  # fmt: skip
def test_what_is_none_or_too_much(data, fault):
    assert faults(data) == [("Mix.xlsx", fault)]


def test_what_is_packed_may_be_far_larger_than_it_looks():
    """Only the process that reads it unpacks it, and hands no more on than a list has."""
    data = io.BytesIO()
    small = zipfile.ZipFile(io.BytesIO(SMALL))
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in small.namelist():
            with archive.open(name, "w") as part:
                part.write(small.read(name) if name != SHEET else b"<worksheet>")
                for _ in range(450 if name == SHEET else 0):
                    part.write(b"x" * 1_000_000)
    assert faults(data.getvalue()) == [("Mix.xlsx", FileFault.WIDE_WORKBOOK)]

    long_cells = "".join(f"<row>{ONE.format(f'A{number}', 'x' * 4_000)}</row>" for number in range(1, 5_002))
    found = faults(change_part(SMALL, SHEET, sheet_xml(long_cells)))
    assert found == [("Mix.xlsx", FileFault.WIDE_WORKBOOK)]

    manifest = b" " * 2_000_000 + b"<encryption-data/>"
    assert not encodings.is_locked_workbook(packed({"META-INF/manifest.xml": manifest}))
