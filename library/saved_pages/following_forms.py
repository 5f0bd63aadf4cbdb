"""Whom a member may follow from here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from spotweb.spotify import modes
from spotweb.spotify.links import LinkError, parse_link

NOBODY = _("Only artists can be followed here.")


class FollowForm(forms.Form):
    uri = forms.CharField(max_length=300, error_messages={"required": NOBODY, "max_length": NOBODY})
    saved = forms.TypedChoiceField(
        coerce=lambda word: word == "true",
        choices=[("true", "follow"), ("false", "unfollow")],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Say whether to follow or not: it is neither.")
        ),
    )

    def clean_uri(self) -> str:
        kinds = ("artist", "user") if modes.is_extended() else ("artist",)
        try:
            return parse_link(self.cleaned_data["uri"], kinds=kinds).uri
        except LinkError:
            raise forms.ValidationError(NOBODY) from None
