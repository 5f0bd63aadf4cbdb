"""`make run`: everything between an installed app and a page one can open."""

import os
import socket
import sys
import threading
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

READY_WITHIN_S = 60
LOOPBACK = {"127.0.0.1", "::1"}
HTTP_REFUSED = (
    "Spotify will refuse to sign anybody in: it accepts http for 127.0.0.1 and [::1] alone, and SPOTWEB_URL "
    "names {host}. Give the box an https address, or sign in at http://127.0.0.1 on the box itself."
)
STOPPED_BY_HAND = {130, 143}  # by SIGINT, by SIGTERM


class Command(BaseCommand):
    help = "Prepare the data folder and run every process of the Procfile until Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        ports = {"PORT": settings.PORT} | (
            {"SANDBOX_PORT": settings.SANDBOX_PORT} if settings.IS_DEMO else {}
        )
        for name, port in ports.items():
            _insist_on_free_port(name, port)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.SPOTWEB_URL.scheme == "http" and settings.SPOTWEB_URL.hostname not in LOOPBACK:
            self.stderr.write(self.style.WARNING(HTTP_REFUSED.format(host=settings.SPOTWEB_URL.hostname)))
        threading.Thread(target=self._say_when_ready, args=(ports.values(),), daemon=True).start()
        manager = Manager(Printer(sys.stdout, colour=sys.stdout.isatty()))
        for name, command in _processes().items():
            manager.add_process(name, command, env=_environment(), cwd=str(settings.BASE_DIR))
        manager.loop()
        # Stopped by hand is how it is meant to end; make would call it an error.
        sys.exit(0 if manager.returncode in STOPPED_BY_HAND else manager.returncode)

    def _say_when_ready(self, ports: list[int]) -> None:
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


def _processes() -> dict[str, str]:
    procfile = parse_procfile(Path(settings.BASE_DIR, "Procfile").read_text())
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
        "SPOTWEB_DATA_DIR": str(settings.DATA_DIR),
        "BIND": settings.BIND,
        "PYTHONUNBUFFERED": "1",
    }


def _insist_on_free_port(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.BIND, port))
        except OSError as error:
            message = (
                f"Port {port} is taken by another program. Choose another one: make run {name}={port + 10}"
            )
            raise CommandError(message) from error


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
