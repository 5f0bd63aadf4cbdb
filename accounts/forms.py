from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(
        choices=Member.Theme.choices,
        error_messages={"invalid_choice": _("Choose light, dark, or as the device.")},
    )
