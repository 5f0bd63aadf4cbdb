"""Move the whole house into another database: from SQLite to PostgreSQL, or back."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import dj_database_url
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections, models, transaction

from accounts.backups.errors import BackupFailed
from accounts.backups.restore import hold_house_alone
from accounts.house.examination import get_database_file
from spotweb.storage.sqlite_files import move_files

_SOURCE, _TARGET = "default", "target"
_BATCH_ROWS = 500
_RUNNING = "The app is running. Stop it first (Ctrl-C, or the service that keeps it running), then move it."

Model = type[models.Model]


class Command(BaseCommand):
    help = (
        "Move everything into an empty database: manage.py move_database postgres://user:password@host/name, "
        "or back: manage.py move_database sqlite. Stop the app before, set DATABASE_URL afterwards."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "url", help="where to: a DATABASE_URL, or “sqlite” for the file in the data folder"
        )

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ANN401  # as its base has it
        url: str = options["url"]
        if url.lower() == "sqlite":
            url = f"sqlite:///{Path(settings.DATA_DIR).absolute() / 'spotweb.sqlite3'}"
        try:
            with hold_house_alone(_RUNNING):
                total = self._move(url)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{total:>9,}  rows in all, each compared with the one that it was copied from.")
        for line in _finish(url):
            self.stdout.write(line)

    def _move(self, url: str) -> int:
        _connect(url)
        if _is_lived_in():
            msg = "There is a household in that database already. Nothing was changed; name an empty one."
            raise CommandError(msg)
        _migrate(url)
        total = 0
        # The first keeps others from writing to SQLite meanwhile; the second copies all or nothing.
        with transaction.atomic(), transaction.atomic(using=_TARGET):
            for model in _list_models():
                count = _copy(model)
                total += count
                self.stdout.write(f"{count:>9,}  {model._meta.label}")  # noqa: SLF001  # documented
            for model in _list_models():
                _compare(model)
            _carry_sequences_over()
        return total


def _connect(url: str) -> None:
    try:
        facts = dj_database_url.parse(url)
    except ValueError as error:
        msg = "The address has to be such as postgres://user:password@host/name."
        raise CommandError(msg) from error
    own = {"OPTIONS": {}, "CONN_HEALTH_CHECKS": False}
    source = connections.databases[_SOURCE]
    if all(str(facts[part]) == str(source.get(part, "")) for part in ("NAME", "HOST", "PORT")):
        msg = "The household is in that database already. Nothing was changed."
        raise CommandError(msg)
    connections.databases[_TARGET] = {**source, **own, **facts}
    try:
        connections[_TARGET].ensure_connection()
    except DatabaseError as error:
        msg = f"That database doesn't answer: {error}"
        raise CommandError(msg) from error


def _is_lived_in() -> bool:
    members = apps.get_model(settings.AUTH_USER_MODEL)
    tables = connections[_TARGET].introspection.table_names()
    return members._meta.db_table in tables and members._base_manager.using(_TARGET).exists()  # noqa: SLF001


def _migrate(url: str) -> None:
    """In a process and a data folder of its own: as far as that database knows, it is a new house."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DATABASE_URL": url, "SPOTWEB_DATA_DIR": folder}
        for command in (["migrate", "--verbosity=0"], ["createcachetable", "--verbosity=0"]):
            ended = subprocess.run(  # noqa: S603  # our own command
                [sys.executable, settings.BASE_DIR / "manage.py", *command], env=environment, check=False
            )
            if ended.returncode:
                msg = "The tables couldn't be made there; nothing was copied."
                raise CommandError(msg)


def _list_models() -> list[Model]:
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]  # noqa: SLF001
    return [model for model in found if not model._meta.proxy]  # noqa: SLF001


