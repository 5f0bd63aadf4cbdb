"""What a browser may send to import and export, and the sentence when it is wrong."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playlists.transfer import export, imports
from playlists.transfer.formats.rows import (
    MAX_FILE_BYTES,
    MAX_ROWS,
    FileFault,
    FileList,
    UnreadableFile,
    parse_item_link,
)
from spotweb.spotify.playlists import MAX_NAME_CHARS

FAULT_MESSAGES: Mapping[FileFault, Promise] = {
    FileFault.EMPTY: _("There is nothing in it."),
    FileFault.TOO_LARGE: _("Files of up to %(size)s MB are taken; a list of ten thousand songs is smaller."),
    FileFault.TOO_MANY: _("Up to %(most)s lines in %(lists)s lists are taken at once; these are %(count)s."),
    FileFault.NOT_TEXT: _("This is no list, but a picture, a song or a program."),
    FileFault.ARCHIVE: _("This is an archive. Unpack it, and import the lists in it one by one."),
    FileFault.BROKEN: _("The file is damaged or cut off: it does not end as it began."),
    FileFault.UNKNOWN: _("It holds no list of songs that can be recognised."),
    FileFault.NEWER: _("A newer version of this app has written it. Update this one first."),
}


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        choices=[(name, name) for name in export.FORMATS],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the formats.")),
    )


class PastedLinesField(forms.CharField):
    """Zeros that were copied along are no reason to refuse ten thousand lines."""

    def to_python(self, value: Any) -> str:  # noqa: ANN401  # whatever a browser sends
        return (super().to_python(value) or "").replace("\x00", "")


class ImportForm(forms.Form):
    """A file or pasted lines. `lists` is what was understood."""

    lists: tuple[FileList, ...] = ()
    is_too_large = False  # its file was thrown away before it came here
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        max_length=500,
        error_messages={"max_length": _("The file’s name is too long. Rename it first.")},
    )
    lines = PastedLinesField(required=False, strip=False, widget=forms.Textarea)
    into = forms.RegexField(regex=r"^[0-9A-Za-z]{22}\Z", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        upload: UploadedFile[Any] | None = values.get("file")
        pasted: str = values.get("lines", "")
        if self.is_too_large:
            self.add_error("file", describe_fault(UnreadableFile(FileFault.TOO_LARGE)))
            return values
        if upload is None and not pasted.strip():
            raise forms.ValidationError(_("Choose a file, or paste what shall be imported."))
        if upload is not None and pasted.strip():
            raise forms.ValidationError(_("Either a file or pasted lines: one of them is enough."))
        field = "lines" if upload is None else "file"
        try:
            self.lists = imports.read_lists(pasted if upload is None else _read_upload(upload))
        except UnreadableFile as error:
            self.add_error(field, describe_fault(error))
        return values

    @property
    def source(self) -> str:
        upload = self.cleaned_data.get("file")
        return (upload.name or "") if upload else ""


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
    """Where the songs go. An empty list means a new playlist, which needs a name."""

    into = forms.RegexField(
        regex=r"^[0-9A-Za-z]{22}\Z",
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

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("into") and not values.get("name"):
            self.add_error("name", _("Give the new playlist a name."))
        return values


def describe_fault(error: UnreadableFile) -> str:
    values = {
        "size": MAX_FILE_BYTES // (1024 * 1024),
        "most": f"{MAX_ROWS:,}",
        "lists": imports.MAX_LISTS,
        "count": f"{error.count:,}",
    }
    return str(FAULT_MESSAGES[error.fault]) % values


def _read_upload(upload: "UploadedFile[Any]") -> bytes:
    """Refused by its size before it is read into memory."""
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise UnreadableFile(FileFault.TOO_LARGE)
    return bytes(upload.read())
