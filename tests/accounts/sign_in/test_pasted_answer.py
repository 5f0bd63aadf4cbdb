"""Signing in where Spotify cannot lead back: the member brings the address of the page that did not open."""

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.conf import settings as project_settings
from django.test import Client
from django.urls import reverse

from accounts.models import BrowserSession, Grant, Member
from accounts.sign_in.attempts import MAX_FAILURES
from tests.accounts.consent import Journey
from tests.support.clock import pass_time
from tests.support.lan import set_lan_url
from tests.support.people import new_client

LAN_IP = "192.168.1.20"
LOGIN = reverse("accounts:login")
PASTE = reverse("accounts:paste-answer")
CALLBACK = "/accounts/spotify/login/callback/"


class Phone(Journey):
    """A browser at the LAN address, where Spotify's redirect cannot be opened."""

    def start(self, **data: Any):
        return super().start(new_tab="yes", **data)

    def walk_to_dead_end(self, member="ada", *, agree=True, **data: Any) -> str:
        address = self.consent(self.start(**data), member=member, agree=agree)
        assert address.startswith(project_settings.SPOTWEB_URL.geturl()), (
            "the loopback address stays registered"
        )
        return address

    def paste(self, text, **fields: str):
        return self.client.post(PASTE, {"address": text, **fields})


@pytest.fixture
def lan(settings, sandbox):
    return set_lan_url(settings, LAN_IP, settings.PORT)


@pytest.fixture
def phone(lan):
    return Phone(Client(headers={"Host": urlsplit(lan).netloc}))


def _say(answer) -> str:
    """The words beside the field; nobody is signed in by them."""
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="paste-error" role="alert">' in page
    return page.partition('id="paste-error" role="alert">')[2].partition("</p>")[0].replace("&#x27;", "'")


