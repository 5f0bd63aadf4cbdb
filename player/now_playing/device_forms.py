"""What a browser may send about devices, speakers that are lent, and quiet hours."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from spotweb.spotify.models import Device
from spotweb.web.texts.names import show_name

# Spotify's ids of devices are opaque; longer ones or other signs come from nobody's device.
DEVICE_ID = r"^[A-Za-z0-9_.:=-]{1,128}\Z"
NO_ZONE = _("Enter a time zone, such as Europe/Berlin.")
NO_ANSWER = _("Accept or decline.")
NOT_BORROWED = _("You don’t play on this speaker.")


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
