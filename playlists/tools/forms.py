"""What a browser may send to the tools, and the sentence when it is wrong."""

from collections.abc import Mapping, Sequence
from random import randrange
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playlists.planner.steps import MAX_ITEMS
from playlists.tools.duplicates import KeptCopy, Sameness
from spotweb.spotify.playlists import MAX_NAME_CHARS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # what Django calls a lazy text exists for types only

MAX_LISTS = 20
MAX_SEED = 2**31
Choices = Sequence[tuple[str, str]]

SAME = [
    (Sameness.ID, _("The very same track")),
    (Sameness.RECORDING, _("The same recording, also on another album")),
    (Sameness.SOUND, _("The same title and artist, and about as long")),
]
KEEP = [
    (KeptCopy.FIRST, _("The first in the list")),
    (KeptCopy.OLDEST, _("The one that was added first")),
    (KeptCopy.NEWEST, _("The one that was added last")),
    (KeptCopy.PLAYABLE, _("One that can be played, the oldest of these")),
]
SORTS: Sequence[tuple[str, Promise]] = [
    ("title", _("Title, A to Z")),
    ("-title", _("Title, Z to A")),
    ("artist", _("Artist, A to Z")),
    ("-artist", _("Artist, Z to A")),
    ("album", _("Album, A to Z")),
    ("-album", _("Album, Z to A")),
    ("-added", _("Added, newest first")),
    ("added", _("Added, oldest first")),
    ("added-by", _("Added by, A to Z")),
    ("-added-by", _("Added by, Z to A")),
    ("length", _("Length, shortest first")),
    ("-length", _("Length, longest first")),
    ("-released", _("Released, newest first")),
    ("released", _("Released, oldest first")),
]
_NO_LIST = _("Choose a playlist.")
_NO_LISTS = _("Choose at least one playlist.")
_INVALID = ("required", "invalid_choice")
_NO_NUMBER = _("Say how many, as a number from 1.")


class ToolForm(forms.Form):
    """`playlists` are the member's other ones. Until `go` is sent, each field has its initial value."""

    def __init__(
        self, data: QueryDict, *, playlists: Choices = (), initial_values: Mapping[str, str] | None = None
    ) -> None:
        self.was_sent = "go" in data
        super().__init__(data if self.was_sent else self._get_initial_data(initial_values or {}))
        for field in self.fields.values():
            if isinstance(field, OtherListField | OtherListsField):
                field.choices = [*(() if field.required else [("", _("Nothing"))]), *playlists]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What was chosen, to be sent along with "Apply"."""
        if isinstance(self.data, QueryDict):
            return [(name, value) for name in self.fields for value in self.data.getlist(name)]
        return [(name, str(value)) for name, value in self.data.items() if value not in {None, False}]

    @property
    def chosen(self) -> QueryDict:
        """The same as an address."""
        query = QueryDict(mutable=True)
        for name, value in [("go", "1"), *self.pairs]:
            query.appendlist(name, value)
        return query

    def _get_initial_data(
        self, values: Mapping[str, str]
    ) -> dict[str, Any]:  # Any: Django's type for initial values
        initial = {name: field.initial for name, field in self.base_fields.items()}
        return {name: value() if callable(value) else value for name, value in {**initial, **values}.items()}


def _make_sameness_field(initial: Sameness) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=SAME, initial=initial.value, label=_("What counts as the same"), widget=forms.RadioSelect
    )


def _make_seed() -> int:
    return randrange(MAX_SEED)  # noqa: S311  # nothing secret


class SeedField(forms.IntegerField):
    """So that what is applied is what the preview showed."""

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=MAX_SEED, initial=_make_seed, widget=forms.HiddenInput)


class OtherListField(forms.ChoiceField):
    """One of the member's playlists."""

    def __init__(self, *, label: "_StrPromise", required: bool = True) -> None:
        super().__init__(label=label, required=required, error_messages=dict.fromkeys(_INVALID, _NO_LIST))


