"""Copy the whole house into another database, such as from SQLite to PostgreSQL."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

import dj_database_url
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.color import no_style
from django.db import DatabaseError, connections, models, transaction

from spotweb.run_lock import RunsAlready, require_no_run

_TARGET = "target"
_BATCH_ROWS = 500


class Command(BaseCommand):
    help = (
        "Copy everything into an empty database: manage.py copy_database postgres://user:password@host/name. "
        "Stop the app before, set DATABASE_URL afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="where to: a DATABASE_URL")

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ANN401  # as its base has it
        url: str = options["url"]
        try:
            require_no_run()
        except RunsAlready as error:
            msg = f"{error} Stop it first: what it stores from now on would not be copied."
            raise CommandError(msg) from None
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
        _reset_sequences()
        self.stdout.write(
            f"{total:>9,}  rows in all. Now set DATABASE_URL to that database and start the app. "
            "Leave the data folder where it is: it holds the secret key."
        )


def _connect(url: str) -> None:
    try:
        facts = dj_database_url.parse(url)
    except ValueError as error:
        msg = "The address has to be such as postgres://user:password@host/name."
        raise CommandError(msg) from error
    own = {"OPTIONS": {}, "CONN_HEALTH_CHECKS": False}
    connections.databases[_TARGET] = {**connections.databases["default"], **own, **facts}
    try:
        connections[_TARGET].ensure_connection()
    except DatabaseError as error:
        msg = f"That database does not answer: {error}"
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
                msg = "The tables could not be made there; nothing was copied."
                raise CommandError(msg)


def _list_models() -> list[type[models.Model]]:
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]  # noqa: SLF001
    return [model for model in found if not model._meta.proxy]  # noqa: SLF001


def _copy(model: type[models.Model]) -> int:
    """Replace what migrations have put there. References are checked at the end of the transaction."""
    rows = model._base_manager  # noqa: SLF001  # all rows, whatever a manager of its own leaves out
    rows.using(_TARGET)._raw_delete(_TARGET)  # noqa: SLF001
    count = 0
    source = _read(model)
    while batch := list(islice(source, _BATCH_ROWS)):
        rows.using(_TARGET).bulk_create(batch)
        count += len(batch)
    return count


def _read(model: type[models.Model]) -> Iterator[models.Model]:
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


def _reset_sequences() -> None:
    target = connections[_TARGET]
    with target.cursor() as cursor:
        for statement in target.ops.sequence_reset_sql(no_style(), _list_models()):
            cursor.execute(statement)
