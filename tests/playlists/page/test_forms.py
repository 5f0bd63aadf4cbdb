"""Where rows go that are moved in words or to a number."""

import pytest
from django.http import QueryDict

from playlists.page.forms import MoveForm


def moved(order, chosen, before):
    kept = [one for one in range(order) if one not in chosen]
    at = sum(one < before for one in kept)
    return kept[:at] + sorted(chosen) + kept[at:]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("positions=3&to=up", [0, 1, 3, 2, 4]),
        ("positions=0&to=up", [0, 1, 2, 3, 4]),
        ("positions=3&to=down", [0, 1, 2, 4, 3]),
        ("positions=4&to=down", [0, 1, 2, 3, 4]),
        ("positions=1&positions=3&to=top", [1, 3, 0, 2, 4]),
        ("positions=0-1&to=bottom", [2, 3, 4, 0, 1]),
        ("positions=0&to=place&place=3", [1, 2, 0, 3, 4]),
        ("positions=4&to=place&place=2", [0, 4, 1, 2, 3]),
        ("positions=0&to=place&place=5", [1, 2, 3, 4, 0]),
        ("positions=0&to=place&place=999", [1, 2, 3, 4, 0]),
        ("positions=2&before=0", [2, 0, 1, 3, 4]),
    ],
)
def test_rows_end_up_where_the_words_say(sent, expected):
    form = MoveForm(QueryDict("seen=1&" + sent))
    assert form.is_valid(), form.errors
    assert moved(5, form.cleaned_data["positions"], form.choose_before(5)) == expected


@pytest.mark.parametrize(
    "sent", ["to=top", "positions=1", "positions=1&to=place", "positions=x&to=top", "positions=1&to=sideways"]
)
def test_what_leads_nowhere_is_refused(sent):
    assert not MoveForm(QueryDict("seen=1&" + sent)).is_valid()
