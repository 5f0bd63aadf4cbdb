"""Empties the test database between tests that commit: the tables that hold rows, and no others."""

from functools import cache

from django.core.management.color import no_style
from django.db import connection

# Migrations fill these. Django's own flush empties them too and has each of the 40 models create its content
# type and permissions again, which took a tenth of the whole test run.
_KEPT = {"django_content_type", "auth_permission"}


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True)) - _KEPT)


def _filled_tables() -> list[str]:
    quoted = ((table, connection.ops.quote_name(table)) for table in _tables())
    queries = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in quoted)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(queries))
        return [table for (table,) in cursor.fetchall()]


def empty_tables() -> None:
    """Delete all rows but content types and permissions; sequences go on, as after Django's flush."""
    if tables := _filled_tables():
        statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=False)
        connection.ops.execute_sql_flush(statements)
