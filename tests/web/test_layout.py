"""What stands around every page."""

import gzip
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.conftest import PART

pytestmark = pytest.mark.django_db


def test_the_name_of_the_house_is_shown(client, settings):
    settings.SITE_NAME = "Tom & Jerry’s <Music>"
    page = client.get("/privacy/").text
    assert "Tom &amp; Jerry’s &lt;Music&gt;" in page
    assert "<Music>" not in page


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_demo_says_that_it_is_one(client, settings, is_demo):
    settings.IS_DEMO = is_demo
    for path in ("/privacy/", "/accounts/login/"):
        page = client.get(path, headers={"Host": settings.SPOTWEB_URL.netloc}).text
        assert ("Demo household." in page) is is_demo


def test_a_stranger_sees_no_navigation(client):
    page = client.get("/privacy/").text
    assert "sidebar" not in page
    for shown in (page, client.get("/accounts/login/").text):
        assert shown.count("Content from Spotify") == 1


def test_a_member_sees_where_they_are(signed_in, member, grant_of):
    grant_of(member)
    page = signed_in.get("/household/").text
    assert page.count("sidebar__link") >= 2
    assert page.count('aria-current="page"') == 1
    current = page.split('aria-current="page"')[0].rsplit("<a", 1)[1]
    assert 'href="/household/"' in current


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_the_theme_is_the_members(signed_in, member, theme):
    member.theme = theme
    member.save(update_fields=["theme"])
    assert f'data-theme="{theme}"' in signed_in.get("/privacy/").text


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ({"age": timedelta(days=10)}, None),
        ({"age": timedelta(days=164, hours=23)}, None),
        ({"age": timedelta(days=165)}, "ends in 14 days."),
        ({"age": timedelta(days=178, hours=12)}, "ends in 1 day."),
        ({"age": timedelta(days=200), "trouble": "expired"}, "Your sign-in with Spotify has ended."),
        ({"age": timedelta(days=5), "trouble": "revoked"}, "Your sign-in with Spotify has ended."),
    ],
)
def test_the_end_of_the_sign_in_is_announced(signed_in, member, grant_of, grant, said):
    grant_of(member, **grant)
    page = signed_in.get("/privacy/").text
    assert ("/accounts/reconnect/" in page) is bool(said)
    assert not said or said in page


def test_a_member_without_a_grant_sees_the_page(signed_in):
    assert signed_in.get("/privacy/").status_code == 200


def test_the_frame_costs_few_queries_beyond_knowing_the_member(signed_in, member, grant_of):
    grant_of(member)
    signed_in.get("/privacy/")  # who is listening is known for some seconds
    # Session, member, grant, what runs for the member; the players of all, where the cache is a table too.
    known = 4 + 2 * ("server" not in settings.CACHES)
    with CaptureQueriesContext(connection) as queries:
        signed_in.get("/privacy/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert len(queries) == known, [query["sql"] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        page = signed_in.get("/privacy/").text
    assert len(queries) == known + 2, [query["sql"] for query in queries]  # playlists, and Liked Songs
    assert "sidebar-liked" in page


def test_a_part_pays_nothing_for_the_frame(signed_in, member, grant_of):
    grant_of(member)
    with CaptureQueriesContext(connection) as queries:
        signed_in.get("/test/spotify/NotFound/", headers=PART)
    assert not [query for query in queries if "grant" in query["sql"]]


def test_a_stranger_without_a_cookie_costs_no_query(client):
    with CaptureQueriesContext(connection) as queries:
        client.get("/privacy/")
    assert len(queries) == 0


def test_nothing_inline_and_nothing_foreign_may_run(client):
    policy = client.get("/privacy/").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if rule.strip())
    assert "unsafe" not in policy
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["font-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"


def test_health_is_told_to_anybody(client, transactional_db):
    # Without the worker, which no test of pages runs; tests/run has it.
    answer = client.get("/healthz?part=web")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(("path", "said"), [("/privacy/", "Cookies"), ("/terms/", "third-party beneficiary")])
def test_privacy_and_terms_are_open_to_strangers(client, path, said):
    assert said in client.get(path).text


def test_pages_go_out_compressed_and_padded_and_archives_as_they_are(signed_in):
    pages = [signed_in.get("/privacy/", headers={"Accept-Encoding": "br, gzip"}) for _ in range(8)]
    assert {page["Content-Encoding"] for page in pages} == {"gzip"}
    assert {gzip.decompress(page.content).count(b"</html>") for page in pages} == {1}
    assert len({len(page.content) for page in pages}) > 1, "the size of a page tells nothing"
    archive = signed_in.get("/library/export/library.zip", headers={"Accept-Encoding": "gzip"})
    assert archive["Content-Type"] == "application/zip"
    assert "Content-Encoding" not in archive
