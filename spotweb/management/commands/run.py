"""`make run`: everything between an installed app and a page one can open."""

import errno
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import TypeVar

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connection

from accounts import owner
from accounts.house.startup import HouseNotSound
from accounts.provider import may_redirect_to
from spotweb.network.lan import listen
from spotweb.processes.run_lock import RunLock, RunsAlready, hold_lock
from spotweb.processes.supervision import Port, RunPlan, become_supervisor
from spotweb.spotify.rate_limit.current_app import delete_limits_of_other_app
from spotweb.storage.folder_lock import share_folder
from spotweb.storage.outages import TEXTS, find_outage
from spotweb.web.static_files import collect_static_files

# Processes of a run that was killed end by themselves within this time, and hold their ports until then.
LEFT_BEHIND_S = 10
RETRY_S = 2
HTTP_REFUSED = (
    "Spotify will refuse to sign anybody in: it accepts http for 127.0.0.1 and [::1] alone, and SPOTWEB_URL "
    "names {host}. Leave SPOTWEB_URL out and set SPOTWEB_LAN_URL={address} instead: then phones sign in by "
    "copying an address. Or give the box an https address."
)
REMEDIES = {
    "database_full": "Make room and start again.",
    "database_read_only": "Make it writable for the user who starts the app (is it mounted read-only?).",
    "database_damaged": "Check the disk; docs/operations.md says how to bring back a backup.",
}

T = TypeVar("T")


class Command(BaseCommand):
    help = "Prepare the data folder and run every process of the Procfile until Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        # The first process of a container gets no signal that it has no handler for, and a first start may
        # take a while. Once the others are started, they are ended in order.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        ports = _ports()
        lock = _hold_lock()
        folder = share_folder(settings.DATA_DIR)
        for port in ports:
            _require_free(port, within_s=LEFT_BEHIND_S if lock.was_left else 0)
        is_sound = self._wait_out(self._prepare_house)
        if not settings.HAS_COLLECTED_FILES:
            self._wait_out(collect_static_files)
        connection.close()
        if not may_redirect_to(settings.SPOTWEB_URL):
            self.stderr.write(self.style.WARNING(_describe_refusal()))
        environment = _make_environment()
        plan = RunPlan(
            commands=_commands(environment, is_sound=is_sound),
            environment=environment,
            directory=str(settings.BASE_DIR),
            arguments=[str(Path(sys.argv[0]).absolute()), *sys.argv[1:]],
            started_in=str(Path.cwd()),
            # Of a house that must stay closed the web server alone runs, the first of them.
            ports=ports if is_sound else ports[:1],
            announcement=self.style.SUCCESS(_describe_place()) if is_sound else "",
            lan_address=settings.SPOTWEB_LAN_URL.geturl() if settings.SPOTWEB_LAN_URL else "",
            is_lan_address_found=settings.IS_LAN_ADDRESS_FOUND,
            lan_address_file=str(Path(settings.DATA_DIR, "lan_address")),
            lock=lock.file,
            has_json_lines=settings.LOG_FORMAT == "json",
        )
        become_supervisor(plan, kept=[file for file in (lock.file, folder) if file >= 0])

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
        delete_limits_of_other_app(settings.SPOTIFY_CLIENT_ID)
        call_command("clearsessions", verbosity=0)
        call_command("prune_db_task_results", verbosity=0)
        return True


def _describe_place() -> str:
    kind = "the demo household, with a simulated Spotify" if settings.IS_DEMO else "your Spotify app"
    place = settings.SPOTWEB_URL.geturl()
    return f"\n{settings.SITE_NAME} is ready: open {place} ({kind}). Ctrl-C stops it."


def _describe_refusal() -> str:
    address = settings.SPOTWEB_URL.geturl()
    return HTTP_REFUSED.format(host=settings.SPOTWEB_URL.hostname, address=address)


def _hold_lock() -> RunLock:
    """Raises CommandError."""
    try:
        return hold_lock()
    except RunsAlready as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        if outage := find_outage(error):
            raise CommandError(_describe(outage)) from error
        return RunLock(file=-1, was_left=False)


def _describe(outage: str) -> str:
    text = TEXTS[outage]
    return (
        f"{text[0].upper()}{text[1:]}: {settings.DATA_DIR}. Nothing was started. {REMEDIES.get(outage, '')}"
    )


def _ports() -> list[Port]:
    web = Port("PORT", settings.BIND, settings.PORT)
    on_lan = [Port("PORT", host, settings.PORT, is_lan=True) for host in settings.LAN_HOSTS]
    sandbox = Port("SANDBOX_PORT", "127.0.0.1", settings.SANDBOX_PORT)
    if not settings.IS_DEMO:
        return [web, *on_lan]
    number = settings.SANDBOX_PORT
    pages = [Port("SANDBOX_PORT", host, number, is_lan=True) for host in settings.SANDBOX_LAN_HOSTS]
    return [web, *on_lan, sandbox, *pages]


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


def _make_environment() -> dict[str, str]:
    """What .env and the defaults decided, said once for all processes."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PORT": str(settings.PORT),
        "SANDBOX_PORT": str(settings.SANDBOX_PORT),
        "SPOTWEB_URL": settings.SPOTWEB_URL.geturl(),
        "SPOTWEB_LAN_URL": settings.SPOTWEB_LAN_URL.geturl() if settings.SPOTWEB_LAN_URL else "",
        "SPOTWEB_DATA_DIR": str(settings.DATA_ROOT),
        "BIND": f"[{settings.BIND}]" if ":" in settings.BIND else settings.BIND,
        "PYTHONUNBUFFERED": "1",
    }


def _require_free(port: Port, *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and port.answers():
        time.sleep(0.2)
    try:
        listen(port.host, port.number, is_lan=port.is_lan).close()
    except OSError as error:
        if port.is_lan and error.errno != errno.EADDRINUSE:
            return  # the web server says it and serves the box itself
        raise CommandError(_why_not(port, error)) from error


def _why_not(port: Port, error: OSError) -> str:
    if error.errno != errno.EADDRINUSE:
        place = f"{port.host}, port {port.number}"
        return f"Nothing can listen on {place}: {error.strerror}. See BIND and {port.setting}."
    other = port.number + 10 if port.number < 65_000 else port.number - 10  # noqa: PLR2004  # ports end at 65,535
    taken = f"Port {port.number} is taken by another program."
    return f"{taken} Choose another one: make run {port.setting}={other}"
