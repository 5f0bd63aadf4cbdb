"""Signing in over genuine OAuth: every step over HTTP, nothing of our own replaced."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.encryption import decrypt_token
from accounts.models import Grant, Member
from tests.accounts.consent import Journey
from tests.support.people import new_client


@pytest.fixture
def journey(sandbox):
    return Journey(new_client())


def test_signing_in_opens_the_player_and_keeps_a_sealed_grant(journey, sandbox):
    answer = journey.sign_in("ada")
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
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
    assert journey.sign_in("ada", next="https://evil.example/")["Location"] == reverse("home")


def test_a_denied_consent_is_explained_and_changes_nothing(journey):
    answer = journey.come_back(journey.consent(journey.start(), member="ada", agree=False))
    page = journey.client.get(answer["Location"])
    assert "You didn’t agree at Spotify" in page.content.decode()
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
    page = told_after(journey, journey.come_back(address))
    assert "too late" in page
    assert "Sign in with Spotify" in page
    assert not Member.objects.exists()


def told_after(journey, answer) -> str:
    """What the page says that a sign-in which failed leads to; the code is in no address any more."""
    assert answer.status_code == 302
    assert answer["Location"].partition("?")[0] == reverse("accounts:login")
    assert "code=" not in answer["Location"]
    page = journey.client.get(answer["Location"]).content.decode()
    assert 'role="alert"' in page
    # It is said once.
    assert 'role="alert"' not in journey.client.get(answer["Location"]).content.decode()
    return page


def test_an_account_off_the_list_learns_who_can_add_it(journey):
    for _ in range(4):  # Spotify words it in four ways
        page = told_after(journey, journey.sign_in("cleo"))
        assert "User Management" in page
    assert not Member.objects.exists()


def test_a_lapsed_premium_of_the_owner_is_said(journey, sandbox):
    sandbox.control("PUT", "settings", {"owner_has_premium": False})
    assert "Premium" in told_after(journey, journey.sign_in("ada"))


def test_a_failed_sign_in_keeps_in_mind_where_one_wanted_to_be(journey):
    answer = journey.sign_in("cleo", next="/household/")
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == ["/household/"]


def test_a_failed_reconnection_is_said_where_one_was(ada, sandbox):
    journey = Journey(ada.client)
    address = ada.post(reverse("accounts:reconnect"), {"next": "/household/"})["Location"]
    sandbox.fault("/api/token", "status", status=503)
    answer = journey.come_back(journey.consent(address, member="ada"))
    assert (answer.status_code, answer["Location"]) == (302, "/household/")
    assert "isn’t answering" in ada.get("/household/").content.decode()


@pytest.mark.parametrize(
    "expires_in", ["3600", 3600.0, 10**12, 10**30, 0, -1, None, "soon", [], float("nan"), True]
)
def test_odd_lifetimes_of_tokens_keep_nobody_out(journey, sandbox, expires_in):
    fault = {"match": "/api/token", "kind": "rewrite", "put": {"/expires_in": expires_in}}
    requests.put(f"{sandbox.url}/__sandbox__/faults", data=json.dumps(fault), timeout=60)
    assert journey.sign_in("ada")["Location"] == reverse("home")
    left = Grant.objects.get().access_expires_at - timezone.now()
    assert timedelta(minutes=50) < left <= timedelta(hours=1)


@pytest.mark.parametrize("gone", ["/expires_in", "/scope", "/token_type"])
def test_what_a_token_answer_may_lack(journey, sandbox, gone):
    sandbox.fault("/api/token", "rewrite", remove=[gone])
    assert journey.sign_in("ada")["Location"] == reverse("home")
    assert "user-modify-playback-state" in Grant.objects.get().scopes.split()


@pytest.mark.parametrize(
    ("put", "remove"),
    [
        ({}, ["/id"]),
        ({}, ["/account_id"]),
        ({}, ["/display_name", "/images", "/uri"]),
        ({}, ["/id", "/uri", "/display_name"]),
        ({"/id": 7, "/display_name": 7, "/images": [None]}, []),
        ({"/id": None, "/images": {}, "/external_urls": []}, []),
        ({"/display_name": "long " * 500, "/country": 1e300, "/followers": None}, []),
    ],
)
def test_an_odd_profile_keeps_nobody_out(journey, sandbox, put, remove):
    sandbox.fault("/v1/me", "rewrite", put=put, remove=remove)
    assert journey.sign_in("ada")["Location"] == reverse("home")
    member = Member.objects.get()
    assert member.display_name
    assert member.spotify_id


def test_a_profile_of_nobody_is_no_sign_in(journey, sandbox):
    sandbox.fault("/v1/me", "rewrite", remove=["/id", "/account_id", "/uri"])
    assert "Spotify" in told_after(journey, journey.sign_in("ada"))
    assert not Member.objects.exists()


def test_a_sign_in_without_a_key_for_later_is_said_at_once(journey, sandbox):
    sandbox.fault("/api/token", "rewrite", remove=["/refresh_token"], times=1)
    answer = journey.sign_in("ada")
    assert "for one hour only" in journey.client.get(answer["Location"]).content.decode()
    Grant.objects.update(access_expires_at=timezone.now())
    page = journey.client.get(reverse("home")).content.decode()
    assert "has run out" in page or journey.client.get("/playlists/").status_code == 403
    assert Grant.objects.get().trouble == Grant.Trouble.EXPIRED
    assert journey.sign_in("ada")["Location"] == reverse("home")
    assert Grant.objects.get().trouble == ""


def test_signing_in_again_without_a_new_key_keeps_the_old_one(journey, sandbox):
    journey.sign_in("ada")
    before = decrypt_token(Grant.objects.get().refresh_token)
    sandbox.fault("/api/token", "rewrite", remove=["/refresh_token"], times=1)
    answer = journey.sign_in("ada")
    assert "one hour" not in journey.client.get(answer["Location"]).content.decode()
    assert decrypt_token(Grant.objects.get().refresh_token) == before


def test_spotify_being_down_at_the_callback_is_said_and_can_be_repeated(journey, sandbox):
    address = journey.consent(journey.start(), member="ada")
    sandbox.fault("/api/token", "status", status=503)
    assert "isn’t answering" in told_after(journey, journey.come_back(address))
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


def test_a_household_that_was_begun_anew_offers_nobody_of_the_old_one(journey, settings):
    journey.sign_in("ada")
    journey.client.post(reverse("accounts:sign-out"))
    assert "Continue as" in journey.client.get(reverse("accounts:login")).content.decode()
    settings.HOUSE_KEY = "another"
    assert "Continue as" not in journey.client.get(reverse("accounts:login")).content.decode()


def test_signing_out_ends_the_session(journey):
    journey.sign_in("ada")
    answer = journey.client.post(reverse("accounts:sign-out"))
    assert answer["Location"] == reverse("accounts:login")
    assert journey.client.get(reverse("home")).status_code == 302


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
    assert newcomer.sign_in("ben")["Location"] == reverse("home")


def test_no_token_and_no_code_reaches_a_log(journey, sandbox, caplog):
    caplog.set_level("DEBUG")
    journey.sign_in("ada")
    journey.client.get(reverse("home"))
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
    assert "Signing in" in told_after(journey, answer)


def test_trying_again_after_a_failed_callback_starts_anew(journey, sandbox):
    address = journey.consent(journey.start(), member="ada")
    sandbox.fault("/api/token", "status", status=503)
    page = told_after(journey, journey.come_back(address))
    assert "Sign in with Spotify" in page
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
    assert "This address isn’t a page" in answer.content.decode()


def test_a_crash_while_joining_leaves_nobody_half_a_member(journey, sandbox, db):
    with connection.cursor() as cursor:  # whatever it may be: here the table of grants is gone for a moment
        cursor.execute("ALTER TABLE accounts_grant RENAME TO elsewhere")
    try:
        journey.client.raise_request_exception = False
        assert journey.sign_in("ada").status_code == 503
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO accounts_grant")
    assert not Member.objects.exists()
    assert journey.sign_in("ada").status_code == 302
