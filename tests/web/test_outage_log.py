"""What the log says of requests that meet an outage: a line each, however far they came."""

import logging

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils.module_loading import import_string

from spotweb import health


@pytest.fixture
def _sessions_gone(ada, settings):
    """As while an update is under way; the session is read before any page is asked."""
    store: type[SessionStore] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    table = store.get_model_class()._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO gone")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE gone RENAME TO {table}")


@pytest.mark.usefixtures("_sessions_gone")
def test_an_outage_that_no_page_meets_is_told_without_a_traceback(ada, caplog):
    ada.client.raise_request_exception = False
    assert ada.get("/").status_code == 503
    assert "tables are missing" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.usefixtures("_sessions_gone")
@pytest.mark.parametrize(
    "address",
    ["/service-worker.js", "/offline/", "/manifest.webmanifest", "/favicon.ico", "/healthz?part=web"],
)
def test_what_is_the_same_for_everybody_needs_no_session(ada, address, caplog):
    answer = ada.get(address, **{"Sec-Fetch-Dest": "document"})
    assert answer.status_code in {200, 302}
    assert "tables are missing" not in caplog.text


def test_a_trouble_is_told_once_and_so_is_its_end(ada, caplog, settings, tmp_path, monkeypatch):
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(health, "_VALID_FOR_S", 0)
    there = settings.DATA_DIR
    for folder in (tmp_path / "gone", tmp_path / "gone", there, there):
        settings.DATA_DIR = folder
        ada.get("/healthz?part=web")
    assert [(one.name, one.levelname) for one in caplog.records] == [
        ("spotweb.health", "ERROR"),
        ("spotweb.health", "WARNING"),
    ]
