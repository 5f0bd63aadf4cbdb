"""What a browser may send to import and export, and the sentence when it is wrong."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playlists.transfer import export, imports, uploads
from playlists.transfer.formats import archives
from playlists.transfer.formats.rows import (
    MAX_FILE_BYTES,
    MAX_FILE_ROWS,
    MAX_ROWS,
    FileFault,
    UnreadableFile,
    parse_item_link,
)
from playlists.transfer.uploads import ReadFile
from spotweb.spotify.playlists import MAX_NAME_CHARS
from spotweb.web.texts.number_format import format_number

FAULT_MESSAGES: Mapping[FileFault, Promise] = {
    FileFault.EMPTY: _("There is nothing in it."),
    FileFault.TOO_LARGE: _("Files of up to %(size)s MB are taken; a list of ten thousand songs is smaller."),
    FileFault.TOO_MANY: _("Up to %(most)s lines in %(lists)s lists are taken at once; these are %(count)s."),
    FileFault.TOO_MUCH: _(
        "Together with the other files it holds more than %(rows)s rows. Import it by itself."
    ),
    FileFault.NOT_TEXT: _("This is no list, but a picture, a song or a program."),
    FileFault.ARCHIVE: _(
        "This is an archive. Unpack it, and import the lists in it; only ZIP files are opened here."
    ),
    FileFault.BROKEN: _("The file is damaged or cut off: it doesn’t end as it began."),
    FileFault.UNKNOWN: _("No list of songs was recognised in it."),
    FileFault.NEWER: _("A newer version of this app has written it. Update this one first."),
    FileFault.PDF: _("This is a PDF. Copy the songs out of it and paste them here, one in a line."),
    FileFault.PICTURE: _("This is a picture. Names of songs can’t be read from it; type or paste them here."),
    FileFault.SOUND: _(
        "This is a sound file. Import a list of songs instead, such as a playlist of your media player."
    ),
    FileFault.SPREADSHEET: _("This is a spreadsheet file. Open it and save it as CSV, then import that."),
    FileFault.LOCKED_WORKBOOK: _(
        "This spreadsheet is locked with a password. Open it, remove the password, and save it again."
    ),
    FileFault.BROKEN_WORKBOOK: _(
        "This spreadsheet is damaged, or locked with a password. Open it and save it once more, or as CSV."
    ),
    FileFault.WIDE_WORKBOOK: _(
        "This spreadsheet has far more cells than a list of songs. Copy the songs into a new one."
    ),
    FileFault.HIDDEN_SHEET: _(
        "This sheet is hidden. If you want its songs, show it in the spreadsheet and save the file again."
    ),
    FileFault.MANY_WORKBOOKS: _(
        "Up to %(workbooks)s spreadsheets are read at once. Import this one with the next ones."
    ),
    FileFault.NO_READER: _(
        "The box has no room to read a spreadsheet right now. Try again in a minute, or save it as CSV."
    ),
    FileFault.DOCUMENT: _("This is a text document. Save it as plain text (.txt), or paste its lines here."),
    FileFault.WEB_PAGE: _("This is a web page. Copy the songs from it and paste them here, one in a line."),
    FileFault.ACCOUNT_DATA: _("Part of Spotify’s copy of your data, but it holds no songs to import."),
    FileFault.NO_NAMES: _(
        "It holds numbers of videos or songs, but not their names. Use an export that has titles and artists."
    ),
    FileFault.BROKEN_ARCHIVE: _("This is an archive. It is damaged or cut off: get or make it once more."),
    FileFault.LOCKED: _("It is locked with a password. Unpack it first."),
    FileFault.TOO_MANY_FILES: _(
        "It holds %(count)s files; up to %(files)s are read. Unpack it and choose the lists."
    ),
    FileFault.NESTED: _("An archive inside the archive. Unpack it, and import it by itself."),
}


# Of many files that cannot be read; the rest will hardly be better.
_MAX_FAULTS_SHOWN = 20


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        choices=[(name, name) for name in export.FORMATS],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the formats.")),
    )


class PastedLinesField(forms.CharField):
    """Zeros that were copied along are no reason to refuse ten thousand lines."""

    def to_python(self, value: Any) -> str:  # noqa: ANN401  # whatever a browser sends
        return (super().to_python(value) or "").replace("\x00", "")


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; none is no mistake here. What is in them is looked at later."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:  # noqa: ANN401  # Django's own
        sent = data if isinstance(data, list | tuple) else [data]
        files = [super(ManyFilesField, self).clean(one, initial) for one in sent if one]
        if len(files) > uploads.MAX_FILES:
            raise forms.ValidationError(
                _("Up to %(most)s files are taken at once. Choose fewer, or send them as a ZIP.")
                % {"most": uploads.MAX_FILES}
            )
        return files


class ImportForm(forms.Form):
    """Files or pasted lines. `read` is what was understood of them."""

    read: tuple[ReadFile, ...] = ()
    is_too_large = False  # its files were thrown away before they came here
    file = ManyFilesField(
        required=False,
        allow_empty_file=True,
        max_length=500,
        error_messages={"max_length": _("The file’s name is too long. Rename it first.")},
    )
    lines = PastedLinesField(required=False, strip=False, widget=forms.Textarea)
    into = forms.RegexField(regex=r"^[0-9A-Za-z]{22}\Z", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        files: list[UploadedFile[Any]] = values.get("file") or []
        pasted: str = values.get("lines", "")
        if self.is_too_large:
            self.add_error("file", describe_fault(FileFault.TOO_LARGE))
            return values
        if self.errors:
            return values
        if not files and not pasted.strip():
            raise forms.ValidationError(_("Choose a file, or paste what shall be imported."))
        if files and pasted.strip():
            raise forms.ValidationError(_("Either a file or pasted lines: one of them is enough."))
        if files:
            self._read_files(files)
        else:
            self._read_paste(pasted)
        return values

    @property
    def source(self) -> str:
        """The name of the file; empty for what was pasted."""
        return self.read[0].name if self.read else ""

    def _read_files(self, files: Iterable["UploadedFile[Any]"]) -> None:
        """Files that cannot be read are a mistake only where all are such: else the next page says it."""
        self.read = tuple(uploads.read_files((one.name or "", bytes(one.read())) for one in files))
        if any(one.contents for one in self.read):
            return
        for one in self.read[:_MAX_FAULTS_SHOWN]:
            words = describe_fault(one.fault or FileFault.UNKNOWN, count=one.fault_count)
            self.add_error("file", words if len(self.read) == 1 else f"{one.name}: {words}")

    def _read_paste(self, pasted: str) -> None:
        try:
            self.read = (ReadFile(name="", contents=uploads.read_paste(pasted)),)
        except UnreadableFile as error:
            self.add_error("lines", describe_fault(error.fault, count=error.count))


class StartListsForm(forms.Form):
    """Which lists of an upload are imported now, and how much of a history."""

    max_played = forms.IntegerField(
        min_value=1,
        max_value=5000,
        required=False,
        error_messages={
            name: _("Choose a number of songs from 1 to 5,000.")
            for name in ("invalid", "min_value", "max_value")
        },
    )

    def __init__(self, *args: Any, pks: Iterable[int] = (), **kwargs: Any) -> None:  # noqa: ANN401  # Django's own
        super().__init__(*args, **kwargs)
        self.fields["list"] = forms.TypedMultipleChoiceField(
            coerce=int,
            required=False,
            choices=[(str(pk), "") for pk in pks],
            error_messages={
                "invalid_choice": _("One of these lists is being imported already. Choose again.")
            },
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("list"):
            raise forms.ValidationError(_("Mark at least one list."))
        return values


COLUMN_CHOICES = {
    "title": _("Title"),
    "artists": _("Artist"),
    "album": _("Album"),
    "uri": _("Link to Spotify"),
    "isrc": _("ISRC"),
    "duration": _("Length"),
    "list": _("Playlist"),
}


class ColumnsForm(forms.Form):
    """Which column of a table is what; an empty choice means that there is none."""

    has_heading = forms.BooleanField(required=False)

    def __init__(self, *args: Any, width: int, **kwargs: Any) -> None:  # noqa: ANN401  # Django's own
        super().__init__(*args, **kwargs)
        for name, label in COLUMN_CHOICES.items():
            self.fields[name] = forms.IntegerField(
                min_value=0, max_value=max(0, width - 1), required=False, label=label
            )

    @property
    def columns(self) -> dict[str, int]:
        chosen = {name: self.cleaned_data.get(name) for name in COLUMN_CHOICES}
        return {name: place for name, place in chosen.items() if place is not None}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not {"title", "uri", "isrc"} & set(self.columns):
            self.add_error("title", _("Choose the column with the titles."))
        return values


class ChooseItemForm(forms.Form):
    """A song or an episode for one line."""

    uri = forms.CharField(
        max_length=400, error_messages={"required": _("Choose one of them, or leave the line out.")}
    )

    def clean_uri(self) -> str:
        link = parse_item_link(self.cleaned_data["uri"])
        if link is None:
            raise forms.ValidationError(_("This is no link to a song or an episode."))
        return link.uri


class SearchLineForm(forms.Form):
    """What to search for instead, or a link."""

    q = forms.CharField(
        max_length=200,
        required=False,
        error_messages={"max_length": _("That is too long to search for. Use fewer words.")},
    )


class AddImportForm(forms.Form):
    """Where the songs go. An empty list means a new playlist, which needs a name; `library` Liked Songs."""

    into = forms.RegexField(
        regex=r"^(?:[0-9A-Za-z]{22}|library)\Z",
        required=False,
        error_messages={"invalid": _("Choose one of your playlists.")},
    )
    name = forms.CharField(
        max_length=MAX_NAME_CHARS,
        required=False,
        error_messages={"max_length": _("Spotify takes names of at most 100 characters.")},
    )
    once = forms.BooleanField(required=False)
    skip_there = forms.BooleanField(required=False)
    # How many were added when the page was made: pressing twice shall not add twice.
    seen = forms.IntegerField(min_value=0, required=False)
    # What of a library is saved and followed.
    kinds = forms.MultipleChoiceField(
        choices=[(kind, kind) for kind in imports.LIBRARY_KINDS], required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("into") and not values.get("name"):
            self.add_error("name", _("Give the new playlist a name."))
        return values


def describe_fault(fault: FileFault, *, count: int = 0) -> str:
    values = {
        "size": MAX_FILE_BYTES // (1024 * 1024),
        "most": format_number(MAX_ROWS),
        "rows": format_number(MAX_FILE_ROWS),
        "lists": uploads.MAX_LISTS,
        "files": archives.MAX_FILES,
        "workbooks": uploads.MAX_WORKBOOKS,
        "count": format_number(count),
    }
    return str(FAULT_MESSAGES[fault]) % values
