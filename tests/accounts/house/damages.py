"""What may happen to the database of a house, and what is said of it."""

from pathlib import Path

from tests.support.sqlite_file import write_to


def delete(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def make_empty(database: Path) -> None:
    delete(database)
    database.touch()


def empty_tables(database: Path) -> None:
    for table in ("accounts_member", "accounts_house"):
        write_to(database, f"DELETE FROM {table}")  # noqa: S608  # our own names


def lay_tables_anew(database: Path) -> None:
    delete(database)
    write_to(database, "CREATE TABLE django_migrations (id integer, app text, name text, applied text)")


def cut_off(database: Path) -> None:
    data = database.read_bytes()
    delete(database)
    database.write_bytes(data[: len(data) // 2])


def overwrite_start(database: Path) -> None:
    data = database.read_bytes()
    delete(database)
    database.write_bytes(b"\xff" * 4096 + data[4096:])


def overwrite_middle(database: Path) -> None:
    data = bytearray(database.read_bytes())
    delete(database)
    for page in range(8, len(data) // 4096, 2):
        data[page * 4096 : page * 4096 + 64] = b"\xee" * 64
    database.write_bytes(bytes(data))


DAMAGES = {
    delete: "its database spotweb.sqlite3 is not there",
    make_empty: "its database spotweb.sqlite3 is empty",
    empty_tables: "the database spotweb.sqlite3 holds none",
    lay_tables_anew: "the database spotweb.sqlite3 holds none",
    cut_off: "is damaged",
    overwrite_start: "is damaged",
    overwrite_middle: "is damaged",
}
