"""Keeps the processes of the Procfile running, with supervisord as a library.

A process that ends is started again, after a moment that grows to `MAX_PAUSE_S`; the others stay. Only one
that never came up at all (it says itself when it has: `startup_report`) ends the run, since a wrong setting
or a broken installation does not mend itself. When this process is
killed, the kernel tells the others to stop (Linux).
"""

import ctypes
import json
import shlex
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from supervisor import events
from supervisor.datatypes import RestartUnconditionally
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ProcessConfig, ProcessGroupConfig, ServerOptions
from supervisor.states import ProcessStates, SupervisorStates
from supervisor.supervisord import Supervisor

from spotweb.processes.startup_report import MARK, VARIABLE

# A process that ends sooner is started again after a pause, as one is that did not come up.
STEADY_AFTER_S = 8
# supervisord takes for steady what has lived so long; here a process says that it is up: time proves nothing.
_NEVER_S = 10**9
MAX_PAUSE_S = 15
FIRST_TRIES = 3
# The web server ends its answers within 5 s, the worker what it has on its way.
STOPS_WITHIN_S = 15
# Nothing of supervisord's own is written to files, and it listens nowhere.
_CONFIGURATION = """[supervisord]
nodaemon=true
silent=true
nocleanup=true
logfile=/dev/null
logfile_maxbytes=0
loglevel=critical
minfds=256
minprocs=1
"""
_PR_SET_PDEATHSIG = 1
_LOG_DEFAULTS = {
    f"{channel}_{name}": value
    for channel in ("stdout", "stderr")
    for name, value in {
        "logfile": None,
        "capture_maxbytes": 0,
        "events_enabled": True,
        "logfile_backups": 0,
        "logfile_maxbytes": 0,
        "syslog": False,
    }.items()
}


def run_processes(
    commands: Mapping[str, list[str]],
    *,
    environment: Mapping[str, str],
    directory: str,
    on_tick: Callable[[], bool],
    has_json_lines: bool = False,
) -> bool:
    """Run these commands until SIGINT, SIGTERM or SIGHUP; false when one of them never came up.

    `on_tick` is called about once a second and must not block; false stops all in order. With
    `has_json_lines` each line on the console is a JSON object, whose `process` says where it comes from.
    """
    options = _Options()
    options.configfile = StringIO(_CONFIGURATION)
    options.realize([], doc="")
    options.first, options.test = True, False
    configs = [
        _make_config(options, name, command, environment, directory) for name, command in commands.items()
    ]
    # One group: all are told to stop at the same moment.
    options.process_group_configs = [ProcessGroupConfig(options, "spotweb", 999, configs)]
    house = _House(options, _Console(commands, has_json_lines=has_json_lines), on_tick)
    with suppress(ExitNow):  # how supervisord ends
        house.main()
    return not house.has_given_up


