"""Lines of the table about what the app takes of its box: starts, memory, processor time, half a core."""

import argparse
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import library
from tests.benchmarks.app import read_memory_mb
from tests.benchmarks.figures import ROOT, Figure, Skipped, run_program
from tests.benchmarks.half_core import Unlimited, limit_to_half_core
from tests.benchmarks.reading_figures import P95_GOALS_MS

IDLE_S = 30
HOUSEHOLD_SIZE = 10_000  # songs, at half a core


def measure_start(_options: argparse.Namespace) -> Iterator[Figure]:
    """What `make run` and its processes do before the first page."""
    with _data_folder() as environment:
        yield Figure(
            "an empty Django (yardstick)", _use_cpu("-c", _EMPTY_DJANGO, environment=environment), "s CPU"
        )
        prepare = ("manage.py", "migrate", "-v0")
        yield Figure("tables of a new household", _use_cpu(*prepare, environment=environment), "s CPU", 1.5)
        yield Figure("tables of one that is there", _use_cpu(*prepare, environment=environment), "s CPU", 1.0)
        load = "import spotweb.wsgi, django.urls; django.urls.get_resolver().url_patterns"
        environment["DJANGO_SETTINGS_MODULE"] = "spotweb.settings"
        yield Figure(
            "web server, imported with all pages", _use_cpu("-c", load, environment=environment), "s CPU", 1.5
        )


_EMPTY_DJANGO = "import django; from django.conf import settings; settings.configure(); django.setup()"


def measure_idle(_options: argparse.Namespace) -> Iterator[Figure]:
    """The demo of `make run` while nobody looks; the simulated Spotify is not counted."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise Skipped("what an idle app uses: /proc has no smaps_rollup here")
    with _data_folder() as environment:
        with _running_demo(environment) as (_, start_s):
            yield Figure("first start of the app at half a core, twice its CPU", start_s * 2, "s")
        with _running_demo(environment) as (pids, start_s):
            yield Figure("each later start at half a core, twice its CPU", start_s * 2, "s", 6)
            time.sleep(15)  # past what each process does in its first seconds
            before = sum(map(_get_cpu_s, pids))
            time.sleep(IDLE_S)
            spent = sum(map(_get_cpu_s, pids)) - before
            memory = sum(map(read_memory_mb, pids))
    yield Figure("CPU of web server and worker while nobody looks", spent / IDLE_S * 100, "% of a core", 0.5)
    yield Figure("their memory in the demo, PSS", memory, "MB", 150)


def measure_half(options: argparse.Namespace) -> Iterator[Figure]:
    """A household's pages at half a core and 512 MB, in seconds of the clock."""
    try:
        with limit_to_half_core() as prefix:
            limited = argparse.Namespace(**{**vars(options), "prefix": prefix, "pythons": {}})
            pages = library.measure(HOUSEHOLD_SIZE, limited)["pages"]
    except Unlimited as reason:
        msg = f"pages at half a core: nothing here can be limited ({reason})"
        raise Skipped(msg) from None
    for name in ("first page", "search", *P95_GOALS_MS):
        yield Figure(f"{name} at half a core, p95", library.find_p95(pages[name]), "ms", 150)


def measure_household(_options: argparse.Namespace) -> Iterator[Figure]:
    """Five members with 10,000 songs each: memory, HTML of their pages, and how soon work begins."""
    found = run_program("household")
    for moment, memory in found["memory"].items():
        name = f"web server and worker, five members x 10,000 songs, {moment}, PSS"
        yield Figure(name, sum(memory.values()), "MB", 150)
        for process, size_mb in memory.items():
            yield Figure(f"of it the {process}", size_mb, "MB")
    for name, size_kb in found["html"].items():
        yield Figure(f"HTML of {name} on the wire, fifty rows", size_kb, "KB", 20)
    yield Figure("a new job begins, median", statistics.median(found["beginnings"]), "s")
    yield Figure("a new job begins, longest of 20", max(found["beginnings"]), "s", 0.3)


@contextmanager
def _data_folder() -> Iterator[dict[str, str]]:
    """The environment of a demo in a folder that is thrown away."""
    folder = tempfile.mkdtemp(prefix="spotweb-bench-")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SPOTIFY_", "SPOTWEB_"))}
    ports = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    own |= {"SPOTWEB_DATA_DIR": folder, "SPOTWEB_ENV_FILE": os.devnull}
    own |= {"PORT": str(ports[0].getsockname()[1]), "SANDBOX_PORT": str(ports[1].getsockname()[1])}
    for port in ports:
        port.close()
    try:
        yield own
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running_demo(environment: dict[str, str]) -> Iterator[tuple[list[int], float]]:
    """Web server and worker of `make run`, and the processor time until it was ready."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        for line in process.stdout or ():
            if "is ready" in line:
                break
        pids = _list_processes(process.pid)
        yield pids, _get_cpu_s(process.pid, with_ended=True) + sum(map(_get_cpu_s, pids))
    finally:
        process.terminate()
        process.wait(60)


def _use_cpu(*arguments: str, environment: dict[str, str]) -> float:
    """Seconds of processor time that a Python takes for this."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], env=environment, cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _list_processes(parent: int) -> list[int]:
    """Web server and worker of a supervisor."""
    pids = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (path / "stat").read_text(), (path / "cmdline").read_text()
        except OSError:
            continue  # it has just ended
        if int(status.rpartition(")")[2].split()[1]) == parent and re.search(
            r"\0(serve|worker)\0", f"{command}\0"
        ):
            pids.append(int(path.name))
    return pids


def _get_cpu_s(pid: int, *, with_ended: bool = False) -> float:
    """Of a process, and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if with_ended else 13])) / os.sysconf("SC_CLK_TCK")
