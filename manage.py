#!/usr/bin/env python
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error as DatabaseError

from spotweb.processes.memory import put_off_collection
from spotweb.setting_checks import describe_database_error
from spotweb.storage.outages import TEXTS, find_outage

# What other processes are started by has said it already.
SILENT_COMMANDS = {"serve", "worker", "sandbox"}


def main() -> None:
    put_off_collection()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotweb.settings")
    try:
        say_remarks(sys.argv[1:2])
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # Wrong settings are told in a line each: a traceback would bury them.
        sys.exit(f"The settings aren't right:\n{error}")
    except DatabaseError as error:
        outage = find_outage(error)
        if not outage:
            raise
        sys.exit(describe_database_error(error) or f"{TEXTS[outage].capitalize()}.")
    except OSError as error:
        # So is a data folder that cannot be made or written.
        outage = find_outage(error)
        if not outage:
            raise
        sys.exit(f"{error.filename}: {TEXTS[outage]} ({error.strerror}).")


def say_remarks(command: list[str]) -> None:
    from django.conf import settings

    if not SILENT_COMMANDS & {*command}:
        for line in settings.SETTING_REMARKS:
            sys.stderr.write(f"Note: {line}\n")


if __name__ == "__main__":
    main()
