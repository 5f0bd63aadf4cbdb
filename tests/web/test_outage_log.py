"""What the log says of requests that meet an outage: a line each, however far they came."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils.module_loading import import_string


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
