from django import forms
from django.utils.translation import gettext_lazy as _

from library.search import results
from spotweb.spotify.catalog import MAX_SEARCH_OFFSET, SearchType
from spotweb.web.params import parse_number


class SearchForm(forms.Form):
    """Words or links. A kind that is none shows all; an offset that makes no sense is the beginning."""

    q = forms.CharField(
        max_length=2000,  # a page of pasted links; words alone are shorter
        required=False,
        error_messages={"max_length": _("That is too long to search for. Use fewer words.")},
    )
    kind = forms.CharField(max_length=20, required=False)
    offset = forms.CharField(required=False)

    def clean_q(self) -> str:
        return " ".join(self.cleaned_data["q"].split())

    def clean_kind(self) -> SearchType | None:
        name = self.cleaned_data["kind"]
        return next((kind for kind in results.SEARCH_TYPES if kind == name), None)

    def clean_offset(self) -> int:
        digits = len(str(MAX_SEARCH_OFFSET))
        return min(parse_number(self.cleaned_data["offset"], max_digits=digits) or 0, MAX_SEARCH_OFFSET)
