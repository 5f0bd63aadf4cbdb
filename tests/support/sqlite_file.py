"""Looking into and changing an SQLite file behind the app's back."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any


def write_to(database: Path, statement: str, values: Sequence[Any] = ()) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement, values)
        connection.commit()


def add_ada(database: Path, **values: str) -> None:
    """An owner called Ada. Whatever columns members have by now: what has to be there is empty or 0."""
    empty = {"bool": 0, "datetime": "2026-01-01"}
    columns = ask(database, "PRAGMA table_info(accounts_member)")
    row = {name: empty.get(kind, "") for _, name, kind, is_needed, _, is_key in columns if is_needed > is_key}
    row |= {"account_key": "real-ada", "spotify_id": "ada", "display_name": "Ada", "is_owner": 1}
    row |= {"is_active": 1, "theme": "system", "lends_account": "never"} | values
    statement = f"INSERT INTO accounts_member ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
    write_to(database, statement, [*row.values()])


def describe_tables(database: Path) -> dict[str, Any]:
    """What each table is made of, whatever its columns' order and the names that were made up for indexes."""
    names = ask(
        database, "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return {name: _describe_table(database, name, sql) for name, sql in names}


def _describe_table(database: Path, table: str, sql: str) -> dict[str, Any]:
    indexes = []
    sqls = dict(ask(database, "SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
    for _, name, is_unique, _, is_partial in ask(database, f"PRAGMA index_list({table!r})"):
        columns = [row[2:4] for row in ask(database, f"PRAGMA index_xinfo({name!r})") if row[5]]
        where = sqls[name].partition(" WHERE ")[2] if is_partial else ""
        indexes.append((columns, is_unique, where))
    return {
        "columns": sorted(row[1:] for row in ask(database, f"PRAGMA table_info({table!r})")),
        "keys": sorted(row[2:7] for row in ask(database, f"PRAGMA foreign_key_list({table!r})")),
        "indexes": sorted(indexes),
        "checks": sorted(check.strip(" )") for check in re.findall(r"CHECK \(([^,]*)", sql)),
        "counts up": "AUTOINCREMENT" in sql,
    }


def ask(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()
