"""What a browser may send to the library, and the sentence when it is wrong."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from spotweb.spotify.library.saving import SAVEABLE
from spotweb.spotify.links import LinkError, parse_link

# Ten requests to Spotify in development mode, which the pace lets through at one go.
MOST_AT_ONCE = 400
NOT_SAVEABLE = _("This cannot be saved: it is no link to something on Spotify.")
SAVEABLE_HERE = tuple(kind for kind in SAVEABLE if kind not in {"playlist", "user"})


class SavedForm(forms.Form):
    """What to save or to remove. A button can send but one value: then `saved` carries the URI too."""

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
        sent = [uri, *self._sent("uri"), *" ".join(self._sent("uris")).split()]
        uris = list(dict.fromkeys(_saveable(one) for one in sent if one))
        if not self.errors and not uris:
            raise forms.ValidationError(_("Choose at least one row first."))
        if len(uris) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("At most %(most)s at once; these are %(count)s. Nothing was changed."),
                params={"most": MOST_AT_ONCE, "count": f"{len(uris):,}"},
            )
        return {"saved": saved == "true", "uris": uris}

    def _sent(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data.get(name, "")]


def _saveable(text: str) -> str:
    try:
        return parse_link(text, kinds=SAVEABLE_HERE).uri
    except LinkError:
        raise forms.ValidationError(NOT_SAVEABLE) from None
