"""Names of members: something to see, and no two alike, wherever they stand."""

import pytest

from accounts.models import Member
from player.playback import refresh
from spotweb.web.texts.names import clean_name
from tests.player.parts import PART, act
from tests.support.database import go_back_to
from tests.support.people import move_in


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\u200b\u200d",
        "\u00a0\u3000",
        "\x00\x07\x1b",
        "\u2800",
        "\u3164",
        "\u202e\u2066",
        "\u0301",
        "\ufeff",
    ],
)
def test_what_shows_nothing_is_no_name(text):
    assert clean_name(text) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" Ada \n Byrne ", "Ada Byrne"),
        ("\u202eadA", "adA"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("e\u0301", "e\u0301"),
        ("a" + "\u0301" * 40, "a" + "\u0301" * 4),
        ("\U0001fae8 \U0001fadf", "\U0001fae8 \U0001fadf"),
    ],
)
def test_a_name_stays_what_it_is_but_for_what_disturbs_its_line(text, name):
    assert clean_name(text) == name


@pytest.fixture
def twins(ada, sandbox):
    name = ada.member.display_name
    sandbox.control("PUT", "product", {"member": "ben", "display_name": name})
    sandbox.control("PUT", "product", {"member": "ines", "display_name": f"{name}\u200b"})
    return ada, move_in(sandbox, "ben"), move_in(sandbox, "ines")


def test_members_with_one_name_are_told_apart_wherever_they_are_named(twins, sandbox):
    ada, ben, _ines = twins
    name = ada.member.display_name
    assert [one.member.display_name for one in twins] == [name, f"{name} (2)", f"{name} (3)"]
    page = ada.get("/household/").text
    assert all(str(one.member) in page for one in twins)
    Member.objects.update(has_open_queue=True, shows_listening=True)
    song = sandbox.control("GET", "catalog?type=track&limit=400")[300]
    ada.get("/player/")
    act(ben, "queue", uri=song["uri"], for_member=ada.member.pk)
    refresh.request_refresh(ada.member)
    assert f"{name} (2)" in ada.get("/player/", **PART).text


def test_a_member_keeps_a_name_through_what_else_is_stored_of_them(twins):
    ada, ben, _ines = twins
    name = ben.member.display_name
    ben.member.theme = "dark"
    ben.member.save()
    assert ben.member.display_name == name
    ada.member.save()
    assert Member.objects.get(pk=ada.member.pk).display_name == ada.member.display_name


def test_whoever_has_no_name_that_shows_goes_by_their_id(sandbox):
    sandbox.control("PUT", "product", {"member": "ben", "display_name": " \u200b "})
    ben = move_in(sandbox, "ben")
    assert ben.member.display_name == ben.member.spotify_id


@pytest.mark.django_db(transaction=True)
def test_names_of_an_earlier_version_are_mended():
    keys = ("one", "two", "three")
    with go_back_to(("accounts", "0009_hand_over")) as before:
        member = before.get_model("accounts", "Member")
        for key, name in zip(keys, ("Ada", "ada", "\u200b"), strict=True):
            member.objects.create(account_key=key, spotify_id=key, display_name=name)
    named = dict(Member.objects.values_list("account_key", "display_name"))
    assert named == {"one": "Ada", "two": "ada (2)", "three": "three"}
