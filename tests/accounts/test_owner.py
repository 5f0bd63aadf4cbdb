"""Who owns the household: never a stranger who comes first."""

import pytest

from accounts import owner
from accounts.house.actions import prepare_house
from accounts.models import House, Member
from tests.accounts.consent import Journey
from tests.support.people import new_client


@pytest.fixture
def extended(settings, sandbox):
    """A house of one's own in extended mode, where any account can sign in."""
    settings.IS_DEMO = False
    settings.SPOTIFY_QUOTA_MODE = "extended"
    sandbox.control("PUT", "settings", {"quota_mode": "extended"})
    prepare_house()


def _get_id(sandbox, name):
    return next(one["user_id"] for one in sandbox.control("GET", "members") if one["id"] == name)


def _list_members():
    return [(m.display_name, m.is_owner, m.is_active) for m in Member.objects.order_by("display_name")]


@pytest.mark.usefixtures("extended")
def test_in_extended_mode_a_stranger_who_comes_first_owns_nothing():
    stranger = Journey(new_client())
    assert "owner code" in stranger.client.get("/accounts/login/").content.decode().lower()
    answer = stranger.sign_in("ben", owner_code="GUESS-GUESS")
    assert answer.status_code == 403
    assert "This household has no owner yet" in answer.content.decode()
    assert _list_members() == [("Ben", False, False)]
    assert stranger.client.get("/household/").status_code == 302


@pytest.mark.usefixtures("extended")
@pytest.mark.parametrize("write", [str, str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_who_has_the_code_from_the_terminal_owns_the_house(write):
    Journey(new_client()).sign_in("ben")
    code = owner.get_code()
    keeper = Journey(new_client())
    assert keeper.sign_in("ada", owner_code=write(code)).status_code == 302
    assert _list_members() == [("Ada", True, True), ("Ben", False, False)]
    assert (owner.get_code(), House.objects.get().owner_code) == ("", ""), "it is used up"
    assert Journey(new_client()).sign_in("ines", owner_code=code).status_code == 403
    assert "owner code" not in Journey(new_client()).client.get("/accounts/login/").content.decode().lower()


@pytest.mark.usefixtures("extended")
def test_who_waits_may_bring_the_code_later():
    keeper = Journey(new_client())
    keeper.sign_in("ada")
    assert keeper.sign_in("ada", owner_code=owner.get_code()).status_code == 302
    assert _list_members() == [("Ada", True, True)]


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_the_setting_names_the_owner(sandbox, settings, mode):
    settings.IS_DEMO = False
    settings.SPOTIFY_QUOTA_MODE = mode
    sandbox.control("PUT", "settings", {"quota_mode": mode})
    settings.SPOTWEB_OWNER = _get_id(sandbox, "ada")
    Journey(new_client()).sign_in("ben")
    assert _list_members() == [("Ben", False, mode == "development")]
    Journey(new_client()).sign_in("ada")
    assert ("Ada", True, True) in _list_members()


def test_a_setting_that_is_changed_hands_the_house_over(ada, ben, sandbox, settings):
    settings.SPOTWEB_OWNER = ben.member.spotify_id
    prepare_house()
    assert _list_members() == [("Ada", False, True), ("Ben", True, True)]
    settings.SPOTWEB_OWNER = "nobody-here"
    prepare_house()
    assert _list_members() == [("Ada", False, True), ("Ben", True, True)], "a house is not left without owner"


def test_in_development_mode_the_first_one_on_the_list_owns_the_house(settings, sandbox):
    settings.IS_DEMO = False
    first = Journey(new_client())
    assert "owner code" not in first.client.get("/accounts/login/").content.decode().lower()
    first.sign_in("ben")
    assert _list_members() == [("Ben", True, True)]
