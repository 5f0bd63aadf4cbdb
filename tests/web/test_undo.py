"""One undo for all toasts: signed, for one member, and never twice."""

import pytest
from django.urls import reverse

from tests.support.undo import press_undo, undo_payload


@pytest.fixture
def shown(ada):
    """A page with the toast of a label that was removed."""
    label = ada.member.labels.create(name="Boats", position=1)
    ada.post(reverse("playlists:delete-label", args=[label.pk]))
    return ada.get("/playlists/labels/").text


def test_it_is_undone_once_and_a_second_press_says_so(ada, shown):
    assert press_undo(ada, shown).status_code == 302
    press_undo(ada, shown)
    assert [label.name for label in ada.member.labels.all()] == ["Boats"]


def test_another_members_undo_is_refused(ada, ben, shown):
    assert press_undo(ben, shown).status_code == 403
    assert not ada.member.labels.exists()
    assert not ben.member.labels.exists()


@pytest.mark.parametrize(
    "change", [lambda payload: payload[:-1], lambda _payload: "", lambda payload: f"x{payload}"]
)
def test_what_was_not_signed_here_is_refused_and_changes_nothing(ada, shown, change):
    answer = ada.post("/undo/", {"payload": change(undo_payload(shown))})
    assert answer.status_code == 403
    assert "Load the page again" in answer.text
    assert not ada.member.labels.exists()


def test_its_address_is_no_page(ada):
    assert ada.get("/undo/").status_code == 405
