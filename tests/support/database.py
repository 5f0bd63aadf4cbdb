"""The test database: its address for other processes, and emptying it between tests that commit."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

# Migrations fill these. Django's own flush empties them too and has each of the 40 models create its content
# type and permissions again, which took a tenth of the whole test run.
_KEPT = {"django_content_type", "auth_permission"}
TRIES = 10


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
    """Delete all rows but content types and permissions; sequences go on, as after Django's flush.

    A page that is still being answered may write into a table that was empty: then once more.
    """
    for _ in range(TRIES - 1):
        try:
            return _empty_filled_tables()
        except IntegrityError:
            time.sleep(0.2)
    return _empty_filled_tables()


def _empty_filled_tables() -> None:
    tables = _filled_tables()
    if tables and connection.vendor == "postgresql":
        _delete_rows(tables)
    elif tables:
        statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=False)
        connection.ops.execute_sql_flush(statements)


def drop_database(creation: BaseDatabaseCreation, name: str, _verbosity: int) -> None:
    """For PostgreSQL: also while a thread of the last test still has a connection."""
    with creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {creation.connection.ops.quote_name(name)} WITH (FORCE)")


def _delete_rows(tables: list[str]) -> None:
    """TRUNCATE makes a new file for each table and wants all that refer to it, filled or not."""
    deletions = (f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables)  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = replica; {'; '.join(deletions)}")


@contextmanager
def go_back_to(*migrations: tuple[str, str]) -> Iterator[StateApps]:
    """The tables of an earlier version, and its models; those of today are there again afterwards."""
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    try:
        executor.migrate([*migrations])
        yield executor.loader.project_state([*migrations]).apps
    finally:
        MigrationExecutor(connection).migrate(newest)


def environment_of_process() -> dict[str, str]:
    """What a process of its own needs in order to work on the database of this test run."""
    facts = connection.settings_dict
    url = f"sqlite:///{facts['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{facts['USER']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"
    return os.environ | {"DJANGO_SETTINGS_MODULE": "spotweb.settings", "DATABASE_URL": url}
