"""Who lives here, as members see it; signing out; light and dark."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant, Member
from tests.accounts.consent import Journey

HOUSEHOLD = "/household/"


def _text(answer):
    return " ".join(answer.content.decode().split())


def test_it_shows_everybody_and_the_days_left_of_each(ada, ben):
    Grant.objects.filter(member=ben.member).update(authorized_at=timezone.now() - timedelta(days=170))
    page = _text(ada.get(HOUSEHOLD))
    assert "Sign-in expires in 179 days" in page
    assert "Sign-in expires in 9 days" in page
    assert "Ends soon" in page


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


def test_more_members_cost_no_more_queries(ada, django_assert_max_num_queries):
    with CaptureQueriesContext(connection) as alone:
        ada.get(HOUSEHOLD)
    for number in range(4):
        Member.objects.create(account_key=f"more-{number}", spotify_id="x", display_name=f"More {number}")
    with django_assert_max_num_queries(len(alone)):
        ada.get(HOUSEHOLD)


def test_who_leaves_is_deleted_at_once_and_told_where_to_go_on(ada, ben):
    page = _text(ben.post(reverse("accounts:leave")))
    assert "You have left" in page
    assert "apps with access to your account" in page
    assert [member.display_name for member in Member.objects.all()] == ["Ada"]
    assert not Grant.objects.filter(member=ben.member.pk).exists()
    assert ben.get(HOUSEHOLD).status_code == 302


def test_the_house_key_goes_to_who_has_lived_here_longest(ada, ben, willem):
    ada.post(reverse("accounts:leave"))
    assert [(m.display_name, m.is_owner) for m in Member.objects.all()] == [("Ben", True), ("Willem", False)]


def test_an_empty_house_belongs_to_who_comes_first_again(ada, newcomer):
    ada.post(reverse("accounts:leave"))
    assert not Member.objects.exists()


def test_leaving_asks_once_more_and_a_link_alone_deletes_nothing(ada):
    assert "Delete and leave" in _text(ada.get(reverse("accounts:leaving")))
    assert ada.get(reverse("accounts:leave")).status_code == 405
    assert Member.objects.count() == 1


def test_the_owner_removes_a_housemate_whose_session_then_ends(ada, ben):
    page = ada.post(reverse("accounts:remove-member", args=[ben.member.pk]))
    assert "Ben was removed" in _text(ada.get(page["Location"]))
    assert ben.get(HOUSEHOLD).status_code == 302


def test_nobody_else_removes_people_and_nobody_the_owner(ada, ben, willem):
    assert ben.post(reverse("accounts:remove-member", args=[willem.member.pk])).status_code == 403
    assert ada.post(reverse("accounts:remove-member", args=[ada.member.pk])).status_code == 404
    assert Member.objects.count() == 3


@pytest.fixture
def newcomer(sandbox, ada):
    return Member.objects.create(account_key="new", spotify_id="new", display_name="Nell", is_active=False)


def test_a_newcomer_who_is_turned_away_leaves_nothing_behind(ada, newcomer):
    ada.post(reverse("accounts:refuse-member", args=[newcomer.pk]))
    assert not Member.objects.filter(pk=newcomer.pk).exists()


@pytest.mark.parametrize("decision", ["admit-member", "refuse-member"])
def test_only_the_owner_decides_about_newcomers(ben, newcomer, decision):
    assert ben.post(reverse(f"accounts:{decision}", args=[newcomer.pk])).status_code == 403
    assert Member.objects.filter(pk=newcomer.pk, is_active=False).exists()
