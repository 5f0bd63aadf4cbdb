"""`make run`: everything between an installed app and a page one can open."""

import errno
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

from accounts.house.startup import HouseNotSound
from accounts.provider import may_redirect_to

READY_WITHIN_S = 60
HTTP_REFUSED = (
    "Spotify will refuse to sign anybody in: it accepts http for 127.0.0.1 and [::1] alone, and SPOTWEB_URL "
    "names {host}. Give the box an https address, or sign in at http://127.0.0.1 on the box itself."
)
STOPPED_BY_HAND = {130, 143}  # by SIGINT, by SIGTERM
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what to knock at when all addresses listen


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
        for port in ports:
            _require_free(port)
        is_sound = self._prepare_house()
        call_command("collectstatic", verbosity=0, interactive=False)
        if not may_redirect_to(settings.SPOTWEB_URL):
            self.stderr.write(self.style.WARNING(HTTP_REFUSED.format(host=settings.SPOTWEB_URL.hostname)))
        if is_sound:
            threading.Thread(target=self._say_when_ready, args=(ports,), daemon=True).start()
        manager = Manager(Printer(sys.stdout, colour=sys.stdout.isatty()))
        for name, command in _processes(is_sound=is_sound).items():
            manager.add_process(name, command, env=_environment(), cwd=str(settings.BASE_DIR))
        manager.loop()
        # Stopped by hand is how it is meant to end; make would call it an error.
        sys.exit(0 if manager.returncode in STOPPED_BY_HAND else manager.returncode)

    def _prepare_house(self) -> bool:
        """False when the house must stay closed: then only the pages that say so are served."""
        try:
            call_command("migrate", verbosity=0, stdout=self.stdout)
        except HouseNotSound as error:
            self.stderr.write(self.style.ERROR(f"\n{error.trouble.text}\n"))
            self.stderr.write("Until then every page says that the household is closed. Ctrl-C stops it.\n")
            return False
        call_command("createcachetable", verbosity=0)
        call_command("clearsessions", verbosity=0)
        call_command("prune_db_task_results", verbosity=0)
        return True

    def _say_when_ready(self, ports: list[Port]) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while not all(_answers(port) for port in ports):
            if time.monotonic() > deadline:
                return  # the processes themselves have said by now what is wrong
            time.sleep(0.1)
        place = settings.SPOTWEB_URL.geturl()
        kind = "the demo household, with a simulated Spotify" if settings.IS_DEMO else "your Spotify app"
        self.stdout.write(
            self.style.SUCCESS(f"\n{settings.SITE_NAME} is ready: open {place} ({kind}). Ctrl-C stops it.\n")
        )
        self.stdout.flush()


def _ports() -> list[Port]:
    web = Port("PORT", settings.BIND, settings.PORT)
    sandbox = Port("SANDBOX_PORT", "127.0.0.1", settings.SANDBOX_PORT)
    return [web, sandbox] if settings.IS_DEMO else [web]


def _processes(*, is_sound: bool) -> dict[str, str]:
    procfile = parse_procfile(Path(settings.BASE_DIR, "Procfile").read_text())
    if not is_sound:
        return {"web": procfile.processes["web"]}
    return {
        name: command for name, command in procfile.processes.items() if settings.IS_DEMO or name != "sandbox"
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


def _require_free(port: Port) -> None:
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