def _change(address, **fields: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | fields
    return parts._replace(query=urlencode({name: value for name, value in query.items() if value})).geturl()


def test_the_page_says_beforehand_how_it_ends(phone):
    page = phone.client.get(LOGIN)
    assert page.status_code == 200, "no redirect to an address that only the box has"
    words = page.content.decode()
    assert words.index("Sign in with Spotify") < words.index("can’t open") < words.index("Finish signing in")
    assert 'target="_blank"' in words
    assert "Safari" in words
    assert "Android" in words


@pytest.mark.parametrize(
    ("agent", "own", "other"),
    [("(iPhone; CPU iPhone OS 19_0)", "iPhone", "Android"), ("(Linux; Android 16)", "Android", "Safari")],
)
def test_each_system_gets_its_own_words(lan, agent, own, other):
    page = Client(headers={"Host": urlsplit(lan).netloc, "User-Agent": f"Mozilla/5.0 {agent}"}).get(LOGIN)
    assert own in page.content.decode()
    assert other not in page.content.decode()


def test_without_the_page_that_explains_nobody_is_sent_away(phone):
    answer = phone.client.post(reverse("accounts:start-sign-in"), {"next": "/household/"})
    assert answer["Location"] == f"{LOGIN}?next=%2Fhousehold%2F"


@pytest.mark.parametrize(
    "bring",
    [
        lambda address: address,
        lambda address: f"  \n{address}\n ",
        lambda address: address.removeprefix("http://"),
        lambda address: f"This site can’t be reached {address} refused to connect",
        lambda address: f"“{address}”",
        lambda address: address[:60] + "\n" + address[60:],
        lambda address: urlsplit(address).query,
        lambda address: "?" + urlsplit(address).query,
        lambda address: address.replace("http://", "HTTP://"),
        lambda address: address.replace(
            f"127.0.0.1:{project_settings.PORT}", f"{LAN_IP}:{project_settings.PORT}"
        ),
        lambda address: address + "#",
    ],
)
def test_the_address_signs_in_however_it_is_copied(phone, bring):
    answer = phone.paste(bring(phone.walk_to_dead_end(next="/household/")))
    assert (answer.status_code, answer["Location"]) == (302, "/household/")
    assert phone.client.get("/household/").status_code == 200
    assert Grant.objects.get().member.display_name == "Ada"


def test_code_and_state_do_as_well(phone):
    query = parse_qs(urlsplit(phone.walk_to_dead_end()).query)
    fields = {"answer_code": f" code={query['code'][0]}& ", "answer_state": query["state"][0]}
    assert phone.paste("", **fields)["Location"] == reverse("home")


@pytest.mark.parametrize("member", ["ada", "ben", "willem"])
def test_every_member_can(phone, ada, member):
    Member.objects.all().delete()
    assert phone.paste(phone.walk_to_dead_end(member))["Location"] == reverse("home")


BAD = [
    ("", "Nothing was pasted"),
    (" \n\t ", "Nothing was pasted"),
    ("x" * 10_000, "too long"),
    ("http://127.0.0.1/" + "9" * 10_000, "too long"),
    ("hello there", "isn’t an address"),
    ("AQBx3_kd93", "isn’t an address"),
    ("http://[::1", "isn’t an address"),
    (f"http://{LAN_IP}:{project_settings.PORT}{LOGIN}?next=/", "address of this page"),
    (f"http://127.0.0.1:{project_settings.PORT}/", "address of this page"),
    ("https://accounts.spotify.com/authorize?client_id=x", "Spotify’s own page"),
    ("http://127.0.0.1:8888/callback?code=a&state=b", "another app"),
    (f"https://evil.example{CALLBACK}?code=a&state=b", "another app"),
    (f"javascript:alert(1)//{CALLBACK}?code=a&state=b", "isn’t an address"),
    (f"http://127.0.0.1:{project_settings.PORT}{CALLBACK}?code=a", "“state=” is missing"),
    (f"http://127.0.0.1:{project_settings.PORT}{CALLBACK}?code=a&state=", "“state=” is missing"),
    (f"http://127.0.0.1:{project_settings.PORT}{CALLBACK}", "“state=” is missing"),
    (f"http://127.0.0.1:{project_settings.PORT}{CALLBACK}?state=b", "“code=” is missing"),
    (f"http://127.0.0.1:{project_settings.PORT}{CALLBACK}?code=a&state=b", "another browser"),
    (f"http://127.0.0.1:{project_settings.PORT}{CALLBACK}?error=access_denied&state=b", "another browser"),
    (f"http://127.0.0.1:{project_settings.PORT}{CALLBACK}?code=\x00&state=\x00", "missing"),
]


# Numbers as names: the addresses hold a port, and each test process has its own.
@pytest.mark.parametrize(("text", "words"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_used_has_words_of_its_own_and_costs_nothing(phone, text, words):
    good = phone.walk_to_dead_end()
    answer = phone.paste(text)
    assert words in _say(answer)
    assert "=" not in text or text not in answer.content.decode(), "what may hold a code is not shown again"
    assert phone.paste(good)["Location"] == reverse("home"), "the sign-in that waits is not lost"


@pytest.mark.parametrize(
    "fields", [{"answer_code": "a"}, {"answer_state": "b"}, {"answer_code": "x" * 9_000}]
)
def test_half_of_the_two_fields_is_said(phone, fields):
    assert _say(phone.paste("", **fields))


def test_the_address_of_somebody_else_signs_nobody_in(phone, lan):
    other = Phone(Client(headers={"Host": urlsplit(lan).netloc}))
    address = other.walk_to_dead_end("ben")
    assert "another browser" in _say(phone.paste(address))
    assert other.paste(address)["Location"] == reverse("home"), "it is still theirs"


def test_an_address_counts_once(phone):
    address = phone.walk_to_dead_end()
    phone.paste(address)
    phone.client.post(reverse("accounts:sign-out"))
    answer = phone.paste(address)
    assert "another browser" in _say(answer) or "used already" in _say(answer)
    assert "_auth_user_id" not in phone.client.session


def test_an_address_that_failed_at_spotify_is_said_to_be_used(phone, sandbox):
    address = phone.walk_to_dead_end()
    sandbox.fault("/api/token", "status", status=503)
    assert phone.paste(address)["Location"].startswith(LOGIN)
    assert "used already" in _say(phone.paste(address))


def test_after_ten_minutes_it_is_too_late(phone):
    address = phone.walk_to_dead_end()
    with time_machine.travel(timedelta(minutes=11)):
        assert "ten minutes" in _say(phone.paste(address))
        # The next sign-in makes allauth forget the old one; the words stay.
        phone.start()
        assert "ten minutes" in _say(phone.paste(address))


def test_a_denied_consent_is_said_as_such(phone):
    answer = phone.paste(phone.walk_to_dead_end(agree=False))
    page = phone.client.get(answer["Location"])
    assert "You didn’t agree at Spotify" in page.content.decode()
    assert not Member.objects.exists()


def test_whoever_guesses_has_to_wait(phone):
    good = phone.walk_to_dead_end()
    for number in range(MAX_FAILURES):
        assert "another browser" in _say(phone.paste(f"code=a&state={number}"))
    assert "Too many tries" in _say(phone.paste(good))
    with pass_time(timedelta(minutes=10, seconds=1)):
        fresh = phone.walk_to_dead_end()
        assert phone.paste(fresh)["Location"] == reverse("home")


def test_neither_code_nor_state_is_logged(phone, sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    address = phone.walk_to_dead_end()
    query = parse_qs(urlsplit(address).query)
    sandbox.fault("/me", "status", status=503)
    phone.paste(address)
    phone.paste(_change(address, state="other"))
    assert caplog.text
    for value in (query["code"][0], query["state"][0]):
        assert value not in caplog.text


def test_further_fields_of_the_address_steer_nothing(phone):
    address = phone.walk_to_dead_end() + "&next=/household/&process=connect"
    assert phone.paste(address)["Location"] == reverse("home")


def test_reconnecting_explains_itself_too(phone):
    phone.paste(phone.walk_to_dead_end())
    Grant.objects.update(trouble="revoked")
    answer = phone.client.post(reverse("accounts:reconnect"), {"next": "/household/"})
    assert answer["Location"] == f"{reverse('accounts:reconnect-by-paste')}?next=%2Fhousehold%2F"
    assert "Finish signing in" in phone.client.get(answer["Location"]).content.decode()
    fields = {"next": "/household/", "new_tab": "yes"}
    address = phone.consent(
        phone.client.post(reverse("accounts:reconnect"), fields)["Location"], member="ada"
    )
    assert "isn’t an address" in _say(phone.paste("oops"))
    assert phone.paste(address)["Location"] == "/household/"
    assert Grant.objects.get().trouble == ""


def test_the_box_itself_under_its_lan_address_needs_no_copying(phone, settings):
    address = phone.walk_to_dead_end()
    at_house = new_client().get(f"{urlsplit(address).path}?{urlsplit(address).query}")
    assert at_house["Location"] == address.replace("127.0.0.1", LAN_IP)
    parts = urlsplit(at_house["Location"])
    assert phone.client.get(f"{parts.path}?{parts.query}")["Location"] == reverse("home")


def test_box_and_phone_are_signed_in_at_the_same_time_for_as_long(phone, ada):
    phone.paste(phone.walk_to_dead_end("ben"))
    assert ada.get("/household/").status_code == phone.client.get("/household/").status_code == 200
    lifetimes = {
        (row.expire_date - row.last_used_at).total_seconds() // 60
        for row in BrowserSession.objects.exclude(member=None)
    }
    assert len(lifetimes) == 1
    cookie = phone.client.cookies[project_settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["secure"], cookie["httponly"]) == (60 * 24 * 3600, "", True)
