"""Failures are told in plain words, as a page or as a toast, and never with their inner details."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.template import engines
from django.test import Client

from tests.web.conftest import PART
from tests.web.urls import FAULTS, make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_spotify_error_is_a_page_with_its_status(signed_in, name):
    answer = signed_in.get(f"/test/spotify/{name}/?q=1")
    assert answer.status_code == make(name).status
    assert answer.text.count("<h1>") == 1
    assert "sidebar__nav" in answer.text
    assert "secret inner words" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_beside_a_part_a_spotify_error_is_only_a_toast(signed_in, name):
    answer = signed_in.post(f"/test/spotify/{name}/", headers=PART)
    assert answer.status_code == make(name).status
    left = answer.text
    while "<hx-partial" in left:
        before, _, rest = left.partition("<hx-partial")
        left = before + rest.partition("</hx-partial>")[2]
    assert left.strip() == ""
    assert "Said before the failure." in answer.text
    assert "secret inner words" not in answer.text
    assert answer.headers["HX-Push-Url"] == "false"


@pytest.mark.parametrize(
    ("wait_s", "said"),
    [
        (120, "12:02"),
        (187, "12:03"),
        (40_000, "23:06"),
        (80_000, "Sunday 10:13"),
        (900_000, "1 December 22:00"),
    ],
)
def test_a_wait_is_said_as_a_time_of_the_day(client, wait_s, said):
    with time_machine.travel(NOON, tick=False):
        page = client.get(f"/test/spotify/RateLimited/?wait_s={wait_s}")
        toast = client.get(f"/test/spotify/RateLimited/?wait_s={wait_s}", headers=PART)
    assert f"Try again from {said}" in page.text
    assert f'max="{wait_s}"' in page.text
    assert f"wait until {said}." in toast.text
    assert page.headers["Retry-After"] == toast.headers["Retry-After"] == str(wait_s)


@pytest.mark.parametrize(("wait_s", "said"), [(1, "1 second"), (3, "3 seconds"), (119, "119 seconds")])
def test_a_short_wait_is_said_in_seconds(client, wait_s, said):
    with time_machine.travel(NOON, tick=False):
        page = client.get(f"/test/spotify/RateLimited/?wait_s={wait_s}")
        toast = client.get(f"/test/spotify/RateLimited/?wait_s={wait_s}", headers=PART)
    assert f"Try again in {said}" in page.text
    assert f"Spotify asked us to wait for {said}." in toast.text
    assert ">12:0" not in page.text


def test_the_time_is_the_households(client, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel(NOON, tick=False):
        assert "13:03" in client.get("/test/spotify/QuotaExceeded/").text


@pytest.mark.parametrize("name", ["Unavailable", "BadResponse"])
def test_a_lost_or_unreadable_answer_is_not_called_a_failure(client, name):
    page = client.get(f"/test/spotify/{name}/?unknown&once")
    toast = client.post(f"/test/spotify/{name}/?unknown&once", headers=PART)
    assert "look before you repeat it" in page.text
    assert "check before trying again" in toast.text
    assert "wasn’t carried out" not in page.text


def test_a_lost_answer_to_what_may_be_repeated_alarms_nobody(client):
    page = client.get("/test/spotify/Unavailable/?unknown")
    toast = client.post("/test/spotify/Unavailable/?unknown", headers=PART)
    assert "that does no harm" in page.text
    assert "Try again in a moment" in toast.text


def test_a_kind_without_words_uses_those_of_its_parent(client):
    assert "Spotify isn’t answering" in client.get("/test/spotify/TokenRefused/").text


@pytest.mark.parametrize("name", ["GrantExpired", "GrantRevoked", "ScopeMissing", "ReconnectNeeded"])
def test_reconnecting_leads_back_to_where_the_member_was(signed_in, name):
    page = signed_in.get(f"/test/spotify/{name}/?q=a%26b")
    assert 'action="/accounts/reconnect/"' in page.text
    assert f'name="next" value="/test/spotify/{name}/?q=a%26b"' in page.text


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/household/?a=1", "/household/?a=1"),
        ("https://elsewhere.example/household/", "/"),
        ("http://testserver//elsewhere.example/", "/"),
        ("not a link", "/"),
        ("", "/"),
    ],
)
def test_after_a_failed_act_the_way_back_is_the_page_of_its_form(client, referer, back):
    page = client.post("/test/spotify/Unavailable/", headers={"Referer": referer})
    assert f'href="{back}">' in page.text.split('class="cluster"')[1].replace("&amp;", "&")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nowhere/", 404, "Page not found"),
        ("/test/refuse/", 403, "Only the owner can do this"),
        ("/test/fault/", 500, "Something went wrong on our side"),
    ],
)
@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_our_own_failures_are_told_in_the_look_of_the_app(client, path, status, said, headers):
    answer = client.get(path, headers=headers)
    assert answer.status_code == status
    assert "secret inner words" not in answer.text
    if headers:
        assert answer.text.startswith('<hx-partial hx-target="#toasts"')
    else:
        assert said in answer.text
        assert "css/app.css" in answer.text


def test_a_host_that_is_not_ours_gets_a_plain_page(client):
    answer = client.get("/privacy/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "This household has another address" in answer.text


def test_a_form_that_is_out_of_date_says_so(member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    answer = client.post(
        "/accounts/theme/", {"theme": "dark"}, headers={"Referer": "http://testserver/household/"}
    )
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.text
    assert 'href="/household/"' in answer.text
    member.refresh_from_db()
    assert member.theme == "system"


TYPED = {"name": "Ada's <list>", "lines": "\nspotify:track:1\nx", "revision": "7", "keys": ["a", "b"]}


def test_what_was_typed_is_not_lost_with_the_page(signed_in):
    answer = signed_in.post("/test/spotify/RateLimited/?q=1", TYPED)
    assert 'action="/test/spotify/RateLimited/?q=1"' in answer.text
    assert "Ada&#x27;s &lt;list&gt;</textarea>" in answer.text
    assert ">\n\nspotify:track:1\nx</textarea>" in answer.text
    for name, value in (("revision", "7"), ("keys", "a"), ("keys", "b")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in answer.text
    assert "Send again" in answer.text


@pytest.mark.parametrize("address", ["/test/spotify/Unavailable/?unknown&once", "/test/fault/"])
def test_what_may_have_been_done_is_only_kept_to_be_copied(client, address):
    client.raise_request_exception = False
    answer = client.post(address, TYPED)
    assert "spotify:track:1\nx</textarea>" in answer.text
    assert "Send again" not in answer.text


HERE = f"{settings.SPOTWEB_URL.scheme}://{settings.SPOTWEB_URL.netloc}"


@pytest.mark.parametrize(
    ("headers", "is_kept"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": HERE}, False),
        ({"Origin": HERE}, True),
        ({"Origin": "http://192.168.0.9:8000"}, True),
        ({"Origin": "http://192.168.0.9"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://elsewhere.example", "Referer": f"{HERE}/household/"}, False),
    ],
)
def test_only_a_form_of_our_own_page_is_shown_again(member, settings, headers, is_kept):
    # The path of the household is no part of the origin that a browser names.
    settings.SPOTWEB_URL = settings.SPOTWEB_URL._replace(path="/music")
    settings.SPOTWEB_LAN_URL = urlsplit("http://192.168.0.9:8000")
    stale = Client(enforce_csrf_checks=True)
    stale.force_login(member)
    answer = stale.post("/test/act/", TYPED, headers=headers)
    assert answer.status_code == 403
    assert ("Send again" in answer.text) is is_kept
    assert ("Ada&#x27;s" in answer.text) is is_kept


@pytest.mark.parametrize(
    "more",
    [
        {"answer_code": "AQ", "name": "x"},
        {"owner_code": "AQ", "name": "x"},
        {"new-password": "AQ", "name": "x"},
        {"address": "http://127.0.0.1/?code=AQ"},
        {"revision": "7"},
    ],
)
def test_codes_and_forms_without_words_are_not_shown_again(client, more):
    answer = client.post("/test/spotify/RateLimited/", more)
    assert "error-page__kept" not in answer.text


def test_a_form_goes_nowhere_but_here_with_its_token(signed_in):
    here = {"PATH_INFO": "//elsewhere.example/nowhere/", "HTTP_SEC_FETCH_SITE": "same-origin"}
    answer = signed_in.post("/", TYPED, **here)
    assert 'action="/%2Felsewhere.example/nowhere/"' in answer.text


@pytest.mark.parametrize(
    ("content_type", "form"),
    [
        ("application/x-www-form-urlencoded", "name=" + "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)),
        ("application/x-www-form-urlencoded; charset=latin-1", "name=x"),
        ("multipart/form-data", "name=x"),
    ],
    ids=["large", "of other signs", "broken"],
)
def test_a_form_that_cannot_be_read_is_refused_in_words(client, content_type, form):
    client.raise_request_exception = False
    for path, status in (("/test/act/", 400), ("/nowhere/", 404)):
        answer = client.post(path, form, content_type, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == status
        assert "<h1>" in answer.text
        is_too_much = status == 400 and len(form) > 100
        assert ("too much at once" in answer.text) == is_too_much


def test_the_page_for_our_own_fault_needs_neither_database_nor_context(client, settings):
    first = settings.TEMPLATES[0]
    broken = {**first["OPTIONS"], "context_processors": ["tests.web.test_errors.break_down"]}
    settings.TEMPLATES = [{**first, "OPTIONS": broken}]
    engines._engines = {}
    answer = client.get("/test/fault/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


def break_down(request):
    raise RuntimeError("secret inner words")
