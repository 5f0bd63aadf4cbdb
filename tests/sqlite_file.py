"""Looking into and changing an SQLite file behind the app's back."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def write_to(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement)
        connection.commit()


def ask(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()
