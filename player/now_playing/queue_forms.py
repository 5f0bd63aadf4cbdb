"""What a browser may send about the queue, and the sentence when it is wrong."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from player.now_playing.forms import CommandForm, parse_uri
from player.queue import jobs as queue_jobs
from spotweb.spotify.links import (
    ADDABLE_KINDS,
    ITEM_KINDS,
    LinkError,
    PastedLinks,
    WrongKind,
    parse_lines,
    parse_link,
)
from spotweb.spotify.player import MAX_URIS_PLAYED
from spotweb.web.texts.link_messages import describe_for, get_link_message
from spotweb.web.texts.number_format import format_number

TOO_LONG = _(
    "At most %(most)s lines at once; these are %(count)s. Nothing was added, and all are still here."
)
ONLY_SINGLE = _("Only single songs and episodes can be queued here; this is a link to something else.")
NOT_KEPT = _("This queue is no longer kept.")
NOT_A_ROW = _("This isn’t a row of the queue.")


class QueueItemForm(CommandForm):
    """A Spotify URI, or a link as Spotify's apps share it."""

    kinds: tuple[str, ...] = ITEM_KINDS
    uri = forms.CharField(
        max_length=500,
        error_messages={
            "required": _("Paste a link to a song or an episode."),
            "max_length": _("This isn’t a link to a song or an episode on Spotify."),
        },
    )

    def clean_uri(self) -> str:
        try:
            return parse_link(self.cleaned_data["uri"], kinds=self.kinds).uri
        except WrongKind:
            raise forms.ValidationError(ONLY_SINGLE) from None
        except LinkError as error:
            raise forms.ValidationError(get_link_message(error, "queue")) from None


class PlayNextForm(QueueItemForm):
    """A song, an episode, or a whole album or playlist."""

    kinds = ADDABLE_KINDS


class SkipToForm(forms.Form):
    """A row of the queue: its place from 0 and what stands there, because rows move up meanwhile."""

    row = forms.RegexField(
        regex=r"^\d{1,2} spotify:\S{1,400}\Z",
        error_messages=dict.fromkeys(("required", "invalid"), NOT_A_ROW),
    )

    @property
    def place(self) -> int:
        return int(self.cleaned_data["row"].partition(" ")[0])

    @property
    def uri(self) -> str:
        return str(self.cleaned_data["row"].partition(" ")[2])


class LinesForm(CommandForm):
    """Pasted links, one or several in a line. `pasted` is what was understood."""

    pasted = PastedLinks()
    lines = forms.CharField(
        strip=False, widget=forms.Textarea, error_messages={"required": _("Paste at least one link.")}
    )

    def clean_lines(self) -> str:
        text: str = self.cleaned_data["lines"]
        count = sum(bool(line.strip()) for line in text.splitlines())
        if count > queue_jobs.MAX_LINES:
            raise forms.ValidationError(
                TOO_LONG,
                params={"most": queue_jobs.MAX_LINES, "count": format_number(count)},
            )
        self.pasted = parse_lines(text, kinds=ADDABLE_KINDS, describe_error=describe_for("queue-lines"))
        if not self.pasted.links:
            reasons = dict.fromkeys(line.reason for line in self.pasted.left_out)
            raise forms.ValidationError(list(reasons) or [_("Paste at least one link.")])
        return text

    @property
    def uris(self) -> list[str]:
        return [link.uri for link in self.pasted.links]

    @property
    def values(self) -> dict[str, Any]:
        return {"uris": self.uris}

    @property
    def left_text(self) -> str:
        """What is still to be put right; all of it when nothing was taken."""
        if self.errors:
            return str(self.data.get("lines", ""))
        return "\n".join(line.text for line in self.pasted.left_out)


class SavePlayingForm(QueueItemForm):
    """What to save, or to remove; rows only save, and say nothing of it."""

    saved = forms.TypedChoiceField(
        coerce=lambda word: word == "true",
        choices=[("true", "save"), ("false", "remove")],
        required=False,
        error_messages={
            "invalid_choice": _("Something is either saved or removed."),
        },
    )

    def clean_saved(self) -> bool:
        return self.cleaned_data["saved"] is not False


class ChosenForm(forms.Form):
    """What was ticked, in one field or several; nothing means all that the page of `kind` shows."""

    uris = forms.CharField(required=False)
    kind = forms.CharField(max_length=20, required=False)
    shuffle = forms.CharField(max_length=10, required=False)

    def clean(self) -> dict[str, object]:
        data = self.data
        texts = data.getlist("uris") if isinstance(data, QueryDict) else [data.get("uris", "")]
        words = " ".join(texts).split()
        uris = [parse_uri(word, *ADDABLE_KINDS) for word in dict.fromkeys(words)]
        # The name of this field is a word of Python's.
        return {**self.cleaned_data, "uris": uris, "from": str(self.data.get("from", ""))[:400]}


class RestoreQueueForm(CommandForm):
    """Which of the recent queues: `queue` for all of it, `rest` for its rows alone."""

    queue = forms.IntegerField(min_value=1, required=False)
    rest = forms.IntegerField(min_value=1, required=False)

    def clean(self) -> dict[str, object]:
        queue, rest = self.cleaned_data.get("queue"), self.cleaned_data.get("rest")
        if not queue and not rest:
            raise forms.ValidationError(NOT_KEPT)
        return {"queue": queue, "rest": rest}


class KeptItemForm(forms.Form):
    """A row of the queue that this app keeps, and in front of which place it is to stand.

    `scope`: "within" its album, "alone" out of it, or "all" of it.
    """

    item = forms.IntegerField(min_value=1, error_messages=dict.fromkeys(("required", "invalid"), NOT_A_ROW))
    before = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    scope = forms.ChoiceField(choices=[(name, name) for name in ("within", "alone", "all")], required=False)

    def __init__(self, data: QueryDict) -> None:
        """A button sends but one value: all of them, with spaces."""
        item, before, scope = [*data.get("item", "").split(" "), "", ""][:3]
        before, scope = before or data.get("before", ""), scope or data.get("scope", "")
        super().__init__({"item": item, "before": before, "scope": scope})


class KeptSwitchForm(forms.Form):
    """Who keeps the queue, or whether people take turns in it."""

    is_on = forms.NullBooleanField(required=False)
    is_fair = forms.NullBooleanField(required=False)


class SaveQueueForm(forms.Form):
    name = forms.CharField(
        max_length=100,
        error_messages={
            "required": _("Give the playlist a name."),
            "max_length": _("Spotify takes names of at most 100 characters."),
        },
    )


class PlayLinesForm(LinesForm):
    """What is to play instead: single items, or one album, playlist or show alone."""

    def clean_lines(self) -> str:
        text = super().clean_lines()
        links = self.pasted.links
        are_single = all(link.kind in ITEM_KINDS for link in links)
        if len(links) > 1 and not are_single:
            raise forms.ValidationError(_("To play an album or playlist, paste just its link."))
        if len(links) > MAX_URIS_PLAYED:
            raise forms.ValidationError(
                _("Spotify plays at most %(most)s at once; these are %(count)s. Queue them instead."),
                params={"most": MAX_URIS_PLAYED, "count": len(links)},
            )
        return text


class HostForm(forms.Form):
    """Whose queue: a member who allows it."""

    for_member = forms.IntegerField(min_value=1)