class OtherListsField(forms.MultipleChoiceField):
    """Several of them."""

    def __init__(self, *, label: "_StrPromise") -> None:
        super().__init__(
            label=label,
            widget=forms.CheckboxSelectMultiple,
            error_messages=dict.fromkeys(_INVALID, _NO_LISTS),
        )


class NoChoiceForm(ToolForm):
    """There is nothing to choose."""


class DuplicatesForm(ToolForm):
    how = _make_sameness_field(Sameness.ID)
    keep = forms.ChoiceField(choices=KEEP, initial=KeptCopy.FIRST.value, label=_("Keep"))


class SortForm(ToolForm):
    first = forms.ChoiceField(choices=SORTS, initial="artist", label=_("Sort by"))
    second = forms.ChoiceField(
        choices=[("", _("Nothing more")), *SORTS], initial="album", required=False, label=_("Then by")
    )
    third = forms.ChoiceField(
        choices=[("", _("Nothing more")), *SORTS], required=False, label=_("And then by")
    )


class ShuffleToolForm(ToolForm):
    seed = SeedField()


class SpreadForm(ToolForm):
    is_mixed = forms.BooleanField(required=False, label=_("Mix the songs of each artist as well"))
    seed = SeedField()


class MergeForm(ToolForm):
    lists = OtherListsField(label=_("Playlists to take from"))
    how = forms.ChoiceField(
        choices=[("", _("Nothing: copies are welcome")), *SAME],
        initial=Sameness.ID.value,
        required=False,
        label=_("Leave out what is there already"),
    )
    place = forms.ChoiceField(
        choices=[("end", _("At the end")), ("top", _("At the top")), ("turns", _("In turns"))],
        initial="end",
        label=_("Where"),
    )
    into = forms.ChoiceField(
        choices=[("this", _("Into this playlist")), ("new", _("Together with this one into a new playlist"))],
        initial="this",
        label=_("Into"),
        widget=forms.RadioSelect,
    )
    name = forms.CharField(required=False, max_length=MAX_NAME_CHARS, label=_("Name of the new playlist"))

    def clean_lists(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["lists"]
        if len(chosen) > MAX_LISTS:
            message = _("At most %(most)s playlists at once.")
            raise forms.ValidationError(message, params={"most": MAX_LISTS})
        return chosen

    def clean(self) -> dict[str, Any]:  # Any: Django's type for what a form has cleaned
        values = self.cleaned_data
        if values.get("into") == "new" and not values.get("name"):
            self.add_error("name", _("Give it a name."))
        return values


class SplitForm(ToolForm):
    by = forms.ChoiceField(
        choices=[
            ("count", _("Number of items")),
            ("minutes", _("Length in minutes")),
            ("artist", _("Artist")),
            ("year", _("Year")),
            ("decade", _("Decade")),
        ],
        initial="count",
        label=_("Split by"),
        widget=forms.RadioSelect,
    )
    size = forms.IntegerField(
        min_value=1,
        max_value=MAX_ITEMS,
        initial=100,
        required=False,
        label=_("Items or minutes in each, or at least so many of an artist"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NO_NUMBER),
    )

    def clean(self) -> dict[str, Any]:  # Any: Django's type for what a form has cleaned
        values = self.cleaned_data
        if values.get("by") in {"count", "minutes", "artist"} and "size" in values and not values["size"]:
            self.add_error("size", _NO_NUMBER)
        return {**values, "others": str(_("Others"))}


class SubtractForm(ToolForm):
    other = OtherListField(label=_("Remove the songs of"))
    how = _make_sameness_field(Sameness.ID)


class MirrorForm(ToolForm):
    source = OtherListField(label=_("Keep equal to"))
    minus = OtherListField(label=_("Minus the songs of"), required=False)
    how = _make_sameness_field(Sameness.ID)


class ApplyToolForm(forms.Form):
    """`seen`: the revision of the preview. `way`: keeping dates, or fast."""

    seen = forms.IntegerField(min_value=1, max_value=2**62)
    way = forms.ChoiceField(choices=[("keeping", ""), ("fast", "")], required=False)
