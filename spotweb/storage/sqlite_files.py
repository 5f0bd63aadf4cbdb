"""The files of an SQLite database: the database itself and what SQLite keeps beside it."""

import sqlite3
from contextlib import closing
from pathlib import Path

BESIDE = ("-wal", "-shm", "-journal")


def list_files(database: Path) -> list[Path]:
    """Those that are there, the database first."""
    return [path for path in name_files(database) if path.exists()]


def name_files(database: Path) -> list[Path]:
    """All that may be there."""
    return [database.with_name(f"{database.name}{ending}") for ending in ("", *BESIDE)]


def move_files(database: Path, target: Path) -> list[Path]:
    """Rename a database that nobody uses, with all that belongs to it. Returns where the files are."""
    pairs = zip(name_files(database), name_files(target), strict=True)
    return [source.replace(to) for source, to in pairs if source.exists()]


def is_used_by_others(database: Path) -> bool:
    """Whether another program has it open, also one that does nothing just now. Closes its log if not."""
    with closing(sqlite3.connect(database, timeout=5)) as connection:
        try:
            # Brings what the log holds into the file, which succeeds only while nobody else has it open.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.rollback()
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        except sqlite3.DatabaseError:  # damaged: nobody works with it
            return False
    return False
