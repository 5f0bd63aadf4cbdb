"""`make run`: everything between an installed app and a page one can open."""

import errno
import os
import shlex
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
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
from spotweb.folder_lock import share_folder
from spotweb.lan import ANYWHERE, draw_terminal_qr, find_address, has_address, listen
from spotweb.outages import TEXTS, find_outage
from spotweb.processes import run_processes
from spotweb.run_lock import RunsAlready, hold_lock, release_lock

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
ADDRESS_CHANGED = (
    "The router has given this box another address: phones found it at {before}, and find it at {now} "
    "from now on. To keep one address, give the box a fixed one in the router."
)
# How often a new address of the router's is looked for, and how long it has to last.
LAN_LOOK_S, LAN_STEADY_S = 10, 25

T = TypeVar("T")


class Port(NamedTuple):
    """Where a process will listen, and the setting that says so."""

    setting: str
    host: str
    number: int
    is_lan: bool = False


class Command(BaseCommand):
    help = "Prepare the data folder and run every process of the Procfile until Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        # The first process of a container gets no signal that it has no handler for, and a first start may
        # take a while. Once the others are started, they are ended in order.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        ports = _ports()
        was_killed = _hold_lock()
        share_folder(settings.DATA_DIR)
        for port in ports:
            _require_free(port, within_s=LEFT_BEHIND_S if was_killed else 0)
        is_sound = self._wait_out(self._prepare_house)
        if not settings.HAS_COLLECTED_FILES:
            self._wait_out(lambda: call_command("collectstatic", verbosity=0, interactive=False))
        connection.close()
        if not may_redirect_to(settings.SPOTWEB_URL):
            self.stderr.write(self.style.WARNING(_describe_refusal()))
        environment = _environment()
        os.environ["PATH"] = environment["PATH"]
        announcement, watch = _Announcement(self, ports), _LanWatch()

        def announce_and_watch() -> bool:
            if is_sound:
                announcement.say_when_ready()
            return not watch.has_changed()

        has_run = run_processes(
            _commands(environment, is_sound=is_sound),
            environment=environment,
            directory=str(settings.BASE_DIR),
            on_tick=announce_and_watch,
            has_json_lines=settings.LOG_FORMAT == "json",
        )
        release_lock()
        if not has_run:
            sys.exit(1)
        if watch.has_changed():
            # From the beginning, with the settings of the new address.
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606  # our own command line

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
        if self._is_said or not all(_answers(port) for port in self._ports if has_address(port.host)):
            return
        self._is_said = True
        place = settings.SPOTWEB_URL.geturl()
        kind = "the demo household, with a simulated Spotify" if settings.IS_DEMO else "your Spotify app"
        line = f"\n{settings.SITE_NAME} is ready: open {place} ({kind}). Ctrl-C stops it.\n"
        self._command.stdout.write(self._command.style.SUCCESS(line))
        if settings.SPOTWEB_LAN_URL:
            self._say_lan_address(settings.SPOTWEB_LAN_URL.geturl())
        self._command.stdout.flush()

    def _say_lan_address(self, address: str) -> None:
        before = _exchange_last_address(address)
        if before and before != address:
            remark = ADDRESS_CHANGED.format(before=before, now=address)
            self._command.stdout.write(self._command.style.WARNING(remark))
        self._command.stdout.write(f"Phones and tablets on your network: {address}\n")
        drawing = draw_terminal_qr(address, has_colours=sys.stdout.isatty())
        with suppress(UnicodeEncodeError):  # a terminal without block characters
            self._command.stdout.write(f"{drawing}\n")


class _LanWatch:
    """Notices when the router gives the box another address, or a first one, where LAN=1 looks for it."""

    def __init__(self) -> None:
        self._current = settings.SPOTWEB_LAN_URL.hostname if settings.SPOTWEB_LAN_URL else ""
        self._other, self._since = "", 0.0
        self._next_look = time.monotonic() + LAN_LOOK_S

    def has_changed(self) -> bool:
        """An address that comes and goes, as while a cable is replugged, counts for nothing."""
        now = time.monotonic()
        if settings.IS_LAN_ADDRESS_FOUND and now >= self._next_look:
            self._next_look = now + LAN_LOOK_S
            has_current = self._current and has_address(self._current)
            found = "" if has_current else find_address().ip
            if found != self._other:
                self._other, self._since = found, now
        return bool(self._other) and now - self._since >= LAN_STEADY_S


def _exchange_last_address(address: str) -> str:
    """Store the address that phones are told now; returns the one of the last start, empty at the first."""
    path = Path(settings.DATA_DIR, "lan_address")
    with suppress(OSError):  # it is only for a remark
        before = path.read_text().strip() if path.exists() else ""
        path.write_text(address)
        return before
    return ""


def _describe_refusal() -> str:
    address = settings.SPOTWEB_URL.geturl()
    return HTTP_REFUSED.format(host=settings.SPOTWEB_URL.hostname, address=address)


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


def _environment() -> dict[str, str]:
    """What .env and the defaults decided, said once for all processes."""
    return os.environ | {
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
    while time.monotonic() < deadline and _answers(port):
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


def _answers(port: Port) -> bool:
    with socket.socket(_family(port.host)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((ANYWHERE.get(port.host, port.host), port.number)) == 0


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
