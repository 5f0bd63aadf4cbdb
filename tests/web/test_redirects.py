"""The way back stays on this site, and numbers from an address stay numbers."""

import pytest
from django.test import RequestFactory

from spotweb.web.params import parse_number
from spotweb.web.redirects import return_url


@pytest.mark.parametrize("path", ["/", "/library/tracks/?sort=title", "/playlists/1/#row-3"])
def test_a_page_of_ours_is_gone_back_to(path):
    assert return_url(RequestFactory().post("/undo/", {"next": path}), "/home/") == path
    assert return_url(RequestFactory().get("/undo/", {"next": path}), "/home/") == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "library/",
        "//elsewhere.example/",
        "https://elsewhere.example/",
        "http://testserver/",
        "/\\elsewhere",
        "javascript:x",
    ],
)
def test_everything_else_leads_to_the_usual_page(path):
    assert return_url(RequestFactory().post("/undo/", {"next": path}), "/home/") == "/home/"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("42", 42),
        ("9" * 18, int("9" * 18)),
        ("9" * 19, None),
        ("", None),
        (None, None),
        ("-1", None),
        ("٣", None),
        ("1 ", None),
    ],
)
def test_a_number_is_digits_that_fit_the_database(text, number):
    assert parse_number(text) == number
