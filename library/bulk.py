"""Many rows at one go. Making a model object of each row takes five times as long as writing it does, which
decides how long a first reading of a large library lasts.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """Columns are named as in the database. A row that is there already stays as it is, unless `update` names
    columns to write then, and `unique` those it is recognised by.
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


def moment(value: Any) -> Any:  # noqa: ANN401  # a datetime, as this database takes it
    return connection.ops.adapt_datetimefield_value(value)
