"""What stays of `manage.py run` once everything is prepared: a process without Django.

It starts the processes of the Procfile, says when all of them listen, and looks for a new address from the
router. `become_supervisor` replaces the process that prepared the house, under the same process id: that one
has loaded every app and migration, which are 80 MB that nobody needs for the rest of the week.
"""

import json
import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

from spotweb.network.lan import ANYWHERE, draw_terminal_qr, find_address, has_address
from spotweb.processes.process_group import run_processes
from spotweb.processes.service_manager import ServiceManager

_PLAN = "SPOTWEB_RUN_PLAN"
_NEW_ADDRESS = (
    "The router has given this box another address: phones found it at {before}, and find it at {now} "
    "from now on. To keep one address, give the box a fixed one in the router."
)
# How often a new address of the router's is looked for, and how long it has to last.
_LAN_LOOK_S, _LAN_STEADY_S = 10, 25


class Port(NamedTuple):
    """Where a process will listen, and the setting that says so."""

    setting: str
    host: str
    number: int
    is_lan: bool = False

    @property
    def family(self) -> socket.AddressFamily:
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET

    def answers(self) -> bool:
        with socket.socket(self.family) as probe:
            probe.settimeout(1)
            return probe.connect_ex((ANYWHERE.get(self.host, self.host), self.number)) == 0


class RunPlan(NamedTuple):
    """`commands` are by the names of their processes. `lan_address` is a URL, empty without one.

    `is_lan_address_found`: it was looked for, so another one may be found. `lan_address_file` keeps the one
    that phones were told last. `lock` is the file of the run, held until this process ends; -1 without locks.
    `environment` is what the commands get beside what this process has. `arguments` and `started_in` are
    those of `manage.py run`, for starting it anew. `announcement` is said when everything listens; for a
    house that must stay closed it is empty.
    """

    commands: dict[str, list[str]]
    environment: dict[str, str]
    directory: str
    arguments: list[str]
    started_in: str
    ports: list[Port]
    announcement: str
    lan_address: str
    is_lan_address_found: bool
    lan_address_file: str
    lock: int
    has_json_lines: bool


def become_supervisor(plan: RunPlan, *, kept: list[int]) -> NoReturn:
    """Go on as the process that keeps the others running. `kept` are the files that stay open."""
    for file in kept:
        os.set_inheritable(file, True)  # noqa: FBT003  # takes no keyword
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(plan.directory)
    os.environ[_PLAN] = json.dumps(plan)
    os.execv(sys.executable, [sys.executable, "-m", "spotweb.processes.supervision"])  # noqa: S606  # our own module


def supervise(plan: RunPlan) -> None:
    """Until the run ends. Exits with 1 when a process never came up."""
    os.chdir(plan.started_in)
    os.environ["PATH"] = plan.environment["PATH"]  # where supervisord looks for python
    announcement, watch, manager = _Announcement(plan), _LanWatch(plan), ServiceManager()

    def announce_and_watch() -> bool:
        if announcement.is_due():
            announcement.say()
            manager.report_ready()
        manager.report_life()
        return not watch.has_changed()

    has_run = run_processes(
        plan.commands,
        environment=os.environ | plan.environment,
        directory=plan.directory,
        on_tick=announce_and_watch,
        has_json_lines=plan.has_json_lines,
    )
    _release_lock(plan.lock)
    if not has_run:
        sys.exit(1)
    if watch.has_changed():
        # From the beginning, with the settings of the new address.
        manager.restore_environment()
        os.execv(sys.executable, [sys.executable, *plan.arguments])  # noqa: S606  # our own command line


class _Announcement:
    """The line that names the address, once, as soon as everything listens."""

    def __init__(self, plan: RunPlan) -> None:
        self._plan = plan
        self._is_said = False

    def is_due(self) -> bool:
        return not self._is_said and all(
            port.answers() for port in self._plan.ports if has_address(port.host)
        )

    def say(self) -> None:
        """Of a house that must stay closed the start has said enough already."""
        self._is_said = True
        if not self._plan.announcement:
            return
        with suppress(OSError):  # a closed terminal ends nothing
            print(self._plan.announcement)  # noqa: T201
            if self._plan.lan_address:
                self._say_lan_address(self._plan.lan_address)
            sys.stdout.flush()

    def _say_lan_address(self, address: str) -> None:
        before = self._exchange_last_address(address)
        if before and before != address:
            print(_NEW_ADDRESS.format(before=before, now=address))  # noqa: T201
        print(f"Phones and tablets on your network: {address}")  # noqa: T201
        with suppress(UnicodeEncodeError):  # a terminal without block characters
            print(draw_terminal_qr(address, has_colours=sys.stdout.isatty()))  # noqa: T201

    def _exchange_last_address(self, address: str) -> str:
        """Store the address that phones are told now; returns the last one, empty at the first start."""
        path = Path(self._plan.lan_address_file)
        with suppress(OSError):  # it is only for a remark
            before = path.read_text().strip() if path.exists() else ""
            path.write_text(address)
            return before
        return ""


class _LanWatch:
    """Notices when the router gives the box another address, or a first one, where LAN=1 looks for it."""

    def __init__(self, plan: RunPlan) -> None:
        self._current = urlsplit(plan.lan_address).hostname or ""
        self._looks = plan.is_lan_address_found
        self._other, self._since = "", 0.0
        self._next_look = time.monotonic() + _LAN_LOOK_S

    def has_changed(self) -> bool:
        """An address that comes and goes, as while a cable is replugged, counts for nothing."""
        now = time.monotonic()
        if self._looks and now >= self._next_look:
            self._next_look = now + _LAN_LOOK_S
            has_current = self._current and has_address(self._current)
            found = "" if has_current else find_address().ip
            if found != self._other:
                self._other, self._since = found, now
        return bool(self._other) and now - self._since >= _LAN_STEADY_S


def _release_lock(lock: int) -> None:
    """An empty file says to the next start that this run was not killed."""
    if lock >= 0:
        # On a disk that has turned read-only the next start takes this one for killed and waits for its port.
        with suppress(OSError):
            os.ftruncate(lock, 0)
        os.close(lock)


def _read_plan(text: str) -> RunPlan:
    plan = RunPlan(*json.loads(text))
    return plan._replace(ports=[Port(*port) for port in plan.ports])


if __name__ == "__main__":
    supervise(_read_plan(os.environ.pop(_PLAN)))
