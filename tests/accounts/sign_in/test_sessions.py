"""The list of signed-in devices, signing out of them, and how long a session lasts."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import BrowserSession
from accounts.sign_in.browsers import describe_device
from tests.support.people import new_client

WEBKIT, BLINK = "AppleWebKit/605.1.15 (KHTML, like Gecko)", "AppleWebKit/537.36 (KHTML, like Gecko)"
LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} Chrome/140.0.0.0 Safari/537.36"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} Version/17.5 Mobile/15E148"
IPAD = f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {WEBKIT} CriOS/126.0 Mobile/15E148 Safari/604.1"
SAMSUNG = f"Mozilla/5.0 (Linux; Android 13; SM-G991B) {BLINK} SamsungBrowser/25.0 Chrome/121.0 Mobile"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Chrome/126.0 Safari/537.36 Edg/126.0.0.0"
MAC = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/17.4 Safari/605.1.15"
TABLET = "Mozilla/5.0 (Android 14; Tablet; rv:128.0) Gecko/128.0 Firefox/128.0"
PAGE = "/household/devices/"


def _text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def _sign_in(member, user_agent):
    """Another browser of a member, which has opened a page."""
    client = new_client()
    client.force_login(member)
    BrowserSession.objects.filter(pk=client.session.session_key).update(
        last_used_at=timezone.now() - timedelta(days=3)
    )
    client.get("/privacy/", headers={"User-Agent": user_agent})
    return client


def _buttons(answer):
    return re.findall(r'action="(/household/devices/[0-9a-f]{32}/)"', answer.text)


@pytest.mark.parametrize(
    ("user_agent", "label", "icon"),
    [
        (LINUX, "Chrome on Linux", "laptop"),
        (IPHONE, "Safari on iPhone", "smartphone"),
        (TABLET, "Firefox on Android", "tablet"),
        (IPAD, "Chrome on iPad", "tablet"),
        (SAMSUNG, "Samsung Internet on Android", "smartphone"),
        (WINDOWS, "Edge on Windows", "laptop"),
        (MAC, "Safari on Mac", "laptop"),
        ("", "A browser", "globe"),
        ("\x00" * 400 + "<script>", "A browser", "globe"),
    ],
)
def test_a_browser_is_named_as_people_call_it(user_agent, label, icon):
    device = describe_device(user_agent)
    assert (device.label, device.icon) == (label, icon)


def test_each_member_sees_their_own_devices_and_this_one_first(ada, ben):
    _sign_in(ada.member, IPHONE)
    _sign_in(ben.member, TABLET)
    ada.get("/privacy/", **{"User-Agent": LINUX})
    page = ada.get(PAGE, **{"User-Agent": LINUX})
    words = _text(page)
    assert words.index("Chrome on Linux This device In use now") < words.index("Safari on iPhone")
    assert "Firefox" not in words
    assert len(_buttons(page)) == 1


def test_the_page_names_no_key_that_would_let_somebody_in(ada):
    other = _sign_in(ada.member, IPHONE)
    page = ada.get(PAGE).text
    assert other.session.session_key not in page
    assert ada.client.session.session_key not in page


def test_one_device_is_signed_out_and_the_others_stay(ada):
    phone, tablet = _sign_in(ada.member, IPHONE), _sign_in(ada.member, TABLET)
    page = ada.get(PAGE)
    first = next(url for url in _buttons(page) if "Firefox on Android" in page.text.split(url)[1][:400])
    answer = ada.post(first)
    assert "Signed out: Firefox on Android." in ada.get(answer["Location"]).text
    assert tablet.get("/household/").status_code == 302
    assert phone.get("/household/").status_code == 200
    assert ada.get("/household/").status_code == 200
    assert "You were signed out there already." in ada.get(ada.post(first)["Location"]).text.replace(
        "&#x27;", "'"
    )


def test_all_others_are_signed_out_at_once(ada, ben):
    others = [_sign_in(ada.member, IPHONE), _sign_in(ada.member, TABLET)]
    answer = ada.post(reverse("accounts:end-other-sign-ins"))
    assert "Signed out on 2 other devices." in ada.get(answer["Location"]).text
    assert [other.get("/household/").status_code for other in others] == [302, 302]
    assert ben.get("/household/").status_code == 200
    assert "Sign out on all other devices" not in ada.get(PAGE).text


def test_nobody_signs_out_a_housemate(ada, ben):
    phone = _sign_in(ada.member, IPHONE)
    (url,) = _buttons(ada.get(PAGE))
    ben.post(url)
    assert phone.get("/household/").status_code == 200


def test_a_member_who_is_removed_is_signed_out_everywhere(ada, ben):
    phone = _sign_in(ben.member, IPHONE)
    ada.post(reverse("accounts:remove-member", args=[ben.member.pk]))
    assert phone.get("/household/").status_code == ben.get("/household/").status_code == 302
    assert not BrowserSession.objects.filter(member=ben.member.pk).exists()


def test_a_session_that_is_used_never_ends(ada):
    start = timezone.now()
    for day in range(50, 400, 50):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            answer = ada.get("/household/")
            assert answer.status_code == 200
            assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE


def test_a_session_without_use_ends(ada):
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE + 1)):
        assert ada.get("/household/").status_code == 302


def test_a_page_that_asks_all_the_time_writes_now_and_then(ada):
    ada.get("/household/")
    row = BrowserSession.objects.get(member=ada.member)
    for second in (5, 10, 15 * 60 - 60):
        with time_machine.travel(row.last_used_at + timedelta(seconds=second)):
            assert settings.SESSION_COOKIE_NAME not in ada.get("/household/").cookies
    assert BrowserSession.objects.get(member=ada.member).last_used_at == row.last_used_at


def test_a_renewal_keeps_what_another_request_has_put_into_the_session(ada):
    """Between the beginning and the end of the request that renews."""
    BrowserSession.objects.update(last_used_at=timezone.now() - timedelta(days=1))
    from accounts.sign_in.sessions import SessionStore

    slow = SessionStore(ada.client.session.session_key)
    assert slow["_auth_user_id"]
    quick = SessionStore(ada.client.session.session_key)
    quick["words"] = "kept"
    quick.save()
    slow.renew()
    assert slow.modified
    slow.save()
    assert SessionStore(ada.client.session.session_key)["words"] == "kept"


def test_signing_out_says_that_the_name_stays_and_how_it_goes(ada):
    answer = ada.post(reverse("accounts:sign-out"))
    page = ada.get(answer["Location"]).text.replace("&#x27;", "'")
    assert "You’re signed out. This browser still offers “Continue as Ada”." in page
    ada.client.force_login(ada.member)
    forgotten = ada.post(reverse("accounts:sign-out"), {"forget": "yes"})
    assert forgotten.cookies[settings.LAST_MEMBER_COOKIE_NAME]["max-age"] == 0


def test_the_name_can_be_forgotten_at_the_sign_in(ada):
    answer = ada.post(reverse("accounts:delete-last-member"))
    assert answer.cookies[settings.LAST_MEMBER_COOKIE_NAME]["max-age"] == 0
    ada.post(reverse("accounts:sign-out"))
    assert ada.post(reverse("accounts:delete-last-member"))["Location"] == reverse("accounts:login")
