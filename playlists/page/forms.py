"""What a browser may send from the page of a playlist, and the sentence when it is wrong."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from playlists.positions import MAX_ROWS, parse_positions

NOTHING_CHOSEN = _("Select at least one row first.")
NOT_ROWS = _("These are no rows of this playlist.")
NO_PLACE = _("Say where to: a position in the playlist.")


class RowArguments(TypedDict):
    """Which rows, as arguments."""

    seen: int
    positions: tuple[int, ...]


class RowsForm(forms.Form):
    """Chosen rows of a version: without a script one value for each tick, with it all as ranges in one."""

    seen = forms.IntegerField(
        min_value=0, max_value=2**62, error_messages=dict.fromkeys(("required", "invalid"), NOT_ROWS)
    )
    positions = forms.CharField(error_messages={"required": NOTHING_CHOSEN})

    def __init__(self, data: QueryDict) -> None:
        super().__init__({**data.dict(), "positions": ",".join(data.getlist("positions"))})

    def clean_positions(self) -> tuple[int, ...]:
        try:
            return parse_positions(self.cleaned_data["positions"])
        except ValueError:
            raise forms.ValidationError(NOT_ROWS) from None

    @property
    def rows(self) -> RowArguments:
        return {"seen": self.cleaned_data["seen"], "positions": self.cleaned_data["positions"]}


class MoveForm(RowsForm):
    """Where rows go: in front of another (`before`, from 0), to a place in words, or to a number (from 1)."""

    WORDS = ("top", "bottom", "up", "down", "place")

    before = forms.IntegerField(min_value=0, max_value=MAX_ROWS, required=False)
    to = forms.ChoiceField(choices=[(word, word) for word in WORDS], required=False)
    place = forms.IntegerField(
        min_value=1,
        max_value=MAX_ROWS,
        required=False,
        error_messages={"invalid": NO_PLACE, "min_value": NO_PLACE},
    )

    def clean(self) -> dict[str, Any]:  # Any: Django's type for what a form has cleaned
        values = self.cleaned_data
        is_number_missing = values.get("to") == "place" and values.get("place") is None
        if is_number_missing or (values.get("before") is None and not values.get("to")):
            raise forms.ValidationError(NO_PLACE)
        return values

    def choose_before(self, total: int) -> int:
        """The row of the version to put them in front of; `total` is behind the last."""
        chosen: Sequence[int] = self.cleaned_data["positions"]
        if self.cleaned_data["before"] is not None:
            return min(int(self.cleaned_data["before"]), total)
        return _find_before(
            self.cleaned_data["to"], chosen, total=total, place=self.cleaned_data["place"] or 1
        )


def _find_before(word: str, chosen: Sequence[int], *, total: int, place: int) -> int:
    if word == "top":
        return 0
    if word == "bottom":
        return total
    if word == "up":
        return max(chosen[0] - 1, 0)
    if word == "down":
        return min(chosen[-1] + 2, total)
    # A number counts what stands there afterwards: those in between have made room.
    moving = set(chosen)
    others = [position for position in range(total) if position not in moving]
    return others[place - 1] if place <= len(others) else total


class EditForm(forms.Form):
    edit = forms.IntegerField(min_value=1, max_value=2**62)


class SeenForm(forms.Form):
    seen = forms.IntegerField(
        min_value=0, max_value=2**62, error_messages=dict.fromkeys(("required", "invalid"), NOT_ROWS)
    )
