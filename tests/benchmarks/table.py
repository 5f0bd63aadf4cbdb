"""Today's figures beside their goals, in twenty minutes at most: `make bench`, or
`python tests/benchmarks/table.py [--sizes 1000 10000 100000] [--no-write]`.

Prints the table and writes it into docs/speed.md, between its two marks. Processor time stands where it can:
it says nearly the same on a machine that does other work. Yardsticks of the same run are a loop of plain
Python, a Django view that does nothing, and spotipy and tekore where `make contract` has installed them.
"""

import argparse
import json
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import library  # noqa: E402
from tests.benchmarks.collect import (  # noqa: E402
    PAGES_OF,
    clients_python,
    longest_playlist,
    run,
    simulated_spotify,
    token_of,
)
from tests.benchmarks.half_core import Unlimited, limit_to_half_core  # noqa: E402

DOCUMENT = ROOT / "docs/speed.md"
BEGIN, END = "<!-- make bench writes from here -->\n", "<!-- to here -->\n"
LATENCY_MS, CONNECTIONS = 50, 8
IDLE_S = 30
# For p95 of a page, in milliseconds of processor time, by saved songs.
PAGE_GOALS_MS = {
    "tracks page": {10_000: 20.0},
    "keystroke": {10_000: 25.0, 100_000: 50.0},
    "scrolling on": {10_000: 25.0, 100_000: 25.0},
}
HOUSEHOLD_SIZE = 10_000  # songs, at half a core
# What others are called in the table.
YARDSTICKS = {"bare": "its pages by http.client alone"}
READING_GOALS = {10_000: 1.15, 100_000: 1.3}  # x requests x latency / connections


class Figure(NamedTuple):
    """A line of the table. `goal` is the most it may be, null for a yardstick."""

    what: str
    value: float
    unit: str  # empty for a number of things
    goal: float | None = None

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "met" if self.value <= self.goal else "**missed**"

    def write_line(self) -> str:
        goal = "" if self.goal is None else f"{self.goal:g} {self.unit}"
        cells = (self.what, f"{_round(self.value)} {self.unit}", goal, self.verdict)
        return f"| {' | '.join(cell.strip() for cell in cells)} |"


