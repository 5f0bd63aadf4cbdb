"""What a browser may send with a command of the player, and the sentence when it is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from player.playback.context import KINDS_WITH_OFFSET
from player.sleep_timer.actions import MAX_MINUTES
from spotweb.spotify.links import (
    ITEM_KINDS,
    LinkError,
    parse_link,
)
from spotweb.spotify.player import REPEAT_STATES

KINDS_PLAYED_ALONE = ("track", "episode", "album", "playlist", "show", "artist")
A_DAY_MS = 24 * 3600 * 1000
SKIP_S = 15
MAX_POSITION = 12_000  # of a playlist's rows
NOT_FROM_HERE = _("This can’t be played from here.")
NO_SLEEP_TIME = _("Choose when the music is to stop.")
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
            "context_uri": parse_uri(context_uri or cleaned.get("context_uri", ""), *KINDS_WITH_OFFSET),
            "uri": parse_uri(uri, *ITEM_KINDS),
            "position": cleaned.get("position"),
            "position_ms": cleaned.get("position_ms"),
        }


def parse_uri(text: str, *kinds: str) -> str:
    try:
        return parse_link(text, kinds=kinds).uri
    except LinkError:
        raise forms.ValidationError(NOT_FROM_HERE) from None


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


class PlayItemForm(StartForm):
    """One song or episode, to be played now."""

    uri = forms.CharField(max_length=500, error_messages={"required": NOT_FROM_HERE})

    def clean_uri(self) -> str:
        return parse_uri(self.cleaned_data["uri"], *KINDS_PLAYED_ALONE)


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
