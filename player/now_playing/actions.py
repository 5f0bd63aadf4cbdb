"""The acts by name, so that one can be kept while its device is chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.http import QueryDict

from player import commands
from player.now_playing import forms
from player.playback import saved as liking
from player.queue import jobs as adding


@dataclass(frozen=True)
class Act:
    form: type[django_forms.Form]
    carry_out: Callable[..., None]  # takes the member and what the form has cleaned


# By the name of their URL.
ACTS: Mapping[str, Act] = {
    "play": Act(forms.PlainForm, commands.play),
    "pause": Act(forms.PlainForm, commands.pause),
    "skip-to-next": Act(forms.TimesForm, commands.skip_to_next),
    "skip-to-previous": Act(forms.TimesForm, commands.skip_to_previous),
    "seek": Act(forms.SeekForm, commands.seek),
    "skip-by": Act(forms.SkipForm, commands.skip_by),
    "set-volume": Act(forms.VolumeForm, commands.set_volume),
    "set-shuffle": Act(forms.ShuffleForm, commands.set_shuffle),
    "set-repeat": Act(forms.RepeatForm, commands.set_repeat),
    "play-from": Act(forms.PlayFromForm, commands.play_from),
    "play-item": Act(forms.PlayItemForm, commands.play_item),
    "shuffle-item": Act(forms.PlayItemForm, commands.shuffle_item),
    "play-lines": Act(forms.PlayLinesForm, adding.play_lines),
    "add-lines": Act(forms.LinesForm, adding.add_lines),
    "set-saved": Act(forms.SavedForm, liking.set_saved),
    "add-to-queue": Act(forms.QueueItemForm, commands.add_to_queue),
}


@dataclass(frozen=True)
class Wish:
    """An act that waits for its device."""

    name: str
    values: Mapping[str, Any]  # what the form of the act has cleaned

    @property
    def act(self) -> Act:
        return ACTS[self.name]

    @property
    def sent(self) -> dict[str, str]:
        """The values as a form sends them."""
        return {name: _sent(value) for name, value in self.values.items()}


def wish_of(sent: QueryDict) -> Wish | None:
    """The wish that a choice of device carries along; None when there is none, or it makes no sense."""
    name = sent.get("wish") or ""
    act = ACTS.get(name)
    form = act.form(sent) if act else None
    return Wish(name, form.cleaned_data) if form and form.is_valid() else None


def _sent(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
