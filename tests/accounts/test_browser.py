"""Signing in, household and setup in a real browser: accessible in both themes, usable by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Grant, Member
from tests.support.accessibility import list_misfits, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def household(ada, ben, willem):
    """One of everything that the page can show."""
    Grant.objects.filter(member=ben.member).update(trouble="revoked", trouble_at=timezone.now(), refusals=1)
    Grant.objects.filter(member=willem.member).update(authorized_at=timezone.now() - timedelta(days=170))
    Member.objects.create(
        account_key="new", spotify_id="new", display_name="<b>Nell</b> " + "x" * 120, is_active=False
    )
    return ada


def test_axe_finds_nothing_and_nothing_scrolls_sideways(page, window, household):
    household.enter(window)
    for path in ("/household/", "/household/setup/", "/household/leaving/"):
        page.goto(path)
        if "setup" in path:
            page.get_by_role("button", name="Check now").click()
            expect(page.get_by_role("heading", name="Quota mode")).to_be_visible()
        assert list_misfits(page) == [], path


def test_axe_finds_nothing_on_the_sign_in_page(page):
    page.goto("/accounts/login/")
    assert violations(page) == []


def test_signing_in_by_keyboard_alone(page):
    page.goto("/household/")
    page.get_by_role("button", name="Sign in with Spotify").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Ada").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Household", level=1)).to_be_visible()


def test_back_during_the_consent_leads_to_a_sign_in_that_works(page):
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with Spotify").click()
    expect(page.get_by_role("button", name="Agree")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Sign in with Spotify").click()
    page.get_by_role("radio", name="Ada").check()
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_role("heading", name="Recently added")).to_be_visible()


def test_a_member_is_removed_after_a_second_thought(page, window, household):
    household.enter(window)
    page.goto("/household/")
    assert page.get_by_role("button", name="Delete and remove Ben").is_hidden()
    page.locator("summary", has_text="Ben").click()
    page.get_by_role("button", name="Delete and remove Ben").click()
    expect(page.get_by_text("Ben was removed")).to_be_visible()