class Skipped(Exception):
    """This cannot be measured here; its text says why."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--clients-python")
    parser.add_argument("--no-write", action="store_true", help="leave docs/speed.md as it is")
    options = parser.parse_args()
    options.latency_ms, options.parallel, options.prefix = LATENCY_MS, CONNECTIONS, []
    options.pythons = clients_python(options.clients_python)
    began = time.monotonic()
    figures: list[Figure] = []
    reasons: list[str] = []
    for section in (
        _measure_machine,
        _measure_start,
        _measure_libraries,
        _measure_playlist,
        _measure_browser,
        _measure_idle,
        _measure_half,
    ):
        print(
            f"{time.monotonic() - began:4.0f} s  {section.__name__.removeprefix('_measure_')} …", flush=True
        )
        try:
            for figure in section(options):
                figures.append(figure)
                print(f"        {figure.write_line()}", flush=True)
        except Skipped as reason:
            reasons.append(str(reason))
    table = _write_table(figures, reasons, took_s=time.monotonic() - began)
    print(f"\n{table}")
    if not options.no_write:
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}{table}{END}{rest.partition(END)[2]}")


def _write_table(figures: Sequence[Figure], reasons: Sequence[str], *, took_s: float) -> str:
    version = ".".join(map(str, sys.version_info[:2]))
    machine = f"{os.cpu_count()} cores, Python {version}, a load of {os.getloadavg()[1]:.1f}"
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {machine}; the run took {took_s / 60:.0f} minutes.",
        "",
        "| what | today | goal | |",
        "|---|---|---|---|",
        *(figure.write_line() for figure in figures),
        "",
        *(f"- Not measured: {reason}." for reason in reasons),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _round(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


# --- What is measured ---------------------------------------------------------------------------------------


def _measure_machine(_options: argparse.Namespace) -> Iterator[Figure]:
    """How fast this machine is just now."""
    times = []
    for _ in range(5):
        began = time.process_time()
        total = 0
        for number in range(1_000_000):
            total += number
        times.append((time.process_time() - began) * 1000)
    yield Figure("a million additions in Python (yardstick)", statistics.median(times), "ms CPU")


def _measure_start(_options: argparse.Namespace) -> Iterator[Figure]:
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


def _measure_libraries(options: argparse.Namespace) -> Iterator[Figure]:
    medians: dict[str, list[float]] = {}
    for size in options.sizes:
        found = library.measure(size, options)
        songs = f"{size:,} songs"
        ideal = found["sync_requests"] * LATENCY_MS / 1000 / CONNECTIONS
        yield Figure(
            f"first reading of {songs}, x ideal", found["sync_s"] / ideal, "x", READING_GOALS.get(size)
        )
        yield Figure(f"its CPU per 10,000 songs, {songs}", found["sync_cpu_s"] / size * 10_000, "s CPU", 0.6)
        yield Figure(f"memory for it, {songs}", found["grown_mb"], "MB")
        if isinstance(floor := found.get("bare"), dict):
            yield Figure(f"{songs}, {YARDSTICKS['bare']} (yardstick)", floor["wall"] / ideal, "x")
        if isinstance(other := found.get("spotipy"), dict):
            yield Figure(f"spotipy reads {songs}, each time (yardstick)", other["wall"], "s")
        yield Figure(f"six unchanged kinds, {songs}, requests", found["unchanged_requests"], "", 6)
        beyond_s = found["unchanged_s"] - found["unchanged_requests"] * LATENCY_MS / 1000
        yield Figure(f"six unchanged kinds, {songs}, beyond six round trips", beyond_s, "s", 0.12)
        for name, goals in PAGE_GOALS_MS.items():
            times = found["pages"][f"{name}, CPU"]
            medians.setdefault(name, []).append(statistics.median(times))
            yield Figure(f"{name}, {songs}, median", medians[name][-1], "ms CPU")
            yield Figure(f"{name}, {songs}, p95", library.find_p95(times), "ms CPU", goals.get(size))
        bare = statistics.median(found["pages"]["bare view, CPU"])
        yield Figure(f"a Django view that does nothing (yardstick), {songs}", bare, "ms CPU")
    for name, growth in medians.items() if len(options.sizes) > 1 else ():
        smallest, largest = f"{options.sizes[0]:,}", f"{options.sizes[-1]:,}"
        yield Figure(
            f"{name}, growth of the median from {smallest} to {largest}", growth[-1] / growth[0], "x", 1.2
        )


def _measure_browser(_options: argparse.Namespace) -> Iterator[Figure]:
    """A playlist of 10,000 in a real browser, and presses of its controls."""
    command = [sys.executable, "tests/benchmarks/browser.py", "--json"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if process.returncode:
        raise Skipped(f"a browser: {(process.stderr.strip().splitlines() or ['no reason'])[-1]}")
    found = json.loads(process.stdout.splitlines()[-1])
    for name, visit in (("first visit", found["first visit"]), ("again", found["again"])):
        yield Figure(f"opening a playlist of 10,000, {name}, until it can be used", visit["ready"], "ms", 400)
        yield Figure(f"opening a playlist of 10,000, {name}, on the wire", visit["kb"], "KB", 60)
        yield Figure(f"opening a playlist of 10,000, {name}, of it pictures", visit["pictures_kb"], "KB")
        yield Figure(f"opening a playlist of 10,000, {name}, CPU of the page", visit["cpu"], "ms CPU")
    clicks = [ms for times in found["clicks"].values() for ms in times]
    yield Figure("click to changed control, median", statistics.median(clicks), "ms", 16)
    tasks = [ms for times in found["long tasks"].values() for ms in times]
    yield Figure("tasks of more than 50 ms in eight flows, processor 4 x slower", len(tasks), "", 0)
    yield Figure("the longest of them", max(tasks, default=0), "ms", 50)


def _measure_playlist(options: argparse.Namespace) -> Iterator[Figure]:
    refused: list[str] = []
    for mode in ("development", "extended"):
        with simulated_spotify(mode, "--latency-ms", str(LATENCY_MS), "--long-playlist", "10000") as url:
            token = token_of(url)
            playlist = longest_playlist(url, token)
            ideal = (10_000 // PAGES_OF + 1) * LATENCY_MS / 1000 / CONNECTIONS
            for who, python in options.pythons.items():
                wish: dict[str, Any] = {"who": who, "url": url, "token": token, "what": playlist}
                if who == "ours":
                    wish |= {"mode": mode, "pace": (0, 30, CONNECTIONS)}
                if who == "bare":
                    wish |= {"size": 10_000, "parallel": CONNECTIONS, "limit": PAGES_OF}
                found = run(python, wish)
                if isinstance(found, str):
                    refused.append(f"{who} and a playlist of 10,000 in {mode} mode: {found}")
                    continue
                name = f"a playlist of 10,000 in {mode} mode"
                if who != "ours":
                    yield Figure(
                        f"{name}, {YARDSTICKS.get(who, who)} (yardstick)", found["wall"] / ideal, "x"
                    )
                    continue
                yield Figure(f"{name}, x ideal", found["wall"] / ideal, "x", 1.1)
                yield Figure(f"{name}, memory of the process", found["peak_mb"], "MB", 50)
    if refused:
        raise Skipped("; ".join(refused))


def _measure_idle(_options: argparse.Namespace) -> Iterator[Figure]:
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
            memory = sum(map(_get_pss_mb, pids))
    yield Figure("CPU of web server and worker while nobody looks", spent / IDLE_S * 100, "% of a core", 0.5)
    yield Figure("their memory in the demo, PSS", memory, "MB", 150)


def _measure_half(options: argparse.Namespace) -> Iterator[Figure]:
    """A household's pages at half a core and 512 MB, in seconds of the clock."""
    try:
        with limit_to_half_core() as prefix:
            limited = argparse.Namespace(**{**vars(options), "prefix": prefix, "pythons": {}})
            pages = library.measure(HOUSEHOLD_SIZE, limited)["pages"]
    except Unlimited as reason:
        msg = f"pages at half a core: nothing here can be limited ({reason})"
        raise Skipped(msg) from None
    for name in ("first page", "search", *PAGE_GOALS_MS):
        yield Figure(f"{name} at half a core, p95", library.find_p95(pages[name]), "ms", 150)


# --- How ----------------------------------------------------------------------------------------------------


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


def _get_pss_mb(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
