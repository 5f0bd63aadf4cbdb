"""Reads and writes many rows by plain SQL.

Building a model object takes five times as long as writing its row, and a query set with five hundred values
takes as long as finding their rows: that decides how long the first sync of a large library lasts.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django.db import connection, models


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """Insert rows; columns are named as in the database. An existing row stays as it is, unless `update`
    names columns to overwrite and `unique` the columns it is recognised by.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    places = ", ".join(["%s"] * len(columns))
    conflict = "DO NOTHING"
    if update:
        changes = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in update)
        conflict = f"({', '.join(map(quote, unique))}) DO UPDATE SET {changes}"
    table = quote(model._meta.db_table)  # noqa: SLF001  # documented, in spite of its name
    sql = f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT {conflict}"  # noqa: S608  # our own names
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def find_rows(
    model: type[models.Model],
    columns: Sequence[str],
    by: str,
    values: Sequence[Any],
    **also: Any,  # noqa: ANN401  # of whatever type the column is
) -> list[tuple[Any, ...]]:
    """Return the rows whose column `by` has one of the values (no more than a statement takes), and whose
    other columns are as `also` says: numbers, texts, bytes and moments.
    """
    if not values:
        return []
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    places = ", ".join(["%s"] * len(values))
    conditions = [f"{quote(by)} IN ({places})", *(f"{quote(column)} = %s" for column in also)]
    table = quote(model._meta.db_table)  # noqa: SLF001  # documented, in spite of its name
    sql = f"SELECT {names} FROM {table} WHERE {' AND '.join(conditions)}"  # noqa: S608  # our own names
    converted = _list_converted_places(model, tuple(columns), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *also.values()])
        return (
            [_convert_row(row, converted, connection.timezone) for row in cursor]
            if converted
            else cursor.fetchall()
        )


def update_column(model: type[models.Model], column: str, values: Sequence[tuple[Any, int]]) -> None:
    """Write a column of each row: pairs of a value and the row's key."""
    if not values:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)  # noqa: SLF001  # documented, in spite of its name
    sql = f"UPDATE {table} SET {quote(column)} = %s WHERE id = %s"  # noqa: S608  # our own names
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


@lru_cache(maxsize=64)
def _list_converted_places(
    model: type[models.Model], columns: tuple[str, ...], vendor: str
) -> tuple[int, ...]:
    """PostgreSQL returns bytes as a memoryview, SQLite moments without a time zone."""
    kind = models.DateTimeField if vendor == "sqlite" else models.BinaryField
    by_column = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001  # documented
    return tuple(place for place, column in enumerate(columns) if isinstance(by_column[column], kind))


def _convert_row(row: tuple[Any, ...], places: tuple[int, ...], zone: tzinfo | None) -> tuple[Any, ...]:
    values = list(row)
    for place in places:
        value = values[place]
        if isinstance(value, memoryview):
            values[place] = bytes(value)
        elif isinstance(value, datetime) and value.tzinfo is None:
            values[place] = value.replace(tzinfo=zone)
    return tuple(values)


def adapt_datetime(value: Any) -> Any:  # noqa: ANN401  # a datetime, as this database takes it
    return connection.ops.adapt_datetimefield_value(value)
