"""What a browser may send to add items to playlists, and the sentence when it is wrong."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from playlists.add_to_playlist import actions
from playlists.page.forms import NOTHING_CHOSEN, RowsForm
from spotweb.spotify.links import ADDABLE_KINDS, ITEM_KINDS, Link, LinkError, PastedLinks, parse_link
from spotweb.web.texts.link_messages import get_link_message
from spotweb.web.texts.number_format import format_number

NO_LINKS = _("Paste at least one link.")
TOO_MANY_LINES = _(
    "At most %(most)s lines at once; these are %(count)s. Nothing was added, and all are still here."
)
TOO_MANY_COLLECTIONS = _(
    "At most %(most)s albums and playlists at once; these are %(count)s. Nothing was added."
)
LONG_NAME = _("Spotify takes names of at most 100 characters.")
MAX_TARGETS = 50


class LinksForm(forms.Form):
    """Pasted links, one or several in a line; `pasted` is what was understood."""

    pasted = PastedLinks()
    lines = forms.CharField(strip=False, error_messages={"required": NO_LINKS})
    place = forms.ChoiceField(choices=[(word, word) for word in ("end", "top", "instead")], required=False)

    def clean_lines(self) -> str:
        text: str = self.cleaned_data["lines"]
        count = sum(bool(line.strip()) for line in text.splitlines())
        if count > actions.MAX_LINES:
            raise forms.ValidationError(
                TOO_MANY_LINES,
                params={"most": format_number(actions.MAX_LINES), "count": format_number(count)},
            )
        self.pasted = actions.read_lines(text)
        collections = sum(link.kind not in ITEM_KINDS for link in self.pasted.links)
        if collections > actions.MAX_COLLECTIONS:
            raise forms.ValidationError(
                TOO_MANY_COLLECTIONS, params={"most": actions.MAX_COLLECTIONS, "count": collections}
            )
        if not self.pasted.links:
            reasons = dict.fromkeys(line.reason for line in self.pasted.left_out)
            raise forms.ValidationError(list(reasons) or [NO_LINKS])
        return text

    @property
    def left_text(self) -> str:
        """What is still to be put right; all of it when nothing was taken."""
        if self.errors:
            return str(self.data.get("lines", ""))
        return "\n".join(line.text for line in self.pasted.left_out)


class AddToForm(forms.Form):
    """What to add, and to which lists: from the page of a playlist rows of a revision, else links."""

    uris = forms.CharField(required=False)
    again = forms.ChoiceField(
        choices=[(word, word) for word in (actions.ALL, actions.MISSING)], required=False
    )
    new_name = forms.CharField(max_length=100, required=False, error_messages={"max_length": LONG_NAME})

    def __init__(self, data: QueryDict) -> None:
        super().__init__({**data.dict(), "uris": " ".join(data.getlist("uris"))})
        self.rows = RowsForm(data) if data.get("from") else None
        self.from_id = data.get("from", "")
        self.to = tuple(dict.fromkeys(data.getlist("to")))[:MAX_TARGETS]
        self.is_move = data.get("how") == "move" and self.rows is not None

    def clean_uris(self) -> tuple[Link, ...]:
        try:
            links = [parse_link(word, kinds=ADDABLE_KINDS) for word in self.cleaned_data["uris"].split()]
        except LinkError as error:
            raise forms.ValidationError(get_link_message(error, "add")) from None
        return tuple(links[: actions.MAX_URIS])

    def clean(self) -> dict[str, Any]:  # Any: Django's type for what a form has cleaned
        if self.rows is not None and not self.rows.is_valid():
            for messages in self.rows.errors.values():
                self.add_error(None, list(messages))
        elif self.rows is None and not self.cleaned_data.get("uris") and "uris" not in self.errors:
            self.add_error(None, NOTHING_CHOSEN)
        return self.cleaned_data

    @property
    def add_request(self) -> actions.AddRequest:
        """What an invalid form has, so that the dialog can be shown again."""
        cleaned = getattr(self, "cleaned_data", {})
        return actions.AddRequest(
            links=cleaned.get("uris", ()),
            rows=self._rows(),
            to=self.to,
            new_name=cleaned.get("new_name", "").strip(),
            again=cleaned.get("again", ""),
            is_move=self.is_move,
        )

    def _rows(self) -> actions.SelectedRows | None:
        if self.rows is None or not self.rows.is_valid():
            return None
        return actions.SelectedRows(playlist_id=self.from_id, **self.rows.rows)
