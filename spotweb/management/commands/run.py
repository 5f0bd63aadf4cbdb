"""`make run`: everything between an installed app and a page one can open."""

import errno
import os
import shlex
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connection

from accounts import owner
from accounts.house.startup import HouseNotSound
from accounts.provider import may_redirect_to
from spotweb.outages import TEXTS, find_outage
from spotweb.processes import run_processes
from spotweb.run_lock import RunsAlready, hold_lock, release_lock

# Processes of a run that was killed end by themselves within this time, and hold their ports until then.
LEFT_BEHIND_S = 10
RETRY_S = 2
HTTP_REFUSED = (
    "Spotify will refuse to sign anybody in: it accepts http for 127.0.0.1 and [::1] alone, and SPOTWEB_URL "
    "names {host}. Give the box an https address, or sign in at http://127.0.0.1 on the box itself."
)
REMEDIES = {
    "database_full": "Make room and start again.",
    "database_read_only": "Make it writable for the user who starts the app (is it mounted read-only?).",
    "database_damaged": "Check the disk; docs/operations.md says how to bring back a backup.",
}
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what to knock at when all addresses listen

T = TypeVar("T")


class Port(NamedTuple):
    """Where a process will listen, and the setting that says so."""

    setting: str
    host: str
    number: int


class Command(BaseCommand):
    help = "Prepare the data folder and run every process of the Procfile until Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        ports = _ports()
        was_killed = _hold_lock()
        for port in ports:
            _require_free(port, within_s=LEFT_BEHIND_S if was_killed else 0)
        is_sound = self._wait_out(self._prepare_house)
        self._wait_out(lambda: call_command("collectstatic", verbosity=0, interactive=False))
        connection.close()
        if not may_redirect_to(settings.SPOTWEB_URL):
            self.stderr.write(self.style.WARNING(HTTP_REFUSED.format(host=settings.SPOTWEB_URL.hostname)))
        environment = _environment()
        os.environ["PATH"] = environment["PATH"]
        has_run = run_processes(
            _commands(environment, is_sound=is_sound),
            environment=environment,
            directory=str(settings.BASE_DIR),
            on_tick=_Announcement(self, ports).say_when_ready if is_sound else lambda: None,
            has_json_lines=settings.LOG_FORMAT == "json",
        )
        release_lock()
        if not has_run:
            sys.exit(1)

    def _wait_out(self, step: Callable[[], T]) -> T:
        """Repeat a step while another program holds the database; other outages end the start in words."""
        is_said = False
        while True:
            try:
                return step()
            except (DatabaseError, OSError) as error:
                outage = find_outage(error)
                if not outage:
                    raise
                if outage != "database_busy":
                    raise CommandError(_describe(outage)) from error
                if not is_said:
                    self.stderr.write("The database is locked by another program. Waiting for it …")
                is_said = True
                time.sleep(RETRY_S)

    def _prepare_house(self) -> bool:
        """False when the house must stay closed: then only the pages that say so are served."""
        try:
            call_command("migrate", verbosity=0, stdout=self.stdout)
        except HouseNotSound as error:
            self.stderr.write(self.style.ERROR(f"\n{error.trouble.text}\n"))
            self.stderr.write("Until then every page says that the household is closed. Ctrl-C stops it.\n")
            return False
        if code := owner.get_code():
            self.stdout.write(self.style.SUCCESS(f"\nNobody owns this household yet. Owner code: {code}\n"))
        call_command("createcachetable", verbosity=0)
        call_command("clearsessions", verbosity=0)
        call_command("prune_db_task_results", verbosity=0)
        return True


class _Announcement:
    """The line that names the address, once, as soon as everything listens."""

    def __init__(self, command: Command, ports: list[Port]) -> None:
        self._command = command
        self._ports = ports
        self._is_said = False

    def say_when_ready(self) -> None:
        if self._is_said or not all(_answers(port) for port in self._ports):
            return
        self._is_said = True
        place = settings.SPOTWEB_URL.geturl()
        kind = "the demo household, with a simulated Spotify" if settings.IS_DEMO else "your Spotify app"
        line = f"\n{settings.SITE_NAME} is ready: open {place} ({kind}). Ctrl-C stops it.\n"
        self._command.stdout.write(self._command.style.SUCCESS(line))
        self._command.stdout.flush()


def _hold_lock() -> bool:
    """True when the last run was killed. Raises CommandError."""
    try:
        return hold_lock()
    except RunsAlready as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        if outage := find_outage(error):
            raise CommandError(_describe(outage)) from error
        return False


def _describe(outage: str) -> str:
    text = TEXTS[outage]
    return (
        f"{text[0].upper()}{text[1:]}: {settings.DATA_DIR}. Nothing was started. {REMEDIES.get(outage, '')}"
    )


def _ports() -> list[Port]:
    web = Port("PORT", settings.BIND, settings.PORT)
    sandbox = Port("SANDBOX_PORT", "127.0.0.1", settings.SANDBOX_PORT)
    return [web, sandbox] if settings.IS_DEMO else [web]


def _commands(environment: dict[str, str], *, is_sound: bool) -> dict[str, list[str]]:
    """The lines of the Procfile that are to run, with the settings filled in."""
    lines = Path(settings.BASE_DIR, "Procfile").read_text().splitlines()
    commands = {name: command for name, _, command in (line.partition(":") for line in lines if line.strip())}
    if not is_sound:
        commands = {"web": commands["web"]}
    elif not settings.IS_DEMO:
        del commands["sandbox"]
    return {
        name: [Template(word).substitute(environment) for word in shlex.split(command)]
        for name, command in commands.items()
    }


def _environment() -> dict[str, str]:
    """What .env and the defaults decided, said once for all processes."""
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PORT": str(settings.PORT),
        "SANDBOX_PORT": str(settings.SANDBOX_PORT),
        "SPOTWEB_URL": settings.SPOTWEB_URL.geturl(),
        "SPOTWEB_DATA_DIR": str(settings.DATA_ROOT),
        "BIND": f"[{settings.BIND}]" if ":" in settings.BIND else settings.BIND,
        "PYTHONUNBUFFERED": "1",
    }


def _require_free(port: Port, *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and _answers(port):
        time.sleep(0.2)
    with socket.socket(_family(port.host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
        except OSError as error:
            raise CommandError(_why_not(port, error)) from error


def _why_not(port: Port, error: OSError) -> str:
    if error.errno != errno.EADDRINUSE:
        place = f"{port.host}, port {port.number}"
        return f"Nothing can listen on {place}: {error.strerror}. See BIND and {port.setting}."
    other = port.number + 10 if port.number < 65_000 else port.number - 10  # noqa: PLR2004  # ports end at 65,535
    taken = f"Port {port.number} is taken by another program."
    return f"{taken} Choose another one: make run {port.setting}={other}"


def _answers(port: Port) -> bool:
    with socket.socket(_family(port.host)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((ANYWHERE.get(port.host, port.host), port.number)) == 0


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
