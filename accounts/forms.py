from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import pasted_answer
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


class PasteForm(forms.Form):
    """Spotify's answer as people copy it: the whole address, or the two parts of it that count."""

    address = forms.CharField(required=False)
    answer_code = forms.CharField(required=False)
    answer_state = forms.CharField(required=False)

    def read_answer(self, *, own_hosts: set[str]) -> QueryDict:
        """Raises CannotUsePaste."""
        fields = {name: str(self.data.get(name, "")) for name in self.fields}
        if fields["address"].strip() or not (fields["answer_code"].strip() or fields["answer_state"].strip()):
            return pasted_answer.read_answer(fields["address"], own_hosts=own_hosts)
        return pasted_answer.join_answer(fields["answer_code"], fields["answer_state"])
