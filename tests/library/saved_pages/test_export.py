"""Taking the library along, and leaving for good."""

import csv
import io
import itertools
import json
import zipfile
from datetime import time, timedelta

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import BrowserSession, Grant, Member
from library.models import SavedItem
from library.saved import actions
from spotweb.web.spreadsheets import escape_formula
from tests.support.people import new_client


def save(person, sandbox, *, kinds=("track", "album", "artist", "show", "episode"), **which: str):
    """Open the page of one thing of each kind, and save it."""
    for kind in kinds:
        query = "".join(f"&{name}={value}" for name, value in which.items())
        thing = sandbox.control("GET", f"catalog?type={kind}&limit=1{query}")[0]
        person.get(f"/{kind}s/{thing['id']}/")
        actions.set_saved(person.member, [thing["uri"]], saved=True)


def unpacked(person):
    answer = person.get(reverse("library:export-file"))
    assert answer.streaming
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def table(packed, name):
    return list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))


def test_the_archive_holds_everything_as_tables_and_as_json(ada, sandbox):
    save(ada, sandbox)
    packed = unpacked(ada)
    assert packed.testzip() is None
    data = json.loads(packed.read("library.json"))
    for kind in ("track", "album", "artist", "show", "episode"):
        rows = table(packed, f"{kind}s.csv")
        assert [row["uri"] for row in rows] == [one["uri"] for one in data[f"{kind}s"]]
        assert len(rows) == 1
    assert data["audiobooks"] == []
    assert data["tracks"][0]["artists"]
    assert data["tracks"][0]["added_at"]


def test_an_empty_library_is_an_archive_too(ada):
    packed = unpacked(ada)
    assert table(packed, "tracks.csv") == []
    assert json.loads(packed.read("library.json"))["tracks"] == []


def test_nobody_gets_somebody_elses(ada, ben, sandbox):
    save(ada, sandbox)
    assert table(unpacked(ben), "tracks.csv") == []


def test_hostile_names_come_through_unharmed(ada, sandbox):
    save(ada, sandbox, kinds=("track",), odd="hostile")
    packed = unpacked(ada)
    name = json.loads(packed.read("library.json"))["tracks"][0]["name"]
    assert table(packed, "tracks.csv")[0]["name"] in {name, f"'{name}"}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_spreadsheet_reckons_with_a_title(cell):
    assert escape_formula(cell) == f"'{cell}"


def test_plain_titles_stay_as_they_are():
    assert escape_formula("Slow Water") == "Slow Water"
    assert escape_formula("") == ""


def test_the_page_says_what_is_not_read_yet(ada):
    page = ada.get(reverse("library:export"))
    assert "Not synced yet." in page.text
    assert reverse("library:export-file") in page.text


def test_leaving_offers_the_export_first_and_names_what_goes(ada):
    page = ada.get(reverse("accounts:leaving")).text
    assert f'href="{reverse("library:export")}"' in page
    assert "your sign-in with Spotify and its keys" in page


def test_afterwards_it_says_what_was_deleted_and_where_to_go_on(ada, ben, sandbox):
    save(ben, sandbox)
    page = ben.post(reverse("accounts:leave")).text
    assert "the entries of 5 saved things" in page
    assert "your sign-in with Spotify, and its keys" in page
    assert "https://www.spotify.com/account/apps/" in page
    assert not SavedItem.objects.exists()
    assert not Grant.objects.filter(member=ben.member.pk).exists()
    sandbox.forget_requests()
    ada.get("/household/")


def test_leaving_ends_the_sessions_in_all_browsers(ada, ben):
    other = new_client()
    other.force_login(ben.member)
    before = BrowserSession.objects.count()
    ben.post(reverse("accounts:leave"))
    assert BrowserSession.objects.count() == before - 2
    assert other.get("/household/")["Location"].startswith("/accounts/login/")
    assert ada.get("/household/").status_code == 200


NUMBERS = itertools.count()
OF_A_MEMBER = [
    (model, field)
    for model in apps.get_models(include_auto_created=True)
    for field in model._meta.get_fields()
    if isinstance(field, models.ForeignKey) and field.related_model is Member and model is not Member
]


def test_there_is_something_to_walk():
    assert len(OF_A_MEMBER) > 10


@pytest.mark.parametrize(
    ("model", "field"),
    OF_A_MEMBER,
    ids=lambda one: getattr(one, "__name__", one.name if hasattr(one, "name") else str(one)),
)
def test_no_row_of_any_table_outlives_its_member(ada, ben, model, field):
    known = {field.name: ben.member}
    row = model._default_manager.filter(**known).first() or make(model, **known)
    ben.post(reverse("accounts:leave"))
    left = model._default_manager.filter(pk=row.pk)
    if field.null and field.remote_field.on_delete is models.SET_NULL:
        left = left.exclude(**{field.name: None})
    assert not left.exists()


def make(model, **known: object):
    """A row with something in every column that needs it."""
    values = dict(known)
    for field in model._meta.concrete_fields:
        if field.name in values or field.primary_key or field.has_default() or field.null or field.blank:
            continue
        values[field.name] = make(field.related_model) if field.is_relation else filling(field)
    return model._default_manager.create(**values)


def filling(field):
    match field:
        case models.DateTimeField():
            return timezone.now() + timedelta(hours=1)
        case models.TimeField():
            return time(22)
        case models.JSONField():
            return {}
        case models.BinaryField():
            return b""
        case models.BooleanField() | models.IntegerField():
            return 1
        case _:
            return f"made-{next(NUMBERS)}"
