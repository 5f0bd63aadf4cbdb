from django import forms
from django.http import QueryDict

from accounts.sign_in import pasted_answer


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
