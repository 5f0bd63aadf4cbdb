from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member


class SharingForm(forms.ModelForm[Member]):
    """What the others of the household may see and do; all off by default."""

    lends_account = forms.ChoiceField(
        choices=Member.Lending.choices,
        required=False,
        label=_("Others may play on my speakers through my account"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Member
        fields = ["shows_listening", "has_open_queue", "shares_library", "shares_speakers", "lends_account"]
        labels = {
            "shows_listening": _("Show others what I listen to"),
            "has_open_queue": _("Others may add to my queue"),
            "shares_library": _("Others may see what we both have saved"),
            "shares_speakers": _("Show others my speakers, and whether music plays there"),
        }


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(
        choices=Member.Theme.choices,
        error_messages={"invalid_choice": _("Choose light, dark, or as the device.")},
    )
