"""Django's own, with what the house needs before and after it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from accounts.backups.actions import Occasion, drop_old_backups, make_backup
from accounts.backups.databases import MissingTool, list_migrations
from accounts.backups.errors import BackupFailed
from accounts.house import startup
from spotweb.storage import database_tables


class Command(migrate.Command):
    requires_system_checks = []  # they open the database, which may have to be moved first

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--no-backup", action="store_true", help="update the database without a backup of it before"
        )
        parser.add_argument(
            "--replay", action="store_true", help="take an empty database through every migration there was"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # as its base has it
        """Raises HouseNotSound, and has then changed nothing."""
        is_whole = options["database"] == DEFAULT_DB_ALIAS and not (
            options["app_label"] or options["plan"] or options["check_unapplied"]
        )
        if not is_whole:
            super().handle(*args, **options)
            return
        self._say(startup.begin())  # at once: what comes next may fail
        if database_tables.is_empty() and not options["replay"]:
            database_tables.lay_tables()
        if database_tables.is_current():
            if options["verbosity"]:
                self.stdout.write("The database has all tables of this version.")
        else:
            if not options["no_backup"]:
                self._say(self._back_up())
            super().handle(*args, **options)
        self._say(startup.finish())

    def _say(self, lines: list[str]) -> None:
        for line in lines:
            self.stdout.write(self.style.WARNING(line))

    def _back_up(self) -> list[str]:
        """Before an update changes tables. Returns lines to be said."""
        if not list_migrations():
            return []  # nothing is there yet
        try:
            made = make_backup(occasion=Occasion.UPDATE)
        except MissingTool as error:
            return [f"The database is updated without a backup of it before: {error}"]
        except BackupFailed as error:
            msg = (
                f"{error}\nThe database has to be updated for this version, and that isn't done without a "
                "backup. Nothing was changed. Make room, set BACKUP_DIR to another disk, or go on without "
                "one: manage.py migrate --no-backup"
            )
            raise CommandError(msg) from error
        drop_old_backups()
        return [f"The database is updated. A backup of how it was before: {made}"]
