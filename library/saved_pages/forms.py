"""What a browser may send to save, remove and follow, and the message when it is wrong."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from spotweb.spotify import modes
from spotweb.spotify.library.changes import SAVEABLE
from spotweb.spotify.links import LinkError, parse_link
from spotweb.web.texts.number_format import format_number

# Ten requests to Spotify in development mode, which the pace lets through at one go.
MAX_URIS = 400
NOT_SAVEABLE = _("This can’t be saved: it is no link to something on Spotify.")
SAVEABLE_HERE = tuple(kind for kind in SAVEABLE if kind not in {"playlist", "user"})
ONLY_ARTISTS = _("Only artists can be followed here.")


class SavedForm(forms.Form):
    """What to save or to remove. A button can send only one value: then `saved` carries the URI too."""

    saved = forms.RegexField(
        regex=r"^(true|false)( spotify:\S+)?\Z",
        error_messages=dict.fromkeys(
            ("required", "invalid"), _("Say whether to save or to remove: it is neither.")
        ),
    )
    uris = forms.CharField(required=False)
    uri = forms.CharField(required=False)

    def clean(self) -> dict[str, object]:
        saved, _space, uri = str(self.cleaned_data.get("saved", "")).partition(" ")
        texts = [uri, *self._sent("uri"), *" ".join(self._sent("uris")).split()]
        uris = list(dict.fromkeys(_parse_saveable(uri_text) for uri_text in texts if uri_text))
        if not self.errors and not uris:
            raise forms.ValidationError(_("Choose at least one row first."))
        if len(uris) > MAX_URIS:
            raise forms.ValidationError(
                _("At most %(most)s at once; these are %(count)s. Nothing was changed."),
                params={"most": MAX_URIS, "count": format_number(len(uris))},
            )
        return {"saved": saved == "true", "uris": uris}

    def _sent(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data.get(name, "")]


def _parse_saveable(text: str) -> str:
    try:
        return parse_link(text, kinds=SAVEABLE_HERE).uri
    except LinkError:
        raise forms.ValidationError(NOT_SAVEABLE) from None


class FollowForm(forms.Form):
    uri = forms.CharField(
        max_length=300, error_messages={"required": ONLY_ARTISTS, "max_length": ONLY_ARTISTS}
    )
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
            raise forms.ValidationError(ONLY_ARTISTS) from None
