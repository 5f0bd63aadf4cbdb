#!/usr/bin/env python
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

from spotweb.outages import TEXTS, find_outage


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotweb.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EnvError) as error:
        # A wrong setting is told in one line: a traceback would bury it.
        sys.exit(f"The settings are not right: {error}")
    except OSError as error:
        # So is a data folder that cannot be made or written.
        outage = find_outage(error)
        if not outage:
            raise
        sys.exit(f"{error.filename}: {TEXTS[outage]} ({error.strerror}).")


if __name__ == "__main__":
    main()
