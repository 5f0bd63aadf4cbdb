"""The commands by name, with the forms that ask for them, so that one can wait until its device is chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from accounts.models import Member
from player import commands
from player.now_playing import forms, queue_forms
from player.playback.saved import set_saved
from player.queue import jobs as queue_jobs
from player.queue.restore import restore_queue
from player.sleep_timer import actions as sleep_timer
from player.speaker_loans.borrowed_player import load_shown_state


def _set_saved(member: Member, *, uri: str, saved: bool, device_id: str | None = None) -> None:  # noqa: ARG001
    """`device_id` is there because other commands take one."""
    playback = load_shown_state(member).playback
    set_saved(member, uri=uri, saved=saved, item=playback.item if playback else None)


@dataclass(frozen=True)
class PlayerCommand:
    form: type[forms.CommandForm]
    run: Callable[..., None]  # takes the member and the values of the form


# By the name of their URL.
COMMANDS: Mapping[str, PlayerCommand] = {
    "play": PlayerCommand(forms.PlainForm, sleep_timer.play),
    "pause": PlayerCommand(forms.PlainForm, commands.pause),
    "skip-to-next": PlayerCommand(forms.TimesForm, commands.skip_to_next),
    "skip-to-previous": PlayerCommand(forms.TimesForm, commands.skip_to_previous),
    "seek": PlayerCommand(forms.SeekForm, commands.seek),
    "skip-by": PlayerCommand(forms.SkipForm, commands.skip_by),
    "set-volume": PlayerCommand(forms.VolumeForm, commands.set_volume),
    "set-shuffle": PlayerCommand(forms.ShuffleForm, commands.set_shuffle),
    "set-repeat": PlayerCommand(forms.RepeatForm, commands.set_repeat),
    "play-from": PlayerCommand(forms.PlayFromForm, commands.play_from),
    "play-item": PlayerCommand(forms.PlayItemForm, commands.play_item),
    "shuffle-item": PlayerCommand(forms.ShuffleItemForm, commands.shuffle_item),
    "play-lines": PlayerCommand(queue_forms.PlayLinesForm, commands.play_uris),
    "add-lines": PlayerCommand(queue_forms.LinesForm, queue_jobs.queue_uris),
    "set-saved": PlayerCommand(queue_forms.SavePlayingForm, _set_saved),
    "restore-queue": PlayerCommand(queue_forms.RestoreQueueForm, restore_queue),
    "add-to-queue": PlayerCommand(queue_forms.QueueItemForm, commands.add_to_queue),
    "play-next": PlayerCommand(queue_forms.PlayNextForm, queue_jobs.play_next),
}
# What begins something else.
STARTS = {"play-from", "play-item", "shuffle-item", "play-lines", "restore-queue"}


@dataclass(frozen=True)
class PendingCommand:
    """A command with its arguments. When no device is ready, a page carries it until one is chosen."""

    name: str
    values: Mapping[str, Any]  # the arguments of the command

    @classmethod
    def from_post(cls, data: QueryDict) -> "PendingCommand | None":
        """Return what a choice of device carries along; None when there is none, or it makes no sense."""
        name = data.get("command") or ""
        command = COMMANDS.get(name)
        form = command.form(data) if command else None
        return cls(name, form.values) if form and form.is_valid() else None

    def run(self, member: Member) -> None:
        COMMANDS[self.name].run(member, **self.values)

    def run_on(self, member: Member, device_id: str) -> None:
        commands.run_on_device(member, COMMANDS[self.name].run, device_id=device_id, **self.values)

    @property
    def form_fields(self) -> dict[str, str]:
        """The values as the form of the command takes them."""
        if "uris" in self.values:
            return {"lines": " ".join(self.values["uris"])}
        return {name: _as_text(value) for name, value in self.values.items() if value is not None}


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
