from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member


class SharingForm(forms.ModelForm[Member]):
    """What the others of the household may see and do; both off by default."""

    class Meta:
        model = Member
        fields = ["shows_listening", "has_open_queue"]
        labels = {
            "shows_listening": _("Show others what I listen to"),
            "has_open_queue": _("Others may add to my queue"),
        }


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(
        choices=Member.Theme.choices,
        error_messages={"invalid_choice": _("Choose light, dark, or as the device.")},
    )
