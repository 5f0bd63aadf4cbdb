"""Who lives here, as members see it; signing out; light and dark."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant
from tests.accounts.consent import Journey

HOUSEHOLD = "/household/"


def _text(answer):
    return " ".join(answer.content.decode().split())


def test_it_shows_everybody_and_the_days_left_of_each(ada, ben):
    Grant.objects.filter(member=ben.member).update(authorized_at=timezone.now() - timedelta(days=170))
    page = _text(ada.get(HOUSEHOLD))
    assert "179 days left" in page
    assert "9 days left" in page
    assert "Soon" in page


def test_a_member_without_a_grant_breaks_nothing(ada):
    Grant.objects.all().delete()
    assert ada.get(HOUSEHOLD).status_code == 200


@pytest.mark.parametrize(("age_days", "is_warned"), [(164, False), (165, True), (200, True)])
def test_a_banner_warns_from_day_165(ada, age_days, is_warned):
    Grant.objects.update(authorized_at=timezone.now() - timedelta(days=age_days, minutes=1))
    assert ("Your sign-in with Spotify ends in" in _text(ada.get(HOUSEHOLD))) == is_warned


def test_a_grant_that_ended_is_shown_with_the_way_back(ada):
    Grant.objects.update(trouble="expired", trouble_at=timezone.now(), refusals=1)
    page = _text(ada.get(HOUSEHOLD))
    assert "Your sign-in with Spotify has ended." in page
    assert "The sign-in with Spotify has run out." in page
    assert reverse("accounts:reconnect") in page


def test_reconnecting_heals_and_leads_back_to_where_one_was(sandbox, ada):
    Grant.objects.update(trouble="expired", trouble_at=timezone.now(), refusals=2, refresh_token="")
    journey = Journey(ada.client)
    started = journey.client.post(reverse("accounts:reconnect"), {"next": HOUSEHOLD})
    _follow_account_key(ada, sandbox)
    answer = journey.come_back(journey.consent(started["Location"], member="ada"))
    assert answer["Location"] == HOUSEHOLD
    assert not Grant.objects.get().needs_reconnect


def test_reconnecting_with_somebody_elses_account_changes_nothing(sandbox, ada):
    Grant.objects.update(trouble="expired", trouble_at=timezone.now(), refusals=1)
    _follow_account_key(ada, sandbox)
    journey = Journey(ada.client)
    started = journey.client.post(reverse("accounts:reconnect"), {"next": HOUSEHOLD})
    answer = journey.come_back(journey.consent(started["Location"], member="ben"))
    page = _text(journey.client.get(answer["Location"]))
    assert "Spotify signed in Ben, not Ada, so nothing was changed." in page
    assert Grant.objects.get().needs_reconnect


def _follow_account_key(person, sandbox):
    """The fixture made this member up; the sign-in must find the same one."""
    known = next(one for one in sandbox.control("GET", "members") if one["id"] == person.name)
    person.member.account_key = known["account_id"]
    person.member.save(update_fields=["account_key"])
    person.member.socialaccount_set.create(provider="spotify", uid=known["account_id"])


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_the_chosen_theme_is_on_the_next_page(ada, theme):
    ada.post(reverse("accounts:choose-theme"), {"theme": theme})
    assert f'data-theme="{theme}"' in _text(ada.get(HOUSEHOLD))


def test_an_unknown_theme_is_refused_in_words(ada):
    answer = ada.post(reverse("accounts:choose-theme"), {"theme": "pink"})
    assert "Choose light, dark, or as the device." in _text(ada.get(answer["Location"]))


def test_a_hostile_name_is_only_text(ada):
    ada.member.display_name = "<script>alert(1)</script>\"'>" + "\u202e" + "x" * 200
    ada.member.save()
    page = ada.get(HOUSEHOLD).content.decode()
    assert "<script>alert" not in page


def test_household_needs_the_same_queries_for_two_as_for_one(ada, ben, django_assert_num_queries):
    with django_assert_num_queries(4):  # session, member, everybody with their grants, the own for the rail
        ada.get(HOUSEHOLD)
