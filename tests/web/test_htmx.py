"""How redirects, messages and failures reach a page that swaps in only a part."""

import pytest

from tests.web.conftest import PART

pytestmark = pytest.mark.django_db


def test_a_part_is_asked_for_and_a_page_otherwise(client):
    page, part = client.get("/test/part/"), client.get("/test/part/", headers=PART)
    assert "<html" in page.text
    assert "<html" not in part.text
    for answer in (page, part):
        assert '<p id="words">hello</p>' in answer.text
        assert "HX-Request-Type" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Boosted": "true", "HX-Request-Type": "full"},
        {**PART, "HX-History-Restore-Request": "true"},
        {"HX-Request": "true"},
    ],
    ids=["boosted", "back", "unknown"],
)
def test_links_and_back_get_the_whole_page(client, headers):
    assert "<html" in client.get("/test/part/", headers=headers).text


def test_messages_come_along_with_a_part_and_are_escaped(client):
    answer = client.get("/test/part/", headers=PART)
    assert answer.text.count('<hx-partial hx-target="#toasts" hx-swap="beforeend">') == 1
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(&quot;x&quot;)" in answer.text
    assert "toast" not in client.get("/privacy/").text.split("<template")[0].split('id="toasts"')[1]


def test_messages_wait_when_there_is_no_body_to_carry_them(client):
    assert client.get("/test/unchanged/", headers=PART).content == b""
    assert "Not lost." in client.get("/privacy/").text


def test_a_redirect_of_a_part_moves_the_page(client):
    answer = client.post("/test/act/", headers=PART)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/privacy/"
    assert "Location" not in answer.headers
    assert "Added" in client.get("/privacy/").text


def test_without_htmx_a_redirect_is_a_redirect(client):
    assert client.post("/test/act/").headers["Location"] == "/privacy/"


@pytest.mark.parametrize(
    ("looks_at", "goes_to"),
    [
        ("http://testserver/household/?a=1", "/accounts/login/?next=%2Fhousehold%2F%3Fa%3D1"),
        ("https://elsewhere.example/household/", "/accounts/login/"),
        ("", "/accounts/login/"),
    ],
)
def test_signing_in_leads_back_to_the_page_and_not_to_the_part(client, looks_at, goes_to):
    answer = client.post("/test/members-only/", headers={**PART, "HX-Current-URL": looks_at})
    assert answer.headers["HX-Redirect"] == goes_to


def test_who_left_in_another_tab_is_led_to_the_door(client, member):
    client.force_login(member)
    answer = client.get("/test/leave-meanwhile/", headers=PART)
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")
