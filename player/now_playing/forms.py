"""What a browser may send to the player, and the sentence when it is wrong."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from player.playback.context import KINDS_WITH_OFFSET
from player.queue import jobs as queue_jobs
from player.sleep_timer.actions import MAX_MINUTES
from spotweb.spotify.links import (
    ADDABLE_KINDS,
    ITEM_KINDS,
    LinkError,
    PastedLinks,
    WrongKind,
    parse_lines,
    parse_link,
)
from spotweb.spotify.models import Device
from spotweb.spotify.player import MAX_URIS_PLAYED, REPEAT_STATES
from spotweb.web.link_messages import describe_for, get_link_message
from spotweb.web.names import show_name
from spotweb.web.number_format import format_number

# Spotify's ids of devices are opaque; longer ones or other signs come from nobody's device.
DEVICE_ID = r"^[A-Za-z0-9_.:=-]{1,128}\Z"
KINDS_PLAYED_ALONE = ("track", "episode", "album", "playlist", "show", "artist")
A_DAY_MS = 24 * 3600 * 1000
SKIP_S = 15
MAX_POSITION = 12_000  # of a playlist's rows
TOO_LONG = _(
    "At most %(most)s lines at once; these are %(count)s. Nothing was added, and all are still here."
)
ONLY_SINGLE = _("Only single songs and episodes can be queued here; this is a link to something else.")
NOT_FROM_HERE = _("This can’t be played from here.")
NOT_KEPT = _("This queue is no longer kept.")
NO_SLEEP_TIME = _("Choose when the music is to stop.")
NO_ZONE = _("Enter a time zone, such as Europe/Berlin.")
NO_ANSWER = _("Accept or decline.")
NOT_BORROWED = _("You don’t play on this speaker.")
NOT_A_ROW = _("This isn’t a row of the queue.")
# More is a matter for the queue: each is a request of its own to Spotify.
MAX_TIMES = 10


class CommandForm(forms.Form):
    """What a command of the player needs to know."""

    @property
    def values(self) -> dict[str, Any]:  # Any: Django's type for what a form has cleaned
        """The arguments of the command."""
        return self.cleaned_data


class PlainForm(CommandForm):
    """A command without arguments."""


class SeekForm(CommandForm):
    position_ms = forms.IntegerField(
        min_value=0,
        max_value=A_DAY_MS,
        error_messages={
            "required": _("Say where to go to."),
            "invalid": _("The position has to be a number."),
            "min_value": _("The position can’t be before the beginning."),
            "max_value": _("Nothing is that long."),
        },
    )


class TimesForm(CommandForm):
    """Several presses of one key, sent together."""

    times = forms.IntegerField(
        min_value=1,
        max_value=MAX_TIMES,
        required=False,
        error_messages={
            "invalid": _("Say how often with a number."),
            "min_value": _("One can skip up to ten at once."),
            "max_value": _("One can skip up to ten at once."),
        },
    )

    def clean_times(self) -> int:
        return self.cleaned_data["times"] or 1


class SkipForm(CommandForm):
    seconds = forms.TypedChoiceField(
        coerce=int,
        choices=[(-SKIP_S, "-15"), (SKIP_S, "15")],
        error_messages={
            "required": _("Say in which direction to skip."),
            "invalid_choice": _("One can skip 15 seconds back or forward."),
        },
    )


class VolumeForm(CommandForm):
    volume_percent = forms.IntegerField(
        min_value=0,
        max_value=100,
        error_messages={
            "required": _("Say how loud it should be."),
            "invalid": _("The volume has to be a number from 0 to 100."),
            "min_value": _("The volume has to be a number from 0 to 100."),
            "max_value": _("The volume has to be a number from 0 to 100."),
        },
    )


class ShuffleForm(CommandForm):
    state = forms.TypedChoiceField(
        coerce=lambda word: word == "true",
        choices=[("true", "on"), ("false", "off")],
        error_messages={
            "required": _("Say whether to shuffle."),
            "invalid_choice": _("Shuffle is either on or off."),
        },
    )


class RepeatForm(CommandForm):
    state = forms.ChoiceField(
        choices=[(state, state) for state in REPEAT_STATES],
        error_messages={
            "required": _("Say what to repeat."),
            "invalid_choice": _("Repeat is off, the whole context, or one track."),
        },
    )


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


class StartForm(CommandForm):
    """What is played from a moment within it on."""

    position_ms = forms.IntegerField(
        min_value=0,
        max_value=A_DAY_MS,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NOT_FROM_HERE),
    )


class PlayFromForm(StartForm):
    """One item of an album, a playlist or a show. A button can send but one value: both, with a space."""

    context_uri = forms.CharField(max_length=200, required=False)
    uri = forms.CharField(max_length=400, error_messages={"required": NOT_FROM_HERE})
    position = forms.IntegerField(
        min_value=0,
        max_value=MAX_POSITION,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NOT_FROM_HERE),
    )

    def clean(self) -> dict[str, object]:
        cleaned = self.cleaned_data
        context_uri, _space, uri = cleaned.get("uri", "").rpartition(" ")
        return {
            "context_uri": _parse_uri(context_uri or cleaned.get("context_uri", ""), *KINDS_WITH_OFFSET),
            "uri": _parse_uri(uri, *ITEM_KINDS),
            "position": cleaned.get("position"),
            "position_ms": cleaned.get("position_ms"),
        }


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


def _parse_uri(text: str, *kinds: str) -> str:
    try:
        return parse_link(text, kinds=kinds).uri
    except LinkError:
        raise forms.ValidationError(NOT_FROM_HERE) from None


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
        uris = [_parse_uri(word, *ADDABLE_KINDS) for word in dict.fromkeys(words)]
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


class SleepForm(forms.Form):
    """When the music is to stop, or how many minutes more."""

    after = forms.RegexField(
        regex=r"^(\d{1,3}|songs-[1-9]|album)\Z", required=False, error_messages={"invalid": NO_SLEEP_TIME}
    )
    more = forms.IntegerField(
        min_value=1,
        max_value=120,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NO_SLEEP_TIME),
    )

    def clean(self) -> dict[str, Any]:
        after = self.cleaned_data.get("after", "")
        is_too_long = after.isdecimal() and not 0 < int(after) <= MAX_MINUTES
        if not self.errors and ((not after and not self.cleaned_data.get("more")) or is_too_long):
            raise forms.ValidationError(NO_SLEEP_TIME)
        return self.cleaned_data


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


class DeviceForm(forms.Form):
    device_id = forms.RegexField(
        regex=DEVICE_ID,
        error_messages={
            "required": _("Choose a device."),
            "invalid": _("This isn’t one of your devices. Choose one from the list."),
        },
    )


class SpeakerForm(forms.Form):
    """A speaker of another member: a button sends but one value, who and which, with a space."""

    speaker = forms.RegexField(
        regex=r"^\d{1,9} [A-Za-z0-9_.:=-]{1,128}\Z",
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a speaker from the list.")),
    )

    @property
    def host_pk(self) -> int:
        return int(self.cleaned_data["speaker"].partition(" ")[0])

    @property
    def device_id(self) -> str:
        return str(self.cleaned_data["speaker"].partition(" ")[2])


class LoanForm(forms.Form):
    """For which loan a button was shown."""

    loan = forms.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NOT_BORROWED),
    )


class LoanAnswerForm(forms.Form):
    """The answer to somebody who asks for a speaker: which request, and a word, with a space."""

    loan = forms.IntegerField(
        min_value=1, error_messages=dict.fromkeys(("required", "invalid", "min_value"), NO_ANSWER)
    )
    answer = forms.ChoiceField(
        choices=[("accept", "accept"), ("decline", "decline")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), NO_ANSWER),
    )

    def __init__(self, data: QueryDict) -> None:
        loan, _space, answer = data.get("answer", "").partition(" ")
        super().__init__({"loan": loan, "answer": answer})


_CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class QuietHoursForm(forms.Form):
    """How loud a device may be, between two times of day. `devices`: what can be chosen, by their id."""

    device_id = forms.ChoiceField(
        label=_("Device"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a device from the list.")),
    )
    starts_at = forms.TimeField(
        label=_("From"),
        widget=_CLOCK,
        initial="22:00",
        error_messages=dict.fromkeys(("required", "invalid"), _("Enter a time of day, such as 22:00.")),
    )
    ends_at = forms.TimeField(
        label=_("Until"),
        widget=_CLOCK,
        initial="07:00",
        error_messages=dict.fromkeys(("required", "invalid"), _("Enter a time of day, such as 7:00.")),
    )
    ceiling = forms.IntegerField(
        label=_("At most"),
        min_value=0,
        max_value=100,
        initial=30,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("The volume has to be a number from 0 to 100."),
        ),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        error_messages=dict.fromkeys(("required", "max_length"), NO_ZONE),
    )

    def __init__(self, data: QueryDict | None = None, *, devices: Mapping[str | None, Device]) -> None:
        super().__init__(data, initial={"time_zone": settings.TIME_ZONE})
        choices = [(id_ or "", show_name(device.name)) for id_, device in devices.items()]
        self.fields["device_id"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise forms.ValidationError(NO_ZONE)
        return zone

    def clean(self) -> dict[str, Any]:
        starts_at = self.cleaned_data.get("starts_at")
        if starts_at and starts_at == self.cleaned_data.get("ends_at"):
            self.add_error("ends_at", _("Choose two different times."))
        return self.cleaned_data


class PlayItemForm(StartForm):
    """One song or episode, to be played now."""

    uri = forms.CharField(max_length=500, error_messages={"required": NOT_FROM_HERE})

    def clean_uri(self) -> str:
        return _parse_uri(self.cleaned_data["uri"], *KINDS_PLAYED_ALONE)


class ShuffleItemForm(PlayItemForm):
    """What begins anywhere begins at no moment."""

    position_ms = None  # type: ignore[assignment]  # how Django leaves out a field


class ItemSearchForm(forms.Form):
    q = forms.CharField(
        max_length=200,
        required=False,
        error_messages={"max_length": _("That is too long to search for. Use fewer words.")},
    )
    kind = forms.CharField(max_length=20, required=False)  # of the groups; what is none shows all
