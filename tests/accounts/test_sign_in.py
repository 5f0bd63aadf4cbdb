"""Signing in over genuine OAuth: every step over HTTP, nothing of our own replaced."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.urls import reverse

from accounts.encryption import decrypt_token
from accounts.models import Grant, Member
from tests.accounts.consent import Journey
from tests.people import new_client


@pytest.fixture
def journey(sandbox):
    return Journey(new_client())


def test_signing_in_opens_the_player_and_keeps_a_sealed_grant(journey, sandbox):
    answer = journey.sign_in("ada")
    assert (answer.status_code, answer["Location"]) == (302, reverse("player:now"))
    grant = Grant.objects.get()
    assert (grant.member.display_name, grant.trouble) == ("Ada", "")
    assert "user-modify-playback-state" in grant.scopes.split()
    sent = sandbox.requests("get-current-users-profile")
    assert len(sent) == 1
    assert "access_token" not in sent[0]["query"]


def test_the_first_one_keeps_the_house_and_the_second_does_not(sandbox):
    Journey(new_client()).sign_in("ben")
    Journey(new_client()).sign_in("ada")
    assert [(m.display_name, m.is_owner) for m in Member.objects.all()] == [("Ben", True), ("Ada", False)]


def test_signing_in_again_is_the_same_member_with_a_new_term(journey, sandbox):
    journey.sign_in("ada")
    first = Grant.objects.get()
    Journey(new_client()).sign_in("ada")
    again = Grant.objects.get()
    assert Member.objects.count() == 1
    assert again.authorized_at > first.authorized_at


def test_it_asks_for_pkce_and_never_puts_the_secret_in_the_address(journey):
    query = parse_qs(urlsplit(journey.start()).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [settings.SPOTWEB_URL.geturl() + "/accounts/spotify/login/callback/"]
    assert "client_secret" not in query


def test_signing_in_leads_back_to_where_one_wanted_to_be(journey):
    household = reverse("accounts:household")
    page = journey.client.get(household, follow=True)
    assert page.redirect_chain[0][0] == f"{reverse('accounts:login')}?next={household}"
    assert journey.sign_in("ada", next=household)["Location"] == household


def test_signing_in_never_leads_to_another_site(journey):
    assert journey.sign_in("ada", next="https://evil.example/")["Location"] == reverse("player:now")


def test_a_denied_consent_is_explained_and_changes_nothing(journey):
    answer = journey.come_back(journey.consent(journey.start(), member="ada", agree=False))
    page = journey.client.get(answer["Location"])
    assert "You did not agree at Spotify" in page.content.decode()
    assert not Member.objects.exists()


def test_a_state_that_was_not_started_here_is_refused(journey):
    address = journey.consent(journey.start(), member="ada")
    stranger = Journey(new_client())
    answer = stranger.come_back(address)
    page = stranger.client.get(answer["Location"])
    assert "Please start again" in page.content.decode()
    assert not Member.objects.exists()


def test_a_code_that_was_used_already_is_said(journey):
    address = journey.consent(journey.start(), member="ada")
    code = parse_qs(urlsplit(address).query)["code"][0]
    # Somebody spends the code first; without the verifier it brings them nothing, but it is used up.
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1/"}
    form["client_id"] = settings.SPOTIFY_CLIENT_ID
    requests.post(f"{settings.SPOTIFY_ACCOUNTS_URL}/api/token", form, timeout=60)
    answer = journey.come_back(address)
    assert answer.status_code == 400
    assert reverse("accounts:login") in answer.content.decode()
    assert not Member.objects.exists()


def test_an_account_off_the_list_learns_who_can_add_it(journey):
    answer = journey.sign_in("cleo")
    assert answer.status_code == 403
    assert "User Management" in answer.content.decode()
    assert not Member.objects.exists()


def test_a_lapsed_premium_of_the_owner_is_said(journey, sandbox):
    sandbox.control("PUT", "settings", {"owner_has_premium": False})
    answer = journey.sign_in("ada")
    assert answer.status_code == 403
    assert "Premium" in answer.content.decode()


def test_spotify_being_down_at_the_callback_is_said_and_can_be_repeated(journey, sandbox):
    address = journey.consent(journey.start(), member="ada")
    sandbox.fault("/api/token", "status", status=503)
    answer = journey.come_back(address)
    assert answer.status_code == 503
    assert not Member.objects.exists()
    sandbox.control("DELETE", "faults")
    assert journey.sign_in("ada").status_code == 302


def test_a_second_member_in_the_same_browser_is_asked_who_they_are(journey):
    journey.sign_in("ada")
    journey.client.post(reverse("accounts:sign-out"))
    assert "show_dialog" not in parse_qs(urlsplit(journey.start(**{"continue": "yes"})).query)
    assert parse_qs(urlsplit(journey.start()).query)["show_dialog"] == ["true"]


def test_the_sign_in_page_offers_the_last_member_of_this_browser(journey):
    journey.sign_in("ada")
    journey.client.post(reverse("accounts:sign-out"))
    assert "Continue as Ada" in journey.client.get(reverse("accounts:login")).content.decode()


def test_signing_out_ends_the_session(journey):
    journey.sign_in("ada")
    answer = journey.client.post(reverse("accounts:sign-out"))
    assert answer["Location"] == reverse("accounts:login")
    assert journey.client.get(reverse("player:now")).status_code == 302


def test_another_address_of_the_box_leads_to_the_registered_one(sandbox):
    elsewhere = f"localhost:{settings.PORT}"
    answer = new_client().get(reverse("accounts:login"), headers={"Host": elsewhere})
    assert answer["Location"].startswith(settings.SPOTWEB_URL.geturl())


def test_a_member_met_by_id_is_found_again_by_account_id(journey, sandbox):
    journey.sign_in("ada")
    member = Member.objects.get()
    better_key = member.account_key
    Member.objects.update(account_key=member.spotify_id)
    member.socialaccount_set.update(uid=member.spotify_id)
    Journey(new_client()).sign_in("ada")
    assert list(Member.objects.values_list("account_key", flat=True)) == [better_key]


def test_in_extended_mode_a_newcomer_waits_for_the_owner(ada, settings, sandbox):
    settings.SPOTIFY_QUOTA_MODE = "extended"
    sandbox.control("PUT", "settings", {"quota_mode": "extended"})
    newcomer = Journey(new_client())
    answer = newcomer.sign_in("ben")
    assert answer.status_code == 403
    assert "has to let you in" in answer.content.decode()
    ben = Member.objects.get(display_name="Ben")
    ada.post(reverse("accounts:admit-member", args=[ben.pk]))
    assert newcomer.sign_in("ben")["Location"] == reverse("player:now")


def test_no_token_and_no_code_reaches_a_log(journey, sandbox, caplog):
    caplog.set_level("DEBUG")
    journey.sign_in("ada")
    journey.client.get(reverse("player:now"))
    token = sandbox.tokens("ada")["access_token"]
    grant = Grant.objects.get()
    secrets = [decrypt_token(grant.access_token), decrypt_token(grant.refresh_token), token]
    assert not [secret for secret in secrets if secret in caplog.text]


@pytest.mark.parametrize("name", ["Łukasz", "Zoë 🎵", "أمينة", "x" * 255, "Ada; Path=/", 'A"da, \\'])
def test_any_name_signs_in_through_a_real_server(live, sandbox, name):
    """Django's own client does not turn headers into bytes, and a header holds plain letters alone."""
    sandbox.control("PUT", "product", {"member": "ada", "display_name": name})
    browser = requests.Session()
    page = browser.get(f"{live}/accounts/login/", timeout=60)
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    asked = browser.post(
        f"{live}/accounts/spotify/login/", {"csrfmiddlewaretoken": token}, allow_redirects=False, timeout=10
    )
    back = Journey(new_client()).consent(asked.headers["Location"], member="ada")
    answer = browser.get(back, allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert Member.objects.get().display_name == name
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    assert "Continue as" in browser.get(f"{live}/accounts/login/", timeout=60).text


def test_continuing_as_ada_does_not_sign_in_ben_unseen(journey):
    journey.sign_in("ada")
    journey.client.post(reverse("accounts:sign-out"))
    answer = journey.come_back(
        Journey(journey.client).consent(journey.start(**{"continue": "yes"}), member="ben")
    )
    page = journey.client.get(answer["Location"]).content.decode()
    assert "Spotify signed in Ben, not Ada" in page
    assert Member.objects.count() == 1


def test_cancelling_keeps_in_mind_where_one_wanted_to_be(journey):
    answer = journey.come_back(journey.consent(journey.start(next="/household/"), member="ada", agree=False))
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == ["/household/"]


def test_the_callback_opened_again_by_who_is_signed_in_says_nothing(journey):
    address = journey.consent(journey.start(), member="ada")
    journey.come_back(address)
    answer = journey.come_back(address)
    assert "start again" not in journey.client.get(answer["Location"]).content.decode()


def test_a_fault_that_spotify_names_in_the_callback_is_a_failed_sign_in(journey):
    state = parse_qs(urlsplit(journey.start()).query)["state"][0]
    answer = journey.client.get(reverse("spotify_callback"), {"error": "server_error", "state": state})
    assert answer.status_code == 400


def test_trying_again_after_a_failed_callback_starts_anew(journey, sandbox):
    address = journey.consent(journey.start(), member="ada")
    sandbox.fault("/api/token", "status", status=503)
    page = journey.come_back(address).content.decode()
    assert f'href="{reverse("accounts:login")}"' in page
    assert "code=" not in page


@pytest.mark.parametrize(
    "wanted", ["foo", "//evil.example", "https://evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_only_addresses_of_this_house_are_led_to(ada, wanted):
    assert ada.get("/accounts/login/", {"next": wanted})["Location"] == "/"


def test_signing_in_after_an_act_leads_to_a_page_and_not_to_the_act(sandbox):
    client = new_client()
    asked = client.post("/player/play/", headers={"Referer": f"{settings.SPOTWEB_URL.geturl()}/household/"})
    assert asked["Location"] == f"{reverse('accounts:login')}?next=/household/"


@pytest.mark.parametrize(
    "path", ["/player/play/", "/accounts/logout/", "/accounts/theme/", "/accounts/reconnect/"]
)
def test_the_address_of_an_act_opened_by_hand_is_answered_in_the_apps_look(ada, path):
    answer = ada.get(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address is not a page" in answer.content.decode()


def test_a_crash_while_joining_leaves_nobody_half_a_member(journey, sandbox, db):
    with connection.cursor() as cursor:  # whatever it may be: here the table of grants is gone for a moment
        cursor.execute("ALTER TABLE accounts_grant RENAME TO elsewhere")
    try:
        journey.client.raise_request_exception = False
        assert journey.sign_in("ada").status_code == 500
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO accounts_grant")
    assert not Member.objects.exists()
    assert journey.sign_in("ada").status_code == 302
