"""What a browser may send from the page of a playlist, and the sentence when it is wrong."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from playlists.add_to_playlist import actions as adding
from playlists.add_to_playlist import putting
from playlists.positions import MAX_ROWS, parse_positions
from spotweb.spotify.links import Link, LinkError, PastedLinks, parse_link

NOTHING_CHOSEN = _("Select at least one row first.")
NOT_ROWS = _("These are no rows of this playlist.")
NO_PLACE = _("Say where to: a position in the playlist.")
NO_LINKS = _("Paste at least one link.")
TOO_MANY_LINES = _(
    "At most %(most)s lines at once; these are %(count)s. Nothing was added, and all are still here."
)
TOO_MANY_WHOLES = _("At most %(most)s albums and playlists at once; these are %(count)s. Nothing was added.")
LONG_NAME = _("Spotify takes names of at most 100 characters.")
MOST_TARGETS = 50


class Rows(TypedDict):
    """Which rows, as arguments."""

    seen: int
    positions: tuple[int, ...]


class RowsForm(forms.Form):
    """Chosen rows of a version: without a script one value for each tick, with it all as ranges in one."""

    seen = forms.IntegerField(
        min_value=0, max_value=2**62, error_messages=dict.fromkeys(("required", "invalid"), NOT_ROWS)
    )
    positions = forms.CharField(error_messages={"required": NOTHING_CHOSEN})

    def __init__(self, sent: QueryDict) -> None:
        super().__init__({**sent.dict(), "positions": ",".join(sent.getlist("positions"))})

    def clean_positions(self) -> tuple[int, ...]:
        try:
            return parse_positions(self.cleaned_data["positions"])
        except ValueError:
            raise forms.ValidationError(NOT_ROWS) from None

    @property
    def rows(self) -> Rows:
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
        sent = self.cleaned_data
        is_number_missing = sent.get("to") == "place" and sent.get("place") is None
        if is_number_missing or (sent.get("before") is None and not sent.get("to")):
            raise forms.ValidationError(NO_PLACE)
        return sent

    def before_of(self, total: int) -> int:
        """The row of the version to put them in front of; `total` is behind the last."""
        chosen: Sequence[int] = self.cleaned_data["positions"]
        if self.cleaned_data["before"] is not None:
            return min(int(self.cleaned_data["before"]), total)
        return _before(self.cleaned_data["to"], chosen, total=total, place=self.cleaned_data["place"] or 1)


def _before(word: str, chosen: Sequence[int], *, total: int, place: int) -> int:
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


class LinksForm(forms.Form):
    """Pasted links, one or several in a line; `pasted` is what was understood."""

    pasted = PastedLinks()
    lines = forms.CharField(strip=False, error_messages={"required": NO_LINKS})
    place = forms.ChoiceField(choices=[(word, word) for word in ("end", "top", "instead")], required=False)

    def clean_lines(self) -> str:
        text: str = self.cleaned_data["lines"]
        count = sum(bool(line.strip()) for line in text.splitlines())
        if count > adding.MOST_LINES:
            raise forms.ValidationError(
                TOO_MANY_LINES, params={"most": f"{adding.MOST_LINES:,}", "count": f"{count:,}"}
            )
        self.pasted = adding.read_lines(text)
        wholes = sum(link.kind not in adding.SINGLE for link in self.pasted.links)
        if wholes > adding.MOST_WHOLES:
            raise forms.ValidationError(TOO_MANY_WHOLES, params={"most": adding.MOST_WHOLES, "count": wholes})
        if not self.pasted.links:
            reasons = dict.fromkeys(one.reason for one in self.pasted.left_out)
            raise forms.ValidationError(list(reasons) or [NO_LINKS])
        return text

    @property
    def left_text(self) -> str:
        """What is still to be put right; all of it when nothing was taken."""
        if self.errors:
            return str(self.data.get("lines", ""))
        return "\n".join(one.text for one in self.pasted.left_out)


class AddToForm(forms.Form):
    """What to add, and to which lists: from the page of a playlist rows of a version, else links."""

    uris = forms.CharField(required=False)
    again = forms.ChoiceField(
        choices=[(word, word) for word in (putting.ALL, putting.MISSING)], required=False
    )
    new_name = forms.CharField(max_length=100, required=False, error_messages={"max_length": LONG_NAME})

    def __init__(self, sent: QueryDict) -> None:
        super().__init__({**sent.dict(), "uris": " ".join(sent.getlist("uris"))})
        self.rows = RowsForm(sent) if sent.get("from") else None
        self.from_id = sent.get("from", "")
        self.to = tuple(dict.fromkeys(sent.getlist("to")))[:MOST_TARGETS]
        self.is_move = sent.get("how") == "move" and self.rows is not None

    def clean_uris(self) -> tuple[Link, ...]:
        try:
            links = [parse_link(word, kinds=adding.KINDS) for word in self.cleaned_data["uris"].split()]
        except LinkError as error:
            raise forms.ValidationError(adding.words_for(error)) from None
        return tuple(links[: adding.MOST_URIS])

    def clean(self) -> dict[str, Any]:  # Any: Django's type for what a form has cleaned
        if self.rows is not None and not self.rows.is_valid():
            for said in self.rows.errors.values():
                self.add_error(None, list(said))
        elif self.rows is None and not self.cleaned_data.get("uris") and "uris" not in self.errors:
            self.add_error(None, NOTHING_CHOSEN)
        return self.cleaned_data

    @property
    def wish(self) -> putting.Wish:
        """Of a form that is wrong what there is, so that the question can be asked once more."""
        sent = getattr(self, "cleaned_data", {})
        return putting.Wish(
            links=sent.get("uris", ()),
            rows=self._rows(),
            to=self.to,
            new_name=sent.get("new_name", "").strip(),
            again=sent.get("again", ""),
            is_move=self.is_move,
        )

    def _rows(self) -> putting.Rows | None:
        if self.rows is None or not self.rows.is_valid():
            return None
        sent = self.rows.cleaned_data
        return putting.Rows(playlist_id=self.from_id, seen=sent["seen"], positions=sent["positions"])