def _copy(model: Model) -> int:
    """Replace what migrations have put there. References are checked at the end of the transaction."""
    rows = model._base_manager  # noqa: SLF001  # all rows, whatever a manager of its own leaves out
    rows.using(_TARGET)._raw_delete(_TARGET)  # noqa: SLF001
    count = 0
    for batch in _read_batches(model):
        rows.using(_TARGET).bulk_create(batch)
        count += len(batch)
    return count


def _compare(model: Model) -> None:
    """Raises CommandError, which ends the transaction, when a row is not there as it was."""
    there = model._base_manager.using(_TARGET)  # noqa: SLF001
    names = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001
    count = 0
    for batch in _read_batches(model):
        found = there.in_bulk([row.pk for row in batch])
        for row in batch:
            copy = found.get(row.pk)
            if copy is None or any(_read_value(row, name) != _read_value(copy, name) for name in names):
                _report_difference(model, f"row {row.pk}")
        count += len(batch)
    if there.count() != count:
        _report_difference(model, "their number")


def _report_difference(model: Model, what: str) -> None:
    msg = f"The copy of {model._meta.label} differs ({what}). Nothing was changed."  # noqa: SLF001
    raise CommandError(msg)


def _read_value(row: models.Model, name: str) -> object:
    value = getattr(row, name)
    return bytes(value) if isinstance(value, memoryview) else value


def _read_batches(model: Model) -> Iterator[list[models.Model]]:
    rows = _read(model)
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield batch


def _read(model: Model) -> Iterator[models.Model]:
    fields = model._meta.concrete_fields  # noqa: SLF001  # documented
    for field in fields:
        if isinstance(field, models.DateField):  # a moment is when it was, not when it is copied
            field.auto_now = field.auto_now_add = False
    for row in model._base_manager.order_by("pk").iterator(chunk_size=_BATCH_ROWS):  # noqa: SLF001
        for field in fields:
            value = getattr(row, field.attname)
            clean = _clean(value)
            if isinstance(field, models.CharField) and clean is not None:
                clean = clean[: field.max_length]
            if clean != value:
                setattr(row, field.attname, clean)
        yield row


def _clean(value: Any) -> Any:  # noqa: ANN401  # a field's value
    """SQLite takes NUL signs, PostgreSQL does not, in JSON neither."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_clean(entry) for entry in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(entry) for name, entry in value.items()}
    return value


def _carry_sequences_over() -> None:
    """New rows get numbers that no row has ever had, not even a deleted one that a link still names."""
    for model in _list_models():
        key, table = model._meta.pk, model._meta.db_table  # noqa: SLF001
        if isinstance(key, models.AutoField) and key.column:
            newest = model._base_manager.aggregate(newest=models.Max("pk"))["newest"] or 0  # noqa: SLF001
            if last := max(newest, _read_sequence(table, key.column)):
                _set_sequence(table, key.column, last)


def _read_sequence(table: str, column: str) -> int:
    source = connections[_SOURCE]
    with source.cursor() as cursor:
        if source.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [source.ops.quote_name(table), column])
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608  # its own word
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _set_sequence(table: str, column: str, last: int) -> None:
    target = connections[_TARGET]
    with target.cursor() as cursor:
        if target.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
        else:
            name = target.ops.quote_name(table)
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [name, column, last])


def _finish(url: str) -> Iterator[str]:
    """Put the old file aside: a start with the old setting must not go on with what is outdated."""
    connections.close_all()
    if file := get_database_file():
        aside = file.with_name(f"{file.stem}-moved-{datetime.now(UTC):%Y-%m-%d-%H%M%S}{file.suffix}")
        move_files(file, aside)
        yield f"The old database is now {aside}; delete it when you no longer want it."
    else:
        yield "The old database is on its server as it was; delete it when you no longer want it."
    is_default = url == f"sqlite:///{Path(settings.DATA_DIR).absolute() / 'spotweb.sqlite3'}"
    setting = (
        "take DATABASE_URL out of the settings" if is_default else "set DATABASE_URL to the new database"
    )
    yield f"Now {setting} and start the app. Leave the data folder where it is: it holds the secret key."