class _Options(ServerOptions):  # type: ignore[misc]  # supervisor carries no types
    def write_pidfile(self) -> None:
        """None: the lock of the data folder says who runs."""

    def setpgrp(self) -> None:
        """In the child, before it becomes the program."""
        super().setpgrp()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class _House(Supervisor):  # type: ignore[misc]  # supervisor carries no types
    def __init__(self, options: ServerOptions, console: "_Console", on_tick: Callable[[], bool]) -> None:
        super().__init__(options)
        self.has_given_up = False
        self._console = console
        self._on_tick = on_tick
        self._has_been_up: set[str] = set()
        self._failing: set[str] = set()
        # The process ids of those that have said so.
        self._up: dict[str, int] = {}

    def runforever(self) -> None:
        events.subscribe(events.ProcessLogEvent, self._write_output)
        events.subscribe(events.ProcessStateExitedEvent, self._record_exit)
        events.subscribe(events.ProcessStateBackoffEvent, self._record_failed_start)
        events.subscribe(events.ProcessStateRunningEvent, self._record_running)
        super().runforever()

    def tick(self, now: float | None = None) -> None:
        super().tick(now)
        for group in self.process_groups.values():
            for name, process in group.processes.items():
                is_up = process.pid and self._up.get(name) == process.pid
                if is_up and process.state == ProcessStates.STARTING:
                    self._mark_running(process)
        if self.options.mood == SupervisorStates.RUNNING and not self._on_tick():
            self.options.mood = SupervisorStates.SHUTDOWN

    def _mark_running(self, process: Any) -> None:  # noqa: ANN401  # supervisor carries no types
        """Have supervisord take a process for running once it is up and has lived for a while."""
        if time.time() - process.laststart >= STEADY_AFTER_S:
            process.laststart -= _NEVER_S

    def _write_output(self, event: events.ProcessLogEvent) -> None:
        if self._console.write_output(event):
            name = event.process.config.name
            self._up[name] = event.pid
            self._has_been_up.add(name)

    def _record_exit(self, event: events.ProcessStateEvent) -> None:
        name = event.process.config.name
        self._console.say(f"{name} has ended and is started again; the others go on.")

    def _record_failed_start(self, event: events.ProcessStateEvent) -> None:
        process = event.process
        name = process.config.name
        if name not in self._has_been_up and process.backoff >= FIRST_TRIES:
            self._console.say(f"{name} doesn't start; the lines above say why. Everything is stopped.")
            self.has_given_up = True
            self.options.mood = SupervisorStates.SHUTDOWN
            return
        # supervisord waits a second longer each time, without end.
        process.backoff = min(process.backoff, MAX_PAUSE_S)
        process.delay = time.time() + process.backoff
        if name not in self._failing:
            self._failing.add(name)
            again = f"it is tried again, every {MAX_PAUSE_S} seconds at the latest"
            self._console.say(f"{name} ended soon after its start; {again}. The others go on.")

    def _record_running(self, event: events.ProcessStateEvent) -> None:
        name = event.process.config.name
        if name in self._failing:
            self._failing.discard(name)
            self._console.say(f"{name} is running again.")


class _Console:
    """What the processes say, line by line and with their names."""

    def __init__(self, names: Mapping[str, object], *, has_json_lines: bool) -> None:
        self._has_json_lines = has_json_lines
        self._width = max(map(len, [*names, "run"]))
        self._unfinished: dict[tuple[str, str], bytes] = {}

    def write_output(self, event: events.ProcessLogEvent) -> bool:
        """True when the process has said that it is up."""
        key = (event.process.config.name, event.channel)
        *lines, rest = (self._unfinished.pop(key, b"") + event.data).split(b"\n")
        if rest:
            self._unfinished[key] = rest
        said = [line.decode(errors="replace") for line in lines]
        for line in said:
            if line != MARK:
                self._write(key[0], line)
        return MARK in said

    def say(self, text: str) -> None:
        self._write("run", text)

    def _write(self, name: str, line: str) -> None:
        text = _make_json_line(name, line) if self._has_json_lines else self._make_line(name, line)
        try:
            print(text, flush=True)  # noqa: T201
        except OSError:
            return  # a log on a full disk, or a closed terminal, ends nothing

    def _make_line(self, name: str, line: str) -> str:
        return f"{time.strftime('%H:%M:%S')} {name:{self._width}} | {line}"


def _make_json_line(name: str, line: str) -> str:
    """What is JSON already gets the name of its process; whatever else a process prints becomes a message."""
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        now = datetime.now(UTC).isoformat()
        fields = {"timestamp": now, "level": "INFO", "logger": "console", "message": line}
    return json.dumps({**fields, "process": name}, ensure_ascii=False)


def _make_config(
    options: ServerOptions, name: str, command: list[str], environment: Mapping[str, str], directory: str
) -> ProcessConfig:
    return ProcessConfig(
        options,
        name=name,
        command=shlex.join(command),
        directory=directory,
        environment={**environment, VARIABLE: "1"},
        umask=None,
        uid=None,
        priority=999,
        autostart=True,
        autorestart=RestartUnconditionally,
        startsecs=_NEVER_S,
        startretries=sys.maxsize,
        stopsignal=signal.SIGTERM,
        stopwaitsecs=STOPS_WITHIN_S,
        stopasgroup=False,
        killasgroup=True,
        exitcodes=[0],
        redirect_stderr=False,
        serverurl=None,
        **_LOG_DEFAULTS,
    )
