"""What recommendations start from, and how they should sound."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from spotweb.spotify.browse import MAX_SEEDS
from spotweb.spotify.links import Link, LinkError, parse_link

MAX_BPM = 250


class Seeds(Struct, frozen=True, kw_only=True):
    """Ids of artists and tracks, and names of genres."""

    artists: Sequence[str] = ()
    tracks: Sequence[str] = ()
    genres: Sequence[str] = ()

    @property
    def count(self) -> int:
        return len(self.artists) + len(self.tracks) + len(self.genres)


class RecommendForm(forms.Form):
    """`seed` are links to artists and tracks, several; so are genres. Tuning goes from 0 to 100."""

    genre = forms.MultipleChoiceField(required=False, label=_("Genre"), widget=forms.CheckboxSelectMultiple)
    energy = forms.IntegerField(required=False, min_value=0, max_value=100, label=_("Energy"))
    danceability = forms.IntegerField(required=False, min_value=0, max_value=100, label=_("Danceable"))
    valence = forms.IntegerField(required=False, min_value=0, max_value=100, label=_("Cheerful"))
    acousticness = forms.IntegerField(required=False, min_value=0, max_value=100, label=_("Acoustic"))
    popularity = forms.IntegerField(required=False, min_value=0, max_value=100, label=_("Known"))
    tempo = forms.IntegerField(required=False, min_value=30, max_value=MAX_BPM, label=_("Beats a minute"))
    # Which proposal it is: the next number is another one.
    again = forms.IntegerField(required=False, min_value=0, max_value=10_000, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, genres: Sequence[str]) -> None:
        super().__init__(data)
        self.links: list[Link] = []
        field = self.fields["genre"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(genre, genre) for genre in genres]

    def clean(self) -> None:
        links = [text for text in " ".join(self.data.getlist("seed")).split() if text]  # type: ignore[attr-defined]  # always a QueryDict
        try:
            self.links = list(dict.fromkeys(parse_link(text, kinds=("artist", "track")) for text in links))
        except LinkError:
            raise forms.ValidationError(_("Only links to songs and artists can be begun with.")) from None
        if len(self.links) + len(self.cleaned_data.get("genre", ())) > MAX_SEEDS:
            raise forms.ValidationError(
                _("At most %(most)s to begin with, of all kinds together."), params={"most": MAX_SEEDS}
            )
        if self.data and not self.errors and not self.links and not self.cleaned_data.get("genre"):
            raise forms.ValidationError(_("Name a song, an artist or a genre to begin with."))

    @property
    def seeds(self) -> Seeds:
        return Seeds(
            artists=[link.id for link in self.links if link.kind == "artist"],
            tracks=[link.id for link in self.links if link.kind == "track"],
            genres=self.cleaned_data["genre"],
        )

    @property
    def all_errors(self) -> list[str]:
        """Return the messages, with the label of the field in front where there is one."""
        return [
            f"{self.fields[name].label}: {message}" if name in self.fields else str(message)
            for name, messages in self.errors.items()
            for message in messages
        ]

    @property
    def wishes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in {"genre", "again"}]

    @property
    def tuning(self) -> dict[str, float]:
        """Return the tuning as get_recommendations takes it."""
        values = {name: self.cleaned_data.get(name) for name in (*_SHARES, "popularity", "tempo")}
        return {
            f"target_{name}": value / 100 if name in _SHARES else float(value)
            for name, value in values.items()
            if value is not None
        }


_SHARES = ("energy", "danceability", "valence", "acousticness")
