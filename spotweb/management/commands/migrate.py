"""Django's own, with what the house needs before and after it."""

from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from accounts.house import startup


class Command(migrate.Command):
    requires_system_checks = []  # they open the database, which may have to be moved first

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # as its base has it
        """Raises HouseNotSound, and has then changed nothing."""
        is_whole = options["database"] == DEFAULT_DB_ALIAS and not (
            options["app_label"] or options["plan"] or options["check_unapplied"]
        )
        if not is_whole:
            super().handle(*args, **options)
            return
        self._say(startup.begin())  # at once: what comes next may fail
        super().handle(*args, **options)
        self._say(startup.finish())

    def _say(self, lines: list[str]) -> None:
        for line in lines:
            self.stdout.write(self.style.WARNING(line))
