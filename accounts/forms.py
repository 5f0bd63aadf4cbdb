from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member


class SharingForm(forms.ModelForm[Member]):
    """What the others of the household may see and do; all off by default."""

    class Meta:
        model = Member
        fields = ["shows_listening", "has_open_queue", "shares_library"]
        labels = {
            "shows_listening": _("Show others what I listen to"),
            "has_open_queue": _("Others may add to my queue"),
            "shares_library": _("Others may see what we both have saved"),
        }


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(
        choices=Member.Theme.choices,
        error_messages={"invalid_choice": _("Choose light, dark, or as the device.")},
    )
