"""A process that meets one damage after another: what each door of the house says of it, as JSON.

Its settings name a sound house with a backup. Each real command in a process of its own would spend all of
the time on its imports; that their words end in an exit code is tested with one damage.
"""

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from accounts.house.guard import HouseGuard  # noqa: E402
from tests.accounts.house.damages import DAMAGES, delete  # noqa: E402

PATHS = ("/", "/accounts/login/", "/nowhere/", "/healthz")


def main(backup: Path) -> None:
    database = Path(settings.DATABASES["default"]["NAME"])
    handler = WSGIHandler()
    found: dict[str, dict[str, Any]] = {}
    guards = {}
    for damage in DAMAGES:
        _put_back(backup, database)
        damage(database)
        guards[damage.__name__] = guard = HouseGuard(handler)
        found[damage.__name__] = {
            **{command: _call(command) for command in ("migrate", "worker")},
            "pages": {path: _get(guard, path) for path in PATHS},
        }
    _put_back(backup, database)
    for name, guard in guards.items():
        found[name]["opened"] = _wait_until_open(guard)
    print(json.dumps(found))


def _put_back(backup: Path, database: Path) -> None:
    connections.close_all()
    delete(database)
    shutil.copy(backup, database)


def _call(command: str) -> str:
    """What it ends with."""
    try:
        call_command(command, verbosity=0)
    except CommandError as error:
        return str(error)
    return ""


def _get(guard: HouseGuard, path: str) -> tuple[str, str]:
    status = []
    request = RequestFactory(SERVER_NAME=settings.SPOTWEB_URL.hostname, SERVER_PORT=str(settings.PORT)).get(
        path
    )

    def start_response(line: str, _headers: list[tuple[str, str]]) -> None:
        status.append(line)

    body = guard(request.environ, start_response)
    return status[0], b"".join(body).decode()


def _wait_until_open(guard: HouseGuard) -> bool:
    """Whoever is patient enough."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if _get(guard, "/accounts/login/")[0].startswith("200"):
            return True
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    main(Path(sys.argv[1]))
