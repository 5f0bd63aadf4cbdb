"""Signing in on another device with a code that a signed-in one shows."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as project_settings
from django.db import connection
from django.test import Client
from django.urls import reverse, reverse_lazy

from accounts.models import BrowserSession, HandOver
from accounts.sign_in import hand_over
from accounts.sign_in.attempts import MAX_FAILURES
from tests.player.parts import PART
from tests.support.lan import set_lan_url

PAGE, OFFER = reverse_lazy("accounts:hand-over"), reverse_lazy("accounts:offer-code")
ENTER, REDEEM = reverse_lazy("accounts:enter-code"), reverse_lazy("accounts:redeem-code")
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def lan(settings):
    return set_lan_url(settings, "192.168.1.20", settings.PORT)


@pytest.fixture
def phone(lan):
    return Client(headers={"Host": lan.removeprefix("http://"), "User-Agent": IPHONE})


def _show_code(person) -> str:
    assert person.post(OFFER)["Location"] == PAGE
    return re.search(r'hand-over__code">([A-Z0-9-]+)<', person.get(PAGE).content.decode())[1]


def _is_signed_in(client) -> bool:
    return client.get("/household/").status_code == 200


def _say(answer) -> str:
    assert answer.status_code == 422
    return answer.content.decode().partition('id="code-error" role="alert">')[2].partition("</p>")[0]


def test_one_press_signs_in_and_both_show_the_same_digits(ada, phone, lan):
    code = _show_code(ada)
    shown = ada.get(PAGE).content.decode()
    digits = re.search(r'hand-over__digits">(\d\d)<', shown)[1]
    assert f"{lan}{ENTER}" in shown, "the other device can't open the loopback address"
    page = phone.get(ENTER, {"code": code}).content.decode()
    assert "Sign in as Ada?" in page
    assert digits in page
    assert not _is_signed_in(phone), "a GET, as of a link preview, takes nothing"
    assert phone.post(REDEEM, {"code": code})["Location"] == reverse("home")
    assert _is_signed_in(phone)
    assert _is_signed_in(ada.client)
    assert "Safari on iPhone" in ada.get(PAGE).content.decode()
    assert "Safari on iPhone" in ada.get(reverse("accounts:sign-ins")).content.decode()


@pytest.mark.parametrize("write", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_the_code_counts_however_it_is_typed(ada, phone, write):
    code = write(_show_code(ada))
    assert "Sign in as Ada?" in phone.get(ENTER, {"code": code}).content.decode()
    phone.post(REDEEM, {"code": code})
    assert _is_signed_in(phone)


def test_the_second_phone_gets_words(ada, phone, lan):
    code = _show_code(ada)
    other = Client(headers={"Host": lan.removeprefix("http://")})
    for client in (phone, other):
        assert "Sign in as Ada?" in client.get(ENTER, {"code": code}).content.decode()
    phone.post(REDEEM, {"code": code})
    assert "used already" in _say(other.post(REDEEM, {"code": code}))
    assert "used already" in _say(other.get(ENTER, {"code": code}))
    assert not _is_signed_in(other)


def test_of_many_phones_at_the_same_moment_one_gets_in(ada, lan):
    code = _show_code(ada)

    def press(number: int) -> bool:
        client = Client(headers={"Host": lan.removeprefix("http://")})
        try:
            return client.post(REDEEM, {"code": code}).status_code == 302
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as phones:
        assert sum(phones.map(press, range(6))) == 1
    assert BrowserSession.objects.filter(member=ada.member).count() == 2


def test_a_code_ends_after_two_minutes(ada, phone):
    code = _show_code(ada)
    with time_machine.travel(timedelta(minutes=2, seconds=1)):
        assert "expired" in _say(phone.get(ENTER, {"code": code}))
        assert "expired" in _say(phone.post(REDEEM, {"code": code}))
        assert "The code has expired" in ada.get(PAGE).content.decode()
    assert not _is_signed_in(phone)


def _remove(person):
    person.member.delete()


def _sign_out(person):
    person.post(reverse("accounts:sign-out"))


def _end_elsewhere(person):
    BrowserSession.objects.filter(member=person.member).delete()


@pytest.mark.parametrize("end", [_remove, _sign_out, _end_elsewhere])
def test_a_member_who_was_removed_or_signed_out_hands_nothing_over(ada, ben, phone, end):
    code = _show_code(ben)
    end(ben)
    assert "isn’t known" in _say(phone.post(REDEEM, {"code": code}))
    assert not _is_signed_in(phone)


def test_a_new_code_ends_the_one_before(ada, phone):
    first, second = _show_code(ada), _show_code(ada)
    assert _say(phone.post(REDEEM, {"code": first}))
    phone.post(REDEEM, {"code": second})
    assert _is_signed_in(phone)


def test_nobody_is_signed_out_by_a_code_of_their_own(ada, ben, lan):
    code = _show_code(ada)
    assert "signed in here already" in ada.get(ENTER, {"code": code}).content.decode()
    assert "signed in as Ben" in ben.get(ENTER, {"code": code}).content.decode()
    ben.post(REDEEM, {"code": code})
    assert ben.client.session["_auth_user_id"] == str(ada.member.pk)


@pytest.mark.parametrize("code", ["", "x", "AAAA-AAAA", "x" * 10_000, "\x00", "<script>", "٣²"])
def test_a_wrong_code_has_words(ada, phone, code):
    assert phone.post(REDEEM, {"code": code}).status_code == 422
    assert phone.get(ENTER, {"code": code}).status_code in {200, 422}


def test_whoever_guesses_has_to_wait(ada, phone):
    code = _show_code(ada)
    for number in range(MAX_FAILURES):
        phone.get(ENTER, {"code": f"AAAA{number}"})
    assert "Too many tries" in _say(phone.post(REDEEM, {"code": code}))
    assert "Too many tries" in _say(phone.get(ENTER, {"code": code}))


def test_the_code_itself_is_not_kept(ada, lan):
    code = _show_code(ada).replace("-", "")
    assert code not in str(list(HandOver.objects.values()))


def test_the_part_that_waits_says_who_came(ada, phone):
    code = _show_code(ada)
    part = ada.get(PAGE, **PART).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part
    phone.post(REDEEM, {"code": code})
    part = ada.get(PAGE, **PART).content.decode()
    assert "Safari on iPhone" in part
    assert "every 2s" not in part


def test_without_an_address_for_others_it_says_how_to_get_one(ada, sandbox):
    ada.post(OFFER)
    assert "make run LAN=1" in ada.get(PAGE).content.decode()
    assert not HandOver.objects.exists()


def test_former_codes_are_swept(ada, lan):
    _show_code(ada)
    with time_machine.travel(timedelta(hours=1)):
        hand_over.offer_code(ada.member, ada.client.cookies[project_settings.SESSION_COOKIE_NAME].value)
    assert HandOver.objects.count() == 1
